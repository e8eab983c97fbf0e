"""Moments as a person says them: the clock, the weekday, the date, whichever is enough."""

from datetime import date, datetime

from triage.core.times.hours import Hours

# Not strftime: its words follow the locale of the process, and the sentences around them are English.
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def clock(moment: datetime, hours: Hours) -> str:
    """ "17:00" on the user's clock."""
    local = moment.astimezone(hours.zone)
    return f"{local.hour:02}:{local.minute:02}"


def day_name(day: date, today: date) -> str:
    """ "Thursday" within six days, else "12 Nov", with the year if it is another."""
    if abs((day - today).days) < 7:
        return _WEEKDAYS[day.weekday()]
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day.day} {_MONTHS[day.month - 1]}{year}"


def when(moment: datetime, now: datetime, hours: Hours) -> str:
    """ "17:00" today, else "Monday 09:00"."""
    day, today = hours.day(moment), hours.day(now)
    return clock(moment, hours) if day == today else f"{day_name(day, today)} {clock(moment, hours)}"


def which_day(moment: datetime, now: datetime, hours: Hours) -> str:
    """ "15:40" today, else "Monday": for what needs no clock on another day."""
    day, today = hours.day(moment), hours.day(now)
    return clock(moment, hours) if day == today else day_name(day, today)
