"""Voicemail folders and call logs: read once from their start, which leaves no trace, and looked at for what is odd."""

from collections.abc import Iterator, Sequence

from triage.core.calls.numbers import number
from triage.doctor.patient import Patient
from triage.model.calls import Call, Way
from triage.model.findings import Finding, broken, look, ok
from triage.report.words import count
from triage.settings import SourceSettings
from triage.sources.kinds import open_source
from triage.sources.mounts import on_network

MOST_BATCHES = 100
FEW = 3
_LOCAL = 7


def voicemails(patient: Patient, settings: SourceSettings) -> Iterator[Finding]:
    """Errors say what cannot be read."""
    found = _calls(settings)
    messages = [call for call in found if call.way is Way.VOICEMAIL]
    if not messages:
        yield ok("no voicemail is there", "if there should be one: is this the folder of your extension?")
        return
    worded = sum(bool(call.transcript) for call in messages)
    yield ok(f"{count(len(messages), 'voicemail', 'voicemails')}, {worded} with a transcript")
    yield from _troubled(messages)
    yield from _numbers(patient, messages, ())
    if settings.path and on_network(settings.path):
        yield ok("on a network file system: a new voicemail is seen at the next poll")


def call_log(patient: Patient, settings: SourceSettings) -> Iterator[Finding]:
    """Errors say what cannot be read."""
    path = settings.path
    if path and "*" not in path.name and not path.exists():
        hint = "does the telephone system write it (cdr_csv), and is it mounted here?"
        yield broken("{path} is not there: a call back would not be noticed", hint, path=patient.brief(path))
        return
    found = _calls(settings)
    if not found:
        yield look(
            "no call of the last weeks is in it", "is it the file the telephone system writes, and of this preset?"
        )
        return
    out = sum(call.way is Way.OUT for call in found)
    yield ok(f"{count(len(found), 'call', 'calls')}, {out} of them yours")
    if not out and len(found) >= FEW:
        yield look(
            "none of the calls is yours: a call back would not be noticed", "set own_numbers, or outgoing, of this log"
        )
    yield from _troubled(found)
    yield from _numbers(patient, found, settings.call_log.outside_prefix if settings.call_log else ())


def _calls(settings: SourceSettings) -> list[Call]:
    """The calls of one whole pass, each once."""
    source, cursor = open_source(settings, str), None
    found: dict[str, Call] = {}
    try:
        for _ in range(MOST_BATCHES):
            batch = source.fetch(cursor)
            found |= {call.key: call for call in batch.calls}
            cursor = batch.cursor
            # Nothing more while a message is just being recorded: its end is not waited for.
            if batch.complete or not batch.calls:
                break
    finally:
        source.close()
    return list(found.values())


def _troubled(calls: Sequence[Call]) -> Iterator[Finding]:
    odd = sum(call.trouble is not None for call in calls)
    if odd:
        yield look(
            f"{count(odd, 'of them', 'of them')} could not be read whole",
            "look at their files, and at who may read them",
        )


def _numbers(patient: Patient, calls: Sequence[Call], outside: tuple[str, ...]) -> Iterator[Finding]:
    """Numbers that make no sense in the country configured link nobody to anybody."""
    region = patient.config.me.phone_region
    public = [call.number for call in calls if sum(map(str.isdigit, call.number)) >= _LOCAL]
    odd = sum(not number(one, region, outside).key.startswith("+") for one in public)
    if odd >= FEW and 2 * odd > len(public):
        yield look(
            f"{odd} of {len(public)} numbers make no sense in {region}",
            'set phone_region = "US", or yours, under [me]; and outside_prefix if you dial one',
        )
