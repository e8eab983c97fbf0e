"""How the mail of an address is reached: a table of providers, then what its domain says of itself.

Only the domain after the @ is told to anybody, and only to its own servers and to the resolver of this machine; what
comes before it goes nowhere. Nothing found is an answer too.
"""

import re
import tomllib
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Protocol

from triage.setup import autoconfig

LONGEST = 6.0
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?:\.(?!-)[a-z0-9-]{1,63})+", re.ASCII)
_SECURE = {"_imaps": "tls", "_imap": "starttls"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A way to an account. `user` is what signs in there; `auths` begins with the usual one.

    `vouched`: the table, or the domain over a connection that proved itself, named it. A mere answer of the DNS that
    leads to another domain is not vouched for (RFC 6186 section 6): a person has to agree.
    """

    host: str
    port: int
    security: str
    user: str
    auths: tuple[str, ...] = ("password",)
    title: str = ""
    note: str = ""
    open: str = ""
    vouched: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A row of providers.toml, where its fields are explained."""

    title: str
    host: str
    domains: Sequence[str] = ()
    mx: Sequence[str] = ()
    port: int = 0
    security: str = "tls"
    user: str = ""
    auth: Sequence[str] = ("password",)
    note: str = ""
    open: str = ""


class Network(Protocol):
    """What may be asked of the world; nothing of it raises, silence is an empty answer."""

    def get(self, url: str) -> bytes:
        """A small document over HTTPS."""
        ...

    def srv(self, name: str) -> Sequence[tuple[str, int]]:
        """Hosts and ports of a service, best first."""
        ...

    def mx(self, domain: str) -> Sequence[str]:
        """Who takes mail for a domain, best first."""
        ...


def server(address: str, network: Network | None = None) -> Server | None:
    """The account's IMAP server; without a network only if the address is at a provider everybody knows."""
    domain = address.lower().rpartition("@")[2]
    known = _known(lambda one: domain in one.domains, address)
    if known or network is None or not _DOMAIN.fullmatch(domain):
        return known
    asked: list[Callable[[], Server | None]] = [
        lambda: _autoconfig(domain, address, network),
        lambda: _srv(domain, address, network),
        lambda: _by_mx(domain, address, network),
    ]
    return next((found for found in _together(asked) if found), None)


def _together(asked: Sequence[Callable[[], Server | None]]) -> list[Server | None]:
    """The answers in the order of the questions; who has not answered in time said nothing."""
    pool = ThreadPoolExecutor(len(asked))
    futures: list[Future[Server | None]] = [pool.submit(question) for question in asked]
    done, _ = wait(futures, timeout=LONGEST)
    pool.shutdown(wait=False, cancel_futures=True)
    return [future.result() if future in done else None for future in futures]


def _autoconfig(domain: str, address: str, network: Network) -> Server | None:
    for url in (
        f"https://autoconfig.{domain}/mail/config-v1.1.xml",
        f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
    ):
        if found := autoconfig.read(network.get(url), address):
            return Server(host=found.host, port=found.port, security=found.security, user=found.user, auths=found.auths)
    return None


def _srv(domain: str, address: str, network: Network) -> Server | None:
    for service, security in _SECURE.items():
        for host, port in network.srv(f"{service}._tcp.{domain}")[:1]:
            near = host == domain or host.endswith(f".{domain}")
            return Server(host=host, port=port, security=security, user=address, vouched=near)
    return None


def _by_mx(domain: str, address: str, network: Network) -> Server | None:
    """A domain of one's own at a large provider: the DNS leads to nobody but those of the table."""
    exchangers = [f".{host}" for host in network.mx(domain)[:1]]
    found = _known(lambda one: any(host.endswith(f".{end}") for host in exchangers for end in one.mx), address)
    return replace(found, user=address) if found else None


def _known(fits: Callable[[Provider], bool], address: str) -> Server | None:
    one = next((one for one in providers() if fits(one)), None)
    if one is None:
        return None
    return Server(
        host=one.host,
        port=one.port or (993 if one.security == "tls" else 143),
        security=one.security,
        user=address.partition("@")[0] if one.user == "local" else address,
        auths=tuple(one.auth),
        title=one.title,
        note=one.note,
        open=one.open,
    )


@lru_cache(maxsize=1)
def providers() -> tuple[Provider, ...]:
    """The table of large providers."""
    text = files("triage.setup").joinpath("providers.toml").read_text(encoding="utf-8")
    return tuple(Provider(**one) for one in tomllib.loads(text)["provider"])
