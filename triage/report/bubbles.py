"""A notice in words: calm, the person first, at most five lines, what strangers wrote last."""

from collections.abc import Callable
from datetime import datetime, timedelta

from triage.core.cases.order import late
from triage.core.cases.state import Standing
from triage.core.notices.notice import PEOPLE, Notice
from triage.core.notices.stages import MORNING
from triage.core.plain import plain
from triage.core.times.hours import Hours
from triage.model.cases import Channel, State
from triage.model.notices import Action, Bubble, NoticeKind
from triage.report import bubble_words as say
from triage.report.bubble_words import LINES, NAME, TEXT, Telling
from triage.report.moments import day_name, when
from triage.settings import Privacy

HURRY = timedelta(minutes=15)
_MINUTE = timedelta(minutes=1)
# Over once nobody told of waits any more. The all-clear tells of those who are put off, and is not about them.
_OF_THE_WAITING = (*PEOPLE, NoticeKind.FIRST_READ)

OPEN = Action(id="open", label="Open")
SHOW = Action(id="show", label="Show")
SNOOZE = Action(id="snooze", label="In 30 min")
DONE = Action(id="done", label="Done")
CALLED = Action(id="called", label="Called")
NO_ANSWER = Action(id="no-answer", label="No answer")


def bubble(notice: Notice, *, now: datetime, hours: Hours, privacy: Privacy) -> Bubble:
    """The bubble to show; its text is clean of control and direction characters, but escaped for no medium.

    With `Privacy.NAMES` it holds nothing anybody wrote but names, with `Privacy.COUNT` not even those.
    """
    telling = Telling(notice=notice, now=now, hours=hours, privacy=privacy)
    title, lines = _WORDS[notice.kind](telling)
    about_people = notice.kind in PEOPLE
    if about_people and privacy is Privacy.COUNT:
        title, lines = say.waiting(notice.standings), []
    if about_people and notice.as_of:
        lines = [f"As of {when(notice.as_of, now, hours)}.", *lines]
    return Bubble(
        id=notice.bubble,
        title=title,
        body="\n".join(line for line in lines if line),
        actions=_actions(notice),
        keys=tuple(standing.newest for standing in notice.standings) if notice.kind in _OF_THE_WAITING else (),
    )


# --- about people -------------------------------------------------------------------------------------------------


def _before(telling: Telling) -> tuple[str, list[str]]:
    dues = {standing.due for standing in telling.people if standing.due}
    first = min(dues, default=telling.now)
    if telling.now <= first <= telling.now + HURRY:
        return _hurry(telling, first)
    if len(telling.people) == 1:
        return _one(telling, telling.people[0])
    if any(late(standing, telling.now) for standing in telling.people):
        title = say.waiting(telling.people)
    elif len(dues) == 1:
        title = f"{say.persons(telling.people)} before {telling.when(first)}"
    else:
        title = f"{say.persons(telling.people)}, the first before {telling.when(first)}"
    return title, say.lines(telling, with_due=len(dues) > 1)


def _came_back(telling: Telling) -> tuple[str, list[str]]:
    if len(telling.people) == 1:
        return _one(telling, telling.people[0])
    return say.waiting(telling.people, still=True), say.lines(telling, with_due=True)


