"""`triage status --json` as a whole process next to an interpreter that imports click and sqlite3.

    python -m tests.bench.status [CASES] [ROUNDS]

The two run in turn; the ratio is taken of their medians. The database holds this many open cases.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

CONFIG = """\
state_dir = "state"
[me]
addresses = ["robin@example.com"]
[[source]]
name = "mail"
kind = "maildir"
path = "mail"
"""


def mailbox(root: Path, cases: int) -> None:
    """As many people who each ask something."""
    for part in ("cur", "new", "tmp"):
        (root / part).mkdir(parents=True)
    now = datetime.now(UTC)
    for n in range(cases):
        received = now - timedelta(minutes=n)
        mail = EmailMessage()
        mail["Message-ID"], mail["Date"] = f"<{n}@example.org>", format_datetime(received)
        mail["From"], mail["To"] = f"Person {n} <person{n}@example.org>", "robin@example.com"
        mail["Subject"] = f"Quote {n}"
        mail.set_content("Hello,\n\ncould you send the quote?\n")
        (root / "cur" / f"{int(received.timestamp())}.{n}.bench:2,").write_bytes(mail.as_bytes())


def seconds(command: list[str]) -> float:
    """Wall time of one whole process."""
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def main(cases: int = 20, rounds: int = 21) -> None:
    """Print the medians and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "config.toml").write_text(CONFIG)
        mailbox(home / "mail", cases)
        os.environ["TRIAGE_CONFIG"] = str(home / "config.toml")
        triage = [str(Path(sys.executable).with_name("triage"))]
        subprocess.run([*triage, "poll"], stdout=subprocess.DEVNULL, check=True)
        bare = [sys.executable, "-c", "import click, sqlite3"]
        runs = [(seconds(bare), seconds([*triage, "status", "--json"])) for _ in range(rounds + 1)][1:]
    base, ours = (statistics.median(each) for each in zip(*runs, strict=True))
    print(f"bare: {base * 1000:.0f} ms, status --json of {cases} cases: {ours * 1000:.0f} ms, ratio {ours / base:.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
