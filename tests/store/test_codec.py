"""Values survive the way to JSON and back."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.made import at, message
from triage.model.cases import Case, Outcome
from triage.model.health import Progress
from triage.model.mail import Message
from triage.store.codec import dumps, loads, moment, stamp

MOMENTS = st.datetimes(timezones=st.just(UTC))
st.register_type_strategy(datetime, MOMENTS)
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))


@settings(max_examples=60, deadline=None)
@given(st.from_type(Message))
def test_messages_come_back(value: Message) -> None:
    assert loads(Message, dumps(value)) == value


@settings(max_examples=40, deadline=None)
@given(st.from_type(Case))
def test_cases_come_back(value: Case) -> None:
    assert loads(Case, dumps(value)) == value


@settings(max_examples=40, deadline=None)
@given(st.from_type(Outcome))
def test_outcomes_come_back(value: Outcome) -> None:
    assert loads(Outcome, dumps(value)) == value


@given(MOMENTS, MOMENTS)
def test_stamps_sort_like_moments(one: datetime, other: datetime) -> None:
    assert (stamp(one) < stamp(other)) is (one < other)
    assert moment(stamp(one)) == one


def test_stamps_are_utc() -> None:
    assert stamp(at().astimezone(timezone(timedelta(hours=5)))) == stamp(at())


def test_big_numbers_come_back() -> None:
    assert loads(Progress, dumps(Progress(done=2**80, of=2**90))) == Progress(done=2**80, of=2**90)


def test_fields_of_other_releases_do_no_harm() -> None:
    text = dumps(message("a")).replace("{", '{"from_the_future":[1],', 1)
    assert loads(Message, text) == message("a")


def test_lone_surrogates_become_question_marks() -> None:
    assert loads(Message, dumps(message("a", subject="a\udc80\U0001f600"))).subject == "a?\U0001f600"
