"""One JSON line for waybar's custom module: text, tooltip, class (waybar-custom(5))."""

from datetime import datetime

from triage.core.times.hours import Hours
from triage.model.board import Board
from triage.report import rows, status, words
from triage.report.glance import Glance, glance

_WIDTH = 80


def fields(board: Board, now: datetime, *, hours: Hours, clock: datetime | None = None) -> dict[str, str]:
    """The three fields. `class` is "late", "waiting", "stale" or "clear", the first that holds."""
    seen = glance(board, now, hours, clock or now)
    said = status.short(board, now, hours=hours, clock=clock)
    place = rows.columns(seen.owed, _WIDTH)
    shown = [rows.row(standing, now, hours, place).strip() for standing in seen.owed[: status.MOST_ROWS]]
    return {
        "text": str(seen.people) if seen.owed else "",
        "tooltip": _escaped("\n".join([words.heading(now, hours), said, *shown])),
        "class": _class(seen),
    }


def _class(seen: Glance) -> str:
    if seen.overdue:
        return "late"
    if seen.owed:
        return "waiting"
    return "clear" if seen.clear else "stale"


def _escaped(text: str) -> str:
    """Safe as Pango markup, which waybar reads unless told otherwise."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
