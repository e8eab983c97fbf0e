"""Numbers, moments and people in words, the same on every screen.

Whatever strangers wrote leaves this file cleaned and bounded.
"""

from datetime import datetime, timedelta

from triage.core.cases.state import Standing
from triage.core.plain import plain
from triage.core.times.hours import Hours
from triage.model.cases import Channel, Class, Person, State
from triage.report.moments import clock, day_name

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SMALL = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")


def count(number: int, one: str, many: str) -> str:
    """ "1 person waits", "1,200 people wait"."""
    return f"{number:,} {one if number == 1 else many}"


def spelled(number: int) -> str:
    """Capitalised, in letters up to twelve: the begin of a sentence."""
    return _SMALL[number] if number < len(_SMALL) else f"{number:,}"


def length(span: timedelta) -> str:
    """ "48 min", "3 h 10 min", "4 days"."""
    minutes = max(0, int(span.total_seconds())) // 60
    if minutes >= 48 * 60:
        return f"{minutes // 1440} days"
    hours, minutes = divmod(minutes, 60)
    parts = ([f"{hours} h"] if hours else []) + ([f"{minutes} min"] if minutes or not hours else [])
    return " ".join(parts)


def heading(now: datetime, hours: Hours) -> str:
    """ "Friday 20 Nov, 15:12"."""
    local = hours.local(now)
    return f"{day_name(local.date(), local.date())} {local.day} {_MONTHS[local.month - 1]}, {clock(now, hours)}"


def day(when: datetime, now: datetime, hours: Hours) -> str:
    """ "today", "Thu" within six days, "12 Nov" or "12 Nov 2025"."""
    if hours.day(when) == hours.day(now):
        return "today"
    named = day_name(hours.day(when), hours.day(now))
    return named if named[0].isdigit() else named[:3]


def moment(when: datetime, now: datetime, hours: Hours) -> str:
    """ "15:40" today, "Thu 15:40" within six days, else only the date."""
    named = day(when, now, hours)
    if named == "today":
        return clock(when, hours)
    return named if named[0].isdigit() else f"{named} {clock(when, hours)}"


def due(standing: Standing, now: datetime, hours: Hours) -> str:
    """The first column: "late", "17:00", "Mon", "12 Dec"; "any time" where a rule says never."""
    if standing.overdue:
        return "late"
    if standing.due is None:
        return "any time"
    if hours.day(standing.due) == hours.day(now):
        return clock(standing.due, hours)
    return " ".join(day(standing.due, now, hours).split()[:2])


def name(person: Person) -> str:
    """How the person is called: the name, else the address or number."""
    for known in (person.name, person.address, person.number, person.phone):
        if cleaned := plain(known, 100):
            return cleaned
    return "somebody"


def badge(person: Person) -> str:
    """What to know about them: ", vip", ", new" or nothing. A number without a name is new by itself."""
    return ", vip" if person.class_ is Class.VIP else ", new" if person.new and (person.name or person.address) else ""


def full_name(person: Person) -> str:
    """Name with address or number: a display name alone may claim to be anybody."""
    called = name(person)
    known = [plain(each, 100) for each in (person.address, person.number or person.phone)]
    return " ".join([called, *(f"<{each}>" for each in known if each and each != called)])


def caller(standing: Standing) -> str:
    """Who waits in this case."""
    who = standing.who
    nameless = not (who.name or who.address or who.phone)
    unnamed = {Channel.NOTE: "note", Channel.VOICEMAIL: "number withheld"}
    return unnamed.get(standing.case.channel, name(who)) if nameless else name(who)


def subject(standing: Standing) -> str:
    """What it is about: the subject, else the first words; of a call both."""
    cause = standing.cause
    if standing.case.channel is Channel.VOICEMAIL:
        said = plain(next(iter(cause.questions), cause.excerpt), 200)
        return plain(cause.subject, 100) + (f": {said}" if said else "")
    fallback = "(no text)" if standing.case.channel is Channel.NOTE else "(no subject)"
    return plain(cause.subject, 300) or plain(cause.excerpt, 300) or fallback


def promised(standing: Standing) -> str:
    """What I promised ("the plans"), where my words say and it is what is open now; else nothing."""
    promise = standing.case.promise if standing.state is State.PROMISED else None
    return plain(promise.what, 100) if promise else ""


def handle(standing: Standing) -> str:
    """What to type for the case: its number, else enough of its ref."""
    return str(standing.case.number) if standing.case.number is not None else standing.case.ref[:6]
