"""What a server, or what stands before it, answers instead of an answer."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.servers.exchange.soap import answer, refusal, soap_fault


@dataclass(frozen=True)
class Instead:
    """`change` is given the answer that would have been sent; `whole` says what Content-Length promises."""

    status: int = 200
    change: Callable[[bytes], bytes] = bytes
    headers: tuple[tuple[str, str], ...] = ()
    whole: bool = True
    type: str = "text/xml; charset=utf-8"


def status(code: int, **headers: str) -> Instead:
    """An empty answer with this status."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Instead(status=code, change=lambda _: b"", headers=named, type="text/html")


def html(code: int = 200) -> Instead:
    """A page of a proxy that wants to be looked at."""
    page = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>Please sign in</form></body></html>"
    return Instead(status=code, change=lambda _: page, type="text/html; charset=utf-8")


def fault(code: str, http: int = 500, text: str = "It failed.") -> Instead:
    """A SOAP fault, over HTTP 500 as the standard says, or 200."""
    return Instead(status=http, change=lambda _: soap_fault(code, text))


def busy(milliseconds: int, http: int = 500) -> Instead:
    """ErrorServerBusy with its hint."""
    hint = f'<t:Value Name="BackOffMilliseconds">{milliseconds}</t:Value>'
    said = "The server cannot service this request right now. Try again later."
    return Instead(status=http, change=lambda _: soap_fault("ErrorServerBusy", said, hint))


def response(operation: str, code: str, inner: str = "") -> Instead:
    """One response message with a code, in HTTP 200."""
    return Instead(change=lambda _: answer(operation, [refusal(operation, code, inner=inner)]))


def cut() -> Instead:
    """Half the answer, then the line breaks."""
    return Instead(change=lambda raw: raw[: len(raw) // 2], whole=False)


def cut_whole() -> Instead:
    """Half the answer, but HTTP says that this was all."""
    return Instead(change=lambda raw: raw[: len(raw) // 2])
