"""`triage why` in words: every rule that spoke, the sum, the due time step by step, and what would change it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from triage.core.cases.state import Standing
from triage.core.plain import plain
from triage.core.times.hours import Hours
from triage.model.cases import Channel, State
from triage.model.judgements import Reason
from triage.report import words
from triage.report.lines import WIDEST, dim, fit, hanging, wrap
from triage.report.show import OPEN, heading

_POINTS = 6
_RULE = 16


def text(
    standing: Standing,
    threshold: float,
    steps: Sequence[str],
    now: datetime,
    *,
    hours: Hours,
    width: int,
    colour: bool = False,
) -> str:
    """The whole screen. `steps` tell how the due time of the cause came about, in order."""
    width = min(width, WIDEST)
    parts = [
        list(heading(standing, now, hours, width, colour=colour)),
        list(_points(standing, threshold, width)),
        list(_deadline(standing, steps, now, hours, width)),
        [dim(line, colour=colour) for line in _changes(standing, width)],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _points(standing: Standing, threshold: float, width: int) -> Iterator[str]:
    """Vetoes first, then the points; the last line is exactly their sum."""
    reasons = standing.cause.reasons
    ordered = sorted(reasons, key=lambda reason: (not reason.veto, -abs(reason.points)))
    for reason in ordered:
        points = "veto" if reason.veto else f"{reason.points:+g}"
        lead = f"  {points:>{_POINTS}}  {fit(plain(reason.rule, _RULE), _RULE)}  "
        yield from hanging(lead, plain(reason.text, 400), width)
    yield from hanging(f"  {_sum(reasons):>{_POINTS}g}  ", _verdict(standing, threshold), width)


def _sum(reasons: Sequence[Reason]) -> float:
    """Rounded, so that 0.1 and 0.2 make 0.3 as they do on paper."""
    return round(sum(reason.points for reason in reasons), 6)


def _verdict(standing: Standing, threshold: float) -> str:
    """What the sum comes to, and who overruled it: a veto, the user, or that nobody is there to answer to."""
    if standing.state is State.PROMISED:
        return "by your own word, whatever the points"
    if standing.state is State.WAITING:
        return "they owe you an answer; it never rings"
    reasons, needed = standing.cause.reasons, f"in all, {threshold:g} are needed"
    vetoed = any(reason.veto for reason in reasons)
    enough = not vetoed and _sum(reasons) >= threshold
    if not enough and standing.state in OPEN:
        return f"{needed}; you said that it waits, and that counts"
    if enough and standing.state is State.SKIPPED:
        return f"{needed}, but nobody is there to answer to"
    if vetoed:
        return f"{needed}, but a veto decides: no answer is needed"
    return f"{needed}: {'an' if enough else 'no'} answer is needed"


def _deadline(standing: Standing, steps: Sequence[str], now: datetime, hours: Hours, width: int) -> Iterator[str]:
    if standing.state not in OPEN or not steps:
        return
    due = words.moment(standing.due, now, hours) if standing.due else "any time"
    yield f"Due {due}:"
    for number, step in enumerate(steps, 1):
        yield from hanging(f"  {number}. ", plain(step, 400), width)


def _changes(standing: Standing, width: int) -> Iterator[str]:
    """What the user can do about the verdict, most usual first."""
    yield "What would change it:"
    for change in _open_changes(standing) if standing.state in OPEN else _closed_changes(standing):
        yield from wrap(change, width, "  ")


def _open_changes(standing: Standing) -> Iterator[str]:
    handle, address = words.handle(standing), plain(standing.who.address, 100)
    if standing.state is State.PROMISED:
        yield "Your next mail to them in this thread keeps it, unless that promises again."
    elif standing.state is State.WAITING:
        yield "Their answer ends it; after 30 days it ends by itself."
    elif standing.case.channel is Channel.VOICEMAIL:
        yield "A call in which you both speak closes it, and so does a mail to them that answers nothing else."
        yield f"triage called {handle}: you called back from another telephone"
    elif standing.case.channel is not Channel.NOTE:
        yield "An answer in this thread closes it."
    yield f"triage done {handle}: it was answered some other way"
    yield f"triage dismiss {handle}: no answer is needed this time"
    if standing.case.channel is Channel.VOICEMAIL:
        if phone := plain(standing.who.phone, 40):
            yield f"triage dismiss {handle} --sender: never again for {phone}"
            yield f'A [[rule]] with match = {{ phone = "{phone}" }} and reply_within moves when it is due.'
    elif address and standing.state not in {State.PROMISED, State.WAITING}:
        yield f"triage dismiss {handle} --sender: never again for {address}"
        yield f'A [[rule]] with match = {{ from = "{address}" }} and reply_within moves when it is due.'


def _closed_changes(standing: Standing) -> Iterator[str]:
    handle = words.handle(standing)
    yield f"triage reopen {handle}: it does need an answer"
    if standing.state is State.SKIPPED:
        yield "A new message from them is judged anew."
    else:
        yield "A new message from them opens it again if it asks for an answer."
