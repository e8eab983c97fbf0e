"""Public holidays and days off of this year, as due times will count them."""

from collections.abc import Iterator
from datetime import date

from triage.doctor.patient import Patient
from triage.freedays import days_off, zone
from triage.model.findings import Finding, ok


def holidays(patient: Patient) -> Iterator[Finding]:
    """A code nobody knows comes as an error with those near it."""
    workday = patient.config.workday
    today = patient.now.astimezone(zone(workday, patient.environ)).date()
    off = sorted(days_off(workday, date(today.year, 1, 1), date(today.year, 12, 31)))
    coming = [day for day in off if day >= today]
    ahead = f"; the next is {coming[0]:%a} {coming[0].day} {coming[0]:%b}" if coming else ""
    if workday.holidays:
        yield ok(f"{workday.holidays}: {len(off)} days off in {today.year}{ahead}")
    else:
        yield ok(
            f"no public holidays; {len(off)} days off of your own in {today.year}{ahead}",
            'for a country\'s: holidays = "US", or yours, under [workday]',
        )
