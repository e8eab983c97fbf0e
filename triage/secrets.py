"""Where a source's password comes from; asked anew at each sign-in, kept nowhere by us but in the keyring."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from triage.errors import SecretMissing
from triage.settings import SourceSettings
from triage.unlocking import Unlocking, find_late

SERVICE = "triage"
COMMAND_TIMEOUT = 60
MOST_BYTES = 64 * 1024


def password(
    settings: SourceSettings, *, environ: Mapping[str, str] = os.environ, unlocking: Unlocking | None = None
) -> str:
    """The first that is there: `password_command`, TRIAGE_PASSWORD_<NAME>, the systemd credential named like the
    source, the keyring.

    Raises SecretMissing. May wait: for the command up to a minute, for the keyring's own question to the user, which is
    only put to them when `unlocking` allows it.
    """
    if settings.password_command:
        return printed(settings, settings.password_command, "password_command", f"the password of {settings.user}")
    elsewhere = environ.get(variable(settings.name)) or _from_credential(settings, environ)
    found = elsewhere or _from_keyring(settings, unlocking)
    if not found:
        raise SecretMissing(f"{settings.name}: no password is stored", hint=_login(settings))
    return found


def store(settings: SourceSettings, password: str) -> None:
    """Keep the password in the keyring. Raises SecretMissing when there is none that keeps it."""
    _refuse_no_keyring(settings)
    keep(settings, settings.name, password)


def keep(settings: SourceSettings, entry: str, secret: str) -> None:
    """Put a secret of this source under a name of its own into the keyring that runs. Raises SecretMissing."""
    import keyring  # slow to import

    try:
        keyring.set_password(SERVICE, entry, secret)
    except Exception as error:  # the wall: backends are plugins and raise what their systems raise
        raise _locked(settings, error) from error


def kept(settings: SourceSettings, entry: str, unlocking: Unlocking | None = None) -> str | None:
    """What the keyring that runs holds under this name. Raises SecretMissing when it is locked or does not answer."""
    import keyring  # slow to import

    if unlocking and not unlocking.allowed():
        raise SecretMissing(
            f"{settings.name}: the keyring is locked",
            hint=f"unlock it, and it is read within minutes; at once with:  triage login {settings.name}",
        )
    try:
        found = keyring.get_password(SERVICE, entry)
        if unlocking:
            unlocking.opened()
        return found
    except Exception as error:  # the wall: backends are plugins and raise what their systems raise
        raise _locked(settings, error) from error


def keyring_runs() -> bool:
    """Is there a keyring that keeps anything? One that came after us counts."""
    import keyring  # slow to import
    from keyring.backends import fail, null

    find_late()
    return not isinstance(keyring.get_keyring(), fail.Keyring | null.Keyring)


def variable(name: str) -> str:
    """The environment variable that may hold the password of the source of this name."""
    return "TRIAGE_PASSWORD_" + re.sub(r"[^A-Z0-9]", "_", name.upper())


def printed(settings: SourceSettings, command: tuple[str, ...], key: str, what: str) -> str:
    """The secret (`what` it is) that this command, the value of `key`, prints. Raises SecretMissing."""
    hint = f"run it by hand; it must print {what} and nothing else"

    def failed(how: str) -> SecretMissing:
        # Only the program is named: its arguments may be secret.
        return SecretMissing(f"{settings.name}: {key} {command[0]} {how}", hint=hint)

    try:
        run = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=COMMAND_TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise failed(f"took longer than {COMMAND_TIMEOUT} seconds") from error
    except OSError as error:
        raise failed(f"cannot be run ({error.strerror})") from error
    if run.returncode:
        said = _one_line(run.stderr)
        raise failed(f"failed with exit code {run.returncode}" + (f": {said}" if said else ""))
    return _text(settings, run.stdout, f"the output of {command[0]}")


def _from_credential(settings: SourceSettings, environ: Mapping[str, str]) -> str | None:
    """systemd's LoadCredential= puts a file there (systemd.exec(5))."""
    folder = environ.get("CREDENTIALS_DIRECTORY")
    if not folder or Path(settings.name).name != settings.name:
        return None
    path = Path(folder) / settings.name
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SecretMissing(
            f"{settings.name}: the credential {path} cannot be read ({error.strerror})",
            hint="look at LoadCredential= in the service's unit",
        ) from error
    return _text(settings, raw, f"the credential {path}")


def _from_keyring(settings: SourceSettings, unlocking: Unlocking | None) -> str | None:
    _refuse_no_keyring(settings)
    return kept(settings, settings.name, unlocking)


def _refuse_no_keyring(settings: SourceSettings) -> None:
    if not keyring_runs():
        raise SecretMissing(
            f"{settings.name}: no password is set, and no keyring runs here",
            hint=f"set password_command for this source, or the environment variable {variable(settings.name)}",
        )


def _locked(settings: SourceSettings, error: Exception) -> SecretMissing:
    return SecretMissing(
        f"{settings.name}: the keyring does not answer ({type(error).__name__})",
        hint=f"unlock it, or store the password again:  triage login {settings.name}",
    )


def _login(settings: SourceSettings) -> str:
    return f"store one:  triage login {settings.name}"


def _text(settings: SourceSettings, raw: bytes, origin: str) -> str:
    """The secret without the newline at its end; other white space may belong to it."""
    try:
        text = raw[:MOST_BYTES].decode()
    except UnicodeDecodeError:
        # The error itself quotes what could not be read.
        raise SecretMissing(f"{settings.name}: {origin} is not text in UTF-8", hint=_login(settings)) from None
    text = text.removesuffix("\n").removesuffix("\r")
    if not text:
        raise SecretMissing(f"{settings.name}: {origin} is empty", hint=_login(settings))
    return text


def _one_line(raw: bytes) -> str:
    text = raw[-400:].decode("utf-8", "replace")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
