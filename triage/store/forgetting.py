"""Erasing a person: what goes, what stays without a name, and what keeps their old mail from being stored again.

What they wrote and what was written to them alone goes, with all that was told about it. Of the mail of others only
their address, their name and quotes of them go. Outcomes stay as figures without a name. A mark of kind `forget`
remains, which holds a salted hash of the address: mail of theirs received before it is not stored again; what they
write later is met as a stranger's.

Every function works inside the caller's transaction.
"""

import json
import re
import secrets
import sqlite3
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from triage.model.calls import Call, Contact
from triage.model.mail import Address, Message, Role
from triage.store.codec import as_list, dumps, loads, moment, storable

MASK = "…"
_SHORTEST_NAME = 5
# Mail servers know whole seconds: what came in the very second is rather read than lost.
_SECOND = timedelta(seconds=1)
_ROW = "SELECT id, key, thread, outgoing, envelope, text FROM messages"
_HOLDING = f"{_ROW} WHERE instr(lower(envelope), ?1) OR instr(lower(text), ?1)"
_BESIDE = f"{_ROW} WHERE thread IN (SELECT value FROM json_each(?))"  # noqa: S608 - a clause of ours
_GOING = (
    ("messages", "id", "value"),
    ("calls", "key", "value"),
    ("spent", "key", "value"),
    ("rungs", "key", "value"),
    ("refs", "key", "value"),
    ("kept", "name", "'seen:' || value"),
)
# A number goes to what is left of its conversation. Without that it stays used for its thirty days: typed from memory
# it must not mean somebody else.
_HAND_NUMBERS_ON = """
  UPDATE numbers SET key = coalesce(
    (SELECT rest.key FROM messages theirs JOIN messages rest ON rest.thread = theirs.thread
     WHERE theirs.key = numbers.key AND rest.id NOT IN (SELECT value FROM json_each(?1))
       AND (rest.inbound OR rest.outgoing) ORDER BY rest.id LIMIT 1),
    'forgotten:' || number)
  WHERE key IN (SELECT value FROM json_each(?2))"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """What this room cannot know: which addresses are the user's, and which words of a text are its sender's own."""

    is_me: Callable[[str], bool]
    own_words: Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """How much is stored of a person: messages that go, conversations they stood in, other mail that names them, calls
    from and to them.
    """

    messages: int = 0
    conversations: int = 0
    mentions: int = 0
    calls: int = 0
    marks: int = 0

    def __bool__(self) -> bool:
        return bool(self.messages or self.mentions or self.calls or self.marks)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A person who was erased at a moment. The salt is its own, so that equal people do not look equal elsewhere."""

    salt: str
    digest: str
    at: datetime

    def covers(self, address: str) -> bool:
        """Is it theirs?"""
        return _digest(self.salt, address) == self.digest


@dataclass(frozen=True, slots=True)
class _Row:
    """A message as it is stored; `said` is all of that."""

    id: int
    key: str
    thread: int
    outgoing: bool
    message: Message
    text: str | None
    said: str


def key_for(address: str) -> str:
    """The key of a mark that erases this address: the hash by which it is known afterwards."""
    salt = secrets.token_hex(8)
    return f"forget:{salt}:{_digest(salt, address)}"


def tombstones(connection: sqlite3.Connection) -> tuple[Tombstone, ...]:
    """Everybody who was erased."""
    rows = connection.execute("SELECT key, at FROM marks WHERE kind = 'forget' AND text = ''").fetchall()
    parts = ((key.split(":"), at) for key, at in rows)
    return tuple(Tombstone(salt, digest, moment(at)) for (_, salt, digest), at in parts)


def admitted(message: Message, role: Role, buried: Iterable[Tombstone], ways: Ways) -> Message | None:
    """What of a message may be stored beside these: nothing of what was erased, others' mail without them."""
    for one in buried:
        if message.received + _SECOND > one.at:
            continue
        covered = [address for address in _addresses(message) if one.covers(address)]
        for address in covered:
            if _is_theirs(message, address, outgoing=role is Role.SENT, is_me=ways.is_me):
                return None
            words = None if message.text is None else ways.own_words(message.text)
            mask = _mask(address, _names([message], address))
            message = _without(replace(message, text=words), address, mask)
    return message


def pending(connection: sqlite3.Connection) -> tuple[str, ...]:
    """The addresses that marks ask to erase."""
    return tuple(row[0] for row in connection.execute("SELECT text FROM marks WHERE kind = 'forget' AND text <> ''"))


def trace(connection: sqlite3.Connection, address: str, ways: Ways) -> Trace:
    """What erasing this address would find."""
    theirs, others = _split(_holding(connection, address), address, ways)
    called = {*_calls_told_by(connection, theirs), *_calls_with(connection, address)}
    keys, mask = {row.key for row in theirs} | called, _mask(address, ())
    marks = connection.execute("SELECT key, text FROM marks WHERE kind NOT IN ('undo', 'forget')")
    return Trace(
        messages=len(theirs),
        conversations=len({row.thread for row in theirs}),
        mentions=len(others),
        calls=len(called),
        marks=sum(key in keys or bool(mask.search(text)) for key, text in marks),
    )


