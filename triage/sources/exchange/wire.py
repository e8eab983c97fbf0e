"""HTTP as Exchange is spoken to: verified TLS, bounded answers, none that was cut, and operations that only read."""

import re
import ssl
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError, ReadTimeout

CONNECT_TIMEOUT, READ_TIMEOUT, WHOLE_TIMEOUT = 15.0, 60.0, 300.0
MOST_BYTES = 48 * 1024 * 1024
READING = frozenset({"GetFolder", "FindFolder", "SyncFolderItems", "GetItem"})

_OPERATION = re.compile(rb"<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(\w+)")
_BACK_OFF = re.compile(rb"BackOffMilliseconds\W{1,3}(\d{1,9})<")
_REFERENCE = re.compile(rb"&#(?:x0*([0-9A-Fa-f]{1,6})|0*([0-9]{1,7}));")
_CONTROL = bytes(set(range(32)) - {9, 10, 13})


@dataclass(slots=True)
class Seen:
    """What the last answer was: its HTTP status (0: none came) and how many seconds it asked us to stay away."""

    status: int = 0
    back_off: float = 0.0


class TooLarge(ChunkedEncodingError):
    """The answer is larger than anything we asked for should be."""


class Cut(ChunkedEncodingError):
    """The answer ended before its end, although HTTP called it whole."""


class Wire(HTTPAdapter):
    """What exchangelib lets us put between itself and the network."""

    def __init__(self, *, seen: Seen, ca_file: Path | None, **options: Any) -> None:
        super().__init__(**options)
        self._seen = seen
        self._authorities = authorities(ca_file)

    def send(self, request: requests.PreparedRequest, *_: Any, **options: Any) -> requests.Response:
        """One request. The answer is read whole here, so that what is wrong with it is known before it is believed."""
        _refuse_writing(request)
        self._seen.status, self._seen.back_off = 0, 0.0
        ours = {"stream": True, "timeout": (CONNECT_TIMEOUT, READ_TIMEOUT), "verify": self._authorities}
        response = super().send(request, **options | ours)
        self._seen.status = response.status_code
        if response.status_code in {401, 407}:
            return response  # NTLM looks at the socket it came over (channel binding), which reading it gives away
        raw = _read(response)
        self._seen.back_off = _asked_to_wait(response, raw)
        response._content = _envelope(raw)
        response._content_consumed = True
        return response


def authorities(ca_file: Path | None) -> str | bool:
    """The certificates to trust: the given file alone, else the system's, else those requests brings along."""
    system = ssl.get_default_verify_paths()
    return str(ca_file or system.cafile or system.capath or "") or True


def _refuse_writing(request: requests.PreparedRequest) -> None:
    """The promise to change nothing, kept at the last place before the network."""
    body = request.body or b""
    operation = _OPERATION.search(body if isinstance(body, bytes) else str(body).encode())
    if operation and operation[1].decode() not in READING:
        raise PermissionError(f"{operation[1].decode()} is no reading operation")


def _asked_to_wait(response: requests.Response, raw: bytes) -> float:
    """Seconds, by Exchange's own word or HTTP's (RFC 9110 section 10.2.3); a date there is not read."""
    if found := _BACK_OFF.search(raw, 0, 8192):
        return int(found[1]) / 1000
    named = response.headers.get("Retry-After", "")
    return float(named) if response.status_code in {429, 503} and named.isdecimal() and len(named) < 9 else 0.0


def _read(response: requests.Response) -> bytes:
    end = time.monotonic() + WHOLE_TIMEOUT
    found: list[bytes] = []
    size = 0
    for piece in response.iter_content(65_536):
        found.append(piece)
        size += len(piece)
        if size > MOST_BYTES:
            response.close()
            raise TooLarge
        if time.monotonic() > end:
            response.close()
            raise ReadTimeout
    return b"".join(found)


def _envelope(raw: bytes) -> bytes:
    """The answer as XML 1.0 allows it. Exchange writes characters that it does not, when a message holds them.

    SOAP that ends before its envelope does raises Cut: the state of a synchronisation stands before the changes, and
    half an answer would be taken for all of it.
    """
    text = raw.removeprefix(b"\xef\xbb\xbf").strip()
    if b"Envelope" not in text[:1000]:
        return raw
    if not text.endswith(b"Envelope>"):
        raise Cut
    if b"&#" in text:
        text = _REFERENCE.sub(_allowed, text)
    text = text.translate(None, _CONTROL)
    return text if text.startswith(b"<?xml") else b"<?xml version='1.0' encoding='utf-8'?>" + text


def _allowed(reference: re.Match[bytes]) -> bytes:
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    legal = code in {9, 10, 13} or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return reference[0] if legal else b""
