"""The board and the cases on it, read over any connection inside one transaction."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triage.model.board import Board, Rung
from triage.model.cases import Case, Outcome
from triage.model.health import Health, Progress
from triage.model.marks import Mark
from triage.settings import SourceSettings
from triage.store import marks, numbers
from triage.store.codec import as_list, loads, moment, optional_moment, stamp, storable
from triage.store.lock import holder
from triage.store.opinions import IN_FORCE, TOUCHED, read_folded

if TYPE_CHECKING:
    from triage.model.mail import Address

LEDGER = timedelta(days=60)
RECENT = timedelta(days=8)
_LATELY = timedelta(days=7)
_LOOKED = timedelta(days=3)
# git asks for four as well; shorter words are more likely typing mistakes.
SHORTEST_REF = 4
_NEVER = 2**62
_HEALTH = "name, kind, stale_after, known_since, completed, first_complete, error, hint, final, reading"


def board(
    connection: sqlite3.Connection,
    path: Path,
    now: datetime,
    *,
    sources: Sequence[SourceSettings] | None = None,
    whole: bool = False,
    outcomes_since: datetime | None = None,
) -> Board:
    """What stands now. Cases that may be open with their marks; all that ever were if `whole`.

    `sources` are those of the configuration at hand, else those registered last. Outcomes reach back eight days unless
    told otherwise.
    """
    found = _cases(connection, None if whole else _LIVE)
    rung, last_rung = _ledger(connection, found, now)
    return Board(
        cases=found,
        marks=marks.read(connection, IN_FORCE) if whole else _marks(connection, found),
        rung=rung,
        last_rung=last_rung,
        sources=healths(connection, sources),
        outcomes=outcomes(connection, outcomes_since or now - RECENT),
        daemon_since=_daemon_since(connection, path),
        junked=_junked(connection, now),
        unread=_unread(connection, now),
    )


def _junked(connection: sqlite3.Connection, now: datetime) -> tuple["Address", ...]:
    # CROSS JOIN keeps this order: from the little that lies in Junk.
    rows = connection.execute(
        "SELECT c.address, json_extract(m.envelope, '$.sender.name'), max(m.received) AS latest"
        " FROM deliveries d CROSS JOIN messages m ON m.id = d.message"
        " CROSS JOIN correspondents c ON c.address = json_extract(m.envelope, '$.sender.address')"
        " WHERE d.role = 'junk' AND d.gone IS NULL AND NOT m.inbound AND NOT m.outgoing AND m.received >= ?"
        " AND c.written_to <= m.received GROUP BY c.address ORDER BY latest DESC",
        (stamp(now - _LATELY),),
    ).fetchall()
    if not rows:
        return ()
    from triage.model.mail import Address  # seldom needed, and with it comes all that mail is

    return tuple(Address(address=address, name=name or "") for address, name, _ in rows)


def _unread(connection: sqlite3.Connection, now: datetime) -> tuple[str, ...]:
    """As the last look into those of each source found, if that was lately."""
    query = (
        "SELECT value FROM kept JOIN sources ON kept.name = 'around:' || sources.name"
        " WHERE sources.place IS NOT NULL ORDER BY sources.place"
    )
    looks = [json.loads(value) for (value,) in connection.execute(query)]
    lately = (look for look in looks if now - moment(look["at"]) < _LOOKED)
    return tuple(dict.fromkeys(name for look in lately for name in look["found"]))


def find(connection: sqlite3.Connection, word: str) -> tuple[Case, ...]:
    """The cases a typed number or the start of a ref (four signs at least) names; several when the start fits several.

    A number that was merged away names the case it is part of now: that case's own `number` differs from the word.
    """
    word = word.strip().lower()
    if word.isascii() and word.isdigit() and len(word) < SHORTEST_REF + SHORTEST_REF:
        numbered = "SELECT i.thread FROM numbers n JOIN case_items i ON i.key = n.key WHERE n.number = ?"
        cases = _cases(connection, numbered, (int(word),))
        if cases:
            return cases
    if len(word) < SHORTEST_REF:
        return ()
    prefixed = "SELECT i.thread FROM refs r JOIN case_items i ON i.key = r.key WHERE r.ref BETWEEN ? AND ?"
    return _cases(connection, prefixed, (storable(word), storable(word) + "\U0010ffff"))


def marks_on(connection: sqlite3.Connection, cases: Sequence[Case]) -> tuple[Mark, ...]:
    """The marks in force on these cases, with those nobody looked at yet."""
    return _marks(connection, cases)


def case_of(connection: sqlite3.Connection, key: str) -> Case | None:
    """The case that holds this message now."""
    return next(iter(_cases(connection, "SELECT thread FROM case_items WHERE key = ?", (storable(key),))), None)


def outcomes(connection: sqlite3.Connection, since: datetime, until: datetime | None = None) -> tuple[Outcome, ...]:
    """Rounds answered in this stretch, and later reversals of them, in the order they were written."""
    rows = connection.execute(
        "SELECT outcome FROM outcomes WHERE answered_at >= ? AND (? IS NULL OR answered_at < ?) ORDER BY id",
        (stamp(since), until and stamp(until), until and stamp(until)),
    )
    return tuple(loads(Outcome, row[0]) for row in rows)


def outcomes_about(connection: sqlite3.Connection, since: datetime, until: datetime) -> tuple[Outcome, ...]:
    """Rounds answered in this stretch, and those answered after it that had begun by its end."""
    rows = connection.execute(
        "SELECT outcome FROM outcomes WHERE answered_at >= ?1"
        " AND (answered_at < ?2 OR json_extract(outcome, '$.received') < ?2) ORDER BY id",
        (stamp(since), stamp(until)),
    )
    return tuple(loads(Outcome, row[0]) for row in rows)


def outcomes_of(connection: sqlite3.Connection, causes: Iterable[str]) -> tuple[Outcome, ...]:
    """Everything written about these causes, in the order it was written."""
    rows = connection.execute(
        "SELECT outcome FROM outcomes WHERE cause IN (SELECT value FROM json_each(?)) ORDER BY id", (as_list(causes),)
    )
    return tuple(loads(Outcome, row[0]) for row in rows)


def healths(connection: sqlite3.Connection, sources: Sequence[SourceSettings] | None) -> tuple[Health, ...]:
    """How each configured source fares, in the order of the configuration; one never read has no times."""
    rows = connection.execute(
        f"SELECT {_HEALTH} FROM sources WHERE ? OR place IS NOT NULL ORDER BY place",  # noqa: S608
        (sources is not None,),
    )
    # CROSS JOIN keeps this order: from the few unreadable ones by their index, not from all deliveries.
    unreadable = dict(
        connection.execute(
            "SELECT d.source, count(DISTINCT m.id) FROM messages m CROSS JOIN deliveries d ON d.message = m.id"
            " WHERE m.trouble AND (m.inbound OR m.outgoing) GROUP BY d.source"
        ).fetchall()
    )
    stored = {row[0]: _health(row, unreadable.get(row[0], 0)) for row in rows}
    if sources is None:
        return tuple(stored.values())
    return tuple(
        replace(
            stored.get(source.name, Health(name=source.name, kind=source.kind)),
            kind=source.kind,
            stale_after=source.stale_after,
        )
        for source in sources
    )


def kept(connection: sqlite3.Connection, name: str) -> object:
    """What the writer kept under this name; None when nothing."""
    row = connection.execute("SELECT value FROM kept WHERE name = ?", (name,)).fetchone()
    value: object = json.loads(row[0]) if row else None
    return value


_LIVE = f"SELECT thread FROM cases WHERE live UNION {TOUCHED}"  # noqa: S608 - two clauses of ours

# A daemon looks at the same cases every minute. Those of the last board only: there are ever new forms of a case.
_KEPT: dict[tuple[str, int | None], Case] = {}
_LAST_LEAVE = f"SELECT max(id) FROM marks WHERE kind = 'leave' AND {IN_FORCE}"  # noqa: S608 - a clause of ours


def _cases(
    connection: sqlite3.Connection, threads: str | None, parameters: tuple[str | int, ...] | None = None
) -> tuple[Case, ...]:
    if threads is _LIVE:
        parameters = (read_folded(connection), _NEVER)
    where = f"WHERE thread IN ({threads})" if threads else ""
    rows = connection.execute(f"SELECT thread, body FROM cases {where}", parameters or ())  # noqa: S608
    number = numbers.by_thread(connection)
    wanted = [(body, number.get(thread)) for thread, body in rows.fetchall()]
    found = {each: _KEPT.get(each) or _case(*each) for each in wanted}
    if threads is _LIVE:
        _KEPT.clear()
        _KEPT.update(found)
    return tuple(found.values())


def _case(body: str, number: int | None) -> Case:
    case = loads(Case, body)
    return case if number is None else replace(case, number=number)


def _marks(connection: sqlite3.Connection, cases: Sequence[Case]) -> tuple[Mark, ...]:
    """Marks in force on these cases, those nobody looked at yet, those on senders, notes that have no case yet, and
    when the user last said he leaves.
    """
    touching = (
        "(id > ? OR kind IN ('dismiss-sender', 'dismiss-domain') OR key IN (SELECT value FROM json_each(?))"  # noqa: S608
        " OR (kind = 'reopen' AND text <> '')"
        " OR key IN (SELECT key FROM marks WHERE kind = 'add' AND key NOT IN (SELECT key FROM case_items))"
        " OR id = (" + _LAST_LEAVE + "))"
    )
    keys = as_list(item.key for case in cases for item in case.items)
    return marks.read(connection, f"{touching} AND {IN_FORCE}", (read_folded(connection), keys))


def _ledger(
    connection: sqlite3.Connection, cases: Sequence[Case], now: datetime
) -> tuple[frozenset[Rung], datetime | None]:
    """What rang for these cases and for no case at all, and when anything rang last."""
    since = (now - LEDGER).date().isoformat()
    keys = {item.key for case in cases for item in case.items} | {debt.key for case in cases for debt in case.debts}
    rows = connection.execute(
        "SELECT key, day, stage FROM rungs WHERE day >= ? AND"
        " (key IN (SELECT value FROM json_each(?)) OR key NOT IN (SELECT key FROM case_items))",
        (since, as_list(keys)),
    )
    rung = frozenset(Rung(key=key, day=date.fromisoformat(day), stage=stage) for key, day, stage in rows)
    (last,) = connection.execute("SELECT max(at) FROM rungs WHERE day >= ?", (since,)).fetchone()
    return rung, optional_moment(last)


def _health(row: tuple[Any, ...], unreadable: int) -> Health:
    name, kind, stale_after, known_since, completed, first_complete, error, hint, final, reading = row
    return Health(
        name=name,
        kind=kind,
        stale_after=timedelta(seconds=stale_after),
        known_since=moment(known_since),
        completed=optional_moment(completed),
        first_complete=optional_moment(first_complete),
        error=error,
        hint=hint or None,
        final=bool(final),
        reading=loads(Progress, reading) if reading else None,
        unreadable=unreadable,
    )


def _daemon_since(connection: sqlite3.Connection, path: Path) -> datetime | None:
    """Since when the daemon runs that holds the lock now; what a dead one kept does not count."""
    running = kept(connection, "daemon")
    if not isinstance(running, dict) or running.get("pid") != holder(path.parent):
        return None
    return optional_moment(running.get("since"))
