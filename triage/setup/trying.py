"""Whether a source can be read as it was described: sign in, look around, and ask again for what was wrong."""

import ssl
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from shlex import split

from triage import secrets
from triage.config import values
from triage.errors import SecretMissing, SourceRejected, SourceUnreachable, TriageError
from triage.settings import SourceSettings
from triage.setup.asking import NONE, Asking, one_of, or_none
from triage.setup.folders import folder
from triage.setup.reaching import Setting, another
from triage.sources.survey import Surveyed, survey

SIGNS_IN = ("imap", "exchange")
_AGAIN, _SERVER, _LEAVE = "again", "server", "leave"


def looked(setting: Setting, settings: SourceSettings, note: str) -> tuple[SourceSettings, tuple[Surveyed, ...] | None]:
    """Sign in and look around, asking again for what was wrong; None where the user leaves it for later."""
    asking = setting.asking
    command = asking.given.get("password_command")
    settings = replace(settings, password_command=tuple(split(str(command)))) if command else settings
    secret, fresh = _stored(setting, settings), setting.password() is not None
    while True:
        if secret is None and _takes_password(settings):
            secret, fresh = _password(setting, settings, note), True
        try:
            surveyed = _seen(asking, settings, secret or "", setting.now)
            return (_kept(setting, settings, secret) if fresh and secret else settings), surveyed
        except (SourceRejected, SourceUnreachable) as error:
            told_elsewhere = isinstance(error, SourceRejected) and not fresh and _elsewhere(setting, settings)
            if asking.silent or told_elsewhere:
                raise
            asking.say(f"  {error.message}\n  {error.hint}".rstrip())
            changed = _mended(setting, settings, error)
            if changed is None:
                return settings, None
            settings, secret = changed, None if isinstance(error, SourceRejected) else secret


def _takes_password(settings: SourceSettings) -> bool:
    """A ticket of Kerberos stands for one."""
    return settings.kind in SIGNS_IN and settings.auth != "kerberos"


def _elsewhere(setting: Setting, settings: SourceSettings) -> bool:
    """Then a password in the keyring would not be heard: that place goes first."""
    return bool(settings.password_command or setting.environ.get(secrets.variable(settings.name)))


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
    what = "another password (again)" if isinstance(error, SourceRejected) else "again"
    question = f"Try {what}, another server, or leave it for later"
    match asking.ask("", question, _AGAIN, one_of(_AGAIN, _SERVER, _LEAVE)):
        case "again":
            return settings
        case "server":
            return another(setting, settings)
    return None


def _file(text: str) -> Path:
    path = values.file(text).absolute()
    if not path.is_file():
        raise ValueError(f"there is no file {path}")
    return path


def _stored(setting: Setting, settings: SourceSettings) -> str | None:
    """A password that is there already, by whatever way; one that was piped in goes first."""
    piped = setting.password()
    if piped is not None or not _takes_password(settings):
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
