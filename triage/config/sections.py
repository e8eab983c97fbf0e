"""From the tables of the file to the settings: what keys mean together, beyond each one alone."""

from datetime import date, time, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from triage.config import tables
from triage.config.reader import plain, read, unknown
from triage.config.reader import tables as array
from triage.config.values import WEEKDAYS, flag, name, shown, stretch, written
from triage.settings import CallLog, Columns, Me, Reminders, Rule, SourceSettings, Span, Workday

_PORTS = {"tls": 993, "starttls": 143, "none": 143}
_NINE, _FIVE = time(9), time(17)
_LONGEST_OFF = timedelta(days=1000)
_WEEK_KEYS = {"days", "start", "end", "hours"}


def me(raw: dict[str, Any], problems: list[str]) -> Me:
    found = read(raw.get("me", {}), tables.ME, "me", problems)
    missing = isinstance(raw.get("me", {}), dict) and "addresses" not in raw.get("me", {})
    if missing or found.get("addresses") == ():
        problems.append('me.addresses: missing; list your own addresses, like ["robin@example.com"]')
    return Me(**found)


def workday(raw: dict[str, Any], problems: list[str]) -> Workday:
    found = read(raw.get("workday", {}), tables.WORKDAY, "workday", problems)
    rest = {field: value for field, value in found.items() if field not in _WEEK_KEYS}
    _check_days_off(found.get("days_off", ()), problems)
    return Workday(**rest, week=_week(raw.get("workday", {}), found, problems))


def _week(raw: object, found: dict[str, Any], problems: list[str]) -> tuple[tuple[Span, ...], ...]:
    asked = set(raw) & _WEEK_KEYS if isinstance(raw, dict) else set()
    if "hours" in asked and len(asked) > 1:
        problems.append(f"workday.hours: stands instead of {', '.join(sorted(asked - {'hours'}))}; keep one way")
    if asked - set(found):
        return Workday().week
    if "hours" in found:
        if not any(found["hours"]):
            problems.append(f"workday.hours: no working day at all; name at least one of {', '.join(WEEKDAYS)}")
        week: tuple[tuple[Span, ...], ...] = found["hours"]
        return week
    try:
        spans = (stretch(found.get("start", _NINE), found.get("end", _FIVE)),)
    except ValueError as error:
        problems.append(f"workday.end: {error}")
        return Workday().week
    days = found.get("days", frozenset(range(5)))
    return tuple(spans if day in days else () for day in range(7))


def _check_days_off(ranges: tuple[tuple[date, date], ...], problems: list[str]) -> None:
    """Deadlines look for the next working day; there must be one within reach (`triage.core.times.hours`)."""
    begun = until = date.min
    for first, last in sorted(ranges):
        if (first - until).days > 1:
            begun = first
        until = max(until, last)
        if until - begun > _LONGEST_OFF:
            problems.append(f"workday.days_off: {begun} to {until} is longer than {written(_LONGEST_OFF)} without work")
            return


def reminders(raw: dict[str, Any], problems: list[str]) -> Reminders:
    found = read(raw.get("reminders", {}), tables.REMINDERS, "reminders", problems)
    if "before" in found:
        found["before"] = tuple(sorted(set(found["before"]), reverse=True))
    return Reminders(**found)


def sources(raw: dict[str, Any], folder: Path, problems: list[str]) -> tuple[SourceSettings, ...]:
    """Every source that could be read; `folder` is what relative paths in the file start from."""
    every = array(raw.get("source", []), "source", problems)
    if "source" not in raw or raw["source"] == []:
        problems.append("source: missing; without a [[source]] there is nothing to read")
    found = [_source(one, place, folder, problems) for place, one in enumerate(every, start=1)]
    _check_names(every, problems)
    return tuple(one for one in found if one)


def _source(raw: dict[str, Any], number: int, folder: Path, problems: list[str]) -> SourceSettings | None:
    place = _place(raw, number)
    before = len(problems)
    kind = raw.get("kind")
    if not isinstance(kind, str) or kind not in tables.KINDS:
        problems.append(f"{place}.kind: {_kind_problem(kind)}")
        return None
    found = read(raw, tables.KINDS[kind], place, problems)
    problems.extend(f"{place}.{key}: missing" for key in ("name", *tables.NEEDED[kind]) if key not in raw)
    if len(problems) > before:
        return None
    for key in ("path", "ca_file"):
        if key in found:
            found[key] = folder / found[key]
    if kind == "exchange":
        found.setdefault("auth", "ntlm")
    source = SourceSettings(**found)
    problems.extend(f"{place}.{problem}" for problem in (*_source_problems(source), *_auth_problems(source, raw)))
    return _with_port(source, found)


def call_logs(raw: dict[str, Any], folder: Path, region: str, problems: list[str]) -> tuple[SourceSettings, ...]:
    """Every call log that could be read, as a source of the kind "call_log"; `region` is where its numbers are from."""
    every = array(raw.get("call_log", []), "call_log", problems)
    found = [_call_log(one, number, folder, region, problems) for number, one in enumerate(every, start=1)]
    taken: set[str] = {one.get("name", "") for one in array(raw.get("source", []), "source", [])}
    for one in found:
        if one and one.name in taken:
            problems.append(f'call_log.{one.name}: another source has this name; give it one with name = "…"')
        taken.add(one.name if one else "")
    return tuple(one for one in found if one)


