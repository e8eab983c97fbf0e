"""The process of a source that is kept apart: builds it, fetches when asked, ends when nobody asks any more."""

import sys
import traceback
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from triage.errors import SecretMissing, TriageError
from triage.sources.apart import listening, raised, told


def main() -> None:
    """Serve the socket whose number is the only argument, until it is closed."""
    line = listening(int(sys.argv[1]))
    try:
        serve(line)
    except (EOFError, OSError):
        return


def serve(line: Connection) -> None:
    """The first message names the source, each other is a fetch; answered by a batch or an error, in words."""
    module, name, settings = line.recv()
    source = getattr(import_module(module), name)(settings, lambda: _password(line))
    while True:
        _, cursor = line.recv()
        line.send(_answer(source, cursor))


def _answer(source: Any, cursor: str | None) -> tuple[Any, ...]:
    try:
        return "batch", source.fetch(cursor)
    except TriageError as error:
        return "error", *told(error)
    except (EOFError, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001 - the wall of the process, as the pump is that of its thread
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
        hint = "this is a defect of triage: please report it"
        return "error", "TriageError", f"reading failed unexpectedly ({where})", hint, 0.0


def _password(line: Connection) -> str:
    line.send(("password",))
    kind, *rest = line.recv()
    if kind == "error":
        raise raised(*rest)
    if not isinstance(rest[0], str):
        raise SecretMissing("no password came")
    return rest[0]


if __name__ == "__main__":
    main()
