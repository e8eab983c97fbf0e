"""The rule about the moment a sender names, read against when the message came."""

from triage.core.judging.look import Look
from triage.core.words.language import DEADLINES, PHRASES
from triage.core.words.latest import named
from triage.core.words.promises import promised
from triage.core.words.sentences import Sentence
from triage.model.judgements import Reason

_MOST_SENTENCES = 60


def deadline(look: Look) -> Reason | None:
    """The earliest moment named in what was asked; one that had passed when the message came is none."""
    if look.hours is None or look.bulk_only:
        return None
    found = [
        (moment, part.text)
        for part in look.sentences[:_MOST_SENTENCES]
        if part.holds(DEADLINES.by)
        and not _is_theirs(part, look)
        and (moment := named(part.text, look.message.received, look.hours))
    ]
    if not found:
        return None
    moment, text = min(found)
    return Reason(rule="deadline", points=1, text=f'names a time: "{text[:120]}"', by=moment)


def _is_theirs(part: Sentence, look: Look) -> bool:
    """ "I'll get back to you by Thursday", "rest by Thursday": what they will do, and no deadline of mine."""
    if part.asks or look.hours is None:
        return False
    if part.holds(PHRASES.undertaking):
        return True
    return look.parent_is_mine and promised((part,), look.message.received, look.hours) is not None
