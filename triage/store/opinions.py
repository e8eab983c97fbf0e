"""What judging made of the facts: cases, replaced at will, and the outcomes that follow from them, never changed.

`live` keeps the board small. A case is live while it may be open: it has debts by mail, a promise or a question of
mine, a reply of mine that may have missed something, an invitation, or a mark reopened it. When marks or time have
closed it, `settle` puts it to rest. It comes back by itself: any newer mail judges the conversation again and `put`
makes it live; a mark that `settle` has not seen yet (`folded` is the newest seen) is read together with the cases it
touches, an `undo` with those its command touched. After each `put` and each look at marks the writer settles what then
stands closed.

Every function works inside the caller's transaction.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from triage.model.cases import Case, Debt, Outcome
from triage.store import numbers
from triage.store.codec import as_list, dumps, loads, stamp, storable

IN_FORCE = "kind <> 'undo' AND command NOT IN (SELECT text FROM marks WHERE kind = 'undo')"
TOUCHED = """
  SELECT i.thread FROM case_items i JOIN marks m ON m.key = i.key
  WHERE (m.id > ?1 AND m.id <= ?2)
    OR m.command IN (SELECT text FROM marks WHERE kind = 'undo' AND id > ?1 AND id <= ?2)"""


def put(connection: sqlite3.Connection, cases: Iterable[Case], judged: Iterable[str], now: datetime) -> None:
    """Replace what is stored about these conversations.

    `judged` are further keys that were judged; cases that hold one of them or of the new cases' messages go. Hand in
    every case of a conversation at once.
    """
    cases = tuple(cases)
    keys = as_list([*judged, *(item.key for case in cases for item in case.items)])
    old = connection.execute(
        "SELECT thread, live FROM cases WHERE thread IN"
        " (SELECT thread FROM case_items WHERE key IN (SELECT value FROM json_each(?)))",
        (keys,),
    ).fetchall()
    numbers.use(connection, [thread for thread, live in old if live], now)
    connection.executemany("DELETE FROM cases WHERE thread = ?", [(thread,) for thread, _ in old])
    for case in cases:
        _insert(connection, case)
    live = "SELECT thread FROM cases WHERE live AND thread = ?"
    numbered = (case.thread for case in cases if not _only_invites(case))
    numbers.give(
        connection,
        [thread for thread in numbered if connection.execute(live, (storable(thread),)).fetchone()],
        now,
    )
    record(connection, (outcome for case in cases for outcome in case.settled))


def settle(
    connection: sqlite3.Connection, closed: Iterable[str], outcomes: Iterable[Outcome], upto: int, now: datetime
) -> None:
    """Marks up to this id were looked at: cases they touched are live, except the closed ones (named by `thread`)."""
    closed = as_list(closed)
    folded = read_folded(connection)
    rows = connection.execute(
        f"SELECT DISTINCT thread FROM ({TOUCHED}) WHERE thread NOT IN (SELECT value FROM json_each(?3))",  # noqa: S608
        (folded, upto, closed),
    ).fetchall()
    touched = [row[0] for row in rows]
    connection.executemany("UPDATE cases SET live = 1 WHERE thread = ?", [(thread,) for thread in touched])
    numbers.give(connection, touched, now)
    put_to_rest = connection.execute(
        "UPDATE cases SET live = 0 WHERE live AND thread IN (SELECT value FROM json_each(?)) RETURNING thread",
        (closed,),
    ).fetchall()
    numbers.use(connection, [row[0] for row in put_to_rest], now)
    record(connection, outcomes)
    connection.execute(
        "INSERT INTO kept (name, value) VALUES ('folded', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (str(max(folded, upto)),),
    )


def record(connection: sqlite3.Connection, outcomes: Iterable[Outcome]) -> None:
    """Append what is new. A cause has one standing outcome at a time; a reversal takes it back, then a next may come.

    The same outcome again changes nothing, nor does another reading of a round that already ended.
    """
    for outcome in outcomes:
        standing = connection.execute(
            "SELECT NOT reversed FROM outcomes WHERE cause = ? ORDER BY id DESC LIMIT 1", (storable(outcome.cause),)
        ).fetchone()
        if bool(standing and standing[0]) is outcome.reversed_:
            connection.execute(
                "INSERT OR IGNORE INTO outcomes (cause, answered_at, reversed, outcome) VALUES (?, ?, ?, ?)",
                (storable(outcome.cause), stamp(outcome.answered_at), outcome.reversed_, dumps(outcome)),
            )


def read_folded(connection: sqlite3.Connection) -> int:
    """The newest mark that `settle` has seen."""
    row = connection.execute("SELECT value FROM kept WHERE name = 'folded'").fetchone()
    return int(row[0]) if row else 0


def drop_old_text(connection: sqlite3.Connection, before: datetime) -> int:
    """Forget the words of conversations that rest since then: texts, and what cases quote of them; how many cases."""
    rows = connection.execute(
        "SELECT thread, body FROM cases WHERE worded AND NOT live AND newest < ?", (stamp(before),)
    ).fetchall()
    for thread, body in rows:
        connection.execute(
            "UPDATE messages SET text = NULL WHERE key IN (SELECT key FROM case_items WHERE thread = ?)", (thread,)
        )
        connection.execute(
            "UPDATE calls SET body = json_remove(body, '$.transcript')"
            " WHERE key IN (SELECT key FROM case_items WHERE thread = ?)",
            (thread,),
        )
        silent = dumps(_without_words(loads(Case, body)))
        connection.execute("UPDATE cases SET body = ?, worded = 0 WHERE thread = ?", (silent, thread))
    return len(rows)


def _insert(connection: sqlite3.Connection, case: Case) -> None:
    keys = [(storable(key),) for key in (*(item.key for item in case.items), *case.also)]
    thread = storable(case.thread)
    newest = max((item.received for item in case.items), default=case.latest.received)
    connection.execute(
        "INSERT OR REPLACE INTO cases (thread, live, newest, worded, body) VALUES (?, ?, ?, 1, ?)",
        (thread, _may_be_open(case) or _reopened(connection, keys), stamp(newest), dumps(replace(case, number=None))),
    )
    connection.executemany(
        "INSERT OR REPLACE INTO case_items (key, thread) VALUES (?, ?)", [(*key, thread) for key in keys]
    )
    connection.executemany(
        "INSERT OR IGNORE INTO spent (key, thread) VALUES (?, ?)", [(storable(key), thread) for key in case.spent]
    )
    connection.execute("INSERT OR IGNORE INTO refs (ref, key) VALUES (?, ?)", (case.ref, thread))


def _may_be_open(case: Case) -> bool:
    return bool(case.debts or case.promise or case.waiting or case.missed or case.invited)


def _only_invites(case: Case) -> bool:
    return case.invited is not None and not _may_be_open(replace(case, invited=None))


def _reopened(connection: sqlite3.Connection, keys: list[tuple[str]]) -> bool:
    query = f"SELECT 1 FROM marks WHERE key = ? AND kind = 'reopen' AND {IN_FORCE} LIMIT 1"  # noqa: S608
    return any(connection.execute(query, key).fetchone() for key in keys)


def _without_words(case: Case) -> Case:
    return replace(
        case,
        latest=_silent(case.latest),
        debts=tuple(_silent(debt) for debt in case.debts),
        promise=case.promise and replace(case.promise, debt=_silent(case.promise.debt), what=""),
        waiting=case.waiting and replace(case.waiting, debt=_silent(case.waiting.debt)),
        missed=None,
    )


def _silent(debt: Debt) -> Debt:
    reasons = tuple(replace(reason, text="") for reason in debt.reasons)
    return replace(debt, reasons=reasons, questions=(), excerpt="")
