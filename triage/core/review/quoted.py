"""Answers written beneath the quoted question they belong to."""

from collections.abc import Sequence

from triage.core.review.clauses import clauses
from triage.core.words.language.phrases import words
from triage.core.words.quotes.lines import is_quoted, split

_ALIKE = 0.8


def beneath(questions: Sequence[str], reply: str) -> list[tuple[list[str], str]]:
    """The questions quoted together with what stands under their quote, up to the next one; nothing where the reply
    does not answer between quotes.
    """
    blocks = _blocks(split(reply))
    if len(blocks) < 2 or not any(below.strip() for _, below in blocks[:-1]):
        return []
    left, found = list(questions), list[tuple[list[str], str]]()
    for quote, below in blocks:
        asked = [one for one in left if _holds(frozenset(words(quote)), frozenset(words(one)))]
        left = [one for one in left if one not in asked]
        if asked:
            found.append((asked, below))
    return found


def _holds(quote: frozenset[str], asked: frozenset[str]) -> bool:
    return bool(asked) and len(asked & quote) >= _ALIKE * len(asked)


def says_something(below: str) -> bool:
    """More than a name?"""
    said = clauses(below)
    return bool(said) and not (
        len(said) == 1 and len(said[0].said) == 1 and said[0].text.istitle() and "." not in below
    )


def _blocks(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Each stretch of quoted lines with the own lines after it."""
    blocks: list[tuple[str, str]] = []
    for line in lines:
        if is_quoted(line):
            if not blocks or blocks[-1][1].strip():
                blocks.append((line, ""))
            else:
                blocks[-1] = (f"{blocks[-1][0]} {line}", "")
        elif blocks:
            blocks[-1] = (blocks[-1][0], f"{blocks[-1][1]}\n{line}")
    return blocks
