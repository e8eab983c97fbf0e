"""What folders of voicemails cost, and how the examples are read: python -m tests.bench.voicemail. Asserts nothing.

The examples are read where TRIAGE_DATA names the folder of the development data.
"""

import json
import os
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from triage.core.calls import numbers
from triage.model.calls import Call, Way
from triage.settings import SourceSettings
from triage.sources.message import mime
from triage.sources.voicemail.folder import Voicemail

MANY = 20_000
BURST = 2_000
OLD = time.time() - 86_400


def text(number: int) -> str:
    return (
        ";\n; Message Information file\n;\n[message]\norigmailbox=1001\ncontext=macro-vm\nexten=s\nrdnis=unknown\n"
        f'priority=2\ncallerchan=PJSIP/trunk-{number:08x}\ncallerid="Caller {number}" <{2025550000 + number}>\n'
        f"origdate=x\norigtime={1790000000 + number * 60}\ncategory=\nmsg_id=x\nflag=\nduration=17\n"
    )


def spool(root: Path, first: int, many: int) -> None:
    for number in range(first, first + many):
        folder = root / "default" / str(1000 + number // 5000) / "INBOX"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"msg{number % 5000:04}.wav").write_bytes(b"RIFF" + bytes(60))
        (folder / f"msg{number % 5000:04}.txt").write_text(text(number))


def transcripts(root: Path, first: int, many: int) -> None:
    root.mkdir(exist_ok=True)
    for number in range(first, first + many):
        stem = (
            root / f"vm-20261121-{number // 3600 % 24:02}{number // 60 % 60:02}{number % 60:02}-{2025550000 + number}"
        )
        stem.with_suffix(".wav").write_bytes(b"RIFF" + bytes(60))
        stem.with_suffix(".txt").write_text(f"Hi, this is caller {number}. Please call me back before noon. " * 5)


def aged(root: Path) -> None:
    for folder, _, files in os.walk(root):
        for name in files:
            os.utime(Path(folder) / name, (OLD, OLD))
        os.utime(folder, (OLD, OLD))


def source(root: Path) -> Voicemail:
    return Voicemail(SourceSettings(name="phone", kind="voicemail", path=root, timezone="UTC"))


def read(reader: Voicemail, cursor: str | None = None) -> tuple[list[Call], str]:
    calls: list[Call] = []
    while True:
        batch = reader.fetch(cursor)
        cursor = batch.cursor
        calls += batch.calls
        if batch.complete:
            return calls, cursor


def timed(what: str, begun: float, cpu: float, more: str = "") -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    took, used = time.perf_counter() - begun, time.process_time() - cpu
    print(f"{what:<52}{took:8.2f} s {used:8.2f} s of cpu {peak:8.0f} MiB at most  {more}")


def volume(kind: str, write: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        write(root, 0, MANY)  # type: ignore[operator]
        aged(root)
        begun, cpu = time.perf_counter(), time.process_time()
        reader = source(root)
        calls, cursor = read(reader)
        timed(f"{kind}: first read of {MANY}", begun, cpu, f"{len({call.key for call in calls})} calls")
        begun, cpu = time.perf_counter(), time.process_time()
        again, cursor = read(reader, cursor)
        timed(f"{kind}: a rescan without change", begun, cpu, f"{len(again)} calls, cursor {len(cursor) // 1024} KiB")
        write(root, MANY, BURST)  # type: ignore[operator]
        begun, cpu = time.perf_counter(), time.process_time()
        more, cursor = read(reader, cursor)
        found = {call.key for call in more if call.key not in {one.key for one in calls}}
        timed(f"{kind}: a burst of {BURST}", begun, cpu, f"{len(found)} new")
        begun, cpu = time.perf_counter(), time.process_time()
        again, cursor = read(source(root), cursor)
        timed(f"{kind}: after a restart", begun, cpu, f"{len(again)} calls")


def told(path: Path) -> tuple[Call | None, bool]:
    """What is read of an example where it lies, and whether anything is."""
    if path.suffix == ".eml":
        call = mime.whole(path.read_bytes(), received=None, where=path.name).call
        return call, call is not None
    calls, _ = read(source(EXAMPLES))
    found = [call for call in calls if str(path) in call.files]
    return (found[0] if found else None), bool(found)


def expected(call: Call | None, wanted: dict[str, object]) -> list[str]:
    """What differs from the MANIFEST, field by field."""
    if wanted.get("ignore") or wanted.get("kind") == "sms":
        return ["taken for a call"] if call else []
    if not wanted:
        return []
    if call is None:
        return ["not recognised"]
    if wanted.get("kind") == "missed_call":
        return [] if call.way is Way.IN and not call.answered else ["no missed call"]
    region = "DE" if "30123456" in call.number else "US"
    link = numbers.number(call.number, region).phone
    is_ghost = call.transcript in {"", "[BLANK_AUDIO]"}
    has: dict[str, object] = {
        "number": link or None,
        "number_raw": call.number,
        "name": call.name,
        "at": call.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "duration": call.seconds,
        "mailbox": call.mailbox,
        "folder": call.folder,
        "heard": call.heard,
        "urgent": call.urgent,
        "withheld": call.withheld,
        "transcript": None if is_ghost else call.transcript,
        "transcript_status": call.wording.value,
        "confidence": _shown(call.confidence) if isinstance(wanted.get("confidence"), str) else call.confidence,
    }
    ids = {key for key in ("msg_id", "uuid", "id", "call_id") if wanted.get(key)}
    wrong = [f"{key}: {has[key]!r}, not {wanted[key]!r}" for key in wanted if key in has and has[key] != wanted[key]]
    return wrong + [f"{key}: not in {call.ids}" for key in ids if wanted[key] not in call.ids]


def _shown(confidence: float | None) -> str | None:
    return None if confidence is None else "high" if confidence > 0.75 else "medium" if confidence >= 0.5 else "low"


def examples() -> None:
    good = 0
    rows = [line.split("\t") for line in (EXAMPLES / "MANIFEST.tsv").read_text().splitlines()[1:]]
    rows = [row for row in rows if not row[0].startswith("cdr/")]
    for path, _, _, wanted in rows:
        call, _ = told(EXAMPLES / path)
        wrong = expected(call, json.loads(wanted))
        good += not wrong
        if wrong:
            print(f"  {path}: {'; '.join(wrong)}")
    print(f"examples as expected: {good} of {len(rows)}")


DATA = os.environ.get("TRIAGE_DATA")
EXAMPLES = Path(DATA or "") / "voicemail" / "examples"

if __name__ == "__main__":
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    volume("spool", spool)
    volume("transcripts", transcripts)
    if DATA and EXAMPLES.is_dir():
        examples()
    else:
        print("examples: set TRIAGE_DATA to the folder of the development data")
