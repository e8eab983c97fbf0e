"""What the doctor found, as text in columns and as JSON."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from triage.core.plain import plain
from triage.model.findings import Finding, Level
from triage.report.lines import NARROW, cells, fit, late, wrap
from triage.report.words import count

_PART, _LEVEL, _MOST_LINES = 11, 7, 6


def text(findings: Sequence[Finding], *, about: str, width: int, colour: bool) -> str:
    """The findings by part, what to do below what is not well, and how it stands in the last line."""
    return "\n".join([about, "", *_lines(findings, width, colour=colour), "", *wrap(_verdict(findings), width)])


def as_json(findings: Sequence[Finding], *, about: dict[str, str]) -> dict[str, object]:
    """`ok` is False where something is broken."""
    return {
        "about": about,
        "ok": not any(finding.level is Level.BROKEN for finding in findings),
        "findings": [
            {"part": finding.part, "level": finding.level.value, "what": finding.what, "hint": finding.hint or None}
            for finding in findings
        ],
    }


def _lines(findings: Sequence[Finding], width: int, *, colour: bool) -> Iterator[str]:
    for part, group in groupby(findings, key=lambda finding: finding.part):
        name = plain(part, 40)
        if width < NARROW:
            yield name
        for place, finding in enumerate(group):
            lead = "" if width < NARROW else fit(name if place == 0 else "", _PART) + " "
            yield from _finding(finding, "  " + lead if lead else "  ", width, colour=colour)


def _finding(finding: Finding, lead: str, width: int, *, colour: bool) -> Iterator[str]:
    indent = " " * (cells(lead) + _LEVEL)
    first, *more = wrap(plain(finding.what, 600), width, indent, _MOST_LINES) or [indent]
    level = fit(finding.level.value, _LEVEL)
    if finding.level is not Level.OK:
        level = late(level, colour=colour)
    yield lead + level + first[len(indent) :]
    yield from more
    if finding.hint:
        yield from wrap(plain(finding.hint, 600), width, indent + "  ", _MOST_LINES)


def _verdict(findings: Sequence[Finding]) -> str:
    bad = sum(finding.level is Level.BROKEN for finding in findings)
    odd = sum(finding.level is Level.LOOK for finding in findings)
    if not bad and not odd:
        return "Everything is in order."
    said = [count(bad, "thing is broken", "things are broken")] if bad else []
    if odd:
        said.append(count(odd, "thing is worth a look", "things are worth a look"))
    return ", ".join(said) + "."
