"""The numbers people type. Facts: each names a message key; a case has the smallest that names one of its messages.

So a merged case answers to all its numbers and shows the smallest, and after a split the part holding the key keeps it.
"""

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta

from triage.store.codec import as_list, stamp

REST = timedelta(days=30)


def give(connection: sqlite3.Connection, threads: Iterable[str], now: datetime) -> None:
    """Give each of these stored cases a number unless it has one: the smallest not used in 30 days."""
    wanting = [thread for thread in dict.fromkeys(threads) if not _has(connection, thread)]
    if not wanting:
        return
    taken = _taken(connection, now)
    number = 0
    for thread in wanting:
        number += 1
        while number in taken:
            number += 1
        connection.execute(
            "INSERT OR REPLACE INTO numbers (number, key, used) VALUES (?, ?, ?)", (number, thread, stamp(now))
        )


def use(connection: sqlite3.Connection, threads: Iterable[str], now: datetime) -> None:
    """Note that the numbers of these stored cases were in use until now."""
    connection.execute(
        "UPDATE numbers SET used = ? WHERE key IN (SELECT key FROM case_items"
        " WHERE thread IN (SELECT value FROM json_each(?)))",
        (stamp(now), as_list(threads)),
    )


def by_thread(connection: sqlite3.Connection) -> dict[str, int]:
    """The number of every stored case that has one."""
    rows = connection.execute(
        "SELECT i.thread, min(n.number) FROM numbers n JOIN case_items i ON i.key = n.key GROUP BY i.thread"
    )
    return dict(rows.fetchall())


def _has(connection: sqlite3.Connection, thread: str) -> bool:
    query = "SELECT 1 FROM case_items i JOIN numbers n ON n.key = i.key WHERE i.thread = ? LIMIT 1"
    return connection.execute(query, (thread,)).fetchone() is not None


def _taken(connection: sqlite3.Connection, now: datetime) -> set[int]:
    """Numbers of live cases and those used within 30 days."""
    rows = connection.execute(
        "SELECT n.number FROM numbers n"
        " LEFT JOIN case_items i ON i.key = n.key LEFT JOIN cases c ON c.thread = i.thread"
        " WHERE c.live OR n.used > ?",
        (stamp(now - REST),),
    )
    return {row[0] for row in rows}