def erase(connection: sqlite3.Connection, address: str, ways: Ways) -> frozenset[str]:
    """Erase this address; the keys of other messages whose conversations must be judged again."""
    theirs, others = _split(_holding(connection, address), address, ways)
    called = [*_calls_told_by(connection, theirs), *_calls_with(connection, address)]
    threads, gone = {row.thread for row in theirs}, {row.id for row in theirs}
    beside = [row for row in _rows(connection, _BESIDE, (as_list(threads),)) if row.id not in gone]
    others = [row for row in others if row.thread not in threads]
    mask = _mask(address, _names((row.message for row in (*theirs, *beside, *others)), address))
    _forget_opinions(connection, [*(row.key for row in (*theirs, *beside, *others)), *called], address)
    for row in beside:
        _strip(connection, row, address, mask, ways.own_words)
    for row in others:
        _strip(connection, row, address, mask, str)
    _forget_facts(connection, theirs, called, address, mask)
    left = connection.execute(
        "SELECT key FROM messages WHERE (inbound OR outgoing) AND id IN (SELECT value FROM json_each(?))",
        (as_list(row.id for row in (*beside, *others)),),
    )
    return frozenset(row[0] for row in left)


def _holding(connection: sqlite3.Connection, address: str) -> list[_Row]:
    """The messages that name the address; what only ends like it is another's."""
    mask = _mask(address, ())
    rows = _rows(connection, _HOLDING, (_needle(address),))
    return [row for row in rows if address in _addresses(row.message) or mask.search(row.said)]


def _rows(connection: sqlite3.Connection, query: str, parameters: tuple[str, ...]) -> list[_Row]:
    return [
        _Row(identity, key, thread, bool(outgoing), loads(Message, envelope), text, f"{envelope}\n{text}")
        for identity, key, thread, outgoing, envelope, text in connection.execute(query, parameters).fetchall()
    ]


def _split(rows: Iterable[_Row], address: str, ways: Ways) -> tuple[list[_Row], list[_Row]]:
    """Their mail, and others' mail that names them."""
    theirs: list[_Row] = []
    others: list[_Row] = []
    for row in rows:
        mine = _is_theirs(row.message, address, outgoing=row.outgoing, is_me=ways.is_me)
        (theirs if mine else others).append(row)
    return theirs, others


def _is_theirs(message: Message, address: str, *, outgoing: bool, is_me: Callable[[str], bool]) -> bool:
    """Did they write it, or was it written to nobody else?"""
    if not outgoing:
        senders = (*((message.sender,) if message.sender else ()), *message.reply_to)
        return any(one.address == address for one in senders)
    receivers = {one.address for one in (*message.to, *message.cc) if not is_me(one.address)}
    return receivers == {address}


def _addresses(message: Message) -> set[str]:
    return {one.address for one in _boxes(message)}


def _boxes(message: Message) -> tuple[Address, ...]:
    return (*((message.sender,) if message.sender else ()), *message.reply_to, *message.to, *message.cc)


def _names(messages: Iterable[Message], address: str) -> frozenset[str]:
    """What they are called in headers; a single word may be anybody's."""
    boxes = (box for message in messages for box in _boxes(message) if box.address == address)
    names = {" ".join(box.name.split()) for box in boxes}
    return frozenset(name for name in names if " " in name and len(name) >= _SHORTEST_NAME)


def _mask(address: str, names: Collection[str]) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted((address, *names), key=len, reverse=True))
    return re.compile(rf"(?<![\w.+-])(?:{words})(?![\w-])", re.IGNORECASE)


def _without(message: Message, address: str, mask: re.Pattern[str]) -> Message:
    """The message with neither the address nor what the mask finds."""
    return replace(
        message,
        to=tuple(one for one in message.to if one.address != address),
        cc=tuple(one for one in message.cc if one.address != address),
        delivered_to=tuple(one for one in message.delivered_to if one.lower() != address),
        subject=mask.sub(MASK, message.subject),
        headers=tuple((name, value) for name, value in message.headers if not mask.search(value)),
        attachments=tuple(mask.sub(MASK, one) for one in message.attachments),
        report=message.report
        and replace(
            message.report, recipients=tuple(one for one in message.report.recipients if one.lower() != address)
        ),
        text=None if message.text is None else mask.sub(MASK, message.text),
    )


def _strip(
    connection: sqlite3.Connection, row: _Row, address: str, mask: re.Pattern[str], words: Callable[[str], str]
) -> None:
    """Leave of another's message what is not theirs."""
    text = None if row.text is None else storable(mask.sub(MASK, words(row.text)))
    envelope = dumps(_without(row.message, address, mask))
    bare = connection.execute("SELECT bare FROM messages WHERE id = ?", (row.id,)).fetchone()[0]
    connection.execute(
        "UPDATE messages SET envelope = ?, text = ?, bare = ? WHERE id = ?",
        (envelope, text, mask.sub(MASK, bare), row.id),
    )


