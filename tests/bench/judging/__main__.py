"""How good the judging is, on labelled mail outside the project: one table, through the code that the commands run.

    TRIAGE_DATA=… python -m tests.bench.judging [--misses N]

TRIAGE_DATA names the folder of labelled mail; a row whose data is not there says so. The baseline beside each figure is
the one-line rule: a question mark, "please", "can you" or "let me know" somewhere in the text. `--misses` prints the N
most telling misses of every kind.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.judging.automatic import automatic
from tests.bench.judging.first import FIRST
from tests.bench.judging.mailboxes import mailbox, strangers
from tests.bench.judging.rows import Row, unpacked
from tests.bench.judging.sentences import asked, cold, own, promises
from tests.bench.judging.speed import speed

WIDTHS = (51, 20, 21, 46, 11)


def rows(data: Path, into: Path) -> Iterator[Row]:
    """What can be measured with the data that is there."""
    yield asked(data) if (data / "asks").exists() else _skipped("asks")
    machines, odd = data / "automatic/files.tar.xz", data / "mime/fixtures.tar.xz"
    folders = [unpacked(archive, into) for archive in (machines, odd) if archive.exists()]
    yield from (
        automatic(folders[0], data / "automatic/manifest.jsonl") if machines.exists() else [_skipped("automatic")]
    )
    yield from _mailboxes(data / "mailboxes", into)
    yield from own(data) if (data / "replies").exists() else [_skipped("replies")]
    yield from speed(folders) if folders else [_skipped("automatic and mime")]
    yield promises()
    yield from cold()


def _mailboxes(folder: Path, into: Path) -> Iterator[Row]:
    if not folder.exists():
        yield _skipped("mailboxes")
    for archive in sorted(folder.glob("linuxman_*.tar.xz")):
        yield from mailbox(unpacked(archive, into), archive.name.partition(".")[0])
    for archive in sorted(folder.glob("enron_*.tar.xz")):
        unpacked_there = unpacked(archive, into)
        yield from strangers(unpacked_there) if any(unpacked_there.rglob("*sent*.mbox")) else ()


def _skipped(what: str) -> Row:
    return Row(what, "skipped: not there")


def _line(*cells: str) -> str:
    return "| " + " | ".join(f"{cell:{width}}" for cell, width in zip(cells, WIDTHS, strict=True)) + " |"


def main() -> None:
    """Print the table as it is measured, then the misses."""
    options = argparse.ArgumentParser(description="How good the judging is, on labelled mail outside the project.")
    options.add_argument("--misses", type=int, default=0, metavar="N")
    wanted = options.parse_args().misses
    if "TRIAGE_DATA" not in os.environ:
        sys.exit("skipped: TRIAGE_DATA names no folder of labelled mail")
    print(_line("measure", "now", "first version", "one-line rule, or beside it", "aim"))
    print(_line(*("-" * width for width in WIDTHS)))
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for row in rows(Path(os.environ["TRIAGE_DATA"]), Path(folder)):
            first = FIRST.get(row.measure.partition(" (n=")[0], "")
            print(_line(row.measure, row.now, first, row.baseline, row.aim), flush=True)
            found.append(row)
    for row in found:
        if row.misses and wanted:
            print(f"\n{row.measure}:")
            print("\n".join(f"  {place:3} {miss}" for place, miss in enumerate(row.misses[:wanted], 1)))


if __name__ == "__main__":
    main()
