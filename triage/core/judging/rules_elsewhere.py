"""The rule about services that only tell by mail: what they bring is answered in their own place."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files

from triage.core.judging.look import Look
from triage.core.people import glob
from triage.model.judgements import Reason

_MOST_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Service:
    """How mail of one service is known: `headers` only it sets, how its List-Id ends, addresses that only send."""

    name: str
    headers: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()


def _services() -> tuple[_Service, ...]:
    text = files(__package__).joinpath("elsewhere.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text).items()
    return tuple(_Service(name=name, **{key: tuple(values) for key, values in table.items()}) for name, table in tables)


_SERVICES = _services()
HEADERS = tuple(name for service in _SERVICES for name in service.headers)
"""The header fields by which a service is known, lower-cased."""
_BY_HEADER = {header: service.name for service in _SERVICES for header in service.headers}
_BY_LIST = {ending: service.name for service in _SERVICES for ending in service.lists}


def _by_house() -> dict[str, list[tuple[str, str]]]:
    """The address patterns with their services, by the last two labels of the domain, so that few are compared."""
    found: dict[str, list[tuple[str, str]]] = {}
    for service in _SERVICES:
        for pattern in service.senders:
            found.setdefault(".".join(pattern.rpartition("@")[2].split(".")[-2:]), []).append((pattern, service.name))
    return found


_GLOBS = _by_house()


def elsewhere(look: Look) -> Reason | None:
    """Known by headers and addresses alone, never by words; a reply to my own mail is mail, and what a form of mine
    sent, whose headers may be those of the service it stands at."""
    found = None if look.parent_is_mine else _sign(look)
    if not found or (look.form and not found[1].startswith("from ")):
        return None
    name, sign = found
    return Reason(rule="elsewhere", points=-10, text=f"answered elsewhere: in {name} ({sign})", veto=True)


def _sign(look: Look) -> tuple[str, str] | None:
    """The service that sent it, and what about the message says so."""
    house = ".".join(look.sender.rpartition("@")[2].split(".")[-2:])
    if name := next((name for pattern, name in _GLOBS.get(house, ()) if glob(pattern, look.sender)), ""):
        return name, f"from {look.sender}"
    for header in _BY_HEADER.keys() & look.headers.keys():
        return _BY_HEADER[header], f"{header}: {look.headers[header][:_MOST_SHOWN]}"
    listed = look.headers.get("list-id", "").rpartition("<")[2].rstrip("> ").lower()
    ending = next((one for one in _BY_LIST if listed.endswith(one)), "") if listed else ""
    return (_BY_LIST[ending], f"list-id: {listed[:_MOST_SHOWN]}") if ending else None