def _forget_opinions(connection: sqlite3.Connection, keys: list[str], address: str) -> None:
    """Cases that show them are made again of what is left."""
    connection.execute(
        "DELETE FROM cases WHERE thread IN"
        " (SELECT thread FROM case_items WHERE key IN (SELECT value FROM json_each(?)))",
        (as_list(keys),),
    )
    connection.execute("DELETE FROM kept WHERE name = 'judged_by' AND instr(value, ?)", (_needle(address),))


def _calls_told_by(connection: sqlite3.Connection, theirs: Iterable[_Row]) -> list[str]:
    """The calls that this mail tells of."""
    names = as_list(row.message.message_id for row in theirs if row.message.message_id)
    rows = connection.execute("SELECT key FROM calls WHERE message_id IN (SELECT value FROM json_each(?))", (names,))
    return [row[0] for row in rows.fetchall()]


def _calls_with(connection: sqlite3.Connection, address: str) -> list[str]:
    """The calls from and to the numbers that the address book has for them and for nobody else."""
    cards = [loads(Contact, row[0]) for row in connection.execute("SELECT body FROM contacts").fetchall()]
    own = {number for card in cards if address in card.addresses for number in card.numbers}
    own -= {number for card in cards if address not in card.addresses for number in card.numbers}
    rows = connection.execute("SELECT key FROM calls WHERE caller IN (SELECT value FROM json_each(?))", (as_list(own),))
    return [row[0] for row in rows.fetchall()]


def buried_calls(connection: sqlite3.Connection) -> Callable[[Call, str], bool]:
    """Tells of a call and its caller's number whether it was erased with a person."""
    buried = tombstones(connection)
    if not buried:
        return lambda _call, _caller: False
    cards = [loads(Contact, row[0]) for row in connection.execute("SELECT body FROM contacts").fetchall()]
    when: dict[str, datetime] = {}
    for card in cards:
        for one in buried:
            if any(map(one.covers, card.addresses)):
                when |= {number: max(one.at, when.get(number, one.at)) for number in card.numbers}
    return lambda call, caller: caller in when and call.at + _SECOND <= when[caller]


def _forget_facts(
    connection: sqlite3.Connection, theirs: list[_Row], called: list[str], address: str, mask: re.Pattern[str]
) -> None:
    keys, ids = as_list([*(row.key for row in theirs), *called]), as_list(row.id for row in theirs)
    connection.execute(_HAND_NUMBERS_ON, (ids, keys))
    for table, column, listed in _GOING:
        statement = f"DELETE FROM {table} WHERE {column} IN (SELECT {listed} FROM json_each(?))"  # noqa: S608 - names of ours
        connection.execute(statement, (ids if column == "id" else keys,))
    connection.execute("DELETE FROM message_ids WHERE thread NOT IN (SELECT thread FROM messages)")
    connection.execute("DELETE FROM parties WHERE address = ?", (address,))
    connection.execute("DELETE FROM correspondents WHERE address = ?", (address,))
    connection.execute(
        "UPDATE marks SET key = 'forgotten:' || id, text = iif(kind = 'undo', text, '')"
        " WHERE key IN (SELECT value FROM json_each(?))",
        (keys,),
    )
    _silence_marks(connection, address, mask)
    _forget_outcomes(connection, keys)


def _silence_marks(connection: sqlite3.Connection, address: str, mask: re.Pattern[str]) -> None:
    """What the user typed about them. That their mail was to be dismissed goes too: it would have to name them."""
    rows = connection.execute(
        "SELECT id, kind, key, text FROM marks WHERE kind <> 'undo' AND instr(lower(text), ?)", (address,)
    ).fetchall()
    for identity, kind, key, text in rows:
        whole = text.lower() == address
        connection.execute("UPDATE marks SET text = ? WHERE id = ?", ("" if whole else mask.sub(MASK, text), identity))
        if kind == "add":
            connection.execute("DELETE FROM cases WHERE thread = ?", (key,))


def _forget_outcomes(connection: sqlite3.Connection, keys: str) -> None:
    """How fast somebody was answered stays; who it was does not. A round and its reversal stay together."""
    causes = connection.execute(
        "SELECT DISTINCT cause FROM outcomes WHERE cause IN (SELECT value FROM json_each(?))", (keys,)
    ).fetchall()
    for (cause,) in causes:
        nameless = f"forgotten:{secrets.token_hex(8)}"
        connection.execute(
            "UPDATE outcomes SET cause = ?1, outcome = json_set(outcome, '$.cause', ?1, '$.ref', ?1) WHERE cause = ?2",
            (nameless, cause),
        )


def _needle(address: str) -> str:
    """The address as JSON holds it."""
    return json.dumps(storable(address), ensure_ascii=False)[1:-1]


def _digest(salt: str, address: str) -> str:
    return sha256(f"{salt}:{address}".encode("utf-8", "surrogatepass")).hexdigest()
