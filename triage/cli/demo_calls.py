"""Lays the invented voicemails and calls of `triage demo` (demo_calls.toml) as an Asterisk would."""

import csv
import os
import tomllib
import wave
from collections.abc import Sequence
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

EXTENSION = "1001"
_TEXT = """\
;
; Message Information file
;
[message]
origmailbox=1001
context=macro-vm
exten=s-NOANSWER
rdnis=unknown
priority=2
callerchan=PJSIP/trunk-{place:08x}
callerid={callerid}
origdate={date}
origtime={time}
category=
msg_id={time}-{place:08}
flag=
duration={seconds}
"""


def write(voicemail: Path, log: Path, days: Sequence[date], zone: ZoneInfo) -> int:
    """Lay all voicemails into one mailbox and all calls back into one log; how many callers there are. `days` are
    working days, the demo's own first.
    """
    callers = tomllib.loads(files("triage.cli").joinpath("demo_calls.toml").read_text(encoding="utf-8"))["caller"]
    inbox = voicemail / "default" / EXTENSION / "INBOX"
    inbox.mkdir(parents=True)
    log.parent.mkdir(parents=True)
    with log.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        for place, caller in enumerate(callers):
            day = days[caller["day"]]
            _voicemail(inbox, place, caller, datetime.combine(day, caller["at"], zone))
            for back in caller.get("back", ()):
                rows.writerow(_row(caller, datetime.combine(day, back["at"], zone), back["seconds"]))
    return len(callers)


def _voicemail(inbox: Path, place: int, caller: dict[str, Any], at: datetime) -> None:
    stem, seconds = f"msg{place:04}", caller["seconds"]
    with wave.open(str(inbox / f"{stem}.wav"), "wb") as sound:
        sound.setparams((1, 1, 8000, 0, "NONE", ""))
        sound.writeframes(b"\x80" * 8000 * seconds)
    if "text" in caller:
        (inbox / f"{stem}.vtt").write_text(f"WEBVTT\n\n00:00.000 --> 00:{seconds:02}.000\n{caller['text']}\n")
    told = _TEXT.format(
        place=place,
        callerid=caller["callerid"],
        date=f"{at.astimezone(UTC):%a %b %e %r UTC %Y}",
        time=int(at.timestamp()),
        seconds=seconds,
    )
    (inbox / f"{stem}.txt").write_text(told)
    ended = at.timestamp() + seconds
    for path in (*inbox.glob(f"{stem}.*"), inbox):  # a folder that changed just now is waited for
        os.utime(path, (ended, ended))


def _row(caller: dict[str, Any], at: datetime, talk: int) -> list[object]:
    """A row of Asterisk's Master.csv (cdr_csv.c)."""
    number = caller["callerid"].rpartition("<")[2].rstrip(">")
    dialled, moment = f"91{number}", f"{at:%Y-%m-%d %H:%M:%S}"
    answered = moment if talk else ""
    own = f'"Robin" <{EXTENSION}>'
    ends = [f"PJSIP/{EXTENSION}-0000001b", "PJSIP/trunk-0000001c", "Dial", f"PJSIP/{dialled}@trunk"]
    result = ["ANSWERED" if talk else "NO ANSWER", "DOCUMENTATION", f"{at.timestamp()}", ""]
    return ["", EXTENSION, dialled, "from-internal", own, *ends, moment, answered, moment, talk + 9, talk, *result]
