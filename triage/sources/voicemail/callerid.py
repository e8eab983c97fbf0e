"""A caller as telephone systems write one: `"Name" <number>`, either alone, or a word for nobody."""

import re

from triage.core.calls.numbers import is_withheld

_BOTH = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^<"]*))\s*<([^<>]*)>\s*\Z')
_ESCAPED = re.compile(r"\\(.)")
_NUMBER = re.compile(r"(?:sips?:|tel:)?[+*#(]?\d[\d\s().*#/+-]*(?:[@;x].*)?\Z", re.I)


def caller(written: str) -> tuple[str, str]:
    """Name and number, each empty where none is told."""
    both = _BOTH.match(written)
    if both:
        quoted, bare, number = both.groups()
        name = _ESCAPED.sub(r"\1", quoted) if quoted is not None else bare
        return _told(name), _told(number)
    written = written.strip().strip('"')
    if is_number(written):
        return "", written
    return _told(written), ""


def is_number(written: str) -> bool:
    """Digits, perhaps with what people and systems put around them."""
    return bool(_NUMBER.match(written.strip()))


def is_nobody(written: str) -> bool:
    """Nothing, or what stands where no number or name was sent."""
    return not written.strip() or is_withheld(written)


def _told(written: str) -> str:
    return "" if is_nobody(written) else written.strip()
