"""One source, from its name to its table in the file: how it is reached, whether that works, what of it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from triage.config import values
from triage.core.plain import plain
from triage.settings import Config, SourceSettings
from triage.setup.asking import NONE, Asking, Table, listed, numbered
from triage.setup.findings import Findings, findings
from triage.setup.reaching import KINDS, PORTS, Setting, address_of, reached
from triage.setup.trying import SIGNS_IN, looked
from triage.sources.survey import Surveyed

_LATER = "oauth"
_NAMED = len(("name", "kind"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A source as it is to be written: its table, and the addresses of one's own that its Sent mailboxes showed.

    `signs_in_later`: it is new or changed, and waits for `triage login`.
    """

    table: Table
    own: tuple[str, ...] = ()
    signs_in_later: bool = False


def account(setting: Setting, old: Config | None) -> Account:
    """Ask, try, look, and ask what to read."""
    known = {one.name: one for one in old.sources} if old else {}
    name = _name(setting, known)
    before = known.get(name)
    settings, note = reached(setting, name, before)
    if settings.kind in SIGNS_IN and (settings.auth.startswith(_LATER) or not setting.sign_in):
        table = _table(settings, before)
        return Account(table=table, signs_in_later=before is None or len(table) > _NAMED)
    settings, surveyed = looked(setting, settings, note)
    if surveyed is None:
        return Account(table=_table(settings, before), signs_in_later=settings.kind in SIGNS_IN)
    found = findings(surveyed, setting.me)
    settings = _read_from(setting.asking, settings, found, surveyed, before)
    return Account(table=_table(settings, before), own=found.own)


def _name(setting: Setting, known: Mapping[str, SourceSettings]) -> str:
    accounts = [name for name, one in known.items() if one.kind in KINDS]
    default = accounts[0] if accounts else _label(setting, known)
    more = f" ({', '.join(accounts)}; or a new name for one more)" if accounts else ""

    def read(text: str) -> str:
        name = str(values.name(text))
        if name in known and name not in accounts:
            raise ValueError(f"{name} is no mailbox; change it in the file")
        return name

    return setting.asking.ask("source", f"Name of this account{more}", default, read)


def _label(setting: Setting, known: Mapping[str, SourceSettings]) -> str:
    """robin@gmail.com is called gmail."""
    label = address_of(setting).rpartition("@")[2].partition(".")[0]
    try:
        return str(values.name("mail" if label in known else label))
    except ValueError:
        return "mail"


def _read_from(
    asking: Asking,
    settings: SourceSettings,
    found: Findings,
    surveyed: tuple[Surveyed, ...],
    before: SourceSettings | None,
) -> SourceSettings:
    sent = settings.sent
    if found.sent:
        asking.say(f"  What you sent is looked for in {', '.join(map(plain, found.sent))}.")
    else:
        asking.say("  No Sent mailbox was found. Without one your answers cannot be seen.")
        others = [plain(box.name) for box in surveyed if box.role is None]
        asking.say(f"  There are: {', '.join(others[:20]) or 'no others'}")
        sent = asking.ask("sent", "Mailbox with what you sent (or none)", NONE, listed)
    asking.say("  Mail from people in the last 30 days:")
    names = tuple(name for name, _ in found.people)
    for place, (name, count) in enumerate(found.people, start=1):
        asking.say(f"    {place:>2}  {plain(name, 50):<40} {count:>4}")
    proposed = before.mailboxes if before else names or ("INBOX",)
    chosen = asking.ask("mailbox", "Mailboxes to read, by number or name", ", ".join(proposed), numbered(names))
    return replace(settings, mailboxes=chosen, sent=sent)


def _table(settings: SourceSettings, before: SourceSettings | None) -> Table:
    """What differs from before, or from what needs no saying."""
    base = before if before and before.kind == settings.kind else SourceSettings(name=settings.name, kind=settings.kind)
    was, wanted = _keys(base), _keys(settings)
    changed = {key: value for key, value in wanted.items() if value != was[key]}
    if before and before.kind != settings.kind:
        changed = {**dict.fromkeys(key for key, value in _keys(before).items() if value is not None), **changed}
    return {"name": settings.name, "kind": settings.kind, **changed}


def _keys(settings: SourceSettings) -> Table:
    usual = settings.port in (0, PORTS[settings.security])
    auth = "ntlm" if settings.kind == "exchange" else "password"
    return {
        "host": settings.host or None,
        "endpoint": settings.endpoint or None,
        "port": None if usual else settings.port,
        "security": None if settings.security == "tls" else settings.security,
        "ca_file": str(settings.ca_file) if settings.ca_file else None,
        "user": settings.user or None,
        "auth": None if settings.auth == auth else settings.auth,
        "client_id": settings.client_id or None,
        "password_command": list(settings.password_command) or None,
        "path": str(settings.path) if settings.path else None,
        "mailboxes": list(settings.mailboxes),
        "sent": list(settings.sent) or None,
        "open": settings.open or None,
    }
