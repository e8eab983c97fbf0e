"""`triage init`: from an address to the first status, question by question."""

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import click

from triage.cli.login import login_command
from triage.cli.reading import poll_command
from triage.cli.service import install_command
from triage.cli.session import Session
from triage.config import config_path
from triage.core.plain import plain
from triage.errors import SecretMissing, TriageError, UsageError
from triage.settings import Config
from triage.setup import person, writing
from triage.setup.account import Account, account
from triage.setup.asking import Asking
from triage.setup.network import World
from triage.setup.reaching import Setting
from triage.setup.voicemail import voicemail


@click.command("init")
@click.option("--name", metavar="TEXT", help="Your name.")
@click.option("--address", multiple=True, metavar="ADDR", help="An address of yours; once for each.")
@click.option("--source", metavar="NAME", help="The account to change or add.")
@click.option("--kind", metavar="KIND", help="imap, maildir or exchange.")
@click.option("--host", metavar="HOST", help="The IMAP server.")
@click.option("--port", metavar="PORT", help="Its port.")
@click.option("--security", metavar="HOW", help="tls, starttls or none.")
@click.option("--ca-file", metavar="FILE", help="Certificate of the server's authority.")
@click.option("--endpoint", metavar="URL", help="Web services of an Exchange server.")
@click.option("--user", metavar="USER", help="User name there; else the address.")
@click.option("--auth", metavar="HOW", help="password, oauth-google, ntlm, ...")
@click.option("--client-id", metavar="ID", help="Of your OAuth app.")
@click.option("--password-command", metavar="CMD", help="What prints the password.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--path", metavar="DIR", help="A Maildir, or a folder of Maildirs.")
@click.option("--mailbox", multiple=True, metavar="NAME", help="A mailbox to read; once for each.")
@click.option("--sent", metavar="NAME", help="More Sent mailboxes.")
@click.option("--voicemail", metavar="DIR", help="Voicemails or transcripts, or none.")
@click.option("--days", metavar="DAYS", help="Working days, like mon-fri.")
@click.option("--hours", metavar="SPANS", help="Working hours, like 9:00-12:00,13:00-17:00.")
@click.option("--holidays", metavar="CODE", help="A country like DE, or none.")
@click.option("--before", metavar="SPANS", help="When to be told, like 2h,30m.")
@click.option("--privacy", metavar="HOW", help="full, names or count.")
@click.option("--read/--no-read", default=None, help="Read everything once now.")
@click.option("--service/--no-service", default=None, help="Start the daemon with your session.")
@click.option("--no-sign-in", is_flag=True, help="Do not try the password now.")
@click.option("--no-lookup", is_flag=True, help="Ask nothing about your domain.")
@click.option("--no-input", is_flag=True, help="Ask nothing: options and defaults.")
@click.pass_context
def init_command(ctx: click.Context, /, **options: Any) -> None:
    """Set up, or change, an account and your working day: step by step.

    Every question has a default, and every answer can be an option. What you wrote into the configuration yourself
    stays; what stood there before is kept beside it.
    """
    session: Session = ctx.obj
    asking = Asking(_given(options), silent=options["no_input"])
    if not asking.silent and not sys.stdin.isatty():
        raise UsageError("init asks its questions at a terminal", hint="in a script:  triage init --no-input ...")
    path = config_path(session.config_path, os.environ)
    old = session.config if path.exists() else None
    _greet(asking, path, old)
    answers, found = _answers(asking, old, session.now, options)
    _write(asking, path, answers, session.now)
    ctx.obj = after = Session(session.config_path, datetime.now(UTC))
    running = after.reload()
    if running:
        asking.say("The running daemon takes it in.")
    if found.signs_in_later and not _signed_in(ctx, asking, found):
        asking.say(f"Before anything is read there:  triage login {found.table['name']}")
    elif asking.agreed("read", "Read everything once now?", default=True):
        _try(ctx, poll_command)
    question = "\nStart the daemon now, and with every session?"
    if not running and asking.agreed("service", question, default=not asking.silent):
        running = _try(ctx, install_command, by_desktop=False)
    asking.say(f"\nNext: {'triage doctor looks whether all is well' if running else 'triage service install'}.")


def _given(options: dict[str, Any]) -> dict[str, object]:
    """An option that may stand several times and does not is as good as one left out."""
    return {name: value if value != () else None for name, value in options.items()}


def _greet(asking: Asking, path: Path, old: Config | None) -> None:
    asking.say(f"{'Changing' if old else 'Writing'} {path}.")
    if not asking.silent:
        asking.say("Enter takes what stands in brackets.\n")


def _answers(
    asking: Asking, old: Config | None, now: datetime, options: dict[str, Any]
) -> tuple[writing.Answers, Account]:
    me = person.me(asking, old, os.environ)
    setting = Setting(
        asking=asking,
        me=me,
        now=now,
        environ=os.environ,
        network=None if options["no_lookup"] else World(),
        password=cache(_piped) if options["password_stdin"] else lambda: None,
        sign_in=not options["no_sign_in"],
    )
    found = account(setting, old)
    me = replace(me, addresses=(*me.addresses, *_own(asking, found)))
    asking.say()
    workday = person.workday(asking, old, now.date(), os.environ)
    phone = voicemail(asking, old)
    reminders = person.reminders(asking, old)
    tables = {"me": person.identity(me, workday, old), "workday": workday, "reminders": reminders}
    return writing.Answers(tables=tables, sources=(found.table, *phone)), found


def _piped() -> str | None:
    """The first line of standard input."""
    secret = sys.stdin.readline().rstrip("\r\n")
    if not secret:
        raise SecretMissing(
            "no password came on standard input", hint="pass show mail | triage init --password-stdin ..."
        )
    return secret


def _own(asking: Asking, found: Account) -> tuple[str, ...]:
    if not found.own:
        return ()
    asking.say(f"  Seen as sender of what you sent: {', '.join(map(plain, found.own))}")
    return found.own if asking.agreed("", "Are these yours too?", default=True) else ()


def _write(asking: Asking, path: Path, answers: writing.Answers, now: datetime) -> None:
    before = path.read_text(encoding="utf-8-sig") if path.exists() else None
    content = writing.text(answers, before)
    if content == before:
        asking.say(f"\n{path} says all that already.")
        return
    asking.say("")
    for line in content.splitlines():
        asking.say(f"  {''.join(sign if sign.isprintable() else '?' for sign in line)}".rstrip())
    asking.say()
    if not asking.agreed("", f"Write this to {path}?", default=True):
        raise TriageError("nothing was written", hint="triage init asks again")
    backup = writing.save(path, content, now)
    example = writing.explain(path)
    asking.say(f"Written.{f' What stood there before is in {backup}.' if backup else ''}")
    asking.say(f"There are more keys: {example} explains each.")


def _signed_in(ctx: click.Context, asking: Asking, found: Account) -> bool:
    """In the browser, where that is the way."""
    name, auth = str(found.table["name"]), str(found.table.get("auth", "password"))
    if not auth.startswith("oauth") or asking.silent or not asking.agreed("", "Sign in now?", default=True):
        return False
    return _try(ctx, login_command, source=name, device=False)


def _try(ctx: click.Context, command: click.Command, **words: object) -> bool:
    """Did it work? What is written stays, whatever comes of this."""
    try:
        ctx.invoke(command, **words)
    except TriageError as error:
        click.echo(f"triage: {error.message}\n{error.hint}".rstrip(), err=True)
        return False
    return True
