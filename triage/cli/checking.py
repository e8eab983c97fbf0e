"""Is everything well? The doctor's round, for people, scripts and bug reports."""

import json
import os
import platform
import sys

import click

from triage.cli.session import DATABASE, Session
from triage.errors import ConfigError
from triage.model.findings import Level
from triage.settings import Config


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--redact", is_flag=True, help="Safe to paste: no names, addresses, subjects, hosts or paths.")
@click.option("--notify", is_flag=True, help="Show a test notice.")
@click.pass_obj
def doctor_command(session: Session, *, as_json: bool, redact: bool, notify: bool) -> None:
    """Look at every part and say what is well, worth a look, or broken, and what to do.

    Changes nothing. Exit 1 when something is broken.
    """
    from triage.doctor.checks import examine
    from triage.doctor.patient import Patient
    from triage.doctor.redacting import redacted
    from triage.report import checkup

    config, refused = _config(session)
    patient = Patient(
        config=config,
        database=config.state_dir / DATABASE,
        now=session.now,
        environ=os.environ,
        notify=notify,
    )
    seen = examine(patient, refused=refused)
    findings = redacted(seen, config) if redact else [finding.told() for finding in seen]
    about = _about()
    if as_json:
        click.echo(json.dumps(checkup.as_json(findings, about=about), indent=2, ensure_ascii=False))
    else:
        line = ", ".join(f"{name} {version}" for name, version in about.items())
        click.echo(checkup.text(findings, about=line, width=session.width, colour=session.colour))
    if any(finding.level is Level.BROKEN for finding in findings):
        sys.exit(1)


def _config(session: Session) -> tuple[Config, ConfigError | None]:
    """The configuration, or one of defaults and why there is none."""
    try:
        return session.config, None
    except ConfigError as error:
        from platformdirs import user_state_path

        from triage.config import config_path

        where = config_path(session.config_path, os.environ)
        return Config(path=where, digest="", state_dir=user_state_path("triage", appauthor=False)), error


def _about() -> dict[str, str]:
    """What a bug report begins with."""
    from importlib.metadata import version

    return {
        "triage": version("inbox-triage"),
        "Python": platform.python_version(),
        platform.system(): platform.release(),
    }
