"""Days to sum up: a busy Friday after a week of answers, and names that mean harm."""

from datetime import date

from tests.planning import DAYS, HOURS, ask, at, board, mark
from triage.core.past.summary import Summary, summary
from triage.model.board import Board
from triage.model.cases import AnsweredBy, Channel, Class, Outcome
from triage.model.marks import MarkKind

FRIDAY = DAYS["fri"]
HOSTILE = 'A|b*c_d`e[x](http://y)<b>"&\x1b[31m\u202egnp'


def ended(received: str, answered: str, due: str = "fri 17:00", **more: object) -> Outcome:
    fields: dict[str, object] = {"by": AnsweredBy.MAIL, "class_": Class.CLIENT, "channel": Channel.EMAIL, **more}
    return Outcome(
        cause=f"id:<{received}-{answered}>",
        ref=f"{received}-{answered}",
        received=at(received),
        due=at(due),
        answered_at=at(answered),
        **fields,  # type: ignore[arg-type]
    )


def friday(now: str = "fri 16:53", **more: object) -> Board:
    """A busy Friday after a week of answers."""
    moment = at(now)
    put_off = mark(MarkKind.SNOOZE, "id:<Cy Dorn>", at("fri 10:00"), until=at("mon2 09:00"))
    outcomes = (
        *(ended(f"{day} 09:00", f"{day} 10:30", f"{day} 17:00") for day in ("mon", "tue", "wed")),
        ended("thu 09:00", "thu 17:30", "thu 17:00"),
        ended("fri 09:00", "fri 09:48"),
        ended("fri 09:05", "fri 12:15", class_=Class.COWORKER),
        ended("fri 11:00", "fri 14:00", "fri 13:00", class_=Class.VIP, channel=Channel.VOICEMAIL),
        ended("fri 11:30", "fri 12:00", by=AnsweredBy.DISMISSED),
    )
    cases = (
        ask("Ada King", "wed 15:40", "wed 17:00"),
        ask("Ben Ott", "fri 13:10"),
        ask("Cy Dorn", "fri 09:30"),
        ask("Nora Hall", "fri 16:50", "mon2 17:00"),
    )
    return board(moment, *cases, marks=(put_off,), outcomes=outcomes, **more)


def of(seen: Board, now: str = "fri 16:53", first: date = FRIDAY, last: date | None = None) -> Summary:
    return summary(seen, first, last or first, at(now), received=41, hours=HOURS, clock=at(now))
