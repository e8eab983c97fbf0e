"""Who rang and still waits: the calls of one caller folded into a Case, settled by calls and mails that came after.

One case a caller; callers who kept their number back have one a call. Evidence is spent once: a mail of mine that
answered a mail closes no voicemail as well.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from triage.core.calls.book import Book
from triage.core.calls.hearing import Heard, heard
from triage.core.calls.joining import Ringing
from triage.core.calls.numbers import is_internal, number
from triage.core.cases.folding import Policy
from triage.core.cases.notes import ref
from triage.core.cases.silences import caller
from triage.core.people import glob
from triage.core.plain import plain
from triage.core.times.deadlines import deadline
from triage.model.calls import Call, Contact, Way, Wording
from triage.model.cases import AnsweredBy, Case, Channel, Class, Debt, Item, Outcome, Person
from triage.model.judgements import Kind, Reason
from triage.settings import Rule

MOST_MISSED = 100
_WITHOUT = {Wording.NONE: ", no transcript", Wording.PENDING: ", no transcript yet", Wording.FAILED: ", no transcript"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Something after which a caller was answered: a call both sides spoke in, or a mail of mine to him."""

    key: str
    at: datetime
    by: AnsweredBy


def case(
    rang: Sequence[Ringing],
    *,
    others: Sequence[Ringing] = (),
    letters: Sequence[Evidence] = (),
    book: Book,
    policy: Policy,
) -> Case | None:
    """The case of one caller; None where he left no message and no call of his was missed.

    `rang` are all calls from and to his number, `others` those with his further numbers; `letters` are my mails to
    him that answered nothing else. The same input gives the same case, whatever the time.
    """
    asked = [one for one in rang if one.way is Way.VOICEMAIL or (one.way is Way.IN and not one.call.answered)]
    asked = _bounded(asked)
    if not asked:
        return None
    answered = _evidence((*rang, *others), letters, policy)
    known = _known_from(rang, book)
    debts = []
    for one in asked:
        verdict = heard(one, hours=policy.hours, region=policy.region, known=known is not None and known < one.at)
        verdict = _silenced(verdict, one, policy)
        debts.append((one, _debt(one, verdict, rang, book, policy), verdict))
    owed = [(debt, _settled(one, answered)) for one, debt, verdict in debts if verdict.judgement.owes]
    still_open = tuple(debt for debt, by in owed if by is None)
    _, latest, verdict = _newest(debts)
    name, called = ref(asked[0].key), _called(debts)
    return Case(
        ref=name,
        thread=asked[0].key,
        channel=Channel.VOICEMAIL,
        items=tuple(_item(one, verdict.judgement.kind) for one, _, verdict in debts),
        debts=tuple(_named(debt, called) for debt in still_open),
        settled=_outcomes(name, owed),
        latest=_named(latest, called),
        kind=verdict.judgement.kind,
        answered=max((one.at for one in answered if one.at > asked[0].at), default=None),
        also=tuple(key for one in asked for key in one.also),
        attempts=_attempts((*rang, *others), still_open, policy),
    )


def matching_rule(call: Call, key: str, addresses: Iterable[str], rules: Iterable[Rule]) -> Rule | None:
    """The first `[[rule]]` whose every glob fits this caller."""
    candidates: Mapping[str, tuple[str, ...]] = {
        "phone": (key.removeprefix("int:"), call.number),
        "from": tuple(addresses),
        "source": (call.source,),
        "mailbox": (call.mailbox, call.mailbox.partition("@")[0], call.folder),
    }
    return next(
        (
            rule
            for rule in rules
            if all(any(glob(pattern, one) for one in candidates.get(name, ())) for name, pattern in rule.match)
        ),
        None,
    )


def is_talk(ringing: Ringing, policy: Policy) -> bool:
    """Did both sides speak, and not for seconds only?"""
    call = ringing.call
    if not call.answered or ringing.way is Way.VOICEMAIL:
        return False
    return ringing.seconds is None or ringing.seconds >= policy.least_talk.get(call.source, 0)


def _called(debts: Iterable[tuple[Ringing, Debt, Heard]]) -> str:
    """The name last given or said for this number."""
    return next((debt.who.name for _, debt, _ in reversed(list(debts)) if debt.who.name), "")


def _named(debt: Debt, name: str) -> Debt:
    """Who did not say his name this time had one before."""
    return debt if debt.who.name or not name else replace(debt, who=replace(debt.who, name=name))


def _known_from(rang: Sequence[Ringing], book: Book) -> datetime | None:
    """Since when it is somebody the user knows: always if he has a card, else since the user first rang him."""
    if book.candidates(rang[0].number):
        return datetime.min.replace(tzinfo=UTC)
    return next((one.at for one in rang if one.way is Way.OUT), None)


def _silenced(verdict: Heard, one: Ringing, policy: Policy) -> Heard:
    """Whom the user dismissed for good says what he likes."""
    phone = one.number.removeprefix("int:")
    if not phone or caller(phone) not in policy.silenced:
        return verdict
    judged = verdict.judgement
    reason = Reason(rule="silenced", points=0, text=f"you dismissed {phone}", veto=True)
    return replace(verdict, judgement=replace(judged, owes=False, reasons=(reason, *judged.reasons)))


def _bounded(asked: Sequence[Ringing]) -> list[Ringing]:
    """Every voicemail, and the latest of the missed calls: some ring a hundred times a day."""
    missed = [one.key for one in asked if one.way is not Way.VOICEMAIL]
    dropped = set(missed[:-MOST_MISSED])
    return [one for one in asked if one.key not in dropped]


