"""However calls, voicemails and mails come in, the same people wait in the end."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.planning import at
from tests.ringing import ADA_CARD, ADA_RINGS, JANET, Office, office, rang, rang_back, voicemail
from tests.rounds import ADA, answer, arrival, batch, mail
from triage.cli.past import board_at
from triage.core.cases.state import standings
from triage.model.board import Board
from triage.model.calls import Call
from triage.model.mail import Arrival, Role
from triage.store import reads

MORNING, NOW = at("mon 09:00"), at("mon 16:00")
NUMBERS = (JANET, "12025550123", "5550123", ADA_RINGS, "2025550198", "Anonymous", "201")
Event = Call | Arrival


@st.composite
def days(draw: st.DrawFn) -> list[Event]:
    """Calls from and to few numbers, some told of twice, and a mail with Ada now and then."""
    events: list[Event] = []
    for place in range(draw(st.integers(1, 9))):
        moment = MORNING + timedelta(minutes=draw(st.integers(0, 300)))
        kind = draw(st.sampled_from(["voicemail", "voicemail", "twice", "out", "in", "missed", "from ada", "to ada"]))
        number = draw(st.sampled_from(NUMBERS))
        events += _told(kind, f"{place}", moment, number, draw(st.integers(0, 60)))
    return events


def _told(kind: str, name: str, moment: datetime, number: str, seconds: int) -> list[Event]:
    left = voicemail(name, moment, number, seconds=seconds)
    match kind:
        case "voicemail":
            return [left]
        case "twice":
            again = replace(left, key=f"call:{name}-mail", at=moment + timedelta(seconds=seconds + 5), mailbox="1001")
            return [left, arrival(mail(f"pbx{name}", moment, "PBX <pbx@example.org>", call=again))]
        case "out":
            return [rang_back(name, moment, number, seconds)]
        case "in":
            return [rang(name, moment, number, seconds)]
        case "missed":
            return [rang(name, moment, number)]
        case "from ada":
            return [arrival(mail(f"quote{name}", moment, ADA))]
        case _:
            return [arrival(answer(f"reply{name}", f"quote{int(name) - 1}", moment, ADA), Role.SENT)]


def bring(house: Office, events: Sequence[Event], now: datetime) -> None:
    for event in events:
        if isinstance(event, Call):
            house.ring(now, event)
        else:
            house.step(batch(event), now)


def standing(board: Board) -> list[tuple[object, ...]]:
    """Who stands how, without the keys: which of two tellings was first decides those."""
    return sorted(
        (
            one.case.channel.value,
            one.who.phone or one.who.address,
            one.state.value,
            one.cause.received,
            str(one.due),
            one.chasers,
            one.attempts,
            len(one.case.items),
            [(outcome.by.value, outcome.answered_at) for outcome in one.case.settled],
        )
        for one in standings(board, NOW)
    )


def stored(house: Office) -> list[tuple[object, ...]]:
    board = reads.board(house.database, NOW, whole=True)
    assert board is not None
    return standing(board)


def by_heart(house: Office) -> list[tuple[object, ...]]:
    """All judged at once from the stored facts, as `--at` does."""
    known, hours = house.clerk.board(NOW), house.clerk.hours(NOW)
    return standing(board_at(known, NOW, database=house.database, config=house.config, hours=hours, now=NOW))


def lived(order: Sequence[Event], again: Sequence[Event]) -> tuple[list[tuple[object, ...]], ...]:
    """What stands after these, after some of them were told of again, and by heart."""
    with tempfile.TemporaryDirectory() as folder:
        house = office(Path(folder))
        house.knows(ADA_CARD)
        bring(house, order, NOW)
        first = stored(house)
        bring(house, again, NOW)
        found = first, stored(house), by_heart(house)
        house.close()
        return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(days(), st.randoms(use_true_random=False))
def test_the_same_people_wait_in_whatever_order_they_were_heard_of(events: list[Event], random: object) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    once, told_again, derived = lived(events, [])
    other, other_again, other_derived = lived(shuffled, events)
    assert once == told_again == other == other_again
    assert derived == other_derived == once
