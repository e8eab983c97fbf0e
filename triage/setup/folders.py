"""Where mail programs of this computer keep a Maildir."""

from collections.abc import Mapping
from pathlib import Path

from triage.config import values

_USUAL = ("~/Maildir", "~/Mail", "~/mail", "~/.mail", "~/.maildir", "~/.local/share/mail")
_DEEPEST = 2


def mail_folder(environ: Mapping[str, str]) -> str | None:
    """The first usual place that holds a Maildir, as people write it; $MAILDIR goes first."""
    home = environ.get("HOME", "")
    for place in (environ.get("MAILDIR", ""), *_USUAL):
        path = Path(place.replace("~", home, 1)) if place else None
        if path and _holds_maildir(path):
            return place
    return None


def folder(text: str) -> Path:
    """A folder that holds a Maildir. ValueError says what is missing."""
    path = values.file(text).absolute()
    if not path.is_dir():
        raise ValueError(f"there is no folder {path}")
    if not _holds_maildir(path):
        raise ValueError(f"{path} holds no Maildir (a folder with cur and new in it)")
    return path


def _holds_maildir(path: Path, depth: int = 0) -> bool:
    try:
        if (path / "cur").is_dir() and (path / "new").is_dir():
            return True
        return depth < _DEEPEST and any(_holds_maildir(one, depth + 1) for one in path.iterdir() if one.is_dir())
    except OSError:
        return False
