"""Signing in to a source: a password typed, tried and kept, or the way of its provider."""

import os
import sys

import click

from triage.cli.completion import sources as sources_completed
from triage.cli.session import Session
from triage.errors import SecretMissing, TriageError, UsageError
from triage.oauth.providers import by_oauth
from triage.secrets import store as store_password
from triage.secrets import variable
from triage.settings import SourceSettings
from triage.sources.kinds import open_source


@click.command("login")
@click.argument("source", shell_complete=sources_completed)
@click.option("--device", is_flag=True, help="Sign in by a code typed on another device (OAuth).")
@click.pass_obj
def login_command(session: Session, source: str, device: bool) -> None:
    """Sign in to a source: ask for its password, or have it asked by your provider (OAuth); try it, and keep it."""
    settings = next((one for one in session.config.sources if one.name == source), None)
    if settings is None:
        names = ", ".join(one.name for one in session.config.sources) or "none"
        raise TriageError(f"there is no source {source}", hint=f"those in the configuration: {names}")
    if settings.kind not in {"imap", "exchange"} or settings.auth == "kerberos":
        raise TriageError(f"{source} needs no password", hint="it is read without signing in: triage poll")
    if by_oauth(settings):
        from triage.cli.signing_in import sign_in

        trouble = sign_in(settings, session.config.state_dir, device=device)
        session.poke(again=True)
        if trouble:
            raise trouble
        return
    if device:
        raise UsageError(f"{source} has a password, and no device code", hint=f"run it alone:  triage login {source}")
    _refuse_unheard(settings)
    secret = _asked(settings)
    _try(settings, secret)
    store_password(settings, secret)
    session.poke(again=True)
    click.echo(f"Signed in; the password of {source} is in the keyring.")


def _refuse_unheard(settings: SourceSettings) -> None:
    """A password in the keyring counts for nothing where another place goes first."""
    name = variable(settings.name)
    place = "password_command" if settings.password_command else name if os.environ.get(name) else ""
    if place:
        raise TriageError(
            f"{settings.name} takes its password from {place}", hint=f"change it there, or take {place} away first"
        )


def _asked(settings: SourceSettings) -> str:
    """Typed at a terminal without being shown; else the first line of what is piped in."""
    if sys.stdin.isatty():
        secret: str = click.prompt(
            f"Password of {settings.user} at {settings.host or settings.endpoint}", hide_input=True, err=True
        )
        return secret
    secret = sys.stdin.readline().rstrip("\r\n")
    if not secret:
        raise SecretMissing("no password was given", hint=f"type it at a terminal:  triage login {settings.name}")
    return secret


def _try(settings: SourceSettings, secret: str) -> None:
    source = open_source(settings, lambda: secret)
    try:
        source.fetch(None)
    finally:
        source.close()
