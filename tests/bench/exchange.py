"""An Exchange mailbox read by the source, next to bare exchangelib with the same fields: CPU, wall, peak memory.

    python -m tests.bench.exchange [MESSAGES] [ROUNDS]

Each reader runs in a process of its own against the same server (`tests.servers.exchange`), in turn; the best round of
each counts. `apart` is the source as the daemon has it: what it costs this process, and what the one beside it.
"""

import json
import os
import random
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.first_read import generated
from tests.servers.exchange import PASSWORD, running_exchange
from triage.settings import SourceSettings

PAGE = 200
FIELDS = (
    "item_class",
    "subject",
    "datetime_received",
    "datetime_sent",
    "importance",
    "in_reply_to",
    "author",
    "sender",
    "to_recipients",
    "cc_recipients",
    "reply_to",
    "message_id",
    "references",
    "headers",
    "text_body",
    "attachments",
    "sender_smtp",
)


def settings(endpoint: str) -> SourceSettings:
    return SourceSettings(name="bench", kind="exchange", endpoint=endpoint, user="EXAMPLE\\robin", auth="basic")


def ours(endpoint: str) -> int:
    """Through the source in this process."""
    from triage.sources.exchange.source import Exchange

    return _read(Exchange(settings(endpoint), lambda: PASSWORD))


def apart(endpoint: str) -> int:
    """Through the source as the daemon opens it."""
    from triage.sources.kinds import open_source

    return _read(open_source(settings(endpoint), lambda: PASSWORD))


def _read(source) -> int:  # type: ignore[no-untyped-def]
    read, cursor, complete = 0, None, False
    while not complete:
        batch = source.fetch(cursor)
        read, cursor, complete = read + len(batch.arrivals), batch.cursor, batch.complete
    source.close()
    return read


def bare(endpoint: str) -> int:
    """The same pages and fields by the library alone, thrown away."""
    from exchangelib import BASIC, DELEGATE, UTC, Account, Configuration, Credentials, FailFast, Message, Version
    from exchangelib.extended_properties import ExtendedProperty
    from exchangelib.fields import FieldPath
    from exchangelib.properties import DistinguishedFolderId, Mailbox
    from exchangelib.services import GetItem, SyncFolderItems
    from exchangelib.version import EXCHANGE_2016

    class SenderSmtp(ExtendedProperty):
        property_tag = 0x5D01
        property_type = "String"

    Message.register("sender_smtp", SenderSmtp)
    config = Configuration(
        service_endpoint=endpoint,
        credentials=Credentials("EXAMPLE\\robin", PASSWORD),
        auth_type=BASIC,
        version=Version(build=EXCHANGE_2016),
        retry_policy=FailFast(),
    )
    address = "robin@example.com"
    account = Account(address, config=config, access_type=DELEGATE, default_timezone=UTC)
    paths = {name: FieldPath(field=Message.get_field_by_fieldname(name)) for name in FIELDS}
    read, state, last = 0, None, False
    while not last:
        service = SyncFolderItems(account=account)
        folder = DistinguishedFolderId(id="inbox", mailbox=Mailbox(email_address=address))
        changes = list(service.call(folder, "IdOnly", [paths["datetime_received"]], state, None, PAGE, None))
        state, last = service.sync_state, service.includes_last_item_in_range
        items = [(item.id, None) for kind, item in changes if kind == "create"]
        if items:
            service = GetItem(account=account, chunk_size=PAGE)
            read += len(list(service.call(items, list(paths.values()), "IdOnly")))
    return read


READERS = {"bare": bare, "ours": ours, "apart": apart}


def measured(reader: str, endpoint: str) -> dict[str, float]:
    """One reader in a process of its own."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench.exchange", "--reader", reader, endpoint],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    found: dict[str, float] = json.loads(run.stdout)
    return found


def report(reader: str, endpoint: str) -> None:
    """Read and print what it took, this process and those it started."""
    started = time.perf_counter()
    read = READERS[reader](endpoint)
    wall = time.perf_counter() - started
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cpu = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
    figures = {"read": read, "wall": wall, "cpu": cpu, "peak": _peak(), "beside": others.ru_maxrss / 1024}
    print(json.dumps(figures))


def _peak() -> float:
    """This process's own, in MiB: getrusage counts what it was forked from as well."""
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024


def main(messages: int = 20_000, rounds: int = 3) -> None:
    """Print the figures of each reader and their ratio."""
    chance, now = random.Random(7), datetime.now(UTC)
    with running_exchange() as server:
        for n in range(messages):
            raw, received = generated(n, chance, now)
            server.own.deliver(raw, received=received)
        best: dict[str, dict[str, float]] = {}
        for _ in range(rounds):
            for reader in READERS:
                found = measured(reader, server.endpoint)
                best[reader] = min(best.get(reader, found), found, key=lambda one: one["cpu"])
    for reader, found in best.items():
        print(
            f"{reader:6} {found['read']:,.0f} items, cpu {found['cpu']:6.1f} s"
            f" ({found['cpu'] / best['bare']['cpu']:.2f} of bare), wall {found['wall']:6.1f} s with the server's,"
            f" peak {found['peak']:.0f} MiB, beside {found['beside']:.0f} MiB"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--reader"]:
        report(*sys.argv[2:4])
    else:
        main(*map(int, sys.argv[1:]))
