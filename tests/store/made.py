"""Invented messages, batches and cases for the store's tests."""

from datetime import UTC, datetime, timedelta

from triage.model.cases import Case, Debt, Item, Outcome, Person
from triage.model.judgements import Kind
from triage.model.mail import Address, Arrival, Batch, Delivery, Message, Role

T0 = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ADA = Address(address="ada@example.org", name="Ada")
ME = Address(address="me@example.org", name="Me")


def at(minutes: float = 0, days: float = 0) -> datetime:
    return T0 + timedelta(minutes=minutes, days=days)


def message(name: str, minutes: float = 0, **fields: object) -> Message:
    values: dict[str, object] = {
        "key": f"id:<{name}@example.org>",
        "message_id": f"<{name}@example.org>",
        "received": at(minutes),
        "sent": at(minutes),
        "sender": ADA,
        "to": (ME,),
        "subject": "Quote",
        "text": "Can you send it?",
    }
    return Message(**{**values, **fields})  # type: ignore[arg-type]


def mine(name: str, minutes: float = 0, **fields: object) -> Message:
    return message(name, minutes, **{"sender": ME, "to": (ADA,), **fields})


def place(uid: object, mailbox: str = "INBOX", role: Role = Role.INBOX, validity: int = 1) -> Delivery:
    return Delivery(mailbox=mailbox, validity=validity, uid=str(uid), role=role)


def sent(uid: object) -> Delivery:
    return place(uid, "Sent", Role.SENT)


def batch(
    *arrivals: tuple[Message, Delivery],
    gone: tuple[Delivery, ...] = (),
    source: str = "office",
    cursor: str = "1",
    complete: bool = True,
) -> Batch:
    return Batch(
        source=source,
        arrivals=tuple(Arrival(message=each, delivery=where) for each, where in arrivals),
        gone=gone,
        cursor=cursor,
        complete=complete,
    )


def bare(subject: str) -> str:
    return subject.removeprefix("Re: ").casefold()


def debt(key: str, minutes: float = 0, **fields: object) -> Debt:
    values: dict[str, object] = {
        "key": key,
        "message_id": None,
        "received": at(minutes),
        "due": at(minutes + 480),
        "who": Person(name="Ada", address=ADA.address),
        "subject": "Quote",
        "source": "office",
        "excerpt": "Can you send it?",
    }
    return Debt(**{**values, **fields})  # type: ignore[arg-type]


def case(*keys: str, owed: bool = True, settled: tuple[Outcome, ...] = (), minutes: float = 0) -> Case:
    items = tuple(
        Item(key=key, message_id=None, received=at(minutes + place), seen=at(minutes + place), kind=Kind.PERSON)
        for place, key in enumerate(keys)
    )
    last = debt(keys[-1], minutes)
    return Case(
        ref=f"{keys[0]:0<8}".lower(),
        thread=keys[0],
        items=items,
        debts=(last,) if owed else (),
        settled=settled,
        latest=last,
    )
