"""How long calls take: a first read of 20,000 voicemails and as many rows of a log, a burst, one more call, a board.

Run as `python -m tests.bench.calls`. Invented calls; figures are CPU seconds.
"""

import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from tests.planning import at
from tests.ringing import Office, rang_back, said, voicemail, with_telephone
from triage.model.calls import Call, Contact
from triage.model.mail import Batch

MANY, CALLERS = 20_000, 5_000
# What the sources bring at once: a folder 500 messages, a log four megabytes.
PIECE, LOG_PIECE = 500, 16_000
NOW = at("mon 16:00")
WORDS = "Hello, this is Jo Park from Harbour. Could you call me back about the contract before five? Thank you."


def number(caller: int) -> str:
    return f"20255{caller:05}"


def calls() -> list[Call]:
    start = NOW - timedelta(days=60)
    left = [
        said(f"v{n}", start + timedelta(minutes=4 * n), WORDS, number(n % CALLERS))
        if n % 2
        else voicemail(f"v{n}", start + timedelta(minutes=4 * n), number(n % CALLERS))
        for n in range(MANY)
    ]
    back = [rang_back(f"c{n}", start + timedelta(minutes=4 * n + 2), number(n * 7 % CALLERS)) for n in range(MANY)]
    return left + back


def timed(what: str, work: Callable[[], object]) -> None:
    begun = time.process_time()
    work()
    print(f"{what:<52} {time.process_time() - begun:7.2f} s")


def take(house: Office, told: list[Call], source: str, piece: int = PIECE) -> None:
    for start in range(0, len(told), piece):
        calls = tuple(told[start : start + piece])
        house.clerk.take(Batch(source=source, calls=calls, cursor=str(start), complete=False), NOW)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        house = Office(Path(folder), NOW, config=with_telephone(Path(folder)))
        cards = [
            Contact(name=f"Person {n}", numbers=(f"+1{number(n)}",), addresses=(f"p{n}@client.example",))
            for n in range(2_000)
        ]
        house.knows(*cards)
        told = calls()
        left, back = told[:MANY], told[MANY:]
        timed(f"{MANY:,} voicemails of {CALLERS:,} callers, first read", lambda: take(house, left, "phone"))
        timed(f"{MANY:,} rows of a call log, first read", lambda: take(house, back, "calls", LOG_PIECE))
        timed("the same log once more, nothing new", lambda: take(house, back, "calls"))
        burst = [voicemail(f"b{n}", NOW, number(n)) for n in range(2_000)]
        timed("a burst of 2,000", lambda: take(house, burst, "phone"))
        timed("one more", lambda: take(house, [voicemail("z", NOW, number(3))], "phone"))
        timed("the board", lambda: house.clerk.board(NOW))
        same = [voicemail(f"s{n}", NOW - timedelta(minutes=n), "2025550123") for n in range(2_000)]
        timed("2,000 voicemails of one caller", lambda: take(house, same, "phone"))
        hidden = [voicemail(f"h{n}", NOW - timedelta(minutes=n), "Anonymous") for n in range(2_000)]
        timed("2,000 voicemails of callers without a number", lambda: take(house, hidden, "phone"))
        house.close()


if __name__ == "__main__":
    main()
