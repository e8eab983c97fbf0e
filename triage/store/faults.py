"""What SQLite complains about, as errors a person can act on."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from triage.errors import StoreError, StoreUnavailable


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite says of disk, file and other processes into StoreError; mistakes in our SQL stay so."""
    try:
        yield
    except sqlite3.Error as error:
        fault = _fault(path, getattr(error, "sqlite_errorcode", 0) & 0xFF)
        if fault is None:
            raise
        raise fault from error


@contextmanager
def on_disk(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into StoreError."""
    try:
        yield
    except PermissionError as error:
        raise _unwritable(path) from error
    except OSError as error:
        raise StoreError(
            f"{path}: {error.strerror or error}", hint="nothing stored is lost; put it right and start again"
        ) from error


def corrupt(path: Path) -> StoreError:
    """The file is damaged."""
    return StoreError(
        f"{path} is damaged or no database of triage",
        hint="your mail is untouched: move the file away and run triage poll, which reads anew;"
        " what you marked done, dismissed or added is only in the old file",
    )


def newer(path: Path) -> StoreError:
    """A later release has changed the schema."""
    return StoreError(
        f"{path} was made by a newer triage", hint="install that version again; this one must not touch the file"
    )


def older(path: Path) -> StoreError:
    """Readers and markers do not migrate; only the lock holder does."""
    return StoreError(
        f"{path} was made by an older triage", hint="restart the daemon (triage run), or run triage poll once"
    )


def unread(path: Path) -> StoreError:
    """There is no database to write a mark into."""
    return StoreError(f"nothing read yet: there is no {path}", hint="run triage poll, or start the daemon")


def _unwritable(path: Path) -> StoreError:
    return StoreError(
        f"{path.parent} cannot be written",
        hint="give yourself write access to the folder, or name another one as state_dir",
    )


def _fault(path: Path, code: int) -> StoreError | None:
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return corrupt(path)
    if code == sqlite3.SQLITE_FULL:
        return StoreUnavailable(
            f"no space left for {path}", hint="free some space; what was stored before is safe, the rest is read again"
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
        return _unwritable(path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreUnavailable(f"{path} is in use by another program", hint="try again in a moment")
    if code == sqlite3.SQLITE_IOERR:
        return StoreUnavailable(
            f"{path} could not be read or written", hint="look at the disk (full, unplugged, a network share?)"
        )
    return None
