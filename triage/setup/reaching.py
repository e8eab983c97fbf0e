"""The questions about how a source's mail is reached: a server that is found or named, or a folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from triage.config import values
from triage.core.plain import plain
from triage.errors import UsageError
from triage.settings import Me, SourceSettings
from triage.setup import autodiscover, discovery
from triage.setup.asking import Asking, one_of
from triage.setup.discovery import Network, Server
from triage.setup.folders import folder, mail_folder

PORTS = {"tls": 993, "starttls": 143, "none": 143}
KINDS = ("imap", "maildir", "exchange")
_WAYS = {"password": "", "oauth-google": "docs/gmail.md", "oauth-microsoft": "docs/microsoft365.md"}
_EXCHANGE_WAYS = ("ntlm", "basic", "kerberos")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the questions about a source are asked with. `password` gives one that was piped in, else None."""

    asking: Asking
    me: Me
    now: datetime
    environ: Mapping[str, str]
    network: Network | None
    password: Callable[[], str | None]
    sign_in: bool = True


def reached(setting: Setting, name: str, before: SourceSettings | None) -> tuple[SourceSettings, str]:
    """The settings by which it may be tried, and what to know of its password."""
    asking = setting.asking
    guessed = mail_folder(setting.environ)
    telling = {"path": "maildir", "host": "imap", "endpoint": "exchange"}
    given = next((kind for option, kind in telling.items() if asking.given.get(option)), None)
    default = given or (before.kind if before else "maildir" if guessed else "imap")
    question = "Read it from imap (a server), maildir (a folder) or exchange (on premises)"
    kind = asking.ask("kind", question, default, one_of(*KINDS))
    base = before if before and before.kind == kind else SourceSettings(name=name, kind=kind)
    if kind == "imap":
        return _imap(setting, base)
    if kind == "exchange":
        return _exchange(setting, base), ""
    shown = str(base.path or guessed or "~/Mail")
    return replace(base, path=asking.ask("path", "The Maildir, or the folder of Maildirs", shown, folder)), ""


def _imap(setting: Setting, base: SourceSettings) -> tuple[SourceSettings, str]:
    asking, address = setting.asking, address_of(setting)
    found = _known(base, address) if base.host else None
    if found is None and not asking.given.get("host"):
        if setting.network:
            asking.say(f"\nLooking how mail for {address.rpartition('@')[2]} is reached ...")
        found = discovery.server(address, setting.network)
    if found is None or not _accepted(asking, found):
        settings = _typed(asking, base, address, found)
    else:
        settings = replace(base, host=found.host, port=found.port, security=found.security)
        settings = replace(settings, user=str(asking.given.get("user") or found.user), open=base.open or found.open)
    settings = _trusting(asking, settings)
    return _signing_in(asking, settings, found.auths if found else ("password",)), found.note if found else ""


def _exchange(setting: Setting, base: SourceSettings) -> SourceSettings:
    asking, address = setting.asking, address_of(setting)
    found = base.endpoint
    if not found and setting.network and not asking.given.get("endpoint"):
        asking.say(f"\nLooking for the Exchange server of {address.rpartition('@')[2]} ...")
        found = autodiscover.endpoint(address, setting.network)
    usual = f"https://mail.{address.rpartition('@')[2]}/EWS/Exchange.asmx"
    endpoint = asking.ask("endpoint", "Address of its web services", found or usual, _endpoint)
    user = asking.ask("user", "User name there, like EXAMPLE\\robin", base.user or address, _text)
    known = base.auth if base.endpoint else "ntlm"
    auth = asking.ask("auth", f"Sign in by {', '.join(_EXCHANGE_WAYS)}", known, one_of(*_EXCHANGE_WAYS))
    return _trusting(asking, replace(base, endpoint=endpoint, user=user, auth=auth))


def _trusting(asking: Asking, settings: SourceSettings) -> SourceSettings:
    ca_file = asking.given.get("ca_file")
    return replace(settings, ca_file=Path(str(ca_file)).expanduser().absolute()) if ca_file else settings


def _known(base: SourceSettings, address: str) -> Server:
    """As it is configured; a provider of the table may have other ways to sign in."""
    listed = discovery.server(address)
    ways = listed.auths if listed and listed.host == base.host else ()
    auths = tuple(dict.fromkeys((base.auth, *ways)))
    return Server(host=base.host, port=base.port, security=base.security, user=base.user, auths=auths)


def another(setting: Setting, settings: SourceSettings) -> SourceSettings:
    """Asked anew, whatever the options of the call were."""
    if settings.kind == "exchange":
        return _exchange(replace(setting, asking=Asking()), settings)
    return _typed(Asking(), settings, address_of(setting), None)


def _accepted(asking: Asking, found: Server) -> bool:
    if any(asking.given.get(one) for one in ("host", "port", "security")):
        return False
    how = {"tls": "encrypted", "starttls": "encrypted after STARTTLS"}.get(found.security, "NOT encrypted")
    called = f"{found.title}: " if found.title else ""
    asking.say(f"  {called}{found.host}, port {found.port}, {how}, as {plain(found.user)}")
    if found.vouched:
        return asking.agreed("", "Is that right?", default=True)
    if asking.silent:
        raise UsageError(
            f"{found.host} is another domain's, and only the DNS says that it is yours",
            hint="if it is, say so:  --host " + found.host,
        )
    return asking.agreed("", f"Only the DNS says so. Is {found.host} your provider's?", default=False)


def _typed(asking: Asking, base: SourceSettings, address: str, found: Server | None) -> SourceSettings:
    domain = address.rpartition("@")[2]
    host = asking.ask("host", "IMAP server", base.host or f"imap.{domain}", _host)
    security = asking.ask("security", "Encryption: tls, starttls or none", base.security, one_of(*PORTS))
    usual = base.port if base.port and security == base.security else PORTS[security]
    port = asking.ask("port", "Port", str(usual), _port)
    user = asking.ask("user", "User name there", base.user or (found.user if found else address), _text)
    return replace(base, host=host, port=port, security=security, user=user)


def _signing_in(asking: Asking, settings: SourceSettings, auths: tuple[str, ...]) -> SourceSettings:
    """By password where that serves; in the browser where the provider takes nothing else, or who prefers it."""
    ways = tuple(one for one in auths if one in _WAYS) or ("password",)
    default = settings.auth if settings.auth in ways else ways[0]
    if len(ways) > 1 or asking.given.get("auth"):
        default = asking.ask("auth", f"Sign in by {' or '.join(ways)} (in the browser)", default, one_of(*_WAYS))
    if default == "password":
        return replace(settings, auth=default)
    asking.say(f"  That takes an app of your own, registered there once: see {_WAYS[default]}.")
    client = asking.ask("client_id", "Its client id", settings.client_id, _text)
    return replace(settings, auth=default, client_id=client)


def _endpoint(text: str) -> str:
    return str(values.endpoint(text))


def _host(text: str) -> str:
    if not text or any(sign.isspace() or sign in "/@:" for sign in text):
        raise ValueError('expected a host name like "imap.example.com"')
    return text.lower()


def _port(text: str) -> int:
    return int(values.port(int(text) if text.isdecimal() else text))


def _text(text: str) -> str:
    return str(values.text(text))


def address_of(setting: Setting) -> str:
    """The first that is no glob."""
    return next((one for one in setting.me.addresses if not {"*", "?"} & set(one)), "")
