"""Questions that my last reply in a conversation may have missed, as long as they have not written again."""

from collections.abc import Iterable, Sequence

from triage.core.cases.answers import Answer
from triage.core.review.answered import unanswered
from triage.core.review.findings import LONGEST
from triage.core.words.language.phrases import words
from triage.core.words.quotes import own_words
from triage.model.cases import AnsweredBy, Debt, Missed
from triage.model.entries import Entry
from triage.model.judgements import Judgement, Kind


def missed(
    judged: Sequence[tuple[Entry, Judgement]],
    guests: Iterable[Entry],
    owed: Sequence[tuple[Debt, Answer | None]],
) -> Missed | None:
    """`judged` is a thread in its own order, `guests` my mails from elsewhere, `owed` what waited and what settled it.

    Whatever I wrote from that reply on counts as part of it.
    """
    ended = [answer for _, answer in owed if answer]
    last = max((one for one in ended if one.by is AnsweredBy.MAIL), key=lambda one: one.at, default=None)
    if last is None or len(ended) < len(owed):
        return None
    after = _from(last.key, judged, guests)
    if not after or any(verdict.kind is Kind.PERSON for _, verdict in after[1:]):
        return None
    settles = {debt.key: answer.key for debt, answer in owed if answer}
    questions = [one for debt, _ in owed if settles.get(debt.key) == last.key for one in debt.questions]
    reply = _joined(entry for entry, _ in after)
    if not questions or not reply:
        return None
    asked = own_words(_joined(entry for entry, _ in judged if settles.get(entry.message.key) == last.key))
    left = unanswered(questions, reply) if len(words(asked)) <= LONGEST else ()
    return Missed(key=last.key, at=last.at, questions=left) if left else None


def _joined(entries: Iterable[Entry]) -> str:
    return "\n\n".join(entry.message.text for entry in entries if entry.message.text)


def _from(
    key: str, judged: Sequence[tuple[Entry, Judgement]], guests: Iterable[Entry]
) -> list[tuple[Entry, Judgement]]:
    """The thread from this message on; a guest stands alone."""
    place = next((place for place, (entry, _) in enumerate(judged) if entry.message.key == key), None)
    if place is not None:
        return list(judged[place:])
    mine = Judgement(kind=Kind.MINE, owes=False, score=0)
    return [(guest, mine) for guest in guests if guest.message.key == key]
