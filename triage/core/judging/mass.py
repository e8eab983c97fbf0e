"""What looks like mail to many where no header says so."""

import re
from collections.abc import Sequence

from triage.core.judging.roles import SENDING
from triage.core.words.language import PHRASES
from triage.core.words.language.phrases import words
from triage.model.mail import Message

MANY_LINKS = 5
LONG = 400
_FEWEST = 2
# A local part made by a program for each recipient (VERP): many digits, or an address packed into it.
_COUNTED = re.compile(r"\d{5}|=|\d[^@]*\d[^@]*\d[.-]")


def mass_signs(message: Message, *, subject: Sequence[str], length: int) -> tuple[str, ...]:
    """What about a message looks like sent to many, two signs at least: each alone proves nothing. `subject` are its
    words, `length` is how many the sender wrote.
    """
    text = message.text or ""
    sender = message.sender.address if message.sender else ""
    local = sender.partition("@")[0]
    seen = (
        (f"from {sender}", local in SENDING or bool(_COUNTED.search(local))),
        ("many links", text.count("http") + text.count("www.") >= MANY_LINKS),
        (f'"{message.subject[:40]}"', bool(PHRASES.mass_subject.find(subject))),
        ("no plain text", "text/html" in message.parts and "text/plain" not in message.parts),
        ("a long text", length >= LONG),
    )
    shown = tuple(sign for sign, holds in seen if holds)
    if not shown:  # a phrase would be the only one, and is looked for in the whole text
        return ()
    phrase = PHRASES.mass.find(words(text))
    signs = (f'"{phrase}"', *shown) if phrase else shown
    return signs if len(signs) >= _FEWEST else ()
