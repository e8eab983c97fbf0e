"""The words notices are made of: who, what, since when, as much of it as privacy lets be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from triage.core.cases.order import late
from triage.core.cases.state import Standing
from triage.core.notices.notice import Notice
from triage.core.plain import plain
from triage.core.times.hours import Hours
from triage.model.cases import Channel
from triage.report.moments import when, which_day
from triage.settings import Privacy

NAME, SUBJECT, TEXT = 40, 60, 120
LINES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
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


def lines(telling: Telling, *, with_due: bool, room: int = LINES) -> list[str]:
    """A line for each case; the last says how many more there are."""
    room -= bool(telling.notice.as_of)
    shown = telling.people if len(telling.people) <= room else telling.people[: room - 1]
    told = [_line(telling, standing, with_due=with_due) for standing in shown]
    more = len(telling.people) - len(shown)
    return [*told, f"and {more} more"] if more else told


def _line(telling: Telling, standing: Standing, *, with_due: bool) -> str:
    name = called(telling, standing)
    if late(standing, telling.now):
        time = f", since {telling.which_day(standing.cause.received)}"
    else:
        time = f", before {telling.when(standing.due)}" if with_due and standing.due else ""
    if standing.case.channel is Channel.VOICEMAIL:
        since = f", rang {telling.when(standing.cause.received)}"
        since += f", tried {telling.when(standing.attempts[-1])}" if standing.attempts else ""
        return f"{to_call(telling, standing)}{number(standing)}{since}{time}"
    if standing.case.channel is Channel.NOTE:
        return f"{name}{time}"
    new = " (new)" if standing.who.new else ""
    time += ", your answer came back" if standing.came_back else ""
    about = subject(telling, standing)
    return f"{name}{new}{time}: {about}" if about else f"{name}{new}{time}"


def called(telling: Telling, standing: Standing) -> str:
    """What the one who waits is called, or the note itself where texts may be shown."""
    if standing.case.channel is Channel.NOTE:
        note = plain(standing.cause.subject, SUBJECT) if telling.privacy is Privacy.FULL else ""
        return note or "A note of yours"
    who = standing.who
    known = (who.name, who.number, who.phone, who.address)
    return next((name for text in known if (name := plain(text, NAME))), "Somebody")


def to_call(telling: Telling, standing: Standing) -> str:
    """Whom to call back; who kept his number back can only be told of."""
    name = called(telling, standing)
    return f"Call back {name}" if standing.who.phone else f"{name} left a message without a number"


def first_and_rest(telling: Telling) -> str:
    """ "Ada King and 1 more": the first by name."""
    first = called(telling, telling.people[0])
    more = len(telling.people) - 1
    return f"{first} and {more} more" if more else first


def number(standing: Standing) -> str:
    """ ": 202 555 0123" beside a name; empty where the number is the name."""
    who = standing.who
    return f": {plain(who.number or who.phone, NAME)}" if who.name and who.phone else ""


def tried(telling: Telling, standing: Standing) -> str:
    """When I last tried to call back; empty if never."""
    return f"Tried {telling.when(standing.attempts[-1])}." if standing.attempts else ""


def promised(telling: Telling, standing: Standing) -> str:
    """ "the plans", where my own words say and may be shown."""
    promise = standing.case.promise
    what = plain(promise.what, SUBJECT) if promise and telling.privacy is Privacy.FULL else ""
    return what or "an answer"


def unreached(telling: Telling, standing: Standing) -> str:
    """ "gil@example.org could not be reached. They still wait." """
    failed = [plain(address, NAME) for address in standing.came_back] if telling.privacy is Privacy.FULL else []
    return f"{', '.join(failed)} could not be reached. They still wait." if any(failed) else "They still wait."


def rang(telling: Telling, standing: Standing) -> str:
    """When they rang."""
    return f"Rang {telling.when(standing.cause.received)}."


def subject(telling: Telling, standing: Standing) -> str:
    """ "Quote for March, by Wednesday"; empty where subjects are not shown."""
    if telling.privacy is not Privacy.FULL:
        return ""
    asked, due = standing.asked_by, standing.due
    by = f", by {telling.which_day(asked)}" if asked and due and asked > due else ""
    return (plain(standing.cause.subject, SUBJECT) or "No subject") + by


def quoted(telling: Telling, standing: Standing) -> str:
    """The question asked, else how the message begins."""
    if telling.privacy is not Privacy.FULL:
        return ""
    text = plain(next(iter(standing.cause.questions), standing.cause.excerpt), TEXT)
    return f'"{text}"' if text else ""


def sentence(text: str) -> str:
    """With a full stop, unless it ends by itself."""
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def waiting(people: Sequence[Standing], *, still: bool = False) -> str:
    """ "3 people wait", "1 person still waits"."""
    told = persons(people)
    return f"{told} {'still ' if still else ''}{'waits' if told.startswith('1 ') else 'wait'}"


def persons(people: Sequence[Standing]) -> str:
    """ "3 people": somebody with two cases is one."""
    count = len({one.who.address or one.who.phone or one.who.name or one.case.ref for one in people})
    return "1 person" if count == 1 else f"{count} people"


def listed(names: Sequence[str]) -> str:
    """ "office, home and club"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
