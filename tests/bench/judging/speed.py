"""How fast judging is on one core, and whether anything breaks it."""

import json
import resource
import time
import tracemalloc
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.bench.judging.rows import HOURS, Row
from triage.cli.lab import judged
from triage.report import json_lines
from triage.settings import Me
from triage.sources.archive import read

SLOW = 1.0
FAT = 50 * 1024 * 1024


def speed(folders: Iterable[Path]) -> list[Row]:
    """Reading, judging and the line of JSON as `triage judge` does, on one core; what took too long or too much."""
    me = Me(addresses=("alx@kernel.org",))
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    count, seconds, parsing, bad = 0, 0.0, 0.0, []
    for path in paths:
        started = time.process_time()
        found = list(read(str(path)))
        parsed = time.process_time()
        try:
            lines = [
                json.dumps(json_lines.verdict(one.message, said, file=one.file))
                for one, said in judged(found, me, HOURS)
            ]
        except Exception as error:  # noqa: BLE001 - a crash is what is measured
            bad.append(f"{path}: {type(error).__name__} {error}")
            continue
        took = time.process_time() - started
        count, seconds, parsing = count + len(lines), seconds + took, parsing + parsed - started
        if took > SLOW * max(1, len(lines)):
            bad.append(f"{path}: {took:.2f} s")
    bad += _fat(paths, me)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return [
        Row(
            f"judged messages a second (n={count})",
            f"{count / seconds:,.0f}",
            f"reading alone {count / parsing:,.0f}",
            "2,000",
        ),
        Row("crashes, or a message over 1 s or 50 MB", str(len(bad)), f"peak of the process {peak} MB", "0", bad),
    ]


def _fat(paths: Iterable[Path], me: Me) -> Iterator[str]:
    """The largest files once more with their memory counted, which slows everything down."""
    for path in sorted(paths, key=lambda path: -path.stat().st_size)[:40]:
        tracemalloc.start()
        for one, said in judged(read(str(path)), me, HOURS):
            json_lines.verdict(one.message, said, file=one.file)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        if peak > FAT:
            yield f"{path}: {peak // 2**20} MB"
