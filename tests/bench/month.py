"""A month in the life of the daemon, at simulated time: does anything grow that should not?

    python -m tests.bench.month [DAYS] [LETTERS A DAY]

The real daemon, clerk and store, stepped a minute at a time (three at night and at weekends): mail, answers, marks,
pressed buttons, outages, newsletters. A line for the state in which each week ends.
"""

import gc
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from tests.planning import HOURS
from tests.rounds import MINUTE, SINCE, House, answer, batch, mail, placed, settled_house
from triage.model.mail import Outage
from triage.model.marks import MarkKind

DAY = timedelta(days=1)
OUTAGE = timedelta(minutes=50)
OFFERS = (("list-unsubscribe", "<mailto:off@shop.example>"),)
Happening = Callable[[House, datetime], object]


class Life:
    """What happens at which moment, thrown by dice that always fall the same; and how long the steps took."""

    def __init__(self, letters: int) -> None:
        self.plan: defaultdict[datetime, list[Happening]] = defaultdict(list)
        self.steps: list[float] = []
        self._letters = letters
        self._chance = random.Random(7)
        self._names = 0
        self._down: datetime | None = None

    def day(self, begins: datetime) -> None:
        """Four in five letters ask for something, the others are newsletters; on a free day a tenth of them come."""
        working = HOURS.is_workday(HOURS.day(begins))
        for _ in range(self._letters if working else self._letters // 10):
            came = self._moment(begins, 560 if working else 900)
            self._newsletter(came) if self._chance.random() < 0.2 else self._question(came, working=working)
        if working:
            self.plan[self._moment(begins, 500)].append(_pressed("snooze"))
            self.plan[self._moment(begins, 500)].append(_pressed("show"))
            self.plan[self._moment(begins, 300)].append(lambda _, now: self._fail(now))

    def walk(self, house: House, until: datetime) -> None:
        """On to that moment."""
        while house.now < until:
            local = HOURS.local(house.now)
            at_work = HOURS.is_workday(HOURS.day(house.now)) and 8 <= local.hour < 19
            now = house.now + (1 if at_work else 3) * MINUTE
            begun = time.perf_counter()
            self._step(house, now)
            self.steps.append(time.perf_counter() - begun)

    def _step(self, house: House, now: datetime) -> None:
        for moment in sorted(moment for moment in self.plan if moment <= now):
            for happens in self.plan.pop(moment):
                happens(house, now)
        if self._down and now < self._down + OUTAGE:
            house.step(Outage(source="office", message="office: the server is away", hint="", final=False), now)
        elif now.minute % 2 == 0:
            house.step(batch(), now)
        else:
            house.step(None, now)

    def _fail(self, now: datetime) -> None:
        if self._chance.random() < 0.3:
            self._down = now

    def _moment(self, begins: datetime, minutes: int) -> datetime:
        return begins + self._chance.randrange(minutes) * MINUTE

    def _newsletter(self, came: datetime) -> None:
        self._names += 1
        letter = mail(f"news{self._names}", came, f"news@shop{self._names % 9}.example", headers=OFFERS)
        self.plan[came].append(lambda house, now: house.step(batch(*placed(letter)), now))

    def _question(self, came: datetime, *, working: bool) -> None:
        """Most are answered within hours or the next morning, others marked; a few are late by days."""
        self._names += 1
        name, sender = f"m{self._names}", f"Person {self._names % 200} <p{self._names % 200}@client.example>"
        letter = mail(name, came, sender)
        self.plan[came].append(lambda house, now: house.step(batch(*placed(letter)), now))
        later = came + self._chance.choice([20, 90, 240, 1400] if working else [2900]) * MINUTE
        fate = self._chance.random()
        if fate < 0.75:
            self.plan[later].append(lambda house, now: house.bring(now, answer(f"a{name}", name, now, sender)))
        else:
            kind = MarkKind.DONE if fate < 0.85 else MarkKind.DISMISS
            settled = later if fate < 0.97 else came + 4 * DAY
            self.plan[settled].append(lambda house, now: house.mark(kind, name, now))


def _pressed(action: str) -> Happening:
    return lambda house, now: house.press(action, now)


def figures(house: House, life: Life) -> str:
    """All that could grow."""
    gc.collect()
    board = house.clerk.board(house.now)
    wal = house.database.with_name(house.database.name + "-wal")
    status = Path("/proc/self/status").read_text()
    rss = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024
    steps, life.steps = sorted(life.steps), []
    return (
        f"{HOURS.day(house.now)}  RSS {rss:6.1f} MiB  objects {len(gc.get_objects())}  "
        f"threads {threading.active_count()}  descriptors {len(list(Path('/proc/self/fd').iterdir()))}  "
        f"WAL {wal.stat().st_size / 1024:.0f} kB  database {house.database.stat().st_size / 1024:.0f} kB  "
        f"board: {len(board.cases)} cases, {len(board.rung)} rung, {len(board.marks)} marks, "
        f"{len(board.outcomes)} outcomes, read in {1000 * _board_time(house):.2f} ms  "
        f"step {1000 * statistics.median(steps):.2f} ms (of 100 one over {1000 * steps[-len(steps) // 100]:.0f})"
    )


def _board_time(house: House) -> float:
    times = []
    for _ in range(21):
        begun = time.perf_counter()
        house.clerk.board(house.now)
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def main(days: int = 30, letters: int = 60) -> None:
    """Print the figures week by week."""
    with tempfile.TemporaryDirectory() as folder:
        house, life = settled_house(Path(folder)), Life(letters)
        begun, rung = time.perf_counter(), 0
        for day in range(days):
            life.day(SINCE + day * DAY)
            life.walk(house, SINCE + (day + 1) * DAY)
            rung += len(house.screen.log)
            house.screen.log.clear()
            house.readers.asked.clear()
            if day % 7 == 4 or day == days - 1:
                print(figures(house, life), flush=True)
        house.close()
    print(f"{days} days in {time.perf_counter() - begun:.0f} s, {rung} notices")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
