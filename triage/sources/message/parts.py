"""A raw, perhaps truncated body to its parts (RFC 2045, 2046), without the parts being decoded. Nothing here raises.

Written for a body that is cut anywhere: what there is of the last part counts, a missing boundary is plain text.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote_to_bytes

from triage.sources.message.charsets import base64_bytes, clean, text_of
from triage.sources.message.fields import fields_of, phrase

DEEPEST = 12
MOST_PARTS = 200
MOST_ENCODED = 256 * 1024
PART_FIELDS = frozenset({"content-type", "content-transfer-encoding", "content-disposition"})

_TYPE = re.compile(r"\s*([\w!#$&^.+-]{1,80}/[\w!#$&^.+-]{1,120})")
_PARAMETER = re.compile(r';\s*([\w*.-]{1,60})\s*=\s*("(?:[^"\\]|\\.)*(?:"|\\?\Z)|[^;\s]*)', re.DOTALL)


@dataclass(frozen=True)
class Part:
    """One node of the tree: its type in lower case, its other two fields raw, its bytes still encoded."""

    type: str
    type_field: str
    encoding: str
    disposition: str
    raw: bytes
    children: tuple["Part", ...] = ()

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The parameters of Content-Type, names in lower case."""
        return parameters(self.type_field)

    @property
    def attached(self) -> bool:
        """Is it meant to be saved, not read in place?"""
        return self.disposition[:10].lower() == "attachment"

    @property
    def filename(self) -> str:
        """Its file name, decoded and on one line, or empty."""
        if not (self.disposition or "name" in self.type_field.lower()):
            return ""
        return parameters(self.disposition).get("filename", "") or self.parameters.get("name", "")

    def content(self, most: int = MOST_ENCODED) -> bytes:
        """Its bytes without the transfer encoding, as far as `most` encoded ones hold them."""
        if self.encoding == "base64":
            return base64_bytes(self.raw[:most])
        if self.encoding == "quoted-printable":
            return quoted_printable(self.raw[:most])
        return self.raw[:most]

    def text(self, most: int = MOST_ENCODED) -> str:
        """Its text, lines ending in \\n alone."""
        text = text_of(self.content(most), self.parameters.get("charset", "")).replace("\r\n", "\n")
        return text.replace("\r", "\n") if "\r" in text else text


def quoted_printable(raw: bytes) -> bytes:
    """Quoted-printable decoded; an escape cut at the end is dropped."""
    return binascii.a2b_qp(re.sub(rb"=[0-9A-Fa-f]?\Z", b"", raw))


def part_of(fields: dict[str, str], raw: bytes) -> Part:
    """The tree below a header with these fields; at most 200 parts, twelve levels deep."""
    return _part(fields, raw, 0, [MOST_PARTS], "text/plain")


def leaves(part: Part) -> Iterator[Part]:
    """The parts that hold something themselves, in order."""
    if not part.children:
        yield part
    for child in part.children:
        yield from leaves(child)


def parameters(field: str) -> dict[str, str]:
    """The parameters of a field, with the continuations and charsets of RFC 2231."""
    if ";" not in field:
        return {}
    pairs = [(name.lower(), _unquoted(value)) for name, value in _PARAMETER.findall(field[:8000])]
    found = {name: phrase(value, 255) for name, value in reversed(pairs) if "*" not in name}
    for base in {name.partition("*")[0] for name, _ in pairs if "*" in name}:
        found[base] = _continued(base, pairs)
    return found


def _continued(base: str, pairs: list[tuple[str, str]]) -> str:
    sections = []
    for name, value in pairs:
        stem, _, rest = name.partition("*")
        number = rest.rstrip("*")
        if stem == base and (number.isdecimal() or not number) and rest != number + "**":
            sections.append((int(number[:6] or 0), rest.endswith("*") or not rest, value))
    charset, raw = "", b""
    for place, (_, encoded, value) in enumerate(sorted(sections)):
        content = value
        if encoded and place == 0 and value.count("'") >= 2:
            charset, _, content = value.split("'", 2)
        raw += unquote_to_bytes(content) if encoded else content.encode("utf-8", "replace")
    return phrase(text_of(raw, charset), 255)


def _part(fields: dict[str, str], raw: bytes, depth: int, left: list[int], default: str) -> Part:
    left[0] -= 1
    field = fields.get("content-type", "")
    named = _TYPE.match(field)
    type_ = clean(named[1].lower()) if named else default
    children: tuple[Part, ...] = ()
    if type_.startswith("multipart/") and depth < DEEPEST:
        boundary = parameters(field).get("boundary", "").encode("utf-8", "replace")
        inner = "message/rfc822" if type_ == "multipart/digest" else "text/plain"
        children = tuple(_children(raw, boundary, depth, left, inner)) if boundary else ()
        if not children:
            type_ = "text/plain"
    encoding = fields.get("content-transfer-encoding", "").split(";")[0].strip().lower()
    disposition = fields.get("content-disposition", "").strip()
    return Part(type_, field, encoding, disposition, raw, children)


def _children(raw: bytes, boundary: bytes, depth: int, left: list[int], inner: str) -> Iterator[Part]:
    for piece in _pieces(raw, b"--" + boundary):
        if left[0] <= 0:
            return
        header, body = split(piece)
        fields = dict(reversed(fields_of(header, PART_FIELDS)))
        yield _part(fields, body, depth + 1, left, inner)


def _pieces(raw: bytes, delimiter: bytes) -> Iterator[bytes]:
    """What stands between delimiter lines; the last piece may lack its end."""
    start, at = -1, 0
    while (at := raw.find(delimiter, at)) >= 0:
        line_end = raw.find(b"\n", at)
        line_end = len(raw) if line_end < 0 else line_end + 1
        tail = raw[at + len(delimiter) : min(line_end, at + len(delimiter) + 100)].strip()
        if (at and raw[at - 1] not in b"\r\n") or tail not in (b"", b"--"):
            at += len(delimiter)
            continue
        if start >= 0:
            yield raw[start:at].removesuffix(b"\n").removesuffix(b"\r")
        if tail == b"--":
            return
        start = at = line_end
    if start >= 0:
        yield raw[start:]


def split(raw: bytes) -> tuple[bytes, bytes]:
    """Header block and body of a message or part, at its first empty line."""
    if raw[:1] == b"\n":
        return b"", raw[1:]
    if raw[:2] == b"\r\n":
        return b"", raw[2:]
    unix = raw.find(b"\n\n")
    dos = raw.find(b"\r\n\r\n", 0, unix + 1 if unix >= 0 else len(raw))
    if dos >= 0:
        return raw[:dos], raw[dos + 4 :]
    return (raw[:unix], raw[unix + 2 :]) if unix >= 0 else (raw, b"")


def _unquoted(value: str) -> str:
    if value.startswith('"'):
        return re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"'))
    return value
