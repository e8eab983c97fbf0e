"""What FETCH and BODYSTRUCTURE answers say (RFC 3501 section 7.4.2), read record by record; and UID sets as text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import takewhile

Piece = bytes | tuple[bytes, bytes]
Tree = list["Tree | str"]

_UID = re.compile(rb"[( ]UID (\d{1,10})(?=[ )])")
_WHEN = re.compile(
    rb'INTERNALDATE "([ \d]?\d)-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"',
)
_LITERAL = re.compile(rb"BODY\[([^\]]*)\](?:<\d+>)? \{\d+\+?\}$")
_QUOTED = re.compile(rb'BODY\[([^\]]*)\](?:<\d+>)? (?:"((?:[^"\\]|\\.)*)"|NIL)')
_MONTHS = {name: n for n, name in enumerate(b"jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_TOKEN = re.compile(rb'[()]|"(?:[^"\\]|\\.)*"|[^\s()"]+')
_ANNOUNCED = re.compile(rb"~?\{\d+\+?\}$")
DEEPEST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One message's answer. `received` is None when INTERNALDATE makes no sense; `sections` are keyed as asked for,
    header fields under "HEADER". `pieces` are what it was read from.
    """

    uid: int
    received: datetime | None = None
    sections: dict[str, bytes] = field(default_factory=dict)
    pieces: tuple[Piece, ...] = ()


def records(answer: Iterable[Piece | None]) -> Iterator[Record]:
    """The records of a FETCH answer as imaplib hands it out.

    One without a UID is unsolicited and speaks of another message than its place suggests: it is left out.
    """
    pieces: list[Piece] = []
    for piece in answer:
        if piece is None:
            continue
        pieces.append(piece)
        if isinstance(piece, bytes):  # a literal's head never ends a record, the rest of the line does
            if record := _record(pieces):
                yield record
            pieces = []


def _record(pieces: list[Piece]) -> Record | None:
    sections: dict[str, bytes] = {}
    uid = received = None
    for piece in pieces:
        head = piece if isinstance(piece, bytes) else piece[0]
        if uid is None and (found := _UID.search(head)):
            uid = int(found[1])
        if received is None and (found := _WHEN.search(head)):
            received = _moment(found)
        for found in _QUOTED.finditer(head):
            sections[_section(found[1])] = re.sub(rb"\\(.)", rb"\1", found[2] or b"")
        if isinstance(piece, tuple) and (found := _LITERAL.search(head)):
            sections[_section(found[1])] = piece[1]
    if uid is None:
        return None
    return Record(uid=uid, received=received, sections=sections, pieces=tuple(pieces))


def _section(name: bytes) -> str:
    section = name.decode("ascii", "replace").upper()
    return "HEADER" if section.startswith("HEADER") else section


def _moment(found: re.Match[bytes]) -> datetime | None:
    day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = found.groups()
    try:
        local = datetime(
            int(year), _MONTHS.get(month.lower(), 0), int(day), int(hour), int(minute), min(int(second), 59), tzinfo=UTC
        )
        offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
        return local + offset if sign == b"-" else local - offset
    except (ValueError, OverflowError):
        return None


def text_part(record: Record) -> tuple[str, bool] | None:
    """The section number of the part that holds the words, and whether it is HTML; None when there is none.

    The first text/plain that is not empty, else the first text/html; attachments and enclosed messages do not count.
    """
    tree = _tree(record.pieces)
    parts = list(_leaves(tree, "", 0)) if tree else []
    for subtype in ("plain", "html"):
        if found := next((section for section, kind in parts if kind == subtype), None):
            return found, subtype == "html"
    return None


def _tree(pieces: Sequence[Piece]) -> Tree | None:
    """The BODYSTRUCTURE as nested lists; strings lose their quotes, literals stand where they were announced."""
    tokens: list[tuple[bytes, bool]] = []
    for piece in pieces:
        head = piece if isinstance(piece, bytes) else _ANNOUNCED.sub(b"", piece[0])
        tokens += [(token, False) for token in _TOKEN.findall(head)]
        if isinstance(piece, tuple):
            tokens.append((piece[1], True))
    start = next((n for n, (token, _) in enumerate(tokens) if token.upper() == b"BODYSTRUCTURE"), None)
    return None if start is None else _nested(tokens[start + 1 :])


def _nested(tokens: list[tuple[bytes, bool]]) -> Tree | None:
    root: Tree = []
    stack = [root]
    for token, literal in tokens:
        if token == b"(" and not literal:
            branch: Tree = []
            stack[-1].append(branch)
            stack.append(branch)
        elif token == b")" and not literal:
            stack.pop()
            if len(stack) <= 1:
                break
        else:
            stack[-1].append((token if literal else token.strip(b'"')).decode("latin-1").lower())
    first = root[0] if root else None
    return first if isinstance(first, list) else None


def _leaves(node: Tree, prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    """(section, subtype) of every text part with something in it, in order."""
    if depth > DEEPEST or not node:
        return
    if not isinstance(node[0], list):
        if node[0] == "text" and len(node) > 6 and node[6] not in ("0", "1", "2") and not _attached(node):
            yield prefix or "1", str(node[1])
        return
    for n, child in enumerate(takewhile(lambda part: isinstance(part, list), node), 1):
        if isinstance(child, list):
            yield from _leaves(child, f"{prefix}.{n}" if prefix else str(n), depth + 1)


def _attached(node: Tree) -> bool:
    return any(isinstance(part, list) and part[:1] == ["attachment"] for part in node)


def ranges(uids: Iterable[int]) -> str:
    """A UID set in its shortest form, "1:500,502"; "" when empty."""
    runs: list[list[int]] = []
    for uid in sorted(uids):
        if runs and uid == runs[-1][1] + 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    return ",".join(f"{low}:{high}" if low != high else str(low) for low, high in runs)


def uids(text: str) -> frozenset[int]:
    """The other way; ValueError when it is none, or holds more than ten million."""
    found: set[int] = set()
    for run in filter(None, text.split(",")):
        low, _, high = run.partition(":")
        span = range(int(low), int(high or low) + 1)
        if len(span) + len(found) > 10_000_000:
            raise ValueError("too many UIDs")
        found.update(span)
    return frozenset(found)
