"""Asking the world about a domain: DNS and small documents over HTTPS. Short waits, small answers, no errors."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from triage.setup.autoconfig import MOST_BYTES

TIMEOUT = 4.0


class _OnlyEncrypted(HTTPRedirectHandler):
    """Where the domain sends us on, it must still be provable who answers."""

    def redirect_request(  # noqa: PLR0917 - the library calls it so
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        return super().redirect_request(req, fp, code, msg, headers, newurl) if newurl.startswith("https:") else None


@dataclass(frozen=True, slots=True)
class World:
    """`triage.setup.discovery.Network` as it is. `nameservers` and `port` replace the system's resolver."""

    context: ssl.SSLContext | None = None
    nameservers: tuple[str, ...] = ()
    port: int = 53
    timeout: float = TIMEOUT

    def get(self, url: str) -> bytes:
        opener = build_opener(_OnlyEncrypted, HTTPSHandler(context=self.context or ssl.create_default_context()))
        try:
            with opener.open(Request(url), timeout=self.timeout) as answer:  # noqa: S310 - https by who calls and redirects
                document: bytes = answer.read(MOST_BYTES + 1)
                return document
        except (OSError, HTTPException, ValueError):
            return b""

    def srv(self, name: str) -> Sequence[tuple[str, int]]:
        found = sorted(self._records(name, "SRV"), key=lambda one: (one.priority, -one.weight))
        return [(host, one.port) for one in found if (host := _host(one.target))]

    def mx(self, domain: str) -> Sequence[str]:
        found = sorted(self._records(domain, "MX"), key=lambda one: one.preference)
        return [host for one in found if (host := _host(one.exchange))]

    def _records(self, name: str, kind: str) -> list[Any]:
        from dns.exception import DNSException
        from dns.resolver import Resolver

        try:
            resolver = Resolver(configure=not self.nameservers)
            if self.nameservers:
                resolver.nameservers, resolver.port = [*self.nameservers], self.port
            return list(resolver.resolve(f"{name}.", kind, lifetime=self.timeout, search=False))
        except (DNSException, OSError, ValueError):
            return []


def _host(name: Any) -> str:
    """Without the root's dot; the root alone means that there is no such service."""
    return str(name).rstrip(".").lower()
