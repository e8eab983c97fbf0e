"""`triage service`: the daemon started with the session, by systemd, or by the desktop where there is none."""

import getpass
import os
import sys
from pathlib import Path

import click

from triage.cli.session import Session
from triage.errors import TriageError
from triage.setup import autostart, service
from triage.setup.program import environment, program
from triage.setup.service import Systemd
from triage.store.lock import holder

LINGER = Path("/var/lib/systemd/linger")


@click.group("service", invoke_without_command=True)
@click.pass_context
def service_command(ctx: click.Context) -> None:
    """The daemon, started with your session: install, status, uninstall.

    By systemd where your session has one, else by the desktop's autostart. Both survive upgrades; after one, install
    again starts the new version.
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(status_command)


@service_command.command("install")
@click.option("--autostart", "by_desktop", is_flag=True, help="By the desktop, without systemd.")
@click.pass_obj
def install_command(session: Session, by_desktop: bool) -> None:
    """Start it now and with every session; again after an upgrade."""
    started = program(os.environ)
    told = environment(os.environ, session.config.path, session.config.state_dir)
    systemd = Systemd(os.environ)
    if not by_desktop and systemd.there():
        _refuse_beside(session, systemd)
        autostart.uninstall(os.environ)
        service.install(systemd, started, told)
        click.echo(f"Installed and started: {' '.join(started)} run.")
        _say_lingering()
        click.echo("What it does: systemctl --user status triage. What happened: journalctl --user -u triage.")
        return
    if not by_desktop and not (sys.stdin.isatty() and _agreed()):
        raise TriageError(
            "no systemd runs for you here", hint="let the desktop start it:  triage service install --autostart"
        )
    path = autostart.install(os.environ, started, told)
    click.echo(f"Installed: {path}. It starts with your next session; now: triage run.")


@service_command.command("status")
@click.pass_obj
def status_command(session: Session) -> None:
    """Is it installed, does it run, from where, and when. Exit 1: it does not run."""
    systemd, there = Systemd(os.environ), False
    if systemd.there():
        there = service.installed(systemd)
        _tell_units(systemd)
    elif autostart.place(os.environ).exists():
        there = True
        _row("autostart", str(autostart.place(os.environ)))
    else:
        _row("systemd", "none runs for you here; triage service install offers the desktop's autostart")
    pid = holder(session.config.state_dir)
    since = session.board().daemon_since
    _row("daemon", f"runs (pid {pid})" if pid and since else "does not run")
    if not (pid and since):
        hint = "journalctl --user -u triage says why" if there else "triage service install"
        raise TriageError("the daemon does not run", hint=hint)


@service_command.command("uninstall")
def uninstall_command() -> None:
    """Stop it, and start it no more. Configuration and database stay."""
    systemd = Systemd(os.environ)
    was = service.installed(systemd)
    left = service.uninstall(systemd)
    was = autostart.uninstall(os.environ) or was
    click.echo("Uninstalled; configuration and database stay." if was else "It was not installed.")
    for path in left:
        click.echo(f"Yours, and left: {path}")


def _refuse_beside(session: Session, systemd: Systemd) -> None:
    """One that somebody started by hand holds the lock: the unit could not start."""
    pid = holder(session.config.state_dir)
    if pid and session.board().daemon_since and systemd.shown("triage.service").get("ActiveState") != "active":
        raise TriageError(f"a daemon runs already (pid {pid})", hint=f"stop it first:  kill {pid}")


def _agreed() -> bool:
    return click.confirm("No systemd runs for you here. Let the desktop start it (autostart)?", default=True)


def _tell_units(systemd: Systemd) -> None:
    for unit in service.STARTED:
        shown = systemd.shown(unit)
        if shown.get("LoadState") != "loaded":
            _row(unit, "not installed")
            continue
        state = f"{shown.get('UnitFileState') or 'static'}, {shown.get('ActiveState')}"
        since = shown.get("ActiveEnterTimestamp", "")
        _row(
            unit, f"installed, {state}" + (f" since {since}" if since and shown.get("ActiveState") == "active" else "")
        )
        if said := shown.get("StatusText"):
            _row("", said)
    if not service.installed(systemd):
        return
    start = systemd.shown("triage.service").get("ExecStart", "").partition("path=")[2].partition(" ;")[0]
    _row("program", start)
    if service.outdated(systemd):
        _row("", "the units are of another version: triage service install")
    _row("lingering", _lingering())


def _say_lingering() -> None:
    click.echo(f"It starts with your session; lingering: {_lingering()}.")


def _lingering() -> str:
    """See loginctl(1): whether the user's services run without a session."""
    try:
        lingers = (LINGER / getpass.getuser()).exists()
    except (OSError, KeyError):
        lingers = False
    return "yes, it also runs while you are logged out" if lingers else "no, it runs while you are logged in"


def _row(name: str, said: str) -> None:
    click.echo(f"{name:<21} {said}".rstrip())
