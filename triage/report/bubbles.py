"""A notice in words: calm, the person first, at most five lines, what strangers wrote last."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.core.cases.order import late
from triage.core.cases.state import Standing
from triage.core.notices.notice import PEOPLE, Notice
from triage.core.notices.stages import MORNING
from triage.core.plain import plain
from triage.core.times.hours import Hours
from triage.model.cases import Channel, State
from triage.model.notices import Action, Bubble, NoticeKind
from triage.report.moments import day_name, when, which_day
from triage.settings import Privacy

NAME, SUBJECT, TEXT = 40, 60, 120
LINES = 4
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Telling:
    """A notice and all that its words depend on."""

    notice: Notice
    now: datetime
    hours: Hours
    privacy: Privacy

    @property
    def people(self) -> tuple[Standing, ...]:
        return self.notice.standings

    def when(self, moment: datetime) -> str:
        return when(moment, self.now, self.hours)

    def which_day(self, moment: datetime) -> str:
        return which_day(moment, self.now, self.hours)


def bubble(notice: Notice, *, now: datetime, hours: Hours, privacy: Privacy) -> Bubble:
    """The bubble to show; its text is clean of control and direction characters, but escaped for no medium.

    With `Privacy.NAMES` it holds nothing anybody wrote but names, with `Privacy.COUNT` not even those.
    """
    telling = _Telling(notice=notice, now=now, hours=hours, privacy=privacy)
    title, lines = _WORDS[notice.kind](telling)
    about_people = notice.kind in PEOPLE
    if about_people and privacy is Privacy.COUNT:
        title, lines = _count(notice.standings), []
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


def _before(telling: _Telling) -> tuple[str, list[str]]:
    dues = {standing.due for standing in telling.people if standing.due}
    first = min(dues, default=telling.now)
    if telling.now <= first <= telling.now + HURRY:
        return _hurry(telling, first)
    if len(telling.people) == 1:
        return _one(telling, telling.people[0])
    if any(late(standing, telling.now) for standing in telling.people):
        title = _count(telling.people)
    elif len(dues) == 1:
        title = f"{_persons(telling.people)} before {telling.when(first)}"
    else:
        title = f"{_persons(telling.people)}, the first before {telling.when(first)}"
    return title, _lines(telling, with_due=len(dues) > 1)


def _came_back(telling: _Telling) -> tuple[str, list[str]]:
    if len(telling.people) == 1:
        return _one(telling, telling.people[0])
    return _count(telling.people, still=True), _lines(telling, with_due=True)


def _hurry(telling: _Telling, due: datetime) -> tuple[str, list[str]]:
    minutes = max(1, -((telling.now - due) // _MINUTE))
    unit = "minute" if minutes == 1 else "minutes"
    tip = [_tip(telling)] if any(one.case.channel is Channel.EMAIL for one in telling.people) else []
    if len(telling.people) == 1 and telling.privacy is Privacy.FULL:
        return f"{minutes} {unit}: {_name(telling, telling.people[0])}", [*tip, _subject(telling, telling.people[0])]
    rest = _lines(telling, with_due=False, room=LINES - 1) if len(telling.people) > 1 else []
    return f"{minutes} {unit}: {_names(telling)}", [*tip, *rest]


def _tip(telling: _Telling) -> str:
    today = telling.hours.day(telling.now)
    day = day_name(telling.hours.next_workday(today), today)
    return f'"I will look at it on {day}" is an answer too.'


def _one(telling: _Telling, standing: Standing) -> tuple[str, list[str]]:
    name = _name(telling, standing)
    body = [_subject(telling, standing), _quoted(telling, standing)]
    by = f" by {telling.when(standing.due)}" if standing.due else ""
    before = f" before {telling.when(standing.due)}" if standing.due else ""
    if standing.state is State.PROMISED:
        return f"You promised {name} {_promised(telling, standing)}{by}", body
    if standing.case.channel is Channel.VOICEMAIL:
        return _to_call(telling, standing) + before + _number(standing), [
            _tried(telling, standing),
            _quoted(telling, standing) or _rang(telling, standing),
        ]
    if standing.case.channel is Channel.NOTE:
        return f"{name}{by and ', ' + by.strip()}", [_quoted(telling, standing)]
    if standing.came_back:
        return f"Your answer to {name} came back", [_unreached(telling, standing), _subject(telling, standing)]
    return f"{name} waits since {telling.when(standing.cause.received)}", body


def _due(telling: _Telling) -> tuple[str, list[str]]:
    soon = telling.now + HURRY
    if any(standing.due is None or standing.due > soon for standing in telling.people):
        return _count(telling.people), _lines(telling, with_due=True)
    morning = _next_morning(telling)
    if len(telling.people) > 1:
        return f"No answer yet to {_names(telling)}{_by(telling)}", [
            f"I will mention them {morning}.",
            *_lines(telling, with_due=False, room=LINES - 1),
        ]
    standing = telling.people[0]
    name, mention = _name(telling, standing), f"I will mention it {morning}."
    if standing.case.channel is Channel.NOTE:
        return f"Still open: {name}", [mention]
    about = _subject(telling, standing)
    line = f"{_sentence(about)} {mention}" if about else mention
    if standing.state is State.PROMISED:
        return f"Promised to {name}{_by(telling)}, not sent yet", [line]
    if standing.case.channel is Channel.VOICEMAIL:
        return f"No call back yet to {name}{_by(telling)}", [_tried(telling, standing), mention]
    return f"No answer yet to {name}{_by(telling)}", [line]


def _by(telling: _Telling) -> str:
    """ " today" for what was due when the day ends, else the time it was due."""
    dues = {standing.due for standing in telling.people if standing.due}
    if dues <= {telling.hours.ends(telling.hours.day(telling.now))}:
        return " today"
    return f", due {telling.when(min(dues))}"


def _next_morning(telling: _Telling) -> str:
    today = telling.hours.day(telling.now)
    starts = telling.hours.starts(telling.hours.next_workday(today))
    return telling.when(starts + MORNING) if starts else "then"


def _morning(telling: _Telling) -> tuple[str, list[str]]:
    greeting = "Good morning. " if telling.hours.local(telling.now).hour < 12 else ""
    if len(telling.people) > 1:
        return f"{greeting}{_count(telling.people, still=True)}", _lines(telling, with_due=True)
    standing = telling.people[0]
    name, day = _name(telling, standing), telling.which_day(standing.cause.received)
    if standing.case.channel is Channel.VOICEMAIL:
        to_call = _to_call(telling, standing)
        to_call = to_call if standing.who.name else to_call[:1].lower() + to_call[1:]
        return f"{greeting}From {day}: {to_call}{_number(standing)}", [
            _tried(telling, standing),
            _quoted(telling, standing),
        ]
    if standing.came_back:
        title, body = _one(telling, standing)
        return f"{greeting}{title}", body
    about = _subject(telling, standing)
    return f"{greeting}From {day}: {name}", [f"{_sentence(about)} A line is enough." if about else "A line is enough."]


def _snooze_ended(telling: _Telling) -> tuple[str, list[str]]:
    if len(telling.people) > 1:
        return _count(telling.people, still=True), _lines(telling, with_due=True)
    standing = telling.people[0]
    title, body = _one(telling, standing)
    if standing.case.channel is Channel.EMAIL and standing.state is State.OWED and not standing.came_back:
        before = standing.due and not late(standing, telling.now)
        limit = f", answer before {telling.when(standing.due)}" if before and standing.due else ""
        title = f"{_name(telling, standing)} still waits{limit}"
    return title, body


# --- about the whole ----------------------------------------------------------------------------------------------


def _first_read(telling: _Telling) -> tuple[str, list[str]]:
    waiting, older = len(telling.people), telling.notice.older
    lines = ["Nobody waits for an answer."]
    if waiting:
        persons = _persons(telling.people)
        lines = [f"{persons} {'waits' if persons.startswith('1 ') else 'wait'} for an answer."]
    if older:
        look, them = ("conversation looks", "it") if older == 1 else ("conversations look", "them")
        lines.append(f"{older} older {look} unanswered; I will not ring for {them}.")
    return "triage reads along now", lines


def _stale(telling: _Telling) -> tuple[str, list[str]]:
    sources = telling.notice.sources
    names = _and([plain(source.name, NAME) for source in sources])
    read = [source.completed for source in sources if source.completed]
    since = f"not read since {telling.when(min(read))}" if len(read) == len(sources) else "could not be read yet"
    lines = []
    for source in sources[: LINES - 1]:
        what = source.error if source.error and telling.privacy is Privacy.FULL else ""
        label = plain(source.name, NAME) + ": " if len(sources) > 1 else ""
        lines.append(label + " ".join(_sentence(plain(text, TEXT)) for text in (what, source.hint) if text))
    if all(line.endswith(": ") or not line for line in lines):
        lines = ["Run: triage doctor"]
    calls_only = all(source.kind == "call_log" for source in sources)
    cannot = "I cannot see whom you called back" if calls_only else "I cannot say who waits there"
    return f"{names} {since}", [*lines, f"Until then {cannot}."]


def _all_clear(telling: _Telling) -> tuple[str, list[str]]:
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


def _put_off(telling: _Telling, standing: Standing) -> str:
    until = f", {telling.which_day(standing.until)}" if standing.until else ""
    return _name(telling, standing) + until


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


def _lines(telling: _Telling, *, with_due: bool, room: int = LINES) -> list[str]:
    """A line for each case; the last says how many more there are."""
    room -= bool(telling.notice.as_of)
    shown = telling.people if len(telling.people) <= room else telling.people[: room - 1]
    lines = [_line(telling, standing, with_due=with_due) for standing in shown]
    more = len(telling.people) - len(shown)
    return [*lines, f"and {more} more"] if more else lines


def _line(telling: _Telling, standing: Standing, *, with_due: bool) -> str:
    name = _name(telling, standing)
    if late(standing, telling.now):
        time = f", since {telling.which_day(standing.cause.received)}"
    else:
        time = f", before {telling.when(standing.due)}" if with_due and standing.due else ""
    if standing.case.channel is Channel.VOICEMAIL:
        tried = f", tried {telling.when(standing.attempts[-1])}" if standing.attempts else ""
        rang = f", rang {telling.when(standing.cause.received)}"
        return f"{_to_call(telling, standing)}{_number(standing)}{rang}{tried}{time}"
    if standing.case.channel is Channel.NOTE:
        return f"{name}{time}"
    new = " (new)" if standing.who.new else ""
    time += ", your answer came back" if standing.came_back else ""
    about = _subject(telling, standing)
    return f"{name}{new}{time}: {about}" if about else f"{name}{new}{time}"


def _name(telling: _Telling, standing: Standing) -> str:
    if standing.case.channel is Channel.NOTE:
        note = plain(standing.cause.subject, SUBJECT) if telling.privacy is Privacy.FULL else ""
        return note or "A note of yours"
    who = standing.who
    known = (who.name, who.number, who.phone, who.address)
    return next((name for text in known if (name := plain(text, NAME))), "Somebody")


def _to_call(telling: _Telling, standing: Standing) -> str:
    """Whom to call back; who kept his number back can only be told of."""
    name = _name(telling, standing)
    return f"Call back {name}" if standing.who.phone else f"{name} left a message without a number"


def _names(telling: _Telling) -> str:
    """ "Ada King and 1 more": the first by name."""
    first = _name(telling, telling.people[0])
    more = len(telling.people) - 1
    return f"{first} and {more} more" if more else first


def _number(standing: Standing) -> str:
    who = standing.who
    return f": {plain(who.number or who.phone, NAME)}" if who.name and who.phone else ""


def _tried(telling: _Telling, standing: Standing) -> str:
    return f"Tried {telling.when(standing.attempts[-1])}." if standing.attempts else ""


def _promised(telling: _Telling, standing: Standing) -> str:
    """ "the plans", where my own words say and may be shown."""
    promise = standing.case.promise
    what = plain(promise.what, SUBJECT) if promise and telling.privacy is Privacy.FULL else ""
    return what or "an answer"


def _unreached(telling: _Telling, standing: Standing) -> str:
    """ "gil@example.org could not be reached. They still wait." """
    failed = [plain(address, NAME) for address in standing.came_back] if telling.privacy is Privacy.FULL else []
    return f"{', '.join(failed)} could not be reached. They still wait." if any(failed) else "They still wait."


def _rang(telling: _Telling, standing: Standing) -> str:
    return f"Rang {telling.when(standing.cause.received)}."


def _subject(telling: _Telling, standing: Standing) -> str:
    """ "Quote for March, by Wednesday"; empty where subjects are not shown."""
    if telling.privacy is not Privacy.FULL:
        return ""
    asked, due = standing.asked_by, standing.due
    by = f", by {telling.which_day(asked)}" if asked and due and asked > due else ""
    return (plain(standing.cause.subject, SUBJECT) or "No subject") + by


def _quoted(telling: _Telling, standing: Standing) -> str:
    """The question asked, else how the message begins."""
    if telling.privacy is not Privacy.FULL:
        return ""
    text = plain(next(iter(standing.cause.questions), standing.cause.excerpt), TEXT)
    return f'"{text}"' if text else ""


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def _count(people: Sequence[Standing], *, still: bool = False) -> str:
    persons = _persons(people)
    return f"{persons} {'still ' if still else ''}{'waits' if persons.startswith('1 ') else 'wait'}"


def _persons(people: Sequence[Standing]) -> str:
    """ "3 people": somebody with two cases is one."""
    count = len({one.who.address or one.who.phone or one.who.name or one.case.ref for one in people})
    return "1 person" if count == 1 else f"{count} people"


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


_WORDS: dict[NoticeKind, Callable[[_Telling], tuple[str, list[str]]]] = {
    NoticeKind.BEFORE: _before,
    NoticeKind.DUE: _due,
    NoticeKind.MORNING: _morning,
    NoticeKind.SNOOZE_ENDED: _snooze_ended,
    NoticeKind.CAME_BACK: _came_back,
    NoticeKind.FIRST_READ: _first_read,
    NoticeKind.STALE: _stale,
    NoticeKind.ALL_CLEAR: _all_clear,
}
