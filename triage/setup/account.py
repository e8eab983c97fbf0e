"""The questions about one source: how its mail is reached, whether that works, and what of it is to be read."""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from shlex import split

from triage import secrets
from triage.config import values
from triage.core.plain import plain
from triage.errors import SecretMissing, SourceRejected, SourceUnreachable, TriageError, UsageError
from triage.settings import Config, Me, SourceSettings
from triage.setup import discovery
from triage.setup.asking import NONE, Asking, listed, numbered, one_of, or_none
from triage.setup.discovery import Network, Server
from triage.setup.findings import Findings, findings
from triage.setup.folders import folder, mail_folder
from triage.sources.survey import Surveyed, survey

Table = dict[str, object]
_PORTS = {"tls": 993, "starttls": 143, "none": 143}
_WAYS = {"password": "", "oauth-google": "docs/gmail.md", "oauth-microsoft": "docs/microsoft365.md"}
_AGAIN, _SERVER, _LEAVE = "again", "server", "leave"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A source as it is to be written: its table, and the addresses of one's own that its Sent mailboxes showed.

    `seen` tells whether it could be read; `signs_in_later` that it still waits for `triage login`.
    """

    table: Table
    own: tuple[str, ...] = ()
    seen: bool = False
    signs_in_later: bool = False


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


def account(setting: Setting, old: Config | None) -> Account:
    """Ask, try, look, and ask what to read."""
    known = {one.name: one for one in old.sources} if old else {}
    name = _name(setting, tuple(known))
    before = known.get(name)
    settings, note = _reached(setting, name, before)
    if settings.kind == "imap" and (settings.auth != "password" or not setting.sign_in):
        return Account(table=_table(settings, before), signs_in_later=True)
    settings, surveyed = _looked(setting, settings, note)
    if surveyed is None:
        return Account(table=_table(settings, before), signs_in_later=settings.kind == "imap")
    found = findings(surveyed, setting.me)
    settings = _read_from(setting.asking, settings, found, surveyed, before)
    return Account(table=_table(settings, before), own=found.own, seen=True)


# --- how it is reached ----------------------------------------------------------------------------------------------


def _name(setting: Setting, known: tuple[str, ...]) -> str:
    default = known[0] if known else _label(setting)
    more = f" ({', '.join(known)}; or a new name for one more)" if known else ""
    return setting.asking.ask("source", f"Name of this account{more}", default, lambda text: str(values.name(text)))


def _label(setting: Setting) -> str:
    """robin@gmail.com is called gmail."""
    label = _address(setting).rpartition("@")[2].partition(".")[0]
    try:
        return str(values.name(label))
    except ValueError:
        return "mail"


def _address(setting: Setting) -> str:
    """The first that is no glob."""
    return next((one for one in setting.me.addresses if not {"*", "?"} & set(one)), "")


def _reached(setting: Setting, name: str, before: SourceSettings | None) -> tuple[SourceSettings, str]:
    """And what to know of its password."""
    asking = setting.asking
    guessed = mail_folder(setting.environ)
    given = "maildir" if asking.given.get("path") else "imap" if asking.given.get("host") else None
    default = given or (before.kind if before else "maildir" if guessed else "imap")
    kind = asking.ask("kind", "Read it from imap (a server) or maildir (a folder)", default, one_of("imap", "maildir"))
    base = before if before and before.kind == kind else SourceSettings(name=name, kind=kind)
    if kind == "imap":
        return _imap(setting, base)
    shown = str(base.path or guessed or "~/Mail")
    return replace(base, path=asking.ask("path", "The Maildir, or the folder of Maildirs", shown, folder)), ""


def _imap(setting: Setting, base: SourceSettings) -> tuple[SourceSettings, str]:
    asking, address = setting.asking, _address(setting)
    found = _known(base) if base.host else None
    if found is None and not asking.given.get("host"):
        if setting.network:
            asking.say(f"\nLooking how mail for {address.rpartition('@')[2]} is reached ...")
        found = discovery.server(address, setting.network)
    if found is None or not _accepted(asking, found):
        settings = _typed(asking, base, address, found)
    else:
        settings = replace(base, host=found.host, port=found.port, security=found.security, user=found.user)
        settings = replace(settings, user=_given(asking, "user", settings.user), open=base.open or found.open)
    ca_file = asking.given.get("ca_file")
    settings = replace(settings, ca_file=Path(str(ca_file)).expanduser().absolute()) if ca_file else settings
    return _signing_in(asking, settings, found.auths if found else ("password",)), found.note if found else ""


def _known(base: SourceSettings) -> Server:
    return Server(host=base.host, port=base.port, security=base.security, user=base.user, auths=(base.auth,))


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
    security = asking.ask("security", "Encryption: tls, starttls or none", base.security, one_of(*_PORTS))
    usual = base.port if base.port and security == base.security else _PORTS[security]
    port = asking.ask("port", "Port", str(usual), _port)
    user = asking.ask("user", "User name there", base.user or (found.user if found else address), _text)
    return replace(base, host=host, port=port, security=security, user=user)


def _given(asking: Asking, name: str, default: str) -> str:
    return str(asking.given.get(name) or default)


def _signing_in(asking: Asking, settings: SourceSettings, auths: tuple[str, ...]) -> SourceSettings:
    """By password where that serves; in the browser where the provider takes nothing else, or who prefers it."""
    ways = tuple(dict.fromkeys(one for one in (settings.auth, *auths) if one in _WAYS))
    ways = tuple(one for one in ways if one in auths) or ("password",)
    default = settings.auth if settings.auth in ways else ways[0]
    if len(ways) > 1 or asking.given.get("auth"):
        default = asking.ask("auth", f"Sign in by {' or '.join(ways)} (in the browser)", default, one_of(*_WAYS))
    if default == "password":
        return replace(settings, auth=default)
    asking.say(f"  That takes an app of your own, registered there once: see {_WAYS[default]}.")
    client = asking.ask("client_id", "Its client id", settings.client_id, _text)
    return replace(settings, auth=default, client_id=client)


def _host(text: str) -> str:
    if not text or any(sign.isspace() or sign in "/@:" for sign in text):
        raise ValueError('expected a host name like "imap.example.com"')
    return text.lower()


def _port(text: str) -> int:
    return int(values.port(int(text) if text.isdecimal() else text))


def _text(text: str) -> str:
    return str(values.text(text))


# --- whether that works ---------------------------------------------------------------------------------------------


def _looked(
    setting: Setting, settings: SourceSettings, note: str
) -> tuple[SourceSettings, tuple[Surveyed, ...] | None]:
    """Sign in and look around, asking again for what was wrong; None where the user leaves it for later."""
    asking = setting.asking
    command = asking.given.get("password_command")
    settings = replace(settings, password_command=tuple(split(str(command)))) if command else settings
    secret, typed = _stored(setting, settings), setting.password() is not None
    while True:
        if secret is None and settings.kind == "imap":
            secret, typed = _password(setting, settings, note), True
        try:
            surveyed = _seen(asking, settings, secret or "", setting.now)
            return (_kept(setting, settings, secret) if typed and secret else settings), surveyed
        except (SourceRejected, SourceUnreachable) as error:
            if asking.silent:
                raise
            asking.say(f"  {error.message}\n  {error.hint}".rstrip())
            changed = _mended(setting, settings, error)
            if changed is None:
                return settings, None
            settings, secret = changed, None if isinstance(error, SourceRejected) else secret


def _seen(asking: Asking, settings: SourceSettings, secret: str, now: datetime) -> tuple[Surveyed, ...]:
    asking.say("\nLooking at the mailboxes ...")
    return tuple(survey(settings, lambda: secret, now))


def _mended(setting: Setting, settings: SourceSettings, error: TriageError) -> SourceSettings | None:
    """The settings to try next; None to leave it for later."""
    asking = setting.asking
    if isinstance(error.__cause__, ssl.SSLCertVerificationError):
        question = "File with the certificate of the server's authority (or none)"
        if path := asking.ask("", question, NONE, or_none(_file)):
            return replace(settings, ca_file=path)
    if settings.kind == "maildir":
        return replace(settings, path=asking.ask("", "The Maildir, or the folder of Maildirs", "~/Mail", folder))
    what = "a password" if isinstance(error, SourceRejected) else ""
    question = f"Try {what + ' ' if what else ''}again, another server, or leave it for later"
    match asking.ask("", question, _AGAIN, one_of(_AGAIN, _SERVER, _LEAVE)):
        case "again":
            return settings
        case "server":
            return _typed(Asking(), settings, _address(setting), None)
    return None


def _file(text: str) -> Path:
    path = values.file(text).absolute()
    if not path.is_file():
        raise ValueError(f"there is no file {path}")
    return path


def _stored(setting: Setting, settings: SourceSettings) -> str | None:
    """A password that is there already, by whatever way; one that was piped in goes first."""
    piped = setting.password()
    if piped is not None or settings.kind != "imap":
        return piped
    try:
        return secrets.password(settings, environ=setting.environ)
    except SecretMissing:
        if settings.password_command:
            raise
        return None


def _password(setting: Setting, settings: SourceSettings, note: str) -> str:
    if setting.asking.silent:
        raise SecretMissing(
            f"{settings.name}: no password is known",
            hint="--password-stdin reads it from standard input, --password-command says what prints it",
        )
    if note:
        setting.asking.say(f"\n{note}")
    return setting.asking.secret(f"Password of {settings.user} (not shown)")


def _kept(setting: Setting, settings: SourceSettings, secret: str) -> SourceSettings:
    """In the keyring; where there is none, the command that prints it, or word of the other ways."""
    asking = setting.asking
    try:
        secrets.store(settings, secret)
    except SecretMissing as error:
        asking.say(f"  Signed in, but no keyring here keeps the password: {error.message}.")
        asking.say(f"  Other ways: a command that prints it, the variable {secrets.variable(settings.name)},")
        asking.say(f"  or a systemd credential (LoadCredential={settings.name}:FILE in the unit).")
        if settings.password_command:
            return settings
        question = "Command that prints the password, like pass show mail (or none)"
        command = asking.ask("", question, NONE, or_none(lambda text: _command(text, settings, secret)))
        return replace(settings, password_command=command or ())
    asking.say("  Signed in. The password is in your keyring.")
    return settings


def _command(text: str, settings: SourceSettings, secret: str) -> tuple[str, ...]:
    """One that prints what just worked."""
    command = tuple(split(text))
    try:
        printed = secrets.password(replace(settings, password_command=command)) if command else ""
    except SecretMissing as error:
        raise ValueError(error.message) from error
    if printed != secret:
        raise ValueError("it prints something else than the password that just worked")
    return command


# --- what is to be read ---------------------------------------------------------------------------------------------


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


# --- as it is written -----------------------------------------------------------------------------------------------


def _table(settings: SourceSettings, before: SourceSettings | None) -> Table:
    """What differs from before, or from what needs no saying."""
    base = before if before and before.kind == settings.kind else SourceSettings(name=settings.name, kind=settings.kind)
    was, wanted = _keys(base), _keys(settings)
    changed = {key: value for key, value in wanted.items() if value != was[key]}
    if before and before.kind != settings.kind:
        changed = {**dict.fromkeys(key for key, value in _keys(before).items() if value is not None), **changed}
    return {"name": settings.name, "kind": settings.kind, **changed}


def _keys(settings: SourceSettings) -> Table:
    usual = settings.port in (0, _PORTS[settings.security])
    return {
        "host": settings.host or None,
        "port": None if usual else settings.port,
        "security": None if settings.security == "tls" else settings.security,
        "ca_file": str(settings.ca_file) if settings.ca_file else None,
        "user": settings.user or None,
        "auth": None if settings.auth == "password" else settings.auth,
        "client_id": settings.client_id or None,
        "password_command": list(settings.password_command) or None,
        "path": str(settings.path) if settings.path else None,
        "mailboxes": list(settings.mailboxes),
        "sent": list(settings.sent) or None,
        "open": settings.open or None,
    }
