"""What goes wrong between us and Exchange, in words a person can act on."""

import contextlib
import logging
from collections.abc import Iterator
from urllib.parse import urlsplit

from triage.errors import SourceRejected, SourceUnreachable, TriageError
from triage.settings import SourceSettings
from triage.sources.exchange.wire import Cut, Seen, TooLarge

log = logging.getLogger(__name__)

AGAIN = "it is tried again by itself"
# The server may ask for more; a day has an end by which people wait for an answer.
LONGEST_BACK_OFF = 900.0

# Response codes (MS-OXWSCDATA 2.2.5.24) that pass by themselves and say nothing about what was asked for.
PASSING = frozenset(
    [
        "ErrorServerBusy",
        "ErrorBatchProcessingStopped",
        "ErrorInternalServerTransientError",
        "ErrorTooManyObjectsOpened",
        "ErrorExceededConnectionCount",
        "ErrorInsufficientResources",
        "ErrorMailboxStoreUnavailable",
        "ErrorMailboxMoveInProgress",
        "ErrorMailboxFailover",
        "ErrorConnectionFailed",
        "ErrorTimeoutExpired",
        "ErrorADUnavailable",
        "ErrorADOperation",
    ]
)
LOST_STATE = frozenset({"ErrorInvalidSyncStateData"})
LOST_FOLDER = frozenset({"ErrorSyncFolderNotFound", "ErrorFolderNotFound", "ErrorInvalidFolderId"})
# The server does not know what was asked for. With the third, exchangelib has tried every version of the protocol.
CANNOT_DO = frozenset(
    ["ErrorInvalidPropertyRequest", "ErrorSchemaValidation", "ErrorInvalidServerVersion", "ErrorInvalidRequest"]
)
_NO_ACCESS = frozenset(
    ["ErrorAccessDenied", "ErrorNonExistentMailbox", "ErrorItemNotFound", "ErrorFolderNotFound", "ErrorNoRespondingCAS"]
)
_ACCOUNT = {
    "ErrorAccountDisabled": "the account is disabled",
    "ErrorPasswordExpired": "the password has expired",
    "ErrorPasswordChangeRequired": "the password must be changed",
}
_ONLINE = ("outlook.office365.com", "outlook.office.com", "outlook.office365.us", "partner.outlook.cn")


class Refused(Exception):
    """The server understood and answered with a code of its own."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def code_of(error: BaseException) -> str:
    """The response code: ours, or the name of exchangelib's class for it."""
    return error.code if isinstance(error, Refused) else type(error).__name__


@contextlib.contextmanager
def told(settings: SourceSettings, seen: Seen) -> Iterator[None]:
    """The one place where faults of network, library and server become errors of ours."""
    try:
        yield
    except TriageError:
        raise
    except Exception as error:
        expected = _expected(error)
        if expected is None:
            raise
        log.info("source=%s event=fault code=%s status=%d", settings.name, code_of(error), seen.status)
        raise in_words(error, settings, seen) from expected


def _expected(error: Exception) -> Exception | None:
    """The fault if it is one of the world's; None for a defect of ours."""
    from exchangelib.errors import EWSError
    from requests.exceptions import RequestException

    from triage.sources.exchange.line import BadXml, NotExchange

    world = (EWSError, RequestException, Refused, BadXml, NotExchange, OSError, UnicodeError)
    return error if isinstance(error, world) else None


def in_words(error: Exception, settings: SourceSettings, seen: Seen) -> TriageError:
    """A fault as an error of ours. Messages of the library quote whole answers and are never repeated."""
    code = code_of(error)
    # The status goes first: exchangelib calls a refused password "busy" when the connection is closed with it.
    if seen.status == 401 or code == "UnauthorizedError":
        return _not_signed_in(settings)
    if seen.status == 403:
        return _forbidden(settings)
    if code in _ACCOUNT:
        return SourceRejected(
            f"{settings.name}: {_ACCOUNT[code]} ({settings.user})", hint="ask the administrator of your Exchange server"
        )
    if code in _NO_ACCESS and settings.mailbox:
        return SourceUnreachable(
            f"{settings.name}: {settings.user} may not read {settings.mailbox} ({code})",
            hint="ask the administrator for Full Access to this mailbox, and check mailbox in config.toml",
        )
    return _unreachable(error, code, settings, seen)


def _not_signed_in(settings: SourceSettings) -> SourceRejected:
    host = urlsplit(settings.endpoint).hostname
    if settings.auth == "kerberos":
        return SourceRejected(
            f"{settings.name}: {host} does not take your Kerberos ticket",
            hint="get a new one:  kinit, then triage poll",
        )
    return SourceRejected(
        f"{settings.name}: {host} refused the password of {settings.user}",
        hint=f"it was tried once; store a new one:  triage login {settings.name}"
        f' (or the server wants another way than auth = "{settings.auth}")',
    )


def _forbidden(settings: SourceSettings) -> SourceRejected:
    host = urlsplit(settings.endpoint).hostname or ""
    online = (
        "Exchange Online has refused EWS since 1 October 2026 and ends it on 1 April 2027: "
        'read this mailbox with kind = "imap" and auth = "oauth-microsoft"'
    )
    if host in _ONLINE:
        return SourceRejected(f"{settings.name}: {host} refuses EWS (HTTP 403)", hint=online)
    return SourceRejected(
        f"{settings.name}: {host} refuses EWS to {settings.user} (HTTP 403)",
        hint=f"ask the administrator whether EWS is allowed for you and this program. If the mailbox moved: {online}",
    )


def _unreachable(error: Exception, code: str, settings: SourceSettings, seen: Seen) -> SourceUnreachable:
    host = urlsplit(settings.endpoint).hostname
    cause = _root(error)
    if isinstance(cause, TooLarge | Cut):
        what = "sent an answer that was cut" if isinstance(cause, Cut) else "sent an answer that is far too large"
        return SourceUnreachable(f"{settings.name}: {host} {what}", hint=AGAIN)
    if "certificate verify failed" in str(cause).lower():
        return SourceUnreachable(
            f"{settings.name}: the certificate of {host} is not to be trusted; no password was sent",
            hint='if the server is your own, name its authority\'s certificate: ca_file = "/path/to/ca.pem"',
        )
    if seen.back_off or (code in PASSING and seen.status):
        wait = min(seen.back_off, LONGEST_BACK_OFF)
        pause = f"; it asked for {round(wait)} seconds of peace" if wait else ""
        return SourceUnreachable(f"{settings.name}: {host} is busy ({code}){pause}", hint=AGAIN, wait=wait)
    if not seen.status:
        return SourceUnreachable(f"{settings.name}: {host} cannot be reached or did not answer in time", hint=AGAIN)
    if code in {"NotExchange", "BadXml", "MalformedResponseError", "SOAPError", "RedirectError"}:
        return SourceUnreachable(
            f"{settings.name}: what {host} answered is not Exchange (HTTP {seen.status})",
            hint="check endpoint in config.toml; a proxy or sign-in page in between answers like that too",
        )
    return SourceUnreachable(f"{settings.name}: {host} answered {code}", hint=AGAIN)


def _root(error: BaseException) -> BaseException:
    """The first fault of those that led to this one."""
    for _ in range(20):
        before = error.__cause__ or error.__context__
        if before is None or isinstance(error, TooLarge | Cut):
            break
        error = before
    return error
