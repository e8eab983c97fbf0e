"""`judge` and `replay` as installed: the shapes of the contract, without configuration and without a trace."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.blackbox.homes import ROBIN, Home, Result, letter

MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
ROBINS = f"Robin Vale <{ROBIN}>"
JUDGED = [
    "file",
    "message_id",
    "owes",
    "score",
    "asks",
    "kind",
    "own_words",
    "questions",
    "promise",
    "reasons",
    "error",
]
HEARD = [*JUDGED, "received", "thread", "state_at_end", "answered_at", "open_at_end"]
CASE = [
    "thread",
    "message_ids",
    "who",
    "subject",
    "received",
    "due",
    "state",
    "answered_at",
    "answered_by",
    "on_time",
    "notices",
    "reasons",
]
KINDS = {
    "person",
    "automatic",
    "list",
    "bounce",
    "auto-reply",
    "calendar",
    "receipt",
    "voicemail",
    "missed-call",
    "mine",
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Nothing but a folder: no configuration, no database."""
    made = Home(tmp_path / "home")
    made.env["TZ"] = "UTC"
    return made


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.out.splitlines()]


def write(home: Home, name: str, raw: bytes) -> Path:
    path = home.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    return path


def number(raw: bytes) -> str:
    return next(line[12:] for line in raw.decode().splitlines() if line.startswith("Message-ID: "))


def when(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def answer(asked: bytes, hours: float) -> bytes:
    name = number(asked)
    return letter(
        "Re: Quote for March",
        text="Here it is.",
        sender=ROBINS,
        to="ada@bakery.example",
        at=when(hours),
        in_reply_to=name,
        references=name,
    )


def archive(home: Home) -> Path:
    """Three who asked on a Monday: one had an answer the same day, one the next, one never; and a newsletter."""
    root = home.root / "old"
    asked = [letter(f"Quote {n}", sender=f"Ada {n} <ada{n}@bakery.example>", at=when(n)) for n in range(3)]
    replies = [
        letter(
            f"Re: Quote {n}",
            text="Here it is.",
            sender=ROBINS,
            to=f"ada{n}@bakery.example",
            at=when(hours),
            in_reply_to=number(asked[n]),
        )
        for n, hours in enumerate((4, 26))
    ]
    news = letter(
        "Offers",
        sender="Shop <news@shop.example>",
        at=when(50),
        text="Buy!",
        list_unsubscribe="<mailto:x@shop.example>",
    )
    for place, raw in enumerate((*asked, news)):
        write(home, f"old/INBOX/cur/m{place}.host:2,S", raw)
    for place, raw in enumerate(replies):
        write(home, f"old/Sent/cur/s{place}.host:2,S", raw)
    return root


# --- judge ----------------------------------------------------------------------------------------------------------


def test_a_verdict_has_the_shape_of_the_contract(home: Home) -> None:
    path = write(home, "ask.eml", letter(text="Hi Robin,\n\ncould you send it?\n\n> From: you\n> No."))
    run = home.triage("judge", str(path), "--me", ROBIN)
    (found,) = lines(run)
    assert (run.code, run.err) == (0, "")
    assert list(found) == JUDGED
    assert found["file"] == str(path)
    assert (found["owes"], found["kind"], found["error"], found["promise"]) == (True, "person", None, None)
    assert 0.5 <= found["asks"] <= 1
    assert found["own_words"].endswith("could you send it?")
    assert found["questions"] == ["could you send it?"]
    assert all(list(reason) == ["rule", "points", "text"] for reason in found["reasons"])
    assert found["score"] == pytest.approx(sum(reason["points"] for reason in found["reasons"]))


def test_asks_does_not_mind_who_is_asked(home: Home) -> None:
    raw = letter(to="kim@example.org", list_id="<tea.lists.example.org>", text="Could you send me the list, please?")
    (found,) = lines(home.triage("judge", str(write(home, "a.eml", raw)), "--me", ROBIN))
    assert not found["owes"]
    assert found["asks"] >= 0.5


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["plain", "json"])
def test_many_files_give_a_line_each_in_their_order(home: Home, options: list[str]) -> None:
    paths = [str(write(home, f"{n}.eml", letter(f"Subject {n}"))) for n in range(5)]
    found = lines(home.triage("judge", *paths, "--me", ROBIN, *options))
    assert [one["file"] for one in found] == paths
    assert {one["kind"] for one in found} <= KINDS


def test_standard_input_may_be_a_message_or_an_mbox(home: Home) -> None:
    one = letter("one").decode()
    many = "".join(f"From ada@bakery.example Mon Nov 16 10:00:00 2026\n{letter(name).decode()}\n" for name in "ab")
    assert len(lines(home.triage("judge", "-", "--me", ROBIN, stdin=one))) == 1
    assert len(lines(home.triage("judge", "-", "--me", ROBIN, stdin=many))) == 2


