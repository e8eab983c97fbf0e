"""An archive lived through again: verdicts as of arrival, rounds, notices in order, and where it all ended."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.mail import ADA, BEN, HOURS, KIM, ME, POLICY, at, entry, mine
from triage.core.past.arriving import Reader, in_order, unique
from triage.core.past.replaying import Lived, Replay, replay
from triage.core.past.ringing import LATE_FOR
from triage.model.cases import AnsweredBy, State
from triage.model.entries import Entry
from triage.model.judgements import Kind
from triage.model.notices import Stage
from triage.settings import Me, Reminders

ROBIN = Me(name="Robin Vale", addresses=(ME,), team=("*@example.com",))
DAY = 24.0
EVENING = 8.0  # hours after nine
NOTHING_ASKED = "The report is attached."


def lived(*entries: Entry, until: float = 14 * DAY, since: float | None = None, me: Me = ROBIN) -> Replay:
    found = replay(
        entries,
        me=me,
        policy=POLICY,
        reminders=Reminders(),
        since=None if since is None else at(since),
        until=at(until),
    )
    assert found is not None
    return found


def only(whole: Replay) -> Lived:
    (found,) = whole.cases
    return found


def stages(one: Lived) -> list[tuple[float, int]]:
    """Hours after Monday nine, and the stage."""
    return [((moment - at(0)) / timedelta(hours=1), stage) for moment, stage in one.rang]


# --- rounds ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answered", "state", "on_time"),
    [
        pytest.param(2.0, State.ANSWERED, True, id="the same day"),
        pytest.param(EVENING, State.ANSWERED, True, id="at the last moment"),
        pytest.param(DAY, State.ANSWERED, False, id="the next day"),
        pytest.param(None, State.OWED, False, id="never"),
    ],
)
def test_a_question_is_answered_in_time_or_not(answered: float | None, state: State, on_time: bool) -> None:
    mails = [entry("ask")] + ([mine("reply", hours=answered, replies="ask")] if answered else [])
    found = only(lived(*mails))
    assert found.standing.state is state
    assert found.last is not None
    assert found.last.on_time(at(14 * DAY)) is on_time
    assert found.last.answered_at == (at(answered) if answered else None)


def test_what_is_not_due_yet_at_the_end_is_neither() -> None:
    found = only(lived(entry("ask"), until=1))
    assert found.standing.state is State.OWED
    assert found.last is not None
    assert found.last.on_time(at(1)) is None


def test_what_came_after_the_end_does_not_exist() -> None:
    whole = lived(entry("ask"), mine("reply", hours=2, replies="ask"), entry("other", hours=3, sender=BEN), until=1)
    assert only(whole).standing.state is State.OWED
    assert [one.arrived.entry.message.key for one in whole.heard] == ["id:<ask>"]


def test_several_rounds_of_one_case_stand_in_their_order() -> None:
    found = only(
        lived(
            entry("one"),
            mine("first", hours=1, replies="one"),
            entry("two", hours=2, replies="first", references=("one", "first")),
            entry("three", hours=3, replies="first", references=("one", "first")),
            mine("second", hours=DAY, replies="three", references=("one", "first", "three")),
            entry("four", hours=DAY + 1, replies="second", references=("one", "first", "three", "second")),
        )
    )
    told = [(one.cause.key, len(one.debts), one.answered_at) for one in found.rounds]
    assert told == [("id:<one>", 1, at(1)), ("id:<two>", 2, at(DAY)), ("id:<four>", 1, None)]
    assert found.last is found.rounds[-1]


def test_a_coworker_may_answer() -> None:
    ask = entry("ask", to=(ME, KIM))
    reply = entry("reply", hours=1, sender=KIM, to=(ADA,), cc=(ME,), replies="ask", text=NOTHING_ASKED)
    found = only(lived(ask, reply))
    assert found.standing.state is State.ANSWERED
    assert found.last is not None
    assert (found.last.by, found.last.answered_at) == (AnsweredBy.COWORKER, at(1))


def test_what_asks_nothing_is_skipped_with_its_reasons() -> None:
    found = only(lived(entry("news", sender="news@shop.example", headers=(("list-unsubscribe", "<https://x>"),))))
    assert (found.standing.state, found.rounds, found.rang) == (State.SKIPPED, (), ())
    assert found.standing.cause.reasons


# --- notices --------------------------------------------------------------------------------------------------------


def test_the_notices_of_a_day_and_the_mornings_after() -> None:
    found = only(lived(entry("ask"), until=2 * DAY + 1))
    soon = [(6.0, 120), (7.5, 30), (EVENING - 1 / 6, 10), (EVENING, 0)]
    mornings = [(DAY + 1 / 12, Stage.MORNING), (2 * DAY + 1 / 12, Stage.MORNING)]
    assert stages(found) == [(pytest.approx(hour), stage) for hour, stage in soon + mornings]


PROMISE = "Thanks, I will send you the plans by tomorrow noon."


def test_a_promise_rings_as_who_waits_does_until_it_is_kept() -> None:
    asked = entry("ask"), mine("hold", hours=1, replies="ask", text=PROMISE)
    broken = only(lived(*asked, until=DAY + 5))
    assert broken.standing.state is State.PROMISED
    assert [stage for _, stage in stages(broken)] == [120, 30, 10, 0]
    kept = mine("plans", hours=DAY + 1.5, replies="ask", text="Here are the plans, three pages.")
    assert [stage for _, stage in stages(only(lived(*asked, kept)))] == [120]


def test_an_answer_silences_what_would_have_come() -> None:
    found = only(lived(entry("ask"), mine("reply", hours=7, replies="ask")))
    assert stages(found) == [(6.0, 120)]


def test_those_due_together_ring_together() -> None:
    whole = lived(entry("ask"), entry("other", hours=1, sender=BEN), until=EVENING + 1)
    assert [sorted(one.stages.values()) for one in whole.rang] == [[120] * 2, [30] * 2, [10] * 2, [0] * 2]


def test_no_stage_of_a_day_rings_twice_whatever_follows() -> None:
    chasers = [entry(f"ask{n}", hours=5.9 + n / 10, replies="ask", references=("ask",)) for n in range(20)]
    whole = lived(entry("ask"), *chasers, until=DAY)
    assert [stage for _, stage in only(whole).rang] == [120, 30, 10, 0]


def test_late_ones_are_spoken_of_for_a_fortnight() -> None:
    found = only(lived(entry("ask"), until=60 * DAY))
    last, stage = found.rang[-1]
    assert stage == Stage.MORNING
    assert timedelta() < last - at(EVENING) <= LATE_FOR
    assert len(found.rang) == 4 + 10


def test_what_came_before_the_first_day_is_known_and_rings_never() -> None:
    old, new = entry("old", sender=BEN), entry("new", hours=DAY, sender=BEN)
    whole = lived(old, new, since=DAY - 1, until=2 * DAY)
    assert [one.standing.case.thread for one in whole.cases] == ["id:<new>"]
    assert {stage for notice in whole.rang for stage in notice.stages} == {only(whole).standing.case.ref}
    assert "first-contact" not in {reason.rule for reason in whole.heard[0].arrived.judgement.reasons}


# --- as it was known when it came -----------------------------------------------------------------------------------


def rules_of(whole: Replay, name: str) -> set[str]:
    (found,) = (one for one in whole.heard if one.arrived.entry.message.message_id == f"<{name}>")
    return {reason.rule for reason in found.arrived.judgement.reasons}


def test_a_stranger_is_new_once() -> None:
    whole = lived(entry("one"), entry("two", hours=1, subject="Another thing"))
    assert "first-contact" in rules_of(whole, "one")
    assert "first-contact" not in rules_of(whole, "two")


def test_what_i_wrote_later_was_not_known() -> None:
    whole = lived(entry("one"), mine("offer", hours=1, subject="Offer"), entry("two", hours=2, subject="Offers"))
    assert "first-contact" in rules_of(whole, "one")
    assert "first-contact" not in rules_of(whole, "two")


def test_an_alias_is_mine_from_when_i_used_it() -> None:
    """Before that, mail to it may be for anybody."""
    alias = "sales@other.example"
    one = entry("one", to=(alias, "x@other.example"), headers=())
    two = entry("two", hours=2, to=(alias, "x@other.example"), sender=BEN)
    whole = lived(one, mine("used", hours=1, sender=alias, to=("y@z.example",)), two)
    first, second = (one.arrived.judgement for one in whole.heard)
    assert "to you among 2" not in {reason.text for reason in first.reasons}
    assert second.score > first.score


def test_a_reply_is_known_for_one_though_my_clock_is_ahead() -> None:
    ask = mine("ask", hours=1, text="When can you come?", subject="Plans")
    reply = entry("reply", hours=0.9, replies="ask", subject="Re: Plans", text="On Monday.")
    assert "replies-to-you" in rules_of(lived(ask, reply), "reply")


def test_mine_stands_before_what_replies_to_it() -> None:
    ask, reply = mine("ask", hours=1), entry("reply", hours=0.9, replies="ask")
    assert [one.message.key for _, one in in_order((reply, ask))] == ["id:<ask>", "id:<reply>"]


def test_my_name_is_learned_from_my_own_mail() -> None:
    reader = Reader(me=Me(addresses=(ME,)), hours=HOURS)
    list(reader.read([entry("one"), mine("two", hours=1, sender=f"Robin Vale <{ME}>")]))
    assert reader.people.me.name == "Robin Vale"


def test_a_message_in_two_mailboxes_counts_once_and_is_mine_if_one_is_sent() -> None:
    copy = entry("note", sender=ME, to=(ADA,))
    (found,) = unique([copy, replace(copy, outgoing=True, mailboxes=("Sent",)), copy])
    assert found.outgoing
    assert found.mailboxes == ("INBOX", "Sent")


def test_conversations_tied_together_later_are_one() -> None:
    """The link comes last: what was judged before it knows nothing of the other half."""
    reader = Reader(me=ROBIN, hours=HOURS)
    mails = [
        mine("left", text="When can you come?"),
        entry("right", hours=1),
        entry("link", hours=2, references=("left", "right"), replies="left", text="On Monday."),
    ]
    found = {one.entry.message.key: one.judgement for one in reader.read(mails)}
    assert "replies-to-you" in {reason.rule for reason in found["id:<link>"].reasons}


def test_each_message_tells_what_became_of_it() -> None:
    whole = lived(
        entry("ask"),
        mine("reply", hours=1, replies="ask"),
        entry("more", hours=2, replies="reply", references=("ask", "reply")),
    )
    told = {
        one.arrived.entry.message.message_id: (one.answered_at, one.open_at_end, one.standing.state)
        for one in whole.heard
    }
    assert told == {"<ask>": (at(1), False, State.OWED), "<more>": (None, True, State.OWED)}
    assert whole.sent == 1
    assert all(one.arrived.judgement.kind is not Kind.MINE for one in whole.heard)


def test_an_empty_archive_is_none() -> None:
    assert replay((), me=ROBIN, policy=POLICY, reminders=Reminders()) is None


def test_the_order_of_the_files_does_not_matter() -> None:
    mails = [entry("ask"), mine("reply", hours=1, replies="ask"), entry("other", hours=2, sender=BEN)]
    assert lived(*mails) == lived(*reversed(mails))
