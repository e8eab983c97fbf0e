"""How many messages a second `triage.sources.message.mime` reads: python -m tests.bench.mime

On invented mail; and, when TRIAGE_DATA names a folder with *.tar.xz of messages below it, on all of those, with the
slowest and the unreadable ones named.
"""

import os
import sys
import tarfile
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

from triage.model.mail import Message
from triage.sources.message.mime import TEXT_BYTES, message
from triage.sources.message.parts import split

LARGEST = 4 * 1024 * 1024
SLOW = 0.05


def invented() -> list[bytes]:
    """Plain, alternative, and attachment-laden mail of usual size."""
    mails = []
    for n in range(1000):
        mail = EmailMessage()
        mail["Received"] = f"from mx.example.org by in.example.com; Mon, 2 Nov 2026 10:00:{n % 60:02} +0100"
        mail["Message-ID"] = f"<{n}@example.org>"
        mail["Date"] = "Mon, 02 Nov 2026 10:00:00 +0100"
        mail["From"] = f"Zoë Archer {n} <zoe{n}@example.org>"
        mail["To"] = "Robin Vale <robin@example.com>, team@example.com"
        mail["Subject"] = f"Größe des Angebots {n}"
        mail["References"] = f"<{n - 1}@example.org> <{n - 2}@example.org>"
        words = "Could you send me the revised quote by Friday? Schöne Grüße\n" * 15
        mail.set_content(words)
        if n % 3:
            html = "".join(f"<p style='margin:0'>{line}</p>" for line in words.split("\n"))
            mail.add_alternative(f"<html><body>{html}</body></html>", subtype="html")
        if n % 7 == 0:
            mail.add_attachment(b"\0" * 9000, maintype="application", subtype="pdf", filename="Angebot.pdf")
        mails.append(mail.as_bytes())
    return mails


def stored(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of every archive below the folder; an mbox gives each of its messages."""
    for archive in sorted(folder.rglob("*.tar.xz")):
        with tarfile.open(archive) as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isfile() else None
                if file is None:
                    continue
                raw = file.read(LARGEST * 16)
                name = f"{archive.name}:{member.name}"
                for n, piece in enumerate(raw.split(b"\nFrom ") if raw[:5] == b"From " else [raw]):
                    yield f"{name}#{n}", piece[:LARGEST]


def read(raw: bytes) -> Message:
    """As a source reads it: the whole header and the first 16 kB of the body."""
    header, body = split(raw)
    return message(header, body[:TEXT_BYTES], received=None, where="bench")


def report(title: str, count: int, seconds: float) -> None:
    print(f"{title}: {count} messages, {count / seconds:,.0f}/s, {seconds / count * 1e6:.0f} us each")


def measure_stored(folder: Path) -> None:
    count, total, troubled = 0, 0.0, 0
    for name, raw in stored(folder):
        for body in (read, lambda raw: message(*split(raw), received=None, where="bench")):
            started = time.perf_counter()
            found = body(raw)
            seconds = time.perf_counter() - started
            if seconds > SLOW:
                print(f"slow: {name} {len(raw)} bytes {seconds:.3f} s")
            if found.trouble:
                troubled += 1
                print(f"trouble: {name} {found.trouble}")
            repr(found).encode()
            if body is read:
                count, total = count + 1, total + seconds
    report("stored mail", count, total)
    print(f"unreadable: {troubled}")


def main() -> None:
    mails = invented()
    for raw in mails[:100]:
        read(raw)
    started = time.perf_counter()
    for raw in mails:
        read(raw)
    report("invented mail", len(mails), time.perf_counter() - started)
    folder = os.environ.get("TRIAGE_DATA")
    if not folder or not Path(folder).is_dir():
        print("stored mail: skipped, TRIAGE_DATA names no folder", file=sys.stderr)
        return
    measure_stored(Path(folder))


if __name__ == "__main__":
    main()