def _call_log(
    raw: dict[str, Any], number: int, folder: Path, region: str, problems: list[str]
) -> SourceSettings | None:
    place, before = f"call_log[{number}]", len(problems)
    found = read(raw, tables.CALL_LOG, place, problems)
    columns = read(raw.get("columns", {}), tables.COLUMNS, f"{place}.columns", problems)
    if "path" not in raw:
        problems.append(f"{place}.path: missing")
    if found.get("preset", "custom") == "custom":
        needed = ("start", "to", "talk") if "outgoing" not in raw else ("start", "direction", "to", "talk")
        problems.extend(
            f'{place}.columns.{name}: missing; name the column, like {{ {name} = "…" }}, or set a preset'
            for name in needed
            if name not in columns
        )
    elif columns:
        problems.append(
            f"{place}.columns: the preset {shown(found['preset'])} knows its columns; leave one of them out"
        )
    if len(problems) > before:
        return None
    name = found.pop("name", "calls" if number == 1 else f"calls-{number}")
    kept = {key: found.pop(key) for key in ("poll", "stale_after", "history", "timezone") if key in found}
    path = folder / found.pop("path")
    log = CallLog(**{**found, "columns": Columns(**columns), "region": region})
    return SourceSettings(name=name, kind="call_log", path=path, call_log=log, **kept)


def contacts(raw: dict[str, Any], folder: Path, problems: list[str]) -> tuple[Path, ...]:
    """The address books."""
    found = read(raw.get("contacts", {}), tables.CONTACTS, "contacts", problems)
    return tuple(folder / path for path in found.get("contacts", ()))


def calls_close_mail(raw: dict[str, Any], problems: list[str]) -> bool:
    try:
        return bool(flag(raw.get("calls_close_mail", False)))
    except ValueError as error:
        problems.append(f"calls_close_mail: {error}")
        return False


def _place(raw: dict[str, Any], number: int) -> str:
    try:
        return f"source.{name(raw.get('name'))}"
    except ValueError:
        return f"source[{number}]"


def _kind_problem(kind: object) -> str:
    known = ", ".join(f'"{one}"' for one in sorted(tables.KINDS))
    if kind is None:
        return f"missing; write one of {known}"
    if isinstance(kind, str) and kind in tables.LATER_KINDS:
        return f'"{kind}" is not in this version; it reads {known}'
    return f"expected one of {known}, got {shown(kind)}"


def _source_problems(source: SourceSettings) -> list[str]:
    found = []
    if source.stale_after <= source.poll:
        found.append(
            f"stale_after: {written(source.stale_after)} is not longer than poll ({written(source.poll)}); "
            "the source would look stale all the time"
        )
    if source.kind == "imap" and source.security == "none" and not (source.insecure or _loopback(source.host)):
        found.append(
            'security: "none" sends the password in the clear; use "tls" or "starttls", or say insecure = true'
        )
    return found


def _auth_problems(source: SourceSettings, raw: dict[str, Any]) -> list[str]:
    """Keys that this way of signing in needs, or does not know."""
    if source.kind == "exchange":
        return []
    if source.auth not in tables.AUTHS:
        return [f"auth: expected one of {', '.join(tables.AUTHS)}, got {shown(source.auth)}"]
    needed = tables.OAUTH_NEEDED.get(source.auth, ())
    known = (*needed, *tables.OAUTH_KNOWN.get(source.auth, ()))
    found = [f"{key}: missing" for key in needed if key not in raw]
    found += [
        f'{key}: says nothing with auth = "{source.auth}"' for key in tables.OAUTH if key in set(raw) - set(known)
    ]
    if needed and source.password_command:
        found.append(f'password_command: says nothing with auth = "{source.auth}"; run triage login {source.name}')
    if source.auth == "oauth" and not (source.authorize_endpoint or source.device_endpoint):
        found.append("authorize_endpoint: missing; or device_endpoint, where signing in goes by code")
    return found


def _loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _with_port(source: SourceSettings, found: dict[str, Any]) -> SourceSettings:
    if source.kind != "imap" or source.port:
        return source
    return SourceSettings(**{**found, "port": _PORTS[source.security]})


def _check_names(every: list[dict[str, Any]], problems: list[str]) -> None:
    """No two names may ask for their password in the same variable TRIAGE_PASSWORD_NAME."""
    seen: dict[str, str] = {}
    for raw in every:
        given = raw.get("name")
        if not isinstance(given, str):
            continue
        variable = given.upper().replace("-", "_")
        if variable in seen:
            problems.append(f'source.{plain(given)}.name: taken by the source "{plain(seen[variable])}"')
        seen[variable] = given


def rules(raw: dict[str, Any], problems: list[str]) -> tuple[Rule, ...]:
    every = array(raw.get("rule", []), "rule", problems)
    return tuple(_rule(one, f"rule[{number}]", problems) for number, one in enumerate(every, start=1))


def _rule(raw: dict[str, Any], place: str, problems: list[str]) -> Rule:
    found = read(raw, tables.RULE, place, problems)
    match = read(raw.get("match", {}), tables.MATCH, f"{place}.match", problems)
    if not raw.get("match"):
        problems.append(f'{place}.match: missing; say what it fits, like {{ from = "*@example.com" }}')
    if not {"class", "reply_within", "prefers"} & set(raw):
        problems.append(f"{place}: says nothing; give it class, reply_within or prefers")
    return Rule(**{**found, "match": tuple(match.items())})


def check_top(raw: dict[str, Any], problems: list[str]) -> None:
    """Tables and keys at the top of the file that nobody reads."""
    for key in raw:
        if key not in tables.TOP:
            problems.append(f"{plain(key)}: {unknown(key, tables.TOP)}")
