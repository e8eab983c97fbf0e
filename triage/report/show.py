"""`triage show` in words: the people, what was said, what is asked, and what can be typed."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from triage.core.calls.joining import Ringing
from triage.core.cases.state import Standing
from triage.core.plain import plain, plain_lines
from triage.core.times.hours import Hours
from triage.core.words.quotes import own_words
from triage.model.cases import Channel, Class, State
from triage.model.entries import Entry
from triage.model.mail import Address
from triage.report import words
from triage.report.calls import headline, said
from triage.report.lines import WIDEST, dim, fit, hanging, late, with_command, wrap
from triage.report.moments import clock

OPEN = {State.OWED, State.PROMISED, State.WAITING, State.SNOOZED}
_MOST_SAID = 40
_MOST_LINES = 6
_WHEN = 10
_TOLD = frozenset({"reachable", "shared-number", "number"})


def text(
    standing: Standing,
    timeline: Sequence[Entry],
    written: Sequence[Entry],
    now: datetime,
    *,
    calls: Sequence[Ringing] = (),
    channel: str = "",
    hours: Hours,
    width: int,
    colour: bool = False,
) -> str:
    """The whole screen. `timeline` holds the case's messages, `written` what the user wrote to them apart from it,
    `calls` the calls with them, `channel` how they like to be reached.
    """
    width = min(width, WIDEST)
    parts = [
        list(heading(standing, now, hours, width, colour=colour)),
        list(_timeline(timeline, now, hours, width, colour=colour)),
        list(_calls(standing, calls, now, hours, width, colour=colour)),
        list(_questions(standing, width)),
        list(_doubts(standing, width)),
        wrap(channel, width, "  ") if channel else [],
        list(_written(written, words.handle(standing), now, hours, width)),
        [dim(line, colour=colour) for line in wrap(_next(standing), width)],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def heading(standing: Standing, now: datetime, hours: Hours, width: int, *, colour: bool) -> Iterator[str]:
    """Who, what, and where it stands: the begin of `show` and `why`."""
    who = words.full_name(standing.who) if standing.case.channel is not Channel.NOTE else "note"
    class_ = "" if standing.who.class_ is Class.OTHER else f", {standing.who.class_.value}"
    yield from hanging(f"{words.handle(standing)}  ", f"{who}{class_}{', new' if standing.who.new else ''}", width)
    yield from wrap(words.subject(standing), width, "  ", most=2)
    for line in wrap(_stands(standing, now, hours), width, "  "):
        yield late(line, colour=colour) if standing.overdue else line


def _stands(standing: Standing, now: datetime, hours: Hours) -> str:
    """ "Late, due Thu 17:00, waits since Thu 15:40 (23 h 32 min, 7 h 32 min of work), wrote 2 times."."""
    if standing.state not in OPEN:
        return f"{standing.state.value.capitalize()}."
    if standing.state is State.WAITING:
        return _i_wait(standing, now, hours)
    parts = [_state(standing, now, hours)]
    received = standing.cause.received
    if standing.case.promise and standing.cause == standing.case.promise.debt:
        promise = standing.case.promise
        parts += ["no day named, so assumed"] if promise.assumed else []
        parts += [f"written {words.moment(received, now, hours)}"]
        parts += [f"promised {promise.times} times"] if promise.times > 1 else []
        return ", ".join(parts) + "."
    working = words.length(hours.working_between(received, now))
    parts.append(
        f"waits since {words.moment(received, now, hours)} ({words.length(now - received)}, {working} of work)"
    )
    if standing.chasers:
        verb = "rang" if standing.case.channel is Channel.VOICEMAIL else "wrote"
        parts.append(f"{verb} {standing.chasers + 1} times")
    if standing.attempts:
        tried = ", ".join(words.moment(at, now, hours) for at in standing.attempts[-5:])
        parts.append(f"you tried {tried}")
    if standing.upset:
        parts.append(plain(standing.upset, 80))
    if by := standing.asked_by:
        parts.append(f"asked for it by {words.moment(by, now, hours)}")
    return ", ".join(parts) + "."


def _i_wait(standing: Standing, now: datetime, hours: Hours) -> str:
    received = standing.cause.received
    parts = [f"You wait since {words.moment(received, now, hours)} ({words.length(now - received)})"]
    parts += [f"not before {words.moment(standing.until, now, hours)}"] if standing.until else []
    return ", ".join(parts) + "."


def _state(standing: Standing, now: datetime, hours: Hours) -> str:
    due = f"due {words.moment(standing.due, now, hours)}" if standing.due else "due any time"
    if standing.overdue:
        return f"Late, {due}"
    if standing.state is State.SNOOZED and standing.until:
        return f"Put off until {words.moment(standing.until, now, hours)}, {due}"
    if standing.backlog:
        return "Older than what triage rings for"
    return f"{standing.state.value.capitalize()}, {due}"


def _timeline(timeline: Sequence[Entry], now: datetime, hours: Hours, width: int, *, colour: bool) -> Iterator[str]:
    """Who said what when, oldest first, the newest of a long conversation."""
    ordered = sorted(timeline, key=lambda entry: entry.message.received)
    if (left_out := len(ordered) - _MOST_SAID) > 0:
        yield f"  ({words.count(left_out, 'earlier message', 'earlier messages')} left out)"
    for entry in ordered[-_MOST_SAID:]:
        when = fit(words.moment(entry.message.received, now, hours), _WHEN)
        yield from hanging(f"  {when} ", _sender(entry), width)
        for line in _said(entry):
            yield from (dim(each, colour=colour) for each in wrap(line, width, " " * (_WHEN + 3), most=3))


def _calls(
    standing: Standing, calls: Sequence[Ringing], now: datetime, hours: Hours, width: int, *, colour: bool
) -> Iterator[str]:
    """Who rang and who tried when; at a mail that waits the call back by which it may be settled."""
    told: list[tuple[datetime, str, Ringing | None]] = [
        (one.at, headline(one, words.caller(standing), in_vain=one.at in standing.attempts), one) for one in calls
    ]
    known = {one.at for one in calls}
    told += [(at, "you tried", None) for at in standing.attempts if at not in known]
    told = sorted(told, key=lambda line: line[0])[-_MOST_SAID:]
    for at, what, ringing in told:
        yield from hanging(f"  {fit(words.moment(at, now, hours), _WHEN)} ", what, width)
        for line in said(ringing, now, hours) if ringing else ():
            yield from (dim(each, colour=colour) for each in wrap(line, width, " " * (_WHEN + 3), most=3))
    for reason in standing.cause.reasons if standing.case.channel is Channel.VOICEMAIL else ():
        if reason.rule in _TOLD:
            yield from wrap(plain(reason.text, 300).capitalize() + ".", width, "  ")
    if standing.case.spoke and standing.debts:
        yield from with_command("If that settled it:", f"triage done {words.handle(standing)}", width)


def _sender(entry: Entry) -> str:
    if entry.outgoing:
        return "you" + _recipients(entry)
    return _called(entry.message.sender) if entry.message.sender else "nobody named"


def _recipients(entry: Entry) -> str:
    named = [_called(each) for each in entry.message.to[:3]]
    more = ", …" if len(entry.message.to) > 3 else ""
    return f", to {', '.join(named)}{more}" if named else ""


def _called(address: Address) -> str:
    return plain(address.name, 60) or plain(address.address, 60) or "nobody named"


def _said(entry: Entry) -> tuple[str, ...]:
    """The first lines of the sender's own words, or what stands in their place."""
    message = entry.message
    if message.trouble:
        return (f"(could not be read: {plain(message.trouble)})",)
    lines = plain_lines(own_words(message.text or ""), 200, _MOST_LINES)
    files = [plain(each, 60) for each in message.attachments[:5]]
    attached = (f"({words.count(len(message.attachments), 'file', 'files')}: {', '.join(files)})",) if files else ()
    return (*lines, *attached) or (f"({plain(message.subject, 100) or 'no words'})",)