def _evidence(rang: Iterable[Ringing], letters: Iterable[Evidence], policy: Policy) -> list[Evidence]:
    talks = (Evidence(key=one.key, at=one.at, by=AnsweredBy.CALL) for one in rang if is_talk(one, policy))
    return sorted((*talks, *letters), key=lambda one: (one.at, one.key))


def _settled(one: Ringing, answered: Sequence[Evidence]) -> Evidence | None:
    """The first call or mail after it."""
    place = bisect_right(answered, one.at, key=lambda evidence: evidence.at)
    return answered[place] if place < len(answered) else None


def _attempts(rang: Iterable[Ringing], still_open: Sequence[Debt], policy: Policy) -> tuple[datetime, ...]:
    """When I rang in vain since the first that waits: nobody there, or too short to be a talk."""
    if not still_open:
        return ()
    since = still_open[0].received
    return tuple(sorted(one.at for one in rang if one.way is Way.OUT and one.at > since and not is_talk(one, policy)))


def _debt(one: Ringing, verdict: Heard, rang: Sequence[Ringing], book: Book, policy: Policy) -> Debt:
    call, judged = one.call, verdict.judgement
    key = one.number
    contact = book.who(key)
    rule = matching_rule(call, key, book.addresses(key), policy.rules)
    within = rule.reply_within if rule and rule.reply_within else policy.workday.reply_within
    due = deadline(
        one.at,
        asked_by=judged.asked_by,
        within=within,
        late_arrivals=policy.workday.late_arrivals,
        hours=policy.hours,
    ).due
    return Debt(
        key=one.key,
        message_id=one.message_id,
        received=one.at,
        due=due,
        who=_person(one, verdict, contact, rule, policy, new=contact is None and rang[0] is one),
        subject=_subject(one),
        source=call.source,
        asked_by=judged.asked_by,
        reasons=(*judged.reasons, *_rule_reason(rule), *_shared(key, book)),
        questions=judged.questions,
        excerpt=judged.excerpt,
        backlog=_is_backlog(one, policy),
    )


def _person(
    one: Ringing, verdict: Heard, contact: Contact | None, rule: Rule | None, policy: Policy, *, new: bool
) -> Person:
    key = one.number
    written = number(key.removeprefix("int:"), policy.region) if key else None
    spoken = ", ".join(part for part in (verdict.name, verdict.company) if part)
    given = plain(one.name, 100)
    return Person(
        name=(contact.name or contact.company) if contact else spoken or given,
        address=policy.address_of(contact.addresses) if contact else "",
        phone=key.removeprefix("int:"),
        number=written.shown if written else "",
        class_=_class(key, rule, verdict.judgement.kind),
        new=new,
    )


def _class(key: str, rule: Rule | None, kind: Kind) -> Class:
    if rule and rule.class_:
        return Class(rule.class_)
    if kind not in {Kind.VOICEMAIL, Kind.MISSED_CALL}:
        return Class.OTHER
    return Class.COWORKER if is_internal(key) else Class.CLIENT


def _subject(one: Ringing) -> str:
    """ "call, 0:34, no transcript"."""
    if one.way is not Way.VOICEMAIL:
        return "missed call"
    length = f", {one.seconds // 60}:{one.seconds % 60:02}" if one.seconds is not None else ""
    return f"call{length}{_WITHOUT.get(one.worded.wording, '')}"


def _rule_reason(rule: Rule | None) -> tuple[Reason, ...]:
    if rule is None or not rule.class_:
        return ()
    return (Reason(rule="your-rule", points=0, text=f"your rule says: {rule.class_}"),)


def _shared(key: str, book: Book) -> tuple[Reason, ...]:
    """A number of several: who it was is not known, but who it may have been is."""
    names = [who.name or who.company for who in book.candidates(key)]
    if len(names) < 2:
        return ()
    return (Reason(rule="shared-number", points=0, text=f"several have this number: {', '.join(names[:5])}"),)


def _is_backlog(one: Ringing, policy: Policy) -> bool:
    """It is, if it is for every source that told of it."""
    boundaries = [policy.backlog_before.get(source) for source in one.sources]
    return all(boundary is not None and one.at < boundary for boundary in boundaries)


def _newest(debts: Sequence[tuple[Ringing, Debt, Heard]]) -> tuple[Ringing, Debt, Heard]:
    """The newest voicemail, else the newest missed call."""
    worded = [each for each in debts if each[0].way is Way.VOICEMAIL]
    return (worded or debts)[-1]


def _item(one: Ringing, kind: Kind) -> Item:
    return Item(key=one.key, message_id=one.message_id, received=one.at, seen=one.seen, kind=kind)


def _outcomes(name: str, owed: Sequence[tuple[Debt, Evidence | None]]) -> tuple[Outcome, ...]:
    """A round for each call or mail that settled something: its earliest voicemail is the cause."""
    rounds: dict[str, tuple[Evidence, list[Debt]]] = {}
    for debt, by in owed:
        if by is not None:
            rounds.setdefault(by.key, (by, []))[1].append(debt)
    return tuple(
        Outcome(
            cause=debts[0].key,
            ref=name,
            received=debts[0].received,
            due=min((debt.due for debt in debts if debt.due), default=None),
            answered_at=by.at,
            by=by.by,
            class_=debts[0].who.class_,
            channel=Channel.VOICEMAIL,
        )
        for by, debts in rounds.values()
    )
