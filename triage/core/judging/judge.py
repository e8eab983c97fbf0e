"""One message to a verdict: the rules' points added up against a threshold; a hard sign decides alone."""

from collections.abc import Sequence

from triage.core.judging.look import Look
from triage.core.judging.rules import RULES
from triage.core.judging.rules_history import history
from triage.core.judging.rules_kind import kind
from triage.core.judging.talk import Conversation, conversation
from triage.core.people import People
from triage.core.times.hours import Hours
from triage.model.entries import Entry
from triage.model.judgements import Judgement, Kind, Reason

THRESHOLD = 2.0

_MINE = Judgement(
    kind=Kind.MINE, owes=False, score=0, reasons=(Reason(rule="mine", points=0, text="you wrote it", veto=True),)
)


def judge(entry: Entry, thread: Sequence[Entry], people: People, *, hours: Hours | None = None) -> Judgement:
    """What `entry` asks of the user, with the rest of its thread in view. Without `hours` no named moment is read."""
    return judge_in(entry, conversation(thread, people), people, hours=hours)


def judge_in(entry: Entry, talk: Conversation, people: People, *, hours: Hours | None = None) -> Judgement:
    """The same where many messages of one thread are judged: `talk` is read once."""
    if entry.message.call and not entry.outgoing:  # some boxes write from the user's own address
        return _of_call(entry, people, hours)
    if people.is_mine(entry):
        return _MINE
    look = Look(entry=entry, people=people, talk=talk, hours=hours)
    reasons = tuple(filter(None, map(look.says, RULES)))
    if past := history(look, reasons, THRESHOLD):
        reasons = (*reasons, past)
    score = round(sum(reason.points for reason in reasons), 2)
    owes = score >= THRESHOLD and not any(reason.veto for reason in reasons) and bool(look.debtor)
    return Judgement(
        kind=Kind.PERSON if owes else kind(look, reasons),
        owes=owes,
        score=score,
        reasons=reasons,
        questions=look.asks,
        asked_by=min((reason.by for reason in reasons if reason.by), default=None),
        excerpt=look.excerpt,
    )


def _of_call(entry: Entry, people: People, hours: Hours | None) -> Judgement:
    """A telephone system tells of a call: its caller is who waits, not the sender."""
    from triage.core.calls.hearing import heard
    from triage.core.calls.joining import told_by

    return heard(told_by(entry), hours=hours, region=people.me.phone_region, known=False).judgement
