"""Where a sign-in is kept: in the keyring, else in a file of the user's own; one at a time may renew it."""

import fcntl
import hashlib
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from triage import secrets
from triage.errors import SecretMissing, SourceUnreachable
from triage.oauth import grants
from triage.oauth.grants import Grant
from triage.oauth.providers import provider
from triage.settings import SourceSettings
from triage.store.files import make_file, make_folder
from triage.unlocking import Unlocking

log = logging.getLogger(__name__)

FOLDER = "oauth"
# Longer than a renewal takes whose provider lets everything run into its timeout.
TURN_WITHIN = 60.0
_LOOK_EVERY = 0.02


class Safe:
    """What is kept for one account; sources that read the same account by the same client share it."""

    def __init__(self, settings: SourceSettings, state_dir: Path, unlocking: Unlocking | None = None) -> None:
        self._settings = settings
        self._unlocking = unlocking
        account = _account(settings)
        self.entry = f"oauth {settings.user.casefold()} {account}"
        self.path = state_dir / FOLDER / f"{account}.json"

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Only one thread of one process at a time has it. Raises SourceUnreachable when it does not come."""
        with _on_disk(self._settings, self.path):
            make_folder(self.path.parent)
            descriptor = make_file(self.path.with_suffix(".lock"))
        try:
            self._wait_for(descriptor)
            yield
        finally:
            os.close(descriptor)

    def _wait_for(self, descriptor: int) -> None:
        end = time.monotonic() + TURN_WITHIN
        while True:
            try:
                return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > end:
                    raise SourceUnreachable(
                        f"{self._settings.name}: another triage does not finish renewing this sign-in",
                        hint="it is tried again by itself",
                    ) from None
            time.sleep(_LOOK_EVERY)

    def grant(self) -> Grant | None:
        """What is kept, None when nobody signed in. The file goes first: it is there while no keyring took it."""
        if self.path.exists():
            with _on_disk(self._settings, self.path):
                return grants.read(self.path.read_text(encoding="utf-8", errors="replace"))
        if not secrets.keyring_runs():
            return None
        text = secrets.kept(self._settings, self.entry, self._unlocking)
        return grants.read(text) if text else None

    def keep(self, grant: Grant, *, anew: bool = False) -> Path | None:
        """Keep it where it was, or `anew` in the keyring if one runs; the file it is in, None for the keyring.

        For whoever has the `turn`. Raises SourceUnreachable when neither takes it.
        """
        if (anew or not self.path.exists()) and self._in_keyring(grant):
            self.path.unlink(missing_ok=True)
            return None
        with _on_disk(self._settings, self.path):
            _write(self.path, grants.written(grant))
        return self.path

    def _in_keyring(self, grant: Grant) -> bool:
        if not secrets.keyring_runs():
            return False
        try:
            secrets.keep(self._settings, self.entry, grants.written(grant))
        except SecretMissing:
            log.warning("source=%s event=keyring-refused kept=file", self._settings.name)
            return False
        return True


def _account(settings: SourceSettings) -> str:
    asked = provider(settings)
    parts = (asked.token, settings.client_id, settings.user.casefold(), *sorted(asked.scopes))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _write(path: Path, text: str) -> None:
    """Whole or not at all, readable by the user alone under any umask."""
    half = path.with_suffix(".new")
    half.unlink(missing_ok=True)
    with os.fdopen(make_file(half), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _on_disk(settings: SourceSettings, path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SourceUnreachable(
            f"{settings.name}: the sign-in cannot be kept in {path.parent} ({error.strerror})",
            hint="it is tried again by itself; make room there, or let a keyring run",
        ) from error
