"""The second fence of a redacted report: whatever private a check let through into its words is taken out of them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from triage.model.findings import Finding
from triage.settings import Config

_SHORTEST = 4
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,255}")


def redacted(findings: Iterable[Finding], config: Config) -> list[Finding]:
    """The findings without anything private; checks keep that apart by themselves, this is for when one forgets."""
    words = sorted({word for word in _private(config) if len(word) >= _SHORTEST}, key=len, reverse=True)
    known = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words) or r"(?!)", re.IGNORECASE)
    return [_fenced(finding.told(redacted=True), (known, _ADDRESS)) for finding in findings]


def _fenced(finding: Finding, patterns: Sequence[re.Pattern[str]]) -> Finding:
    what, hint = finding.what, finding.hint
    for pattern in patterns:
        what, hint = pattern.sub("[private]", what), pattern.sub("[private]", hint)
    return replace(finding, what=what, hint=hint)


def _private(config: Config) -> Iterator[str]:
    """What the configuration itself tells of people, servers and places."""
    yield from (config.me.name, str(config.path.parent), str(config.state_dir))
    for address in config.me.addresses:
        yield address.strip("*@")
    for source in config.sources:
        yield from (source.host, source.user, source.endpoint, source.mailbox, str(source.path or ""))
