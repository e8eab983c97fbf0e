"""The configuration file: there, right, and nobody else's to change."""

import stat
from collections.abc import Iterator

from triage.doctor.patient import Patient
from triage.errors import ConfigError
from triage.model.findings import Finding, broken, look, ok
from triage.report.words import count


def file(patient: Patient) -> Iterator[Finding]:
    """A configuration that was loaded."""
    config = patient.config
    mode = stat.S_IMODE(config.path.stat().st_mode)
    if mode & 0o022:
        yield look(f"others may change it (mode {mode:04o})", "run:  chmod 600 {file}", file=patient.brief(config.path))
    counts = f"{count(len(config.sources), 'source', 'sources')}, {count(len(config.rules), 'rule', 'rules')}"
    yield ok(f"{{file}}, {counts}", file=patient.brief(config.path))


def refused(error: ConfigError) -> Iterator[Finding]:
    """A configuration that is missing, or wrong in these places. What stands there may be anybody's name."""
    if not error.problems:
        yield broken("{message}", error.hint, message=error.message)
    for problem in error.problems:
        yield broken("{problem}", error.hint, problem=problem)