def test_in_a_mailbox_the_thread_is_known(home: Home) -> None:
    """My own message and the thanks for it: alone the thanks would come from a stranger."""
    offer = letter("Offer", sender=ROBINS, to="ada@bakery.example", at=when(0), text="When can you come?")
    thanks = letter("Re: Offer", at=when(1), text="On Monday.", in_reply_to=number(offer))
    box = b"".join(b"From x@example.org Mon Nov 16 10:00:00 2026\n" + raw + b"\n" for raw in (offer, thanks))
    mine, theirs = lines(home.triage("judge", str(write(home, "all.mbox", box)), "--me", ROBIN))
    (alone,) = lines(home.triage("judge", str(write(home, "one.eml", thanks)), "--me", ROBIN))
    assert mine["kind"] == "mine"
    assert "replies-to-you" in {reason["rule"] for reason in theirs["reasons"]}
    assert "replies-to-you" not in {reason["rule"] for reason in alone["reasons"]}


def test_an_unreadable_file_gives_its_line_and_exit_1_at_the_end(home: Home) -> None:
    good, empty = write(home, "good.eml", letter()), write(home, "empty.eml", b"")
    run = home.triage("judge", str(home.root / "gone.eml"), str(empty), str(good), "--me", ROBIN)
    found = lines(run)
    assert run.code == 1
    assert [list(one) for one in found] == [JUDGED] * 3
    assert [bool(one["error"]) for one in found] == [True, True, False]
    assert run.err.startswith("triage: 2 of 3 could not be read\n")


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["judge", "a.eml"], id="judge without me"),
        pytest.param(["judge", "--me", ROBIN], id="judge without a file"),
        pytest.param(["judge", "a.eml", "--me", "robin"], id="no address"),
        pytest.param(["replay", ".", "--me", ROBIN, "--since", "soon"], id="no day"),
        pytest.param(
            ["replay", ".", "--me", ROBIN, "--since", "2026-11-20", "--until", "2026-11-19"], id="ends before it begins"
        ),
    ],
)
def test_wrong_usage_is_two_lines_and_exit_2(home: Home, words: list[str]) -> None:
    write(home, "a.eml", letter())
    run = home.triage(*words)
    assert (run.code, run.out, len(run.err.splitlines())) == (2, "", 2), run


def test_what_strangers_hide_is_escaped(home: Home) -> None:
    raw = letter("Quote \u202egpj.exe", text="Could you \x1b[2J see \u202e this?")
    run = home.triage("judge", str(write(home, "a.eml", raw)), "--me", ROBIN)
    assert not set(run.out) & set("\x1b\u202e\x9b")
    assert len(run.out.splitlines()) == 1


def test_neither_writes_anything(home: Home) -> None:
    root = archive(home)
    before = sorted(home.root.rglob("*"))
    assert home.triage("judge", str(root), "--me", ROBIN).code == 0
    assert home.triage("replay", str(root), "--me", ROBIN).code == 0
    assert sorted(home.root.rglob("*")) == before


# --- replay ---------------------------------------------------------------------------------------------------------


def test_a_replay_is_a_line_a_case_and_a_summary(home: Home) -> None:
    run = home.triage("replay", str(archive(home)), "--me", ROBIN)
    *cases, last = lines(run)
    assert (run.code, run.err) == (0, "")
    assert [list(one) for one in cases] == [CASE] * 4
    told = {one["subject"]: (one["state"], one["on_time"], one["answered_at"], one["answered_by"]) for one in cases}
    assert told == {
        "Quote 0": ("answered", True, "2026-11-16T13:00:00+00:00", "mail"),
        "Quote 1": ("answered", False, "2026-11-17T11:00:00+00:00", "mail"),
        "Quote 2": ("owed", False, None, None),
        "Offers": ("skipped", None, None, None),
    }
    due = {one["subject"]: one["due"] for one in cases}
    assert due == {**dict.fromkeys(("Quote 0", "Quote 1", "Quote 2"), "2026-11-16T17:00:00+00:00"), "Offers": None}
    figures = last["summary"]
    assert [figures[name] for name in ("owed", "on_time", "late", "never", "messages", "sent")] == [3, 1, 1, 1, 4, 2]


