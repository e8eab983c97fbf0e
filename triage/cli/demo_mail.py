"""Writes the invented mail of `triage demo` (demo_mail.toml) as a folder of Maildirs."""

import tomllib
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROBIN = "Robin Vale <robin@example.org>"
_INVITATION = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
_BOUNCE = """\
Message-ID: {id}
Date: {date}
From: Mail Delivery System <mailer-daemon@example.org>
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=demo"

--=demo
Content-Type: text/plain

<{failed}>: there is no such address.
--=demo
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; {failed}
Action: failed
Status: 5.1.1
--=demo
Content-Type: text/rfc822-headers

Message-ID: {about}
From: {to}
To: {failed}
--=demo--
"""


def write(root: Path, days: tuple[date, ...], zone: ZoneInfo) -> int:
    """Lay all letters into `root`; `days` are working days, the demo's own first, each earlier one after it.

    Returns how many were written. The time in each file's name is when the letter came.
    """
    letters = tomllib.loads(files("triage.cli").joinpath("demo_mail.toml").read_text(encoding="utf-8"))["letter"]
    for mailbox in ("INBOX", "Sent"):
        for part in ("cur", "new", "tmp"):
            (root / mailbox / part).mkdir(parents=True, exist_ok=True)
    by_id = {letter["id"]: letter for letter in letters}
    for number, letter in enumerate(letters):
        came = datetime.combine(days[letter["day"]], letter["at"], zone)
        mailbox = "Sent" if letter["from"] == ROBIN else "INBOX"
        path = root / mailbox / "cur" / f"{int(came.timestamp())}.D{number:03d}.demo:2,S"
        path.write_bytes(_rfc5322(letter, came, by_id))
    return len(letters)


def message_id(letter: str) -> str:
    """The Message-ID of a letter."""
    return f"<{letter}@demo.example>"


def _rfc5322(letter: dict[str, Any], came: datetime, by_id: dict[str, dict[str, Any]]) -> bytes:
    if "bounces" in letter:
        return _bounce(letter, came, by_id[letter["bounces"]])
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = message_id(letter["id"])
    message["Date"] = format_datetime(came)
    message["From"] = letter["from"]
    message["To"] = letter.get("to", ROBIN)
    message["Subject"] = letter["subject"]
    if "cc" in letter:
        message["Cc"] = letter["cc"]
    if "answers" in letter:
        message["In-Reply-To"] = message["References"] = message_id(letter["answers"])
    for name, value in letter.get("headers", {}).items():
        message[name] = value
    message.set_content(letter["text"])
    if letter.get("calendar"):
        message.add_alternative(_INVITATION, subtype="calendar", params={"method": "REQUEST"})
    return message.as_bytes()


def _bounce(letter: dict[str, Any], came: datetime, original: dict[str, Any]) -> bytes:
    """A report in the shape of RFC 3464 about a letter that came back."""
    return _BOUNCE.format(
        id=message_id(letter["id"]),
        date=format_datetime(came),
        to=ROBIN,
        failed=original["to"].split("<")[1].rstrip(">"),
        about=message_id(original["id"]),
    ).encode()
