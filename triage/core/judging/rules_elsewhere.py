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

    def sign(self, look: Look) -> str:
        """What about the message says that this service sent it; empty if nothing does."""
        if any(glob(pattern, look.sender) for pattern in self.senders):
            return f"from {look.sender}"
        if header := next((name for name in self.headers if name in look.headers), ""):
            return f"{header}: {look.headers[header][:_MOST_SHOWN]}"
        name = look.headers.get("list-id", "").rpartition("<")[2].rstrip("> ").lower()
        return f"list-id: {name[:_MOST_SHOWN]}" if self.lists and name.endswith(self.lists) else ""


def _services() -> tuple[_Service, ...]:
    text = files(__package__).joinpath("elsewhere.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text).items()
    return tuple(_Service(name=name, **{key: tuple(values) for key, values in table.items()}) for name, table in tables)


_SERVICES = _services()
HEADERS = tuple(name for service in _SERVICES for name in service.headers)
"""The header fields by which a service is known, lower-cased."""


def elsewhere(look: Look) -> Reason | None:
    """Known by headers and addresses alone, never by words; a reply to my own mail and a web form are mail."""
    if look.parent_is_mine or look.form:
        return None
    for service in _SERVICES:
        if sign := service.sign(look):
            return Reason(
                rule="elsewhere", points=-10, text=f"answered elsewhere: in {service.name} ({sign})", veto=True
            )
    return None
