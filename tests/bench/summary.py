"""`triage summary` as a whole process over a year of outcomes.

    python -m tests.bench.summary [OUTCOMES] [ROUNDS]

Prints the medians for today, a week and a day ten months ago.
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.status import CONFIG, mailbox, seconds
from triage.model.cases import AnsweredBy, Channel, Class, Outcome
from triage.store import opinions
from triage.store.opening import appending


def outcomes(count: int, now: datetime) -> list[Outcome]:
    """A year of answers, most within hours."""
    chance = random.Random(5)
    made = []
    for place in range(count):
        received = now - timedelta(days=365) * (count - place) / count
        made.append(
            Outcome(
                cause=f"id:<year-{place}@example.org>",
                ref=f"{place:020x}",
                received=received,
                due=received + timedelta(hours=8),
                answered_at=min(now, received + timedelta(minutes=chance.expovariate(1 / 150))),
                by=chance.choice([AnsweredBy.MAIL, AnsweredBy.MAIL, AnsweredBy.MARK, AnsweredBy.DISMISSED]),
                class_=chance.choice([*Class]),
                channel=chance.choice([*Channel]),
            )
        )
    return made


def main(count: int = 20_000, rounds: int = 9) -> None:
    """Print the medians."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "config.toml").write_text(CONFIG)
        mailbox(home / "mail", 20)
        os.environ["TRIAGE_CONFIG"] = str(home / "config.toml")
        triage = [str(Path(sys.executable).with_name("triage"))]
        subprocess.run([*triage, "poll"], stdout=subprocess.DEVNULL, check=True)
        now = datetime.now(UTC)
        with appending(home / "state" / "triage.db") as connection:
            opinions.record(connection, outcomes(count, now))
        old = (now - timedelta(days=300)).date().isoformat()
        for words in ([], ["--week"], ["--day", old], ["--week", "--day", old], ["--format", "html"]):
            command = [*triage, "summary", *words]
            took = statistics.median(seconds(command) for _ in range(rounds))
            print(f"{' '.join(['summary', *words])}: {took * 1000:.0f} ms over {count:,} outcomes")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