def _questions(standing: Standing, width: int) -> Iterator[str]:
    asked = list(dict.fromkeys(plain(each, 300) for debt in standing.debts for each in debt.questions))
    if asked:
        yield "You asked:" if standing.state is State.WAITING else "Asked:"
    for number, question in enumerate(asked, 1):
        yield from hanging(f"  {number}. ", question, width)


def _doubts(standing: Standing, width: int) -> Iterator[str]:
    """What the reply may have missed, and how to say that it did not."""
    if standing.unanswered:
        yield "Maybe unanswered:"
    for question in standing.unanswered:
        yield from hanging("  ? ", plain(question, 300), width)
    if standing.unanswered:
        yield from with_command("If it was answered:", f"triage done {words.handle(standing)}", width)


def _written(written: Sequence[Entry], handle: str, now: datetime, hours: Hours, width: int) -> Iterator[str]:
    """Mail of the user's own that may have answered it elsewhere: shown, never closing."""
    for entry in written:
        message = entry.message
        to = _called(message.to[0]) if message.to else "them"
        local = words.day(message.received, now, hours)
        when = clock(message.received, hours) if local == "today" else words.moment(message.received, now, hours)
        yield from hanging("  ", f"You wrote to {to} {when}: {plain(message.subject, 100) or '(no subject)'}", width)
    if written:
        yield from with_command("If that was the answer:", f"triage done {handle}", width)


def _next(standing: Standing) -> str:
    handle = words.handle(standing)
    verbs = ("open", "done", "snooze", "dismiss", "why") if standing.state in OPEN else ("open", "reopen", "why")
    if standing.case.channel is Channel.VOICEMAIL and standing.state in OPEN:
        verbs = ("called", *verbs)
    return "Next: " + ", ".join(f"triage {verb} {handle}{' WHEN' if verb == 'snooze' else ''}" for verb in verbs)
