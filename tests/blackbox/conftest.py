"""A home for every test, and the servers the tests of this folder share."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.blackbox.homes import Home, ago, letter, put
from tests.servers.dovecot import Dovecot, running_dovecot
from tests.servers.notifications import Recorder, SessionBus

# A shell has what it runs in the background ignore SIGINT, and whatever that starts: Ctrl-C is tried all the same.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Empty but for a configuration that reads the Maildir `mail`."""
    made = Home(tmp_path / "home")
    made.configure()
    return made


@pytest.fixture(scope="session")
def _read_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Maildir with mail of five people, read once."""
    root = tmp_path_factory.mktemp("read") / "home"
    made = Home(root)
    made.configure()
    fill(made)
    assert made.triage("poll").code == 0
    return root


@pytest.fixture
def read(home: Home, _read_home: Path) -> Home:
    """A home whose mail has been read: Ada, Ben and two Kims wait, Lea is answered, a newsletter is set aside."""
    shutil.copytree(_read_home / "state", home.root / "state")
    shutil.copytree(_read_home / "mail", home.mail)
    return home


def fill(home: Home) -> None:
    """The mail of `read`."""
    put(home.mail / "INBOX", letter(at=ago(minutes=90)), ago(minutes=90))
    ben = letter("Plans for the kitchen", sender="Ben Ott <ben@ott.example>", text="When can you come by?")
    put(home.mail / "INBOX", ben, ago(minutes=80))
    for number, who in enumerate(("Kim Lee <kim@one.example>", "Kim Roe <kim@two.example>")):
        put(home.mail / "INBOX", letter(f"Chair {number}", sender=who, text="Is it ready?"), ago(minutes=70 - number))
    lea = letter("Lunch", sender="Lea Brandt <lea@example.org>", text="Shall we have lunch?")
    put(home.mail / "INBOX", lea, ago(minutes=60))
    put(home.mail / "Sent", reply(lea, "Yes, at one."), ago(minutes=50))
    news = letter(
        "Offers", sender="Shop <news@shop.example>", text="Buy now!", list_unsubscribe="<mailto:x@shop.example>"
    )
    put(home.mail / "INBOX", news, ago(minutes=40))


def reply(raw: bytes, text: str) -> bytes:
    """Robin's answer to this letter."""
    lines = dict(line.split(": ", 1) for line in raw.decode().split("\n\n")[0].splitlines() if ": " in line)
    number, sender = lines["Message-ID"], lines["From"]
    return letter(
        f"Re: {lines['Subject']}",
        text=text,
        sender="Robin Vale <robin@example.org>",
        to=sender,
        at=ago(minutes=50),
        in_reply_to=number,
        references=number,
    )


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def bus() -> Iterator[SessionBus]:
    with SessionBus() as started:
        yield started


@pytest.fixture
def recorder(bus: SessionBus) -> Iterator[Recorder]:
    with Recorder(bus.address) as service:
        yield service