def _hurry(telling: Telling, due: datetime) -> tuple[str, list[str]]:
    minutes = max(1, -((telling.now - due) // _MINUTE))
    unit = "minute" if minutes == 1 else "minutes"
    tip = [_tip(telling)] if any(one.case.channel is Channel.EMAIL for one in telling.people) else []
    if len(telling.people) == 1 and telling.privacy is Privacy.FULL:
        return f"{minutes} {unit}: {say.called(telling, telling.people[0])}", [
            *tip,
            say.subject(telling, telling.people[0]),
        ]
    rest = say.lines(telling, with_due=False, room=LINES - 1) if len(telling.people) > 1 else []
    return f"{minutes} {unit}: {say.first_and_rest(telling)}", [*tip, *rest]


def _tip(telling: Telling) -> str:
    today = telling.hours.day(telling.now)
    day = day_name(telling.hours.next_workday(today), today)
    return f'"I will look at it on {day}" is an answer too.'


def _one(telling: Telling, standing: Standing) -> tuple[str, list[str]]:
    name = say.called(telling, standing)
    body = [say.subject(telling, standing), say.quoted(telling, standing)]
    by = f" by {telling.when(standing.due)}" if standing.due else ""
    before = f" before {telling.when(standing.due)}" if standing.due else ""
    if standing.state is State.PROMISED:
        return f"You promised {name} {say.promised(telling, standing)}{by}", body
    if standing.case.channel is Channel.VOICEMAIL:
        return say.to_call(telling, standing) + before + say.number(standing), [
            say.tried(telling, standing),
            say.quoted(telling, standing) or say.rang(telling, standing),
        ]
    if standing.case.channel is Channel.NOTE:
        return f"{name}{by and ', ' + by.strip()}", [say.quoted(telling, standing)]
    if standing.came_back:
        return f"Your answer to {name} came back", [say.unreached(telling, standing), say.subject(telling, standing)]
    return f"{name} waits since {telling.when(standing.cause.received)}", body


def _due(telling: Telling) -> tuple[str, list[str]]:
    soon = telling.now + HURRY
    if any(standing.due is None or standing.due > soon for standing in telling.people):
        return say.waiting(telling.people), say.lines(telling, with_due=True)
    morning = _next_morning(telling)
    if len(telling.people) > 1:
        return f"No answer yet to {say.first_and_rest(telling)}{_by(telling)}", [
            f"I will mention them {morning}.",
            *say.lines(telling, with_due=False, room=LINES - 1),
        ]
    standing = telling.people[0]
    name, mention = say.called(telling, standing), f"I will mention it {morning}."
    if standing.case.channel is Channel.NOTE:
        return f"Still open: {name}", [mention]
    about = say.subject(telling, standing)
    line = f"{say.sentence(about)} {mention}" if about else mention
    if standing.state is State.PROMISED:
        return f"Promised to {name}{_by(telling)}, not sent yet", [line]
    if standing.case.channel is Channel.VOICEMAIL:
        return f"No call back yet to {name}{_by(telling)}", [say.tried(telling, standing), mention]
    return f"No answer yet to {name}{_by(telling)}", [line]


def _by(telling: Telling) -> str:
    """ " today" for what was due when the day ends, else the time it was due."""
    dues = {standing.due for standing in telling.people if standing.due}
    if dues <= {telling.hours.ends(telling.hours.day(telling.now))}:
        return " today"
    return f", due {telling.when(min(dues))}"


def _next_morning(telling: Telling) -> str:
    today = telling.hours.day(telling.now)
    starts = telling.hours.starts(telling.hours.next_workday(today))
    return telling.when(starts + MORNING) if starts else "then"


def _morning(telling: Telling) -> tuple[str, list[str]]:
    greeting = "Good morning. " if telling.hours.local(telling.now).hour < 12 else ""
    if len(telling.people) > 1:
        return f"{greeting}{say.waiting(telling.people, still=True)}", say.lines(telling, with_due=True)
    standing = telling.people[0]
    name, day = say.called(telling, standing), telling.which_day(standing.cause.received)
    if standing.case.channel is Channel.VOICEMAIL:
        to_call = say.to_call(telling, standing)
        to_call = to_call if standing.who.name else to_call[:1].lower() + to_call[1:]
        return f"{greeting}From {day}: {to_call}{say.number(standing)}", [
            say.tried(telling, standing),
            say.quoted(telling, standing),
        ]
    if standing.came_back:
        title, body = _one(telling, standing)
        return f"{greeting}{title}", body
    about = say.subject(telling, standing)
    return f"{greeting}From {day}: {name}", [
        f"{say.sentence(about)} A line is enough." if about else "A line is enough."
    ]


def _snooze_ended(telling: Telling) -> tuple[str, list[str]]:
    if len(telling.people) > 1:
        return say.waiting(telling.people, still=True), say.lines(telling, with_due=True)
    standing = telling.people[0]
    title, body = _one(telling, standing)
    if standing.case.channel is Channel.EMAIL and standing.state is State.OWED and not standing.came_back:
        before = standing.due and not late(standing, telling.now)
        limit = f", answer before {telling.when(standing.due)}" if before and standing.due else ""
        title = f"{say.called(telling, standing)} still waits{limit}"
    return title, body


# --- about the whole ----------------------------------------------------------------------------------------------


def _first_read(telling: Telling) -> tuple[str, list[str]]:
    waiting, older = len(telling.people), telling.notice.older
    lines = ["Nobody waits for an answer."]
    if waiting:
        persons = say.persons(telling.people)
        lines = [f"{persons} {'waits' if persons.startswith('1 ') else 'wait'} for an answer."]
    if older:
        look, them = ("conversation looks", "it") if older == 1 else ("conversations look", "them")
        lines.append(f"{older} older {look} unanswered; I will not ring for {them}.")
    return "triage reads along now", lines


def _stale(telling: Telling) -> tuple[str, list[str]]:
    sources = telling.notice.sources
    names = say.listed([plain(source.name, NAME) for source in sources])
    read = [source.completed for source in sources if source.completed]
    since = f"not read since {telling.when(min(read))}" if len(read) == len(sources) else "could not be read yet"
    lines = []
    for source in sources[: LINES - 1]:
        what = source.error if source.error and telling.privacy is Privacy.FULL else ""
        label = plain(source.name, NAME) + ": " if len(sources) > 1 else ""
        lines.append(label + " ".join(say.sentence(plain(text, TEXT)) for text in (what, source.hint) if text))
    if all(line.endswith(": ") or not line for line in lines):
        lines = ["Run: triage doctor"]
    calls_only = all(source.kind == "call_log" for source in sources)
    cannot = "I cannot see whom you called back" if calls_only else "I cannot say who waits there"
    return f"{names} {since}", [*lines, f"Until then {cannot}."]


def _all_clear(telling: Telling) -> tuple[str, list[str]]:
    notice = telling.notice
    told = [f"{notice.answered} today."] if notice.answered else []
    if notice.as_of:
        told.append(f"All read at {telling.when(notice.as_of)}.")
    if telling.people and telling.privacy is Privacy.COUNT:
        told.append(f"Put off: {len(telling.people)}.")
    elif telling.people:
        named = [_put_off(telling, standing) for standing in telling.people[:3]]
        more = len(telling.people) - len(named)
        told.append(f"Put off: {'; '.join(named)}{f'; {more} more' if more else ''}.")
    return "Everyone has an answer", [" ".join(told)]


def _put_off(telling: Telling, standing: Standing) -> str:
    until = f", {telling.which_day(standing.until)}" if standing.until else ""
    return say.called(telling, standing) + until


# --- the pieces ---------------------------------------------------------------------------------------------------


def _actions(notice: Notice) -> tuple[Action, ...]:
    if notice.kind is NoticeKind.ALL_CLEAR:
        return ()
    if notice.kind not in PEOPLE:
        return (SHOW,)
    last = notice.kind in {NoticeKind.DUE, NoticeKind.MORNING, NoticeKind.CAME_BACK}
    if len(notice.standings) > 1:
        return (SHOW,) if last else (SHOW, SNOOZE)
    if notice.standings[0].case.channel is Channel.VOICEMAIL:
        return (CALLED, NO_ANSWER) if last else (CALLED, NO_ANSWER, SNOOZE)
    return (OPEN, DONE) if last else (OPEN, SNOOZE, DONE)


_WORDS: dict[NoticeKind, Callable[[Telling], tuple[str, list[str]]]] = {
    NoticeKind.BEFORE: _before,
    NoticeKind.DUE: _due,
    NoticeKind.MORNING: _morning,
    NoticeKind.SNOOZE_ENDED: _snooze_ended,
    NoticeKind.CAME_BACK: _came_back,
    NoticeKind.FIRST_READ: _first_read,
    NoticeKind.STALE: _stale,
    NoticeKind.ALL_CLEAR: _all_clear,
}
