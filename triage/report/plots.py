"""Small bar plots, as numbers a template can draw: each bar with its label, its value and its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from triage.core.past.summary import Summary

WIDTH, HEIGHT, TOP, BOTTOM = 320, 100, 16, 16
_EDGES = (
    ("15 min", timedelta(minutes=15)),
    ("1 h", timedelta(hours=1)),
    ("2 h", timedelta(hours=2)),
    ("4 h", timedelta(hours=4)),
    ("8 h", timedelta(hours=8)),
    ("more", timedelta.max),
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar in units of the drawing; `label` is empty where every other one is enough."""

    x: float
    width: float
    y: float
    height: float
    value: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A titled plot; `said` is all of it in one sentence, for those who do not see it."""

    title: str
    said: str
    bars: tuple[Bar, ...]


def times(summary: Summary) -> Plot | None:
    """How many answers were sent within how much working time."""
    lower, counts = timedelta(-1), []
    for label, edge in _EDGES:
        counts.append((label, sum(lower < time <= edge for time in summary.figures.times)))
        lower = edge
    return _plot("Working time to the answer, up to", counts)


def arrivals(summary: Summary) -> Plot | None:
    """When those came who wanted an answer."""
    hours = [hour for hour, count in enumerate(summary.arrivals) if count]
    if not hours:
        return None
    shown = range(min(8, *hours), max(18, *hours) + 1)
    return _plot("Came in, by hour", [(str(hour), summary.arrivals[hour]) for hour in shown])


def weeks(summary: Summary) -> Plot | None:
    """Answered in this week and the four before."""
    named = [(f"{week.monday.day} {_MONTHS[week.monday.month - 1]}", week.answered) for week in summary.weeks]
    return _plot("Answered, by week from Monday", named)


def _plot(title: str, counts: Sequence[tuple[str, int]]) -> Plot | None:
    most = max((count for _, count in counts), default=0)
    if not most:
        return None
    step = WIDTH / len(counts)
    thin = len(counts) > 12
    bars = [
        Bar(
            x=round(place * step + step * 0.15, 1),
            width=round(step * 0.7, 1),
            y=round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - count / most), 1),
            height=round((HEIGHT - TOP - BOTTOM) * count / most, 1),
            value=count,
            label="" if thin and place % 2 else label,
        )
        for place, (label, count) in enumerate(counts)
    ]
    said = ", ".join(f"{label}: {count}" for label, count in counts if count)
    return Plot(title=title, said=said, bars=tuple(bars))