def test_a_replay_tells_when_it_would_have_rung(home: Home) -> None:
    cases = {one["subject"]: one for one in lines(home.triage("replay", str(archive(home)), "--me", ROBIN))[:-1]}
    assert cases["Quote 0"]["notices"] == []
    stages = [(one["at"][8:16], one["stage"]) for one in cases["Quote 1"]["notices"]]
    assert stages == [("16T15:00", 120), ("16T16:30", 30), ("16T16:50", 10), ("16T17:00", 0), ("17T09:05", -1)]


def test_the_messages_of_a_replay(home: Home) -> None:
    found = lines(home.triage("replay", str(archive(home)), "--me", ROBIN, "--messages"))
    assert [list(one) for one in found] == [HEARD] * 4
    told = [(one["state_at_end"], one["answered_at"] is not None, one["open_at_end"]) for one in found]
    assert told == [
        ("answered", True, False),
        ("answered", True, False),
        ("owed", False, True),
        ("skipped", False, False),
    ]
    assert all(one["thread"] == one["message_id"] for one in found)
    assert [one["received"] for one in found] == sorted(one["received"] for one in found)


@pytest.mark.parametrize(
    ("options", "subjects"),
    [
        pytest.param(["--since", "2026-11-18"], ["Offers"], id="since"),
        pytest.param(["--until", "2026-11-16"], ["Quote 0", "Quote 1", "Quote 2"], id="until"),
        pytest.param(["--since", "2026-11-17", "--until", "2026-11-17"], [], id="nothing between"),
    ],
)
def test_a_replay_of_a_stretch(home: Home, options: list[str], subjects: list[str]) -> None:
    found = lines(home.triage("replay", str(archive(home)), "--me", ROBIN, *options))
    assert [one["subject"] for one in found[:-1]] == subjects


def test_sent_mail_may_lie_elsewhere(home: Home) -> None:
    asked = letter(at=when(0))
    inbox = write(home, "in.mbox", b"From a@b.example Mon Nov 16 10:00:00 2026\n" + asked + b"\n")
    out = write(home, "2026.mbox", b"From a@b.example Mon Nov 16 10:00:00 2026\n" + answer(asked, 1) + b"\n")
    me = "other@example.org"
    without = lines(home.triage("replay", str(inbox), str(out), "--me", me))
    told = lines(home.triage("replay", str(inbox), "--sent", str(out), "--me", me))
    assert without[0]["state"] == "owed"
    assert told[0]["state"] == "answered"


def test_a_summary_reads_well(home: Home) -> None:
    run = home.triage("replay", str(archive(home)), "--me", ROBIN, "--text")
    first = run.out.splitlines()[0]
    assert first == "16 Nov 2026 to 18 Nov 2026: 3 owed, 1 answered by the evening, 1 later, 1 never."
    assert "Quote 2" in run.out
    assert max(map(len, run.out.splitlines())) <= 80


def test_the_configuration_lends_its_hours(home: Home) -> None:
    home.configure(workday='[workday]\ntimezone = "UTC"\ndays = "mon-sun"\nstart = "08:00"\nend = "12:00"')
    cases = lines(home.triage("replay", str(archive(home))))[:-1]
    assert {one["due"] for one in cases if one["due"]} == {"2026-11-16T12:00:00+00:00"}


def test_nothing_there_is_said(home: Home) -> None:
    (home.root / "empty").mkdir()
    for path in ("gone", "empty"):
        run = home.triage("replay", str(home.root / path), "--me", ROBIN)
        assert (run.code, run.out, len(run.err.splitlines())) == (1, "", 2)


def test_a_reader_that_goes_away_is_no_defect(home: Home) -> None:
    import subprocess
    import sys

    path = write(
        home, "all.mbox", b"".join(b"From a@b.c Mon Nov 16 10:00:00 2026\n" + letter() + b"\n" for _ in range(300))
    )
    run = subprocess.run(
        f"{sys.executable} -m triage judge {path} --me {ROBIN} | head -c 10",
        shell=True,
        env=home.env,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.stderr == ""


def test_every_message_of_a_mailbox_has_its_line_copies_too(home: Home) -> None:
    raw = letter(at=when(0))
    box = b"".join(b"From x@example.org Mon Nov 16 10:00:00 2026\n" + one + b"\n" for one in (raw, raw))
    assert len(lines(home.triage("judge", str(write(home, "all.mbox", box)), "--me", ROBIN))) == 2


def test_nothing_came_later_than_now(home: Home) -> None:
    path = write(
        home, "in.mbox", b"From a@b.example Mon Nov 16 10:00:00 2026\n" + letter(at=datetime(2099, 1, 1, tzinfo=UTC))
    )
    found = lines(home.triage("replay", str(path), "--me", ROBIN))
    assert found[0]["received"] < "2090"
    assert found[-1]["summary"]["owed"] == 1
