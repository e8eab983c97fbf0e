"""A whole house in a folder: scripted mail in, the real daemon, clerk and store, and whatever rang in a list."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from tests.planning import at, clock
from triage.clerk import Clerk
from triage.core.cases.state import Standing, standings
from triage.daemon.events import Event
from triage.daemon.screen import Screen
from triage.daemon.stepping import Daemon
from triage.errors import SinkUnavailable
from triage.model.cases import Outcome, State
from triage.model.mail import Address, Arrival, Batch, Delivery, Message, Role
from triage.model.marks import MarkKind
from triage.model.notices import Bubble, Pressed
from triage.settings import Config, Me, SourceSettings, Workday
from triage.store import marks
from triage.store.marks import Said
from triage.store.writer import Store

ME = "robin@example.org"
ADA = "Ada King <ada@client.example>"
BEN = "Ben Ott <ben@harbour.example>"
MINUTE = timedelta(minutes=1)
SINCE = at("mon 08:00")


def box(text: str) -> Address:
    """ "Ada King <ada@client.example>" or the bare address."""
    name, _, address = text.rpartition("<")
    return Address(name=name.strip(), address=address.rstrip(">").lower())


def mail(name: str, received: datetime, sender: str = ADA, **more: object) -> Message:
    """An inbound message called <name@…> that asks for something."""
    fields: dict[str, object] = {
        "to": (box(ME),),
        "subject": f"About {name}",
        "text": "Could you send me the revised quote, please?",
        "sent": received,
        **more,
    }
    replies = fields.pop("replies", ())
    names = (replies,) if isinstance(replies, str) else replies
    fields["in_reply_to"] = tuple(map(message_id, names))  # type: ignore[arg-type]
    return Message(
        key=key(name),
        message_id=message_id(name),
        received=received,
        sender=box(sender),
        **fields,  # type: ignore[arg-type]
    )


def answer(name: str, to: str, moment: datetime, receiver: str = ADA, **more: object) -> Message:
    """A mail of mine that replies to the message called `to`."""
    fields: dict[str, object] = {"to": (box(receiver),), "text": "Here it is.", "subject": f"Re: About {to}", **more}
    return mail(name, moment, ME, replies=to, **fields)


def message_id(name: str) -> str:
    return f"<{name}@mail.example>"


def key(name: str) -> str:
    return f"id:{message_id(name)}"


def arrival(message: Message, role: Role = Role.INBOX, mailbox: str = "") -> Arrival:
    """It lies in the mailbox for its role."""
    box_name = mailbox or {Role.INBOX: "INBOX", Role.SENT: "Sent", Role.TRASH: "Trash", Role.JUNK: "Junk"}[role]
    return Arrival(message=message, delivery=Delivery(mailbox=box_name, validity=1, uid=message.key[-60:], role=role))


def placed(*messages: Message) -> tuple[Arrival, ...]:
    """Mine to Sent, theirs to INBOX."""
    return tuple(arrival(one, Role.SENT if one.sender and one.sender.address == ME else Role.INBOX) for one in messages)


def batch(
    *arrivals: Arrival, source: str = "office", complete: bool = True, cursor: str = "c", **more: object
) -> Batch:
    return Batch(source=source, arrivals=arrivals, cursor=cursor, complete=complete, **more)  # type: ignore[arg-type]


def configured(folder: Path, **more: object) -> Config:
    """One source called office, an ordinary working week in New York."""
    fields: dict[str, object] = {
        "digest": "first",
        "me": Me(name="Robin Vale", addresses=(ME,), team=("*@example.org",)),
        "workday": Workday(timezone="America/New_York"),
        "sources": (SourceSettings(name="office", kind="maildir", path=folder / "mail"),),
        **more,
    }
    return Config(path=folder / "config.toml", state_dir=folder / "state", **fields)  # type: ignore[arg-type]


@dataclass
class Panel:
    """A list as a sink."""

    now: datetime = SINCE
    log: list[tuple[datetime, Bubble]] = field(default_factory=list)
    shown: dict[str, Bubble] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    refusing: bool = False
    offered: int = 0

    def show(self, bubble: Bubble) -> None:
        self.offered += 1
        if self.refusing:
            raise SinkUnavailable("nobody looks")
        self.log.append((self.now, bubble))
        self.shown[bubble.id] = bubble

    def close(self, bubble_id: str) -> None:
        if self.shown.pop(bubble_id, None):
            self.closed.append(bubble_id)

    def shutdown(self) -> None:
        self.shown.clear()


@dataclass
class Readers:
    """What the daemon asked of the pumps."""

    asked: list[str] = field(default_factory=list)

    def stored(self, source: str) -> None:
        self.asked.append(f"stored {source}")

    def look_around(self, source: str, now: datetime) -> None:
        self.asked.append(f"look around {source}")

    def refresh(self) -> None:
        self.asked.append("refresh")

    def retry(self) -> None:
        self.asked.append("retry")

    def reconnect(self) -> None:
        self.asked.append("reconnect")

    def restart(self, config: Config) -> None:
        self.asked.append(f"restart {','.join(one.name for one in config.sources)}")

    def count(self, what: str) -> int:
        return self.asked.count(what)


@dataclass
class Desk:
    """Buttons go to the store as they do in life; what was opened is noted."""

    database: Path
    opened: list[str] = field(default_factory=list)
    opens: bool = True

    def say(self, said: Sequence[Said], now: datetime) -> None:
        marks.append(self.database, said, now)

    def open_url(self, url: str) -> bool:
        self.opened.append(url)
        return self.opens

    def open_status(self) -> bool:
        self.opened.append("status")
        return True


class House:
    """Opened at a moment, restarted at will; `step` is the real one, and time only what is passed in."""

    def __init__(self, folder: Path, now: datetime = SINCE, *, config: Config | None = None) -> None:
        self.config = config or configured(folder)
        self.database = self.config.state_dir / "triage.db"
        self.screen, self.readers, self.desk = Panel(), Readers(), Desk(self.database)
        self.now = now
        self.open(now)

    def open(self, now: datetime) -> None:
        self.store = Store.open(self.database)
        self.clerk = Clerk(self.config, self.store)
        self.clerk.begin(now)
        self.daemon = Daemon(self.clerk, Screen([self.screen]), self.readers, self.desk)

    def close(self) -> None:
        self.store.close()

    def restart(self, now: datetime | None = None) -> None:
        """A new process on the same store; what is on screen is no longer ours."""
        self.close()
        self.screen.shown.clear()
        self.open(now or self.now)

    def step(self, event: Event | None, now: datetime, *, more: bool = False) -> datetime | None:
        self.now = self.screen.now = now
        return self.daemon.step(event, now, more=more)

    def bring(self, now: datetime, *messages: Message, **more: object) -> datetime | None:
        """A whole pass that brings these."""
        return self.step(batch(*placed(*messages), **more), now)  # type: ignore[arg-type]

    def mark(self, kind: MarkKind, name: str, now: datetime, *, until: datetime | None = None, text: str = "") -> None:
        """Said by another process, on the message of this name."""
        marks.append(self.database, [Said(kind=kind, key=key(name), until=until, text=text)], now)

    def press(self, action: str, now: datetime, bubble: str = "owed") -> None:
        self.step(Pressed(bubble=bubble, action=action), now)

    def walk(self, until: datetime, *, every: timedelta = MINUTE, read: bool = True) -> None:
        """On from here a minute a time; the source is read along unless told otherwise."""
        while self.now + every <= until:
            self.step(batch() if read else None, self.now + every)

    # what there is to see

    def told(self) -> list[str]:
        """Every notice: when it rang, and its title."""
        return [f"{clock(now)} {bubble.title}" for now, bubble in self.screen.log]

    def seen(self, now: datetime | None = None) -> dict[str, Standing]:
        """What stands, by the name of the first message of each case."""
        moment = now or self.now
        return {one.case.thread[4:].partition("@")[0]: one for one in standings(self.clerk.board(moment), moment)}

    def states(self, now: datetime | None = None) -> dict[str, State]:
        return {name: one.state for name, one in self.seen(now).items()}

    def outcomes(self) -> tuple[Outcome, ...]:
        return self.clerk.board(self.now).outcomes

    def with_config(self, **more: object) -> Config:
        """The configuration after an edit."""
        self.config = replace(self.config, **more)  # type: ignore[arg-type]
        return self.config


def settled_house(folder: Path, now: datetime = SINCE, *, kind: type[House] = House, **more: object) -> House:
    """A house whose sources were read whole and spoken of on the Friday before; nothing waits."""
    first = at("2026-11-13 10:00")
    house = kind(folder, first, **more)  # type: ignore[arg-type]
    for source in house.config.sources:
        house.bring(first, source=source.name)
    house.step(None, first + MINUTE)
    for source in house.config.sources:
        house.bring(now, source=source.name)
    house.screen.log.clear()
    house.screen.shown.clear()
    house.screen.offered = 0
    house.readers.asked.clear()
    return house
