"""A signed-in line to an Exchange server. exchangelib carries the request; the elements of the answer come back raw."""

import logging
from functools import partial
from typing import Any, cast
from urllib.parse import urlsplit

import lxml.etree
from exchangelib import BASIC, GSSAPI, NTLM, Configuration, Credentials, FailFast, Version
from exchangelib.protocol import Protocol
from exchangelib.services.common import EWSService
from exchangelib.transport import AUTH_TYPE_MAP
from exchangelib.version import EXCHANGE_2016, EXCHANGE_2019

from triage.errors import SourceRejected
from triage.settings import SourceSettings
from triage.sources.exchange.wire import Seen, Wire

Element = Any
"""An lxml element; the library has no types."""

_SIGNING_IN = {"basic": BASIC, "ntlm": NTLM, "kerberos": GSSAPI}
# "se" is told apart from 2019 by its build alone and speaks the same.
_VERSIONS = {"2016": EXCHANGE_2016, "2019": EXCHANGE_2019, "se": EXCHANGE_2019}
_AGENT = "inbox-triage"


class Line:
    """One account's requests, one after the other, from one thread. After any error it is only good for `close`."""

    def __init__(self, settings: SourceSettings, password: str | None, seen: Seen) -> None:
        """`password` is None where a Kerberos ticket signs in. Connects nowhere yet."""
        _be_silent()
        auth = _SIGNING_IN[settings.auth]
        if auth not in AUTH_TYPE_MAP:
            raise SourceRejected(
                f"{settings.name}: this installation cannot sign in with Kerberos",
                hint="install what it needs:  pip install 'inbox-triage[kerberos]'",
            )
        wire = staticmethod(partial(Wire, seen=seen, ca_file=settings.ca_file))
        protocol = type("_Protocol", (Protocol,), {"HTTP_ADAPTER_CLS": wire, "USERAGENT": _AGENT})
        config = Configuration(
            service_endpoint=settings.endpoint,
            credentials=None if password is None else Credentials(*_sendable(auth, settings.user, password)),
            auth_type=auth,
            version=Version(build=_VERSIONS[settings.version]),
            retry_policy=FailFast(),
        )
        # Not through its own metaclass, which keeps every server for the life of the process, beyond a new password.
        self._protocol = type.__call__(protocol, config=config)

    def ask(self, operation: str, payload: bytes, *, forgiving: bool = False) -> list[Element]:
        """The response messages of one operation.

        `forgiving`: what is not quite XML is read as far as it can be. Only for answers in which a missing piece is
        noticed. Raises what exchangelib raises.
        """
        service = _SERVICES[operation](self._protocol)
        service.forgiving = forgiving
        return list(service._get_response_xml(lxml.etree.fromstring(payload)))

    def close(self) -> None:
        """Hang up."""
        self._protocol.close()


class _Service(EWSService):  # type: ignore[misc]
    """One operation of EWS, without what the library makes of its answers."""

    forgiving = False

    def _get_soap_parts(self, response: Any) -> tuple[Element, Element]:
        # The library's own reads the answer byte by byte, and guesses at everything that is not XML.
        root = _parsed(response.content, forgiving=self.forgiving)
        body = None if root is None else root.find("{http://schemas.xmlsoap.org/soap/envelope/}Body")
        if root is None or body is None:
            raise NotExchange
        return root.find("{http://schemas.xmlsoap.org/soap/envelope/}Header"), body


class NotExchange(Exception):
    """What answers is not EWS: a proxy, a sign-in page, another web server."""


class BadXml(Exception):
    """EWS, but no XML."""


_SERVICES = {
    name: cast("type[_Service]", type(name, (_Service,), {"SERVICE_NAME": name}))
    for name in ("GetFolder", "FindFolder", "SyncFolderItems", "GetItem")
}


def _parsed(content: bytes, *, forgiving: bool) -> Element:
    """The root, or None where there is no SOAP at all. Entities are not resolved, nothing is fetched."""
    if b"Envelope" not in content[:1000]:
        return None
    # Our own bound on the size stands in for the parser's.
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, recover=forgiving)
    try:
        return lxml.etree.fromstring(content, parser)
    except lxml.etree.XMLSyntaxError as error:
        raise BadXml from error


def _sendable(auth: str, *secrets: str) -> tuple[str, ...]:
    """User name and password as the library can send them: it knows Latin-1 alone for Basic, RFC 7617 UTF-8 too."""
    if auth != BASIC or all(_is_latin(one) for one in secrets):
        return secrets
    return tuple(one.encode("utf-8", "surrogateescape").decode("latin-1") for one in secrets)


def _is_latin(text: str) -> bool:
    return text.encode("latin-1", "replace").decode("latin-1") == text


def _be_silent() -> None:
    """The library logs whole requests and answers, people's mail among them."""
    for name in ("exchangelib", "urllib3", "requests_ntlm", "spnego"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def encrypted(endpoint: str) -> bool:
    """Does the endpoint speak TLS?"""
    return urlsplit(endpoint).scheme == "https"
