"""A signed-in IMAP connection: TLS that cannot be talked away, one try with a password, no wait without an end."""

import contextlib
import imaplib
import ipaddress
import re
import socket
import ssl
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from triage.errors import SourceRejected, SourceUnreachable
from triage.model.access import Access
from triage.settings import SourceSettings
from triage.sources.imap import token as imap_token
from triage.sources.imap.words import said

if TYPE_CHECKING:
    from imapclient import IMAPClient

CONNECT_TIMEOUT = 15
READ_TIMEOUT = 60
PORTS = {"tls": 993, "starttls": 143, "none": 143}
_FINAL = {"AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED"}
_CODE = re.compile(r"\[([A-Za-z-]+)")


def signed_in(
    settings: SourceSettings, password: Callable[[], str], tokens: Callable[[str], Access] | None = None
) -> "tuple[IMAPClient, datetime | None]":
    """A new connection, signed in, and from when on another is wanted, because the token that opened it ends.

    The password, or with `tokens` a token, is asked for once the line is known to be safe for it.
    Raises SourceRejected, SourceUnreachable, what `password` and `tokens` raise, and the raw faults of the network
    (`triage.sources.imap.wire.told`).
    """
    _refuse_plain(settings)
    client = _connected(settings)
    renew = None
    try:
        if settings.security == "starttls":
            _start_tls(client, settings)
        if client._imap.state != "AUTH":  # a tunnel that greets with PREAUTH wants no password
            if tokens:
                renew = imap_token.sign_in(client, settings, tokens)
            else:
                _sign_in(client, settings, password())
            client._cached_capabilities = None  # now it may offer more; the library would not look again
    except BaseException:
        with contextlib.suppress(OSError):  # a failed TLS handshake has closed the socket already
            client.shutdown()
        raise
    return client, renew


def _refuse_plain(settings: SourceSettings) -> None:
    if settings.security == "none" and not settings.insecure and not _loopback(settings.host):
        raise SourceRejected(
            f"{settings.name}: a password is not sent to {settings.host} without encryption",
            hint='set security = "tls" or "starttls" for this source, or insecure = true if you know what you do',
        )


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _connected(settings: SourceSettings) -> "IMAPClient":
    from imapclient import IMAPClient, SocketTimeout  # slow to import

    tls = settings.security == "tls"
    client = IMAPClient(
        settings.host,
        settings.port or PORTS[settings.security],
        ssl=tls,
        ssl_context=_context(settings) if tls else None,
        timeout=SocketTimeout(CONNECT_TIMEOUT, READ_TIMEOUT),
    )
    client._imap.debug = 0  # imapclient sets 5: the library would log what people wrote
    client.folder_encode = False  # one malformed mailbox name would fail the whole list
    client.normalise_times = False
    _keep_alive(client.socket())
    return client


def _context(settings: SourceSettings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise SourceUnreachable(
            f"{settings.name}: the certificates in {settings.ca_file} cannot be read",
            hint="ca_file must name a PEM file with the certificate of your server's authority",
        ) from error


def _keep_alive(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    # Not every system has these; where they are missing the read timeout alone must do.
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 20), ("TCP_USER_TIMEOUT", 90_000)):
        if option := getattr(socket, name, None):
            line.setsockopt(socket.IPPROTO_TCP, option, value)


def _start_tls(client: "IMAPClient", settings: SourceSettings) -> None:
    """RFC 3501 section 6.2.1. No password goes out unless this succeeds."""
    imap = client._imap
    # A greeting that claims we are signed in already leaves no place for STARTTLS (RFC 9051 section 11.3).
    if imap.state != "NONAUTH" or not client.has_capability("STARTTLS"):
        raise _no_starttls(settings, "does not offer STARTTLS")
    context = _context(settings)
    try:
        client.starttls(context)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise _no_starttls(settings, "refused STARTTLS") from error
    imap.untagged_responses.clear()  # what was said before encryption, anybody may have said


def _no_starttls(settings: SourceSettings, what: str) -> SourceUnreachable:
    return SourceUnreachable(
        f"{settings.name}: {settings.host} {what}; the password was not sent",
        hint='if this server speaks TLS on port 993, set security = "tls"; on a strange network, try another one',
    )


def _sign_in(client: "IMAPClient", settings: SourceSettings, password: str) -> None:
    """One try. RFC 4616 carries any password; LOGIN is for servers without it."""
    from imapclient.exceptions import LoginError  # slow to import

    if re.search(r"[\r\n\0]", settings.user + password):
        raise SourceRejected(
            f"{settings.name}: the user name or password holds a line break",
            hint=f"store it again:  triage login {settings.name}",
        )
    offered = client.capabilities()
    client._imap.untagged_responses.pop("CAPABILITY", None)
    plain = f"\0{settings.user}\0{password}".encode("utf-8", "surrogateescape")
    try:
        if b"AUTH=PLAIN" in offered:
            client.sasl_login("PLAIN", lambda _: plain)
        elif b"LOGINDISABLED" in offered or not (settings.user + password).isascii():
            raise SourceRejected(
                f"{settings.name}: {settings.host} takes no such password here",
                hint="the server offers neither AUTH=PLAIN nor a LOGIN that could carry it: ask its administrator",
            )
        else:
            client.login(_quoted(settings.user), password)
    except LoginError as error:
        raise _refused(error, settings) from error


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _refused(error: Exception, settings: SourceSettings) -> Exception:
    """What a failed sign-in means: imapclient says LoginError for a broken line as well."""
    cause = error.__context__
    if isinstance(cause, imaplib.IMAP4.abort):
        return cause
    text = str(error)
    code = found[1].upper() if (found := _CODE.search(text)) else ""
    if "command error: BAD" in text or (code and code not in _FINAL):
        return SourceUnreachable(
            f"{settings.name}: {settings.host} could not sign {settings.user} in: {said(text)}",
            hint="it is tried again by itself; the password was not called wrong",
        )
    return SourceRejected(
        f"{settings.name}: {settings.host} refused the password of {settings.user}: {said(text)}",
        hint=f"store a new one:  triage login {settings.name}",
    )
