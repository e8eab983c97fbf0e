"""The command line as a whole: which commands there are, and how an error reaches a person."""

import errno
import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

import click

from triage.cli.commands import Commands
from triage.cli.session import Session
from triage.errors import ConfigError, TriageError, UsageError


def _print_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"triage {version('inbox-triage')}")
        ctx.exit()


@click.group(
    cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}, name="triage"
)
@click.option("--config", "config_path", type=click.Path(), metavar="FILE", help="Another config.toml.")
@click.option("--debug", is_flag=True, help="Show where an error came from.")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show the version."
)
@click.pass_context
def app(ctx: click.Context, config_path: str | None, debug: bool) -> None:
    """Who still waits for your answer, and until when. Without a command: status."""
    ctx.obj = Session.of(config_path)
    if ctx.invoked_subcommand is None:
        ctx.invoke(app.get_command(ctx, "status") or ctx.fail("no status"))


def main() -> None:
    """Run a command; every expected failure becomes two lines on stderr and the exit code of the contract."""
    _bear_any_letter()
    try:
        app.main(standalone_mode=False, prog_name="triage")
    except click.exceptions.Exit as finished:
        sys.exit(finished.exit_code)
    except click.Abort:
        click.echo("triage: stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        _end(_misused(error), error)
    except TriageError as error:
        _end(error, error)
    except OSError as error:
        _end(_unwritten(error) if error.errno == errno.ENOSPC else _defect(error), error)
    except Exception as error:  # noqa: BLE001  the outermost wall: a defect reaches a person as two lines as well
        _end(_defect(error), error)


def _bear_any_letter() -> None:
    """A terminal that knows fewer letters than Unicode shows a question mark for the rest."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _end(error: TriageError, cause: Exception) -> NoReturn:
    if "--debug" in sys.argv:
        import traceback

        traceback.print_exception(cause)
    complain(error)
    sys.exit(error.exit_code)


def _misused(error: click.ClickException) -> TriageError:
    """What click has to say about a call, in our own two lines."""
    path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "triage"
    message = error.format_message().rstrip(".")
    return UsageError(message[:1].lower() + message[1:], hint=f"{path} --help shows how it is called")


def _unwritten(error: OSError) -> TriageError:
    """Standard output goes to a full disk. What waits to be written there would fail once more at the very end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return TriageError(f"the output could not be written: {error.strerror}", hint="make room where it goes")


def _defect(error: Exception) -> TriageError:
    """Where it happened, but nothing of what the error holds: that may be somebody's mail."""
    import traceback

    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
    return TriageError(
        f"failed unexpectedly ({where})", hint="this is a defect: please report it, with --debug before the command"
    )


def complain(error: TriageError) -> None:
    """Print what happened and what to do next, on stderr."""
    click.echo(f"triage: {error.message}", err=True)
    for problem in error.problems if isinstance(error, ConfigError) else ():
        click.echo(f"  {problem}", err=True)
    if error.hint:
        click.echo(error.hint, err=True)
