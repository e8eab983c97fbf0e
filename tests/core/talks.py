"""Whole invented conversations (conversations/*.toml) and the state in which each ends."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.core.mail import ME, POLICY, at, entry
from triage.core.past.replaying import replay
from triage.model.cases import State
from triage.model.entries import Entry
from triage.model.mail import Report, ReportKind
from triage.settings import Me, Reminders

_FOLDER = Path(__file__).parent / "conversations"
_ROBIN = Me(name="Robin Vale", addresses=(ME,), team=("*@example.com",))
_LATER = 3
_LIST = (("list-unsubscribe", "<https://shop.example/off>"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A conversation: its language, what it is, where it should end; `held` ones nobody looked at meanwhile."""

    language: str
    what: str
    state: State
    held: bool
    mails: tuple[Entry, ...]


def talks() -> Iterator[Talk]:
    """All of them, by language."""
    for path in sorted(_FOLDER.glob("*.toml")):
        for number, table in enumerate(tomllib.loads(path.read_text("utf-8"))["talk"]):
            yield Talk(
                language=path.stem,
                what=table["is"],
                state=State(table["state"]),
                held=table.get("held", False),
                mails=tuple(_mails(f"{path.stem}{number}", table["mail"])),
            )


def ends(talk: Talk) -> State:
    """Where it stands a day after its last mail, as `triage replay` tells."""
    found = replay(
        talk.mails,
        me=_ROBIN,
        policy=POLICY,
        reminders=Reminders(),
        until=talk.mails[-1].message.received + timedelta(days=1),
    )
    assert found
    return found.cases[0].standing.state if found.cases else State.SKIPPED


def _report(table: dict[str, Any], about: str) -> Report | None:
    if "report" not in table:
        return None
    return Report(kind=ReportKind(table["report"]), about=about, recipients=(table["failed"],))


def _mails(name: str, tables: list[dict[str, Any]]) -> Iterator[Entry]:
    subject, hours, before, other = "", 0.0, "", ""
    for number, table in enumerate(tables):
        mine = "from" not in table
        subject = table.get("subject") or (subject if subject.startswith("Re: ") else f"Re: {subject}")
        hours += table.get("after", _LATER) if number else 0
        other = other if mine else table["from"]
        to = table.get("to", other if mine else f"Robin Vale <{ME}>")
        yield entry(
            f"{name}-{number}",
            hours=hours,
            sent=at(hours),
            sender=f"Robin Vale <{ME}>" if mine else table["from"],
            to=to.split(", "),
            cc=table["cc"].split(", ") if "cc" in table else (),
            subject=subject,
            text=table["text"],
            replies=before or (),
            headers=(
                *((("auto-submitted", table["auto"]),) if "auto" in table else ()),
                *(_LIST if "list" in table else ()),
            ),
            calendar=table.get("calendar"),
            reply_to=(table["reply_to"],) if "reply_to" in table else (),
            report=_report(table, f"<{before}>"),
            outgoing=mine,
            mailboxes=("Sent",) if mine else ("INBOX",),
        )
        before, other = f"{name}-{number}", other or to
