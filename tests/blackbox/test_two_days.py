"""Two days of work, a weekend between them: the installed program, a real mail server, and a day's notices on a bus.

The program's time is simulated (tests/servers/clock.py), the server's is not: it hands out what is delivered with its
date. Each script is told by the user's clock; in both, the weekend is the one on which the clocks change.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.blackbox.homes import ROBIN, Home, Running, letter
from tests.servers.clock import Clock
from tests.servers.dovecot import PASSWORD, Account, Dovecot
from tests.servers.notifications import Note, Recorder, SessionBus

ADA = "Ada King <ada@bakery.example>"
BEN = "Ben Ott <ben@ott.example>"
CY = "Cy Dahl <cy@dahl.example>"
DEE = "Dee Fox <dee@fox.example>"
EVE = "Eve Hall <eve@hall.example>"
FAY = "Fay Lund <fay@lund.example>"
SHOP = "Shop <news@shop.example>"
DAYS = {"thu": -1, "fri": 0, "sat": 1, "sun": 2, "mon": 3}
PEOPLE = (ADA, BEN, CY, DEE, EVE, FAY)
SOON = timedelta(minutes=2)

# When, of which kind, and about whom. Ada waits since before the first read. Ben is put off at 15:05, and answered
# after he rang with Cy; Sent is read a minute before the next notice may come. Dee wrote too late for Friday, Eve on
# Saturday, Fay while the server was down; Fay is done with by hand, Dee is answered, Eve is not.
EXPECTED = [
    ("fri 09:00", "first-read", []),
    ("fri 09:10", "morning", [ADA]),
    ("fri 15:00", "before", [BEN]),
    ("fri 15:35", "snooze-ended", [BEN]),
    ("fri 16:30", "before", [BEN, CY]),
    ("fri 16:40", "all-clear", []),
    ("mon 15:00", "before", [DEE, EVE, FAY]),
    ("mon 16:30", "before", [EVE]),
    ("mon 16:50", "before", [EVE]),
    ("mon 17:00", "due", [EVE]),
]


@dataclass
class World:
    """The daemon, its user and everybody who writes, in simulated time from the Thursday before."""

    friday: date
    zone: ZoneInfo
    clock: Clock
    home: Home
    account: Account
    recorder: Recorder
    heard: list[tuple[datetime, Note]] = field(default_factory=list)
    letters: dict[str, bytes] = field(default_factory=dict)
    daemon: Running | None = None

    @contextmanager
    def running(self) -> Iterator[Running]:
        with self.home.daemon(env=self.clock.watched) as daemon:
            self.daemon = daemon
            yield daemon

    def at(self, text: str) -> datetime:
        """ "mon 09:05" on the user's clock."""
        day, clock = text.split()
        when = self.friday + timedelta(days=DAYS[day])
        return datetime.combine(when, time.fromisoformat(clock), self.zone).astimezone(UTC)

    def until(self, text: str) -> None:
        """Let time pass, and write down what rings meanwhile."""
        assert self.daemon
        self.clock.run(self.daemon.process.pid, self.at(text), self._listen)
        self._listen()

    def _listen(self) -> None:
        new = self.recorder.notes[len(self.heard) :]
        self.heard += [(self.clock.now(), note) for note in new]

    def writes(self, who: str, when: str, **more: str) -> None:
        """A mail is delivered at that moment."""
        self.letters[who] = raw = letter(f"Question of {who[:3]}", sender=who, at=self.at(when), **more)
        if self.daemon:
            self.until(when)
        self.account.deliver(raw, received=self.at(when))

    def reads(self, who: str) -> None:
        """Time goes on at its own pace until the daemon knows that they wait."""
        assert self.daemon
        self.daemon.wait_until(lambda: named(who) in self.waiting())

    def answers(self, who: str, when: str) -> None:
        """The user's mail program files a reply in Sent."""
        self.until(when)
        asked = message_from_bytes(self.letters[who])["Message-ID"]
        raw = letter(
            f"Re: Question of {who[:3]}",
            sender=f"Robin Vale <{ROBIN}>",
            to=who,
            text="Here it is.",
            at=self.at(when),
            in_reply_to=asked,
            references=asked,
        )
        self.account.deliver(raw, "Dispatched", received=self.at(when), flags="S")

    def presses(self, action: str, when: str) -> None:
        """A button of the notice on screen."""
        self.until(when)
        number = next(note.id for note in self.recorder.screen.values() if action in dict(note.actions))
        self.recorder.press(number, action)
        assert self.daemon
        self.daemon.logged(f"event=pressed action={action}")

    def waiting(self) -> list[str]:
        return [case["who"]["name"] for case in self.status()["owed"]]

    def status(self) -> Any:
        return self.home.triage("status", "--json").json

    def screen(self) -> list[list[str]]:
        """Whom the notices on screen are about."""
        return [about(note) for note in self.recorder.screen.values()]

    def kinds(self) -> list[str]:
        """Of every notice, as the daemon logs them."""
        assert self.daemon
        return [line.split(" kind=")[1].split()[0] for line in self.daemon.log if "event=rang" in line]

    def assert_heard(self) -> None:
        """These notices, in their time, about these people, and none besides."""
        told = [f"{when.astimezone(self.zone):%a %H:%M} {note.summary}: {note.body}" for when, note in self.heard]
        heard = [(kind, about(note)) for kind, (_, note) in zip(self.kinds(), self.heard, strict=True)]
        assert heard == [(kind, people) for _, kind, people in EXPECTED], told
        for (when, _), (expected, *_) in zip(self.heard, EXPECTED, strict=True):
            assert timedelta() <= when - self.at(expected) < SOON, told


