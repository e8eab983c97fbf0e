"""The document by which a domain tells mail programs about itself, as Thunderbird reads it: its IMAP server."""

import re
from dataclasses import dataclass
from xml.etree import ElementTree

MOST_BYTES = 64 * 1024
_HOST = re.compile(r"(?=.{1,253}\Z)(?!-)[A-Za-z0-9-]{1,63}(?:\.(?!-)[A-Za-z0-9-]{1,63})*", re.ASCII)
_SECURITY = {"SSL": "tls", "STARTTLS": "starttls"}  # "plain" would send the password in the clear
_OAUTHS = {"gmail.com": "oauth-google", "office365.com": "oauth-microsoft", "outlook.com": "oauth-microsoft"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The first IMAP server of the document that encrypts."""

    host: str
    port: int
    security: str
    user: str
    auths: tuple[str, ...]


def read(document: bytes, address: str) -> Found | None:
    """None where there is no document, it is none of these, or it names no encrypted IMAP server."""
    if not document or len(document) > MOST_BYTES or b"<!DOCTYPE" in document or b"<!ENTITY" in document:
        return None  # entities are how such a document would grow without bound
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - bounded, and without a document type it expands nothing
    except (ElementTree.ParseError, ValueError, LookupError):
        return None
    servers = root.iter("incomingServer")
    found = (_server(one, address) for one in servers if one.get("type", "").lower() == "imap")
    return next((one for one in found if one), None)


def _server(one: ElementTree.Element, address: str) -> Found | None:
    host, port = _text(one, "hostname").lower(), _text(one, "port")
    security = _SECURITY.get(_text(one, "socketType"))
    if not security or not _HOST.fullmatch(host) or not (port.isascii() and port.isdecimal() and len(port) < 6):
        return None
    if not 0 < int(port) < 65536:
        return None
    return Found(
        host=host,
        port=int(port),
        security=security,
        user=_user(_text(one, "username"), address),
        auths=_auths({(found.text or "").strip() for found in one.iter("authentication")}, host),
    )


def _auths(offered: set[str], host: str) -> tuple[str, ...]:
    """OAuth only where its provider is known: any other would need addresses that the document does not tell."""
    browser = [kind for end, kind in _OAUTHS.items() if host.endswith(end)] if "OAuth2" in offered else []
    return (*(["password"] if "password-cleartext" in offered or not browser else []), *browser)


def _text(one: ElementTree.Element, name: str) -> str:
    return (one.findtext(name) or "").strip()


def _user(pattern: str, address: str) -> str:
    local, _, domain = address.rpartition("@")
    for sign, text in (("%EMAILADDRESS%", address), ("%EMAILLOCALPART%", local), ("%EMAILDOMAIN%", domain)):
        pattern = pattern.replace(sign, text)
    return pattern if pattern and "%" not in pattern and pattern.isprintable() else address
