"""One POST to a provider: verified TLS, no redirects, bounded in time and size."""

import http.client
import ssl
import time
import urllib.error
import urllib.request
from typing import IO
from urllib.parse import urlsplit

from triage.errors import SourceUnreachable

ANSWER_WITHIN = 20.0
MOST_BYTES = 256 * 1024
_AGAIN = "it is tried again by itself"


def post(source: str, url: str, form: str) -> str:
    """The body of the answer, also of one that says no (4xx). Raises SourceUnreachable for anything but an answer."""
    request = urllib.request.Request(  # noqa: S310 - https, or this computer: the configuration was checked
        url,
        data=form.encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
    )
    host = urlsplit(url).hostname
    try:
        with _opener().open(request, timeout=ANSWER_WITHIN) as answer:
            return _body(answer)
    except urllib.error.HTTPError as error:
        with error:
            if error.code not in (408, 429) and 400 <= error.code < 500:
                return _body(error)
        raise SourceUnreachable(f"{source}: {host} answers {error.code} instead of signing in", hint=_AGAIN) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise SourceUnreachable(f"{source}: {host} {_in_words(error)}", hint=_AGAIN) from error


def _opener() -> urllib.request.OpenerDirector:
    """The usual one, with the system's authorities and proxies, but a redirect would take secrets elsewhere."""
    opener = urllib.request.OpenerDirector()
    for part in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(part)
    return opener


def _body(answer: "IO[bytes] | http.client.HTTPResponse") -> str:
    end = time.monotonic() + ANSWER_WITHIN
    found = b""
    while chunk := answer.read1(MOST_BYTES):  # type: ignore[union-attr]
        found += chunk
        if len(found) > MOST_BYTES:
            raise ValueError("longer than any answer")
        if time.monotonic() > end:
            raise TimeoutError
    return found.decode("utf-8", "replace")


def _in_words(error: Exception) -> str:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"shows a certificate that is not to be trusted ({reason.verify_message}); nothing was sent"
    if isinstance(reason, TimeoutError):
        return "did not answer in time"
    if isinstance(reason, OSError):
        return f"cannot be reached ({reason.strerror or type(reason).__name__})"
    return f"sent an answer that makes no sense ({type(error).__name__})"
