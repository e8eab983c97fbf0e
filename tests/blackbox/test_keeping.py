"""`forget`, `export`, `import`, as they are called: what is gone is gone from every byte, what is kept comes back."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.blackbox.conftest import reply
from tests.blackbox.homes import ROBIN, Home, ago, letter, put

ADA = "ada@bakery.example"
BEN = "Ben Ott <ben@ott.example>"


def bytes_of(home: Home) -> bytes:
    """All that is kept, whatever file it stands in."""
    return b"".join(path.read_bytes() for path in home.state.rglob("*") if path.is_file()).lower()


def held(home: Home, *words: str) -> list[str]:
    """Those of the words that stand somewhere in what is kept; Mada is not Ada."""
    kept = bytes_of(home)
    return [word for word in words if re.search(rb"(?<!m)" + re.escape(word.lower().encode()), kept)]


# --- forget ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def office(home: Home) -> Home:
    """Ada wrote twice and was answered once; she also stands in a letter of Ben's, and Ben quotes her."""
    inbox, sent = home.mail / "INBOX", home.mail / "Sent"
    first = letter("Sourdough prices", text="Could you send the wholesale flour list?", at=ago(minutes=95))
    put(inbox, first, ago(minutes=95))
    put(sent, reply(first, "Here is the flour list."), ago(minutes=85))
    second = letter("Wedding cake", text="Can you confirm the marzipan by Friday?")
    put(inbox, second, ago(minutes=80))
    number = next(line for line in second.decode().splitlines() if line.startswith("Message-ID"))[12:]
    text = "I can bring the plates. Shall I?\n\nOn Tuesday Ada King wrote:\n> Can you confirm the marzipan by Friday?\n"
    answer = letter("Re: Wedding cake", sender=BEN, to=f"{ROBIN}, Ada King <{ADA}>", text=text, in_reply_to=number)
    put(inbox, answer, ago(minutes=70))
    other = letter("Plates", sender=BEN, to=f"{ROBIN}, Ada King <{ADA}>", text="Are the plates there? Ask Ada King.")
    put(inbox, other, ago(minutes=60))
    put(inbox, letter("Flowers", sender="Mada <mada@bakery.example>", text="Do you want flowers?"), ago(minutes=50))
    assert home.triage("poll").code == 0
    return home


WORDS = (ADA, "Ada King", "sourdough", "flour list", "marzipan")


def test_a_person_is_gone_from_every_byte(office: Home) -> None:
    office.triage("add", f"Ring {ADA} about the ovens")
    office.triage("done", "ada", "--note", f"told {ADA}")
    assert held(office, *WORDS) == list(WORDS)
    (office.state / "triage.db.bak").write_bytes(b"an older version, with Ada King")
    run = office.triage("forget", "ADA@bakery.example", "--yes")
    assert (run.code, run.err) == (0, "")
    assert "ada@bakery.example: 3 messages in 2 conversations, named in 2 other messages, 2 marks of yours." in run.out
    assert "Erased." in run.out
    assert held(office, *WORDS) == []


def test_others_still_wait_with_their_own_words(office: Home) -> None:
    office.triage("forget", ADA, "--yes")
    owed = office.triage("status", "--json").json["owed"]
    assert sorted(case["who"]["name"] for case in owed) == ["Ben Ott", "Ben Ott", "Mada"]
    assert {case["who"]["address"] for case in owed} == {"ben@ott.example", "mada@bakery.example"}
    ben = next(case for case in owed if case["subject"] == "Re: Wedding cake")
    assert "Shall I?" in " ".join(ben["questions"])


def test_a_number_stays_with_what_is_left_of_its_conversation(office: Home) -> None:
    before = {case["subject"]: case["id"] for case in office.triage("status", "--json").json["owed"]}
    office.triage("forget", ADA, "--yes")
    after = {case["subject"]: case["id"] for case in office.triage("status", "--json").json["owed"]}
    assert after["Re: Wedding cake"] == before["Wedding cake"]


def test_figures_stay_without_a_name(office: Home) -> None:
    before = office.triage("summary", "--json").json
    office.triage("forget", ADA, "--yes")
    after = office.triage("summary", "--json").json
    assert office.triage("status", "--json").json["counts"]["answered_today"] == 1
    assert after["answered"] == before["answered"]


def test_what_they_wrote_before_is_not_read_again_and_what_they_write_later_is(office: Home) -> None:
    office.triage("forget", ADA, "--yes")
    with closing(sqlite3.connect(office.state / "triage.db")) as connection, connection:
        connection.execute("UPDATE sources SET cursor = NULL")
    assert office.triage("poll").code == 0
    assert held(office, *WORDS) == []

    put(office.mail / "INBOX", letter("Scones", text="Do you like scones?"), ago())
    assert office.triage("poll").code == 0
    (ada,) = [case for case in office.triage("status", "--json").json["owed"] if case["subject"] == "Scones"]
    assert (ada["who"]["address"], ada["who"]["new"]) == (ADA, True)


