"""What commands print, as JSON, and what they save where the user says."""

import json
import re
from pathlib import Path

from triage.errors import TriageError

_BEYOND_ASCII = re.compile(r"[^\n -~]")


def dumped(document: object, indent: int | None = None) -> str:
    """JSON in which everything invisible is escaped: strangers choose Message-IDs, and terminals obey C1 and bidi."""
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    return _BEYOND_ASCII.sub(lambda found: found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1], text)


def save(path: Path, words: str) -> None:
    """The whole text in a file that only its owner may read, or what stood there before; into a pipe or a device as it
    is. TriageError where it cannot be written.
    """
    from triage.store.files import replace_file

    try:
        if path.exists() and not path.is_file():
            path.write_text(words, encoding="utf-8", errors="replace")
        else:
            replace_file(path.resolve(), words.encode("utf-8", "replace"))
    except OSError as error:
        raise TriageError(f"{path} cannot be written: {error.strerror}", hint="name another file") from error
