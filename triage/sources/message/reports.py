"""Delivery and disposition reports (RFC 3464, RFC 8098), and bounces that follow no standard, to a Report."""

import re

from triage.model.mail import Report, ReportKind
from triage.sources.message.fields import fields_of, ids
from triage.sources.message.parts import Part, split

MOST_RECIPIENTS = 50
_DELIVERY = ("message/delivery-status", "message/global-delivery-status")
_DISPOSITION = ("message/disposition-notification", "message/global-disposition-notification")
_ORIGINAL = (
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
)
_STATUS_FIELDS = frozenset(
    ["action", "final-recipient", "original-recipient", "original-message-id", "x-original-message-id"]
)
_COPY = re.compile(r"^[ \t>]{0,20}message-id:\s{0,80}(<[^<>\s]{1,900}>)", re.I | re.M)
_MACHINES = ("mailer-daemon", "mail.delivery.system", "postmaster")


def report_of(
    parts: tuple[Part, ...], fields: dict[str, str], *, sender: str, text: str, answers: tuple[str, ...]
) -> Report | None:
    """What a report says, or None for mail that is none. `answers` are the ids its own header refers to."""
    status = next((part for part in parts if part.type in _DELIVERY or part.type in _DISPOSITION), None)
    if status is not None:
        return _standard(status, parts, answers)
    failed = tuple(_bare(name) for name in fields.get("x-failed-recipients", "").split(",") if "@" in name)
    writer = sender.partition("@")[0]
    if not failed and writer not in _MACHINES:
        return None
    about = _original(parts) or copied(text) or (answers[-1] if answers and writer != "postmaster" else None)
    if not failed and about is None:
        return None
    late = not failed and re.search(r"delay|warning|still being|verzögert", fields.get("subject", ""), re.I)
    kind = ReportKind.DELAYED if late else ReportKind.FAILED
    return Report(kind=kind, about=about, recipients=failed[:MOST_RECIPIENTS])


def _standard(status: Part, parts: tuple[Part, ...], answers: tuple[str, ...]) -> Report:
    block = re.sub(rb"\r?\n(?:[ \t]*\r?\n)+", b"\n", status.content())
    found = fields_of(block.lstrip(), _STATUS_FIELDS)
    actions = {value.split()[0].strip(";").lower() for name, value in found if name == "action" and value}
    named = next((ids(value) for name, value in found if name.endswith("original-message-id")), ())
    about = (named[0] if named else None) or _original(parts) or (answers[-1] if answers else None)
    recipients = [_bare(value) for name, value in found if name == "final-recipient"]
    recipients = recipients or [_bare(value) for name, value in found if name == "original-recipient"]
    kind = ReportKind.READ if status.type in _DISPOSITION else _kind(actions)
    return Report(kind=kind, about=about, recipients=tuple(dict.fromkeys(recipients))[:MOST_RECIPIENTS])


def _kind(actions: set[str]) -> ReportKind:
    if actions & {"delivered", "relayed", "expanded"} and "failed" not in actions:
        return ReportKind.DELIVERED
    return ReportKind.DELAYED if "delayed" in actions and "failed" not in actions else ReportKind.FAILED


def _original(parts: tuple[Part, ...]) -> str | None:
    """The Message-ID of the message returned inside, whole or cut."""
    for part in parts:
        if part.type in _ORIGINAL:
            header, _ = split(part.content().lstrip(b"\r\n"))
            for _, value in fields_of(header, frozenset({"message-id"})):
                found = ids(value)
                if found:
                    return found[0]
    return None


def copied(text: str) -> str | None:
    """The Message-ID in a copy of the message that stands in the text, as Exim and qmail write it."""
    found = _COPY.search(text)
    return found[1] if found else None


def _bare(recipient: str) -> str:
    """An address without its type ("rfc822;") and brackets."""
    return recipient.rpartition(";")[2].strip(" \t<>").lower()[:320]
