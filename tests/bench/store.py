"""What the store costs: python -m tests.bench.store. Prints; asserts nothing."""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.store.made import at, bare, batch, case, message, mine, place, sent
from triage.model.board import Rung
from triage.model.cases import Case
from triage.model.judgements import Reason
from triage.model.mail import Address, Message
from triage.store import lookups, reads
from triage.store.writer import Store

MESSAGES = 10_000
BATCH = 200


@contextmanager
def timed(what: str, count: int = 1) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    print(f"{what:<58}{(time.perf_counter() - begun) / count * 1000:9.2f} ms")


def letter(number: int) -> Message:
    person = Address(address=f"p{number % 900}@example.org", name="Somebody")
    above = (f"<m{number - 1}@example.org>",) if number % 3 else ()
    fields = {"in_reply_to": above, "references": above, "subject": f"Topic {number // 3}", "text": "word " * 200}
    if number % 3 == 1:
        return mine(f"m{number}", number, to=(person,), **fields)
    return message(f"m{number}", number, sender=person, **fields)


def owed(number: int) -> Case:
    reasons = tuple(Reason(rule=f"rule{n}", points=1.0, text="asks: something of some length") for n in range(5))
    made = case(*(f"k{number}-{n}" for n in range(3)))
    latest = made.debts[0]
    full = {name: getattr(latest, name) for name in latest.__slots__} | {"reasons": reasons, "questions": ("When?",)}
    debt = type(latest)(**full)
    values = {name: getattr(made, name) for name in made.__slots__} | {"debts": (debt,), "latest": debt}
    return Case(**values)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state" / "triage.db"
        store = Store.open(path)
        letters = [letter(number) for number in range(MESSAGES)]
        batches = [
            batch(
                *(
                    (each, sent(n) if n % 3 == 1 else place(n))
                    for n, each in enumerate(letters)
                    if n // BATCH == number
                ),
                cursor=str(number),
            )
            for number in range(MESSAGES // BATCH)
        ]
        with timed(f"add, {BATCH} messages a batch, {MESSAGES} in all", len(batches)):
            for each in batches:
                keys = store.add(each, at(), bare=bare)
        with timed("add the last batch again"):
            store.add(batches[-1], at(), bare=bare)
        with timed("conversations of one batch"):
            entries = store.conversation(keys)
        with timed("guests of one batch"):
            store.guests(entries)
        with timed("correspondence"):
            store.correspondence()
        with timed("put 300 cases"):
            store.put([owed(number) for number in range(300)], at())
        day = at().date()
        store.rung([Rung(key=f"k{n}", day=day - timedelta(days=n % 60), stage=30) for n in range(1800)], at())
        reads.board(path, at())
        with timed("board: 300 cases, 1,800 rows of the ledger", 20):
            for _ in range(20):
                reads.board(path, at())
        with timed(f"all {MESSAGES} entries"):
            lookups.entries_until(path, at(days=99))
        store.close()
        print(f"{'file':<58}{path.stat().st_size / 2**20:9.1f} MB")


if __name__ == "__main__":
    main()
