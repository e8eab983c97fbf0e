"""The questions about a person: name, addresses, working time, and how to be told."""

import os
import pwd
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

from triage.config import values
from triage.errors import ConfigError
from triage.freedays import days_off, zone
from triage.settings import Config, Me, Privacy, Reminders, Span, Workday
from triage.setup.asking import NONE, Asking, Table, listed, one_of, or_none

KEEP = "keep"
_CODE = 3
_BARE = re.compile(r"(?<![\d:])(\d{1,2})(?![\d:])")


def me(asking: Asking, old: Config | None, environ: Mapping[str, str]) -> Me:
    """[me]: the name and the addresses."""
    known = old.me if old else Me()
    name = asking.ask("name", "Your name", known.name or _account_name(), _text)
    own = ", ".join(known.addresses) or environ.get("EMAIL", "")
    addresses = asking.ask("address", "Your e-mail addresses (with commas between)", own, _addresses)
    return replace(known, name=name, addresses=addresses)


def identity(me: Me, workday: Table, old: Config | None) -> Table:
    """[me], with the country of telephone numbers written without one where the configuration is new."""
    country = workday.get("holidays")
    if old is None:
        phone = {"phone_region": country[:2]} if isinstance(country, str) else {}
        return {"name": me.name, "addresses": list(me.addresses), **phone}
    return _changed(
        {"name": me.name, "addresses": list(me.addresses)},
        {"name": old.me.name, "addresses": list(old.me.addresses)},
    )


def workday(asking: Asking, old: Config | None, today: date, environ: Mapping[str, str]) -> Table:
    """[workday]: days, hours and holidays."""
    known = old.workday if old else Workday()
    days, spans = _days(known), _spans(known)
    chosen = asking.ask("days", "Working days", days, lambda text: text if text == KEEP else _weekdays(text))
    hours = asking.ask("hours", "Working hours (breaks: 9:00-12:00, 13:00-17:00)", spans, _hours)
    country = known.holidays or (NONE if old else _country(known, environ) or NONE)
    question = "Public holidays of (a country like DE, a part of one like US-NC, or none)"
    code = asking.ask("holidays", question, country, or_none(lambda text: _holidays(text, today)))
    table = {**({} if KEEP in (chosen, hours) else _week(chosen, hours)), "holidays": code}
    was = {**({} if KEEP in (days, spans) else _week(days, _hours(spans))), "holidays": known.holidays}
    return _changed(table, was) if old else table


def reminders(asking: Asking, old: Config | None) -> Table:
    """[reminders]: when and how openly to be told."""
    known = old.reminders if old else Reminders()
    before = ", ".join(values.written(timedelta(minutes=one)) for one in known.before) or NONE
    told = asking.ask("before", "Told how long before an answer is due", before, _before)
    question = "What a notice shows: full, names (no texts) or count (only how many)"
    privacy = asking.ask("privacy", question, known.privacy.value, one_of(*(one.value for one in Privacy)))
    table: Table = {"before": list(told), "privacy": privacy}
    return _changed(table, {"before": list(_before(before)), "privacy": known.privacy.value}) if old else table


def _changed(table: Table, was: Table) -> Table:
    """What a file that stands need not be told is left out."""
    return {key: value for key, value in table.items() if key not in was or was[key] != value}


# --- answers ------------------------------------------------------------------------------------------------------


def _text(text: str) -> str:
    return str(values.text(text))


def _addresses(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values.address(one) for one in listed(text))) or (values.address(text),)


def _weekdays(text: str) -> str:
    values.weekdays(text)
    return text.lower().replace(" ", "")


def _hours(text: str) -> tuple[str, ...] | str:
    if text == KEEP:
        return KEEP
    full = _BARE.sub(r"\1:00", text)
    spans = sorted((values.span(one) for one in listed(full)), key=lambda one: one.start)
    if not spans:
        raise ValueError('expected hours like "09:00-17:00"')
    for earlier, later in pairwise(spans):
        if later.start < earlier.end:
            raise ValueError(f"spans overlap at {later.start:%H:%M}")
    return tuple(map(_span, spans))


def _holidays(text: str, today: date) -> str:
    country, _, part = text.partition("-")
    code = values.holidays("-".join(filter(None, (country.upper(), part.upper() if len(part) <= _CODE else part))))
    try:
        days_off(Workday(holidays=code), today, today)
    except ConfigError as error:
        raise ValueError(error.problems[0].partition(": ")[2] if error.problems else error.message) from error
    return code


def _before(text: str) -> tuple[str, ...]:
    return tuple(values.written(timedelta(minutes=values.minutes(one))) for one in listed(text))


# --- what is known already ----------------------------------------------------------------------------------------


def _account_name() -> str:
    """The full name the system knows; its other fields come after commas (passwd(5))."""
    try:
        account = pwd.getpwuid(os.getuid())
    except KeyError:
        return ""
    return account.pw_gecos.split(",")[0].strip() or account.pw_name


def _week(days: str, spans: tuple[str, ...] | str) -> Table:
    """One span a day is written plainly, breaks as a table; the other way is taken out of the file."""
    if len(spans) == 1:
        start, _, end = spans[0].partition("-")
        return {"days": days, "start": start, "end": end, "hours": None}
    every = {values.WEEKDAYS[day]: list(spans) for day in sorted(values.weekdays(days))}
    return {"days": None, "start": None, "end": None, "hours": every}


def _days(known: Workday) -> str:
    """As in the file; a week whose days differ is none that a line could tell."""
    spans = {day for day in known.week if day}
    if len(spans) > 1:
        return KEEP
    working = [place for place, day in enumerate(known.week) if day]
    if working == list(range(working[0], working[-1] + 1)) and len(working) > 1:
        return f"{values.WEEKDAYS[working[0]]}-{values.WEEKDAYS[working[-1]]}"
    return ",".join(values.WEEKDAYS[place] for place in working)


def _spans(known: Workday) -> str:
    spans = {day for day in known.week if day}
    return KEEP if len(spans) > 1 else ", ".join(map(_span, next(iter(spans))))


def _span(span: Span) -> str:
    return f"{span.start:%H:%M}-{span.end:%H:%M}"


def _country(known: Workday, environ: Mapping[str, str]) -> str:
    """Where the clock's zone lies, else where the language is spoken."""
    try:
        found = _countries().get(zone(known, environ).key, "")
    except ConfigError:
        found = ""
    territory = (environ.get("LC_ALL") or environ.get("LANG") or "").partition(".")[0].partition("_")[2]
    return found or (territory if len(territory) == 2 and territory.isupper() else "")


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    text = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {row[2]: row[0] for row in rows if len(row) > 2}