def named(who: str) -> str:
    return who.partition(" <")[0]


def about(note: Note) -> list[str]:
    return [who for who in PEOPLE if named(who) in note.summary + note.body]


@pytest.fixture(
    params=[
        pytest.param((date(2026, 3, 27), "Europe/Berlin"), id="clocks go forward"),
        pytest.param((date(2025, 10, 31), "America/New_York"), id="clocks go back"),
    ]
)
def world(
    request: pytest.FixtureRequest, tmp_path: Path, home: Home, dovecot: Dovecot, recorder: Recorder, bus: SessionBus
) -> World:
    friday, name = request.param
    zone = ZoneInfo(name)
    clock = Clock(tmp_path, datetime.combine(friday, time(7), zone))
    account = dovecot.account()
    place = f'host = "127.0.0.1"\nport = {dovecot.port}\nsecurity = "none"\nuser = "{account.user}"'
    workday = f'[workday]\ntimezone = "{name}"\ndays = "mon-fri"\nstart = "09:00"\nend = "17:00"'
    home.configure(f'[[source]]\nname = "office"\nkind = "imap"\n{place}', workday=workday)
    home.env |= {"TRIAGE_PASSWORD_OFFICE": PASSWORD, "DBUS_SESSION_BUS_ADDRESS": bus.address, **clock.env}
    return World(friday, zone, clock, home, account, recorder)


def test_two_days_of_work(world: World, dovecot: Dovecot) -> None:
    world.writes(ADA, "thu 11:00")
    with world.running() as daemon:
        world.reads(ADA)
        friday(world)
        world.writes(EVE, "sat 12:00")
        world.reads(EVE)
        monday(world, dovecot)
        world.assert_heard()
        assert not daemon.said("ERROR")
        assert daemon.end() < 5


def friday(world: World) -> None:
    world.answers(ADA, "fri 09:20")
    world.writes(BEN, "fri 10:12")
    world.reads(BEN)
    world.writes(SHOP, "fri 11:00", list_unsubscribe="<mailto:x@shop.example>", text="Buy now!")
    world.presses("snooze", "fri 15:05")
    world.writes(CY, "fri 16:10")
    world.reads(CY)
    world.answers(BEN, "fri 16:35")
    assert not world.status()["clear"]
    world.answers(CY, "fri 16:38")
    world.writes(DEE, "fri 16:50")
    world.reads(DEE)
    seen = world.status()
    assert (seen["clear"], seen["counts"]["answered_today"]) == (True, 3)


def monday(world: World, dovecot: Dovecot) -> None:
    world.until("mon 08:00")
    assert world.screen() == [], "what was said on Friday is over"
    world.until("mon 12:00")
    dovecot.kill()
    world.writes(FAY, "mon 12:10")
    world.until("mon 12:25")
    assert not world.status()["sources"][0]["ok"]
    dovecot.start()
    world.answers(DEE, "mon 15:20")
    world.until("mon 15:40")
    assert world.home.triage("done", "fay").code == 0
    world.until("mon 19:30")
    seen = world.status()
    assert (world.waiting(), seen["clear"], seen["counts"]["answered_today"]) == (["Eve Hall"], False, 2)
    assert world.screen() == [[EVE]]
