"""One pass over the lines that keeps what the sender typed; no text takes more than linear time."""

from collections.abc import Sequence
from functools import lru_cache

from triage.core.words.quotes.footers import (
    is_footer,
    signature_end,
    without_banner,
    without_disclaimer,
    without_sign_off,
)
from triage.core.words.quotes.headers import copied_headers, without_rule
from triage.core.words.quotes.intros import introductions, is_forward, parted
from triage.core.words.quotes.lines import is_quoted, is_torn, leaves_out, quoted_follows, split

# The same text is looked at for what it asks, promises and shows, one right after the other.
_REMEMBERED = 32


@lru_cache(maxsize=_REMEMBERED)
def own_words(text: str) -> str:
    """The lines the sender typed, in order; what stands between the lines of a quote counts as typed."""
    lines, copied = copied_headers(parted(split(text)))
    lines = lines[: _last_own(lines, copied)]
    kept = _typed(lines, introductions(lines) | copied)
    return "\n".join(without_sign_off(without_disclaimer(without_banner(kept)))).strip()


def holds_forward(text: str) -> bool:
    """Does an unquoted forwarded block stand in the text?"""
    return any(is_forward(line) for line in split(text))


def _last_own(lines: Sequence[str], copied: dict[int, int]) -> int:
    """Where nothing but an unmarked quote follows; only between the lines of a marked one can answers be told."""
    return next((after for after in copied.values() if not quoted_follows(lines, after)), len(lines))


def _typed(lines: Sequence[str], quotes: dict[int, int]) -> list[str]:
    """The lines outside quotes, signatures and footers; `quotes` maps where one is introduced to the line after."""
    kept: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        if place in quotes:
            place = quotes[place]
            without_rule(kept)
            if place not in quotes and not quoted_follows(lines, place):
                break
        elif line[:1].isalpha() and ">" not in line[:4]:  # neither a quote mark nor a delimiter, as most lines begin
            if not is_footer(line):
                kept.append(line)
            place += 1
        elif is_quoted(line):
            place += 1 + is_torn(lines, place + 1)
        elif (after := signature_end(lines, place, quotes)) > place:
            place = after
        else:
            if not is_footer(line) and not leaves_out(lines, place):
                kept.append(line)
            place += 1
    return kept
