"""The first read of a mailbox next to a bare imapclient fetch of the same items: wall, CPU, peak memory.

    python -m tests.bench.first_read [MESSAGES] [ROUNDS]

Each reader runs in a process of its own against the same Dovecot, in turn; the best round of each counts.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from tests.servers.dovecot import PASSWORD, Account, Dovecot, running_dovecot
from triage.cli.reading import read_once
from triage.cli.session import Session
from triage.settings import SourceSettings
from triage.store import reads

TEXT = "could you send the revised quote for our kitchen by friday because the painters come on monday thanks"
WORDS = TEXT.split()


def generated(n: int, chance: random.Random, now: datetime) -> tuple[bytes, datetime]:
    """An invented message: most are short and plain, some have HTML beside, a few an attachment."""
    received = now - timedelta(minutes=chance.randrange(1, 29 * 24 * 60))
    mail = EmailMessage()
    mail["Received"] = f"from mail.example.org by mx.example.com; {format_datetime(received)}"
    mail["Message-ID"] = f"<{n}.{chance.randrange(10**9)}@example.org>"
    mail["Date"] = format_datetime(received)
    mail["From"] = f"Person {n % 300} <person{n % 300}@example.org>"
    mail["To"] = "Robin Vale <robin@example.com>"
    mail["Subject"] = " ".join(chance.choices(WORDS, k=6))
    mail["DKIM-Signature"] = "v=1; a=rsa-sha256; d=example.org; b=" + "QmFzZTY0" * 40
    if n % 3 == 0:
        mail["In-Reply-To"] = mail["References"] = f"<{n - 1}@example.org>"
    text = "\n".join(" ".join(chance.choices(WORDS, k=12)) for _ in range(chance.randrange(3, 40)))
    mail.set_content(text)
    if n % 4 == 0:
        mail.add_alternative(f"<html><body><p>{text}</p></body></html>", subtype="html")
    if n % 20 == 0:
        mail.add_attachment(chance.randbytes(30_000), "application", "pdf", filename="plan.pdf")
    return mail.as_bytes(), received


def fill(account: Account, messages: int) -> None:
    """Put the messages into INBOX and have the server's index know them."""
    chance, now = random.Random(7), datetime.now(UTC)
    for n in range(messages):
        raw, received = generated(n, chance, now)
        account.deliver(raw, received=received)
    account.server.doveadm("index", "-u", account.user, "INBOX")


def ours(port: int, user: str) -> int:
    """Read all through the source, as the pump does."""
    from triage.sources.imap.source import Imap

    settings = SourceSettings(name="bench", kind="imap", host="127.0.0.1", port=port, security="none", user=user)
    source = Imap(settings, lambda: PASSWORD)
    read, cursor, complete = 0, None, False
    while not complete:
        batch = source.fetch(cursor)
        read, cursor, complete = read + len(batch.arrivals), batch.cursor, batch.complete
    source.close()
    return read


def bare(port: int, user: str) -> int:
    """The same items by the library alone, thrown away."""
    from imapclient import IMAPClient

    from triage.sources.message.mime import FIELDS

    items = ["INTERNALDATE", f"BODY.PEEK[HEADER.FIELDS ({' '.join(FIELDS)})]", "BODY.PEEK[TEXT]<0.16384>"]
    read = 0
    with IMAPClient("127.0.0.1", port, ssl=False) as client:
        client.login(user, PASSWORD)
        client.select_folder("INBOX", readonly=True)
        uids = client.search(["SINCE", (datetime.now(UTC) - timedelta(days=31)).date()])
        for start in range(0, len(uids), 200):
            read += len(client.fetch(uids[start : start + 200], items))
    return read


def stored(port: int, user: str) -> int:
    """Read, store and judge all, as `triage poll` does on its first run."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "config.toml")
        config.write_text(
            f'state_dir = "{folder}/state"\n[me]\naddresses = ["robin@example.com"]\n[[source]]\nname = "bench"\n'
            f'kind = "imap"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nuser = "{user}"\n'
        )
        os.environ["TRIAGE_PASSWORD_BENCH"] = PASSWORD
        session = Session(config, datetime.now(UTC))
        read_once(session)
        board = reads.board(session.database, session.now, whole=True)
        return sum(len(case.items) for case in board.cases) if board else 0


READERS = {"bare": bare, "source": ours, "stored": stored}


def measured(reader: str, server: Dovecot, user: str) -> dict[str, float]:
    """One run in a fresh process."""
    command = [sys.executable, "-m", "tests.bench.first_read", "--child", reader, str(server.port), user]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(run.stdout)
    return figures


def child(reader: str, port: str, user: str) -> None:
    """Read, and print what it took; starting Python is not counted, importing the library is."""
    started = time.perf_counter()
    read = READERS[reader](int(port), user)
    wall = time.perf_counter() - started
    usage = resource.getrusage(resource.RUSAGE_SELF)
    peak = usage.ru_maxrss / 1024
    print(json.dumps({"read": read, "wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "peak": peak}))


def main(messages: int = 10_000, rounds: int = 3) -> None:
    """Measure in turn and print the ratio."""
    with running_dovecot() as server:
        account = server.account()
        fill(account, messages)
        runs = [(name, measured(name, server, account.user)) for _ in range(rounds) for name in READERS]
    best = {}
    for name in READERS:
        best[name] = min((run for reader, run in runs if reader == name), key=lambda run: run["wall"])
        figures = best[name]
        print(
            f"{name}: {figures['read']:.0f} messages, wall {figures['wall']:.2f} s, "
            f"cpu {figures['cpu']:.2f} s, peak {figures['peak']:.0f} MiB"
        )
    assert {figures["read"] for figures in best.values()} == {messages}
    for name in ("source", "stored"):
        print(f"{name} / bare: wall {best[name]['wall'] / best['bare']['wall']:.2f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:])
    else:
        main(*map(int, sys.argv[1:]))
