"""Which days a person means by --day and --week."""

from datetime import date, timedelta

from triage.errors import UsageError

FORMS = "today, yesterday, mon, 2026-11-25"
_DAY = timedelta(days=1)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def days(text: str | None, today: date, *, week: bool) -> tuple[date, date]:
    """First and last day; a weekday is the last one. UsageError for nonsense and for days to come."""
    day = _day(text.strip().lower(), today) if text else today
    if day is None:
        raise UsageError(f"{text!r} is no day", hint=f"write one of: {FORMS}")
    if day > today:
        raise UsageError(f"{text} is still to come", hint="a summary looks back; triage list shows what is due")
    if not week:
        return day, day
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _day(word: str, today: date) -> date | None:
    if word in ("today", "yesterday"):
        return today - _DAY * (word == "yesterday")
    weekday = next((place for place, name in enumerate(_WEEKDAYS) if len(word) >= 3 and name.startswith(word)), None)
    if weekday is not None:
        return today - timedelta(days=(today.weekday() - weekday) % 7)
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None