def test_beside_the_daemon_it_is_the_daemon_that_erases(office: Home) -> None:
    with office.daemon():
        assert office.triage("forget", ADA, "--yes").code == 0
        assert held(office, *WORDS) == []


def test_a_reader_in_the_midst_of_reading_delays_only_the_last_bytes(office: Home) -> None:
    with closing(sqlite3.connect(office.state / "triage.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM messages").fetchone()
        run = office.triage("forget", ADA, "--yes")
        assert run.code == 0
        assert "Another program reads the database" in run.out
    assert office.triage("poll").code == 0
    assert held(office, *WORDS) == []


def test_it_asks_first(office: Home) -> None:
    run = office.triage("forget", ADA, stdin="n\n")
    assert (run.code, run.err) == (130, "triage: stopped\n")
    assert held(office, *WORDS) == list(WORDS)
    assert office.triage("forget", ADA, stdin="y\n").code == 0
    assert held(office, *WORDS) == []


@pytest.mark.parametrize(
    ("word", "code", "said"),
    [
        pytest.param("nobody@bakery.example", 1, "nothing is stored of nobody@bakery.example", id="a stranger"),
        pytest.param("da@bakery.example", 1, "nothing is stored of da@bakery.example", id="part of an address"),
        pytest.param("Ada", 2, "ada is no address", id="a name"),
        pytest.param(ROBIN, 2, f"{ROBIN} is you", id="myself"),
    ],
)
def test_what_cannot_be_forgotten(office: Home, word: str, code: int, said: str) -> None:
    run = office.triage("forget", word, "--yes")
    assert (run.code, run.out) == (code, "")
    assert said in run.err


def test_undo_does_not_bring_them_back(office: Home) -> None:
    office.triage("dismiss", "mada")
    office.triage("forget", ADA, "--yes")
    assert "Undone: dismissed" in office.triage("undo").out


def test_a_configuration_that_still_names_them_is_told(office: Home) -> None:
    office.configure(more=f'[[rule]]\nmatch = {{ from = "{ADA}" }}\nclass = "vip"')
    assert f"config.toml still names {ADA}" in office.triage("forget", ADA, "--yes").out.replace("\n", "")


# --- export and import ------------------------------------------------------------------------------------------------


@pytest.fixture
def lived(read: Home) -> Home:
    """A home in which things were said."""
    read.triage("done", "ada", "--note", "by telephone")
    read.triage("snooze", "ben", "2h")
    read.triage("add", "Mr Oni at the door")
    read.triage("dismiss", "lee", "--sender")
    read.triage("undo")
    read.configure(more='[[rule]]\nmatch = { from = "*@ott.example" }\nclass = "vip"\nreply_within = "2h"')
    assert read.triage("poll").code == 0
    return read


@pytest.fixture
def elsewhere(lived: Home, tmp_path: Path) -> Iterator[Home]:
    """Another machine that reads the same mail and knows nothing."""
    other = Home(tmp_path / "other")
    other.mail = lived.mail
    other.configure()
    yield other


def exported(home: Home) -> dict[str, object]:
    found: dict[str, object] = home.triage("export", "-").json
    return found


def standing(home: Home) -> dict[str, tuple[object, ...]]:
    """Every case by its ref: state, number, who."""
    cases = home.triage("list", "--all", "--json").json["cases"]
    return {case["ref"]: (case["state"], case["id"], case["who"]["name"], case["until"]) for case in cases}


@pytest.mark.parametrize("first", ["import", "poll"])
def test_into_an_empty_state_and_the_same_stands_there(lived: Home, elsewhere: Home, first: str) -> None:
    """Whichever comes first, the file or the mail."""
    assert lived.triage("export", "facts.json").code == 0
    steps = [("import", str(lived.root / "facts.json")), ("poll",)]
    for words in steps if first == "import" else reversed(steps):
        run = elsewhere.triage(*words)
        assert run.code == 0, run.err
    assert standing(elsewhere) == standing(lived)
    assert {key: value for key, value in exported(elsewhere).items() if key in ("marks", "outcomes")} == {
        key: value for key, value in exported(lived).items() if key in ("marks", "outcomes")
    }


def test_twice_is_once(lived: Home) -> None:
    before = exported(lived)
    stood = standing(lived)
    lived.triage("export", "facts.json")
    for _ in range(2):
        assert lived.triage("import", "facts.json").code == 0
    assert exported(lived) == before
    assert standing(lived) == stood


def test_what_was_said_later_here_goes_before_what_comes(lived: Home) -> None:
    lived.triage("export", "facts.json")
    (ref,) = [ref for ref, (_, _, who, _) in standing(lived).items() if who == "Ada King"]
    lived.triage("reopen", ref)
    lived.triage("add", "Something new")
    assert lived.triage("import", "facts.json").code == 0
    owed = {case["who"]["name"] or case["subject"] for case in lived.triage("status", "--json").json["owed"]}
    assert {"Ada King", "Something new"} <= owed
    assert "Undone: added: Something new" in lived.triage("undo").out


def test_two_lives_are_merged(lived: Home, elsewhere: Home) -> None:
    lived.triage("export", "facts.json")
    assert elsewhere.triage("poll").code == 0
    elsewhere.triage("done", "roe")
    assert elsewhere.triage("import", str(lived.root / "facts.json")).code == 0
    states = {who: state for state, _, who, _ in standing(elsewhere).values()}
    assert (states["Kim Roe"], states["Ada King"], states["Ben Ott"]) == ("answered", "answered", "snoozed")


def test_rules_that_are_missing_are_told_as_they_would_be_written(lived: Home, elsewhere: Home) -> None:
    lived.triage("export", "facts.json")
    run = elsewhere.triage("import", str(lived.root / "facts.json"))
    rule = '[[rule]]\nmatch = { from = "*@ott.example" }\nclass = "vip"\nreply_within = "2h"\n'
    assert rule in run.out
    elsewhere.configure(more=rule)
    assert "[[rule]]" not in elsewhere.triage("import", str(lived.root / "facts.json")).out


def test_the_file_is_mine_alone_and_whole(lived: Home) -> None:
    path = lived.root / "facts.json"
    path.write_text("before")
    path.chmod(0o644)
    assert lived.triage("export", "facts.json").code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    found = json.loads(path.read_text())
    assert (found["format"], found["version"]) == ("triage-export", 1)
    assert len(found["marks"]) == 6
    assert not list(lived.root.glob("*.part"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(None, "it is no JSON", id="no JSON"),
        pytest.param({"format": "backup"}, "it was not made by triage export", id="another program's"),
        pytest.param({"version": 2}, "the file is of version 2", id="a newer version"),
        pytest.param({"marks": None}, "marks is missing", id="a part missing"),
        pytest.param({"marks": [{"kind": "explode"}]}, "marks, number 1, makes no sense", id="an unknown mark"),
        pytest.param({"numbers": [{"number": "1", "key": "x", "used": "now"}]}, "numbers, number 1", id="a number"),
        pytest.param({"outcomes": [{"cause": 3}]}, "outcomes, number 1", id="an outcome"),
        pytest.param({"seen": {"id:<x>": "yesterday"}}, "seen, number 1", id="a moment"),
    ],
)
def test_a_file_that_is_not_right_changes_nothing(lived: Home, change: dict[str, object] | None, said: str) -> None:
    lived.triage("export", "facts.json")
    path = lived.root / "facts.json"
    whole = json.loads(path.read_text())
    path.write_text(json.dumps({**whole, **change}) if change else path.read_text()[:-40])
    before = exported(lived)
    run = lived.triage("import", "facts.json")
    assert run.code == 1
    assert said in run.err
    assert exported(lived) == before


def test_not_beside_the_daemon(lived: Home) -> None:
    lived.triage("export", "facts.json")
    with lived.daemon():
        run = lived.triage("import", "facts.json")
        assert run.code == 1
        assert "the daemon runs" in run.err
        assert lived.triage("export", "-").code == 0


def test_who_was_forgotten_since_does_not_come_back(read: Home) -> None:
    read.triage("dismiss", "ada", "--sender")
    read.triage("export", "facts.json")
    read.triage("forget", "ada@bakery.example", "--yes")
    (read.root / "facts.json").rename(read.root / "older.json")
    assert read.triage("import", "older.json").code == 0
    assert read.triage("poll").code == 0
    assert held(read, "ada@bakery.example", "Ada King") == []


def test_nothing_read_yet_exports_nothing(home: Home) -> None:
    assert home.triage("export", "-").code == 5


def test_where_it_cannot_be_written_is_told_and_a_device_stays_what_it_is(lived: Home) -> None:
    run = lived.triage("export", str(lived.root / "none" / "facts.json"))
    assert (run.code, run.out) == (1, "")
    assert "cannot be written" in run.err
    link = lived.root / "link.json"
    link.symlink_to(lived.root / "facts.json")
    assert lived.triage("export", str(link)).code == 0
    assert link.is_symlink()
    assert lived.triage("export", "/dev/null").code == 0
    assert Path("/dev/null").is_char_device()
