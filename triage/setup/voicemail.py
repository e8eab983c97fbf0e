"""The question about a telephone: a folder where voicemails or their transcripts arrive."""

from collections.abc import Iterator
from pathlib import Path

from triage.config import values
from triage.settings import Config
from triage.setup.asking import NONE, Asking, Table, or_none

_SPOOL = Path("/var/spool/asterisk/voicemail")
_KIND = "voicemail"


def voicemail(asking: Asking, old: Config | None, spool: Path = _SPOOL) -> tuple[Table, ...]:
    """A [[source]] for it, or none. One that is configured is changed, never taken away."""
    known = next((one for one in old.sources if one.kind == _KIND), None) if old else None
    default = str(known.path) if known else next(map(str, _boxes(spool)), NONE)
    path = asking.ask("voicemail", "Folder of voicemails or transcripts (or none)", default, or_none(_folder))
    if path is None or (known and known.path == path):
        return ()
    return ({"name": known.name if known else "phone", "kind": _KIND, "path": str(path)},)


def _folder(text: str) -> Path:
    path = values.file(text).absolute()
    if not path.is_dir():
        raise ValueError(f"there is no folder {path}")
    return path


def _boxes(spool: Path) -> Iterator[Path]:
    """Mailboxes of Asterisk on this machine that this user may read: context, then extension."""
    try:
        yield from (path.parent for path in sorted(spool.glob("*/*/INBOX")) if any(path.parent.iterdir()))
    except OSError:
        return
