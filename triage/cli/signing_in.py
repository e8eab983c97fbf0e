"""`triage login` for a source that is read by OAuth: the user signs in at the provider, and what it grants is kept."""

import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import urlsplit

import click

from triage.core.plain import plain
from triage.errors import SourceRejected, SourceUnreachable, TokenRefused, TriageError
from triage.oauth.asking import Asking, Refusal
from triage.oauth.browser import has_browser, listening, show
from triage.oauth.device import typed
from triage.oauth.explaining import explained, turned_away
from triage.oauth.grants import Grant
from triage.oauth.keeping import Safe
from triage.oauth.providers import provider
from triage.oauth.tokens import client_secret
from triage.settings import SourceSettings
from triage.sources.kinds import open_source

PATIENCE = timedelta(minutes=10)


def sign_in(settings: SourceSettings, state_dir: Path, *, device: bool) -> SourceUnreachable | None:
    """Ask the provider, try what it grants on the mailbox, keep it, and say where; the answer is what else kept the
    mailbox from being read. Only a token that the server refuses is not kept: it is somebody else's, or not for mail.
    """
    safe = Safe(settings, state_dir)
    answer, grant = _granted(settings, safe, device=device)
    trouble = _tried(settings, grant, answer)
    with safe.turn():
        place = safe.keep(grant, anew=True)
    click.echo(f"Signed in; the sign-in of {settings.user} is in {_place(place)}.")
    for warning in _warnings(settings, grant):
        click.echo(warning)
    return trouble


def _granted(settings: SourceSettings, safe: Safe, *, device: bool) -> tuple[Mapping[str, Any], Grant]:
    asked = provider(settings)
    by_code = _by_code(settings, device=device)
    printed = client_secret(settings)
    typed_in = _client_secret(settings, safe) if asked.secret and not printed else ""
    asking = Asking(settings, asked, printed or typed_in)
    for note in asked.notes:
        click.echo(note, err=True)
    try:
        answer = _by_device(asking) if by_code else _by_browser(asking, settings)
        return answer, asking.granted(answer, datetime.now(UTC), secret=typed_in)
    except Refusal as refusal:
        found = explained(settings, refusal)
        raise SourceRejected(found.message, hint=found.hint) from None
    except SourceUnreachable as error:
        raise TriageError(error.message, hint=f"try again:  triage login {settings.name}") from error


def _by_code(settings: SourceSettings, *, device: bool) -> bool:
    asked = provider(settings)
    if device and not asked.device:
        raise TriageError(
            f"{settings.name}: {asked.name} signs nobody in for mail by code",
            hint=f"run it without --device; the address it prints may be opened on any computer ({asked.guide})",
        )
    return device or not asked.authorize or bool(asked.device and not has_browser())


def _client_secret(settings: SourceSettings, safe: Safe) -> str:
    """Given once with the sign-in it belongs to, and kept with that."""
    before = ""
    with suppress(TriageError):
        grant = safe.grant()
        before = grant.secret if grant else ""
    more = "; Enter for the one given before" if before else ""
    if sys.stdin.isatty():
        words = f"Secret of the client {settings.client_id}{more}"
        found: str = click.prompt(words, default="", show_default=False, hide_input=True, err=True)
    else:
        found = sys.stdin.readline()
    return found.strip() or before


# --- the two ways ------------------------------------------------------------------------------------------------


def _by_browser(asking: Asking, settings: SourceSettings) -> Mapping[str, Any]:
    answers: SimpleQueue[str] = SimpleQueue()
    with listening(asking.provider.host, answers.put) as redirect:
        question = asking.question(redirect)
        _send_to(question.url, settings, answers.put)
        try:
            query = answers.get(timeout=PATIENCE.total_seconds())
        except Empty:
            raise TriageError(
                f"{settings.name}: no answer came back from the browser",
                hint=f"what the page may have said, and what helps, is in {asking.provider.guide}; "
                f"then:  triage login {settings.name}",
            ) from None
    return asking.by_browser(question, query)


def _send_to(url: str, settings: SourceSettings, heard: Callable[[str], None]) -> None:
    if has_browser():
        click.echo(f"Sign in as {settings.user} in your browser. If it does not open:\n\n{url}\n", err=True)
        show(url)
        return
    click.echo(f"Open this address in a browser, and sign in as {settings.user}:\n\n{url}\n", err=True)
    click.echo(
        "On another computer its last page cannot be shown: copy that page's address and enter it here.", err=True
    )
    threading.Thread(target=_pasted, args=(heard,), name="pasted", daemon=True).start()


def _pasted(heard: Callable[[str], None]) -> None:
    while line := sys.stdin.readline():
        if query := urlsplit(line.strip()).query:
            heard(query)


def _by_device(asking: Asking) -> Mapping[str, Any]:
    code = asking.device_code()
    minutes = code.lasts // timedelta(minutes=1)
    click.echo(
        f"On any device, open  {plain(code.address)}\nand type the code    {plain(code.user_code)}\n"
        f"It is good for {minutes} minutes.",
        err=True,
    )
    return typed(asking, code, time.sleep)


# --- what came of it ---------------------------------------------------------------------------------------------


def _tried(settings: SourceSettings, grant: Grant, answer: Mapping[str, Any]) -> SourceUnreachable | None:
    """Read with it once. What says nothing about the sign-in is told when that is kept."""
    source = open_source(settings, str, lambda _: grant.as_access())
    try:
        source.fetch(None)
    except TokenRefused as error:
        raise turned_away(settings, grant, answer, error) from error
    except SourceUnreachable as error:
        return error
    finally:
        source.close()
    return None


def _place(path: Path | None) -> str:
    return f"{path}, which only you can read, because no keyring takes it" if path else "the keyring"


def _warnings(settings: SourceSettings, grant: Grant) -> list[str]:
    name = provider(settings).name
    if not grant.refresh:
        until = grant.ends.astimezone().strftime("%H:%M")
        return [f"{name} gave no lasting sign-in: it ends at {until}. Many give one for the scope offline_access."]
    if grant.lapses:
        day = grant.lapses.astimezone().strftime("%a %d %b, %H:%M")
        why = " because the app's publishing status is Testing" if settings.auth == "oauth-google" else ""
        return [f"{name} ends this sign-in on {day}{why} ({provider(settings).guide})."]
    return []
