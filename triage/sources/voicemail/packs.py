"""The files of one voicemail to what they tell together."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta, tzinfo
from hashlib import sha256
from pathlib import Path

from triage.model.calls import Wording
from triage.sources.message.charsets import clean
from triage.sources.voicemail import formats, recording
from triage.sources.voicemail.belongings import Belongings
from triage.sources.voicemail.cursor import key_of
from triage.sources.voicemail.formats import asterisk, plain
from triage.sources.voicemail.names import Named, named
from triage.sources.voicemail.told import Entry, File, Moved, Told, Unfinished
from triage.sources.voicemail.tree import AUDIO, Folder

log = logging.getLogger(__name__)

_ORDER = ("txt", "eml", "json", "html", "htm", "xml", "vtt", "srt", "tsv", "md")
_CLOCKS_APART = timedelta(seconds=30)
_APART = 3
"""Seconds by which the length of a recording may differ from what its text file says."""


@dataclass(frozen=True)
class Pack:
    """The files of `folder` with one stem. A `patient` one may still be told to wait for the rest of a file;
    one that is not `settled` may stand among files of other callers.
    """

    root: Path
    folder: Folder
    stem: str
    entries: tuple[Entry, ...]
    zone: tzinfo | None = None
    belongings: Belongings = field(default_factory=Belongings)
    settled: bool = True
    patient: bool = True

    @property
    def in_spool(self) -> bool:
        """Is it a message of a telephone system's spool, whose text file says what it is?"""
        return self.folder.is_spool and asterisk.is_of_a_message(self.stem)

    def files(self) -> list[File]:
        """Those with words, in the order in which they are believed."""
        words = [self.file(entry) for entry in self.entries if not _is_audio(entry.name)]
        return sorted(words, key=lambda file: (_place(file.extension, _ORDER), file.name))

    def audio(self) -> list[Entry]:
        return _playable(entry for entry in self.entries if _is_audio(entry.name))

    def path(self, name: str) -> Path:
        return self.root / self.folder.path / name

    def file(self, entry: Entry) -> File:
        return File(self.path(entry.name), entry, self.zone)


def told_of(pack: Pack) -> tuple[Told, ...]:
    """What the pack tells: nothing where it is no voicemail.

    Raises Moved when its files were replaced meanwhile, Unfinished, and OSError when they cannot be opened.
    """
    if pack.in_spool:
        return _spooled(pack)
    found = [told for file in pack.files() for told in (_read(file, pack),) if told]
    if not found and not pack.audio():
        return ()
    several = next((told for told in found if len(told) > 1), None)
    if several:
        return tuple(_with_files(pack, _named(pack, told), ()) for told in several)
    whole = joined(told for (told,) in found)
    return (_complete(pack, whole),)


def unopened(pack: Pack, error: OSError) -> Told:
    """What stands for a voicemail whose files cannot be opened: somebody rang, as far as names tell."""
    log.warning("event=unreadable file=%s errno=%s", _shown(pack.path(pack.stem)), error.errno)
    told = _named(pack, Told(trouble=f"{clean(pack.stem)} cannot be opened ({error.strerror})"))
    return _with_files(pack, told, pack.audio())


def _spooled(pack: Pack) -> tuple[Told, ...]:
    """A message of a spool. Without its text file it is none: FreePBX leaves such files of other callers behind."""
    text = next((entry for entry in pack.entries if entry.name == f"{pack.stem}.txt"), None)
    if text is None:
        log.info("event=left-over file=%s", _shown(pack.path(pack.stem)))
        return ()
    told = (_read(pack.file(text), pack) or (Told(),))[0]
    if not told.identity and not pack.settled:
        raise Moved  # half of it is written
    told = _named(pack, told)
    around = [entry for entry in pack.entries if entry is not text]
    audio, words, spoken = _beside(pack, told, pack.belongings.own(key_of(told.identity), around, pack.folder.entries))
    if pack.settled:
        pack.belongings.bind(key_of(told.identity), [*audio, *words])
    names = [entry.name for entry in (*audio, text, *words)]
    return (replace(joined((told, replace(spoken, identity=""))), files=_paths(pack, names)),)


def _beside(pack: Pack, told: Told, own: list[Entry]) -> tuple[list[Entry], list[Entry], Told]:
    """Of the files beside a text file the recordings, the sidecars and what these say, as far as they can be of it."""
    own = [entry for entry in own if told.at is None or pack.file(entry).modified >= told.at - _CLOCKS_APART]
    audio = [entry for entry in own if _is_audio(entry.name) and _fits(_seconds(pack, entry), told.seconds)]
    words, spoken = [], []
    for entry in own:
        file = pack.file(entry)
        if _is_audio(entry.name):
            continue
        try:
            one = (_read(file, pack) or (Told(),))[0]
        except (OSError, Unfinished):  # the text file told who rang; what is written later is read then
            continue
        if one.transcript and (one.span is None or told.seconds is None or one.span <= told.seconds + _APART):
            words.append(entry)
            spoken.append(replace(one, trouble=None))
    return _playable(audio), words, joined(spoken)


def _read(file: File, pack: Pack) -> tuple[Told, ...] | None:
    """What a file tells; what cannot be read says so, what is no text is left alone."""
    try:
        told = formats.read(file)
    except (Moved, OSError):
        raise
    except Unfinished:
        if pack.patient:
            raise
        log.warning("event=broken file=%s", _shown(file.path))
        return (replace(plain.spoken(file.text, file), trouble=f"{clean(file.name)} is broken, taken as plain text"),)
    except Exception as error:  # noqa: BLE001 - the wall: one file of a stranger must not stop a folder
        log.warning("event=defect file=%s what=%s", _shown(file.path), type(error).__name__)
        return (Told(trouble=f"{clean(file.name)} cannot be read ({type(error).__name__})"),)
    if told is None:
        log.warning("event=unknown-format file=%s", _shown(file.path))
    return told


def joined(several: Iterable[Told]) -> Told:
    """One from what several files tell of the same voicemail: the first that tells a thing is believed."""
    whole = Told()
    for told in several:
        whole = _filled(whole, told)
    return whole


def _filled(whole: Told, other: Told) -> Told:
    nothing = Told()
    missing = {
        name: getattr(other, name)
        for name in Told.__slots__
        if name not in {"transcript", "wording", "confidence", "ids"} and getattr(whole, name) == getattr(nothing, name)
    }
    spoken = other if _worth(other) > _worth(whole) else whole
    return replace(
        whole,
        **missing,
        transcript=spoken.transcript,
        wording=spoken.wording,
        confidence=spoken.confidence,
        ids=tuple(dict.fromkeys(whole.ids + other.ids)),
    )


def _worth(told: Told) -> int:
    """Words before none, and before others those of an engine that says how sure it was."""
    return 2 * _WORTH.index(told.wording) + (told.confidence is not None)


_WORTH = (Wording.NONE, Wording.PENDING, Wording.FAILED, Wording.LOW, Wording.OK)


def _complete(pack: Pack, told: Told) -> Told:
    """With what the recordings and the name add."""
    audio = pack.audio()
    lengths = [told.seconds] if told.seconds is not None else [_seconds(pack, entry) for entry in audio]
    length = next((one for one in lengths if one is not None), told.span)
    return _with_files(pack, _named(pack, replace(told, seconds=length)), audio)


def _named(pack: Pack, told: Told) -> Told:
    first = min(pack.entries, key=lambda entry: (not _is_audio(entry.name), entry.modified))
    modified = File(Path(), first).modified
    by_name = named(pack.stem, modified=modified, zone=pack.zone)
    number = told.number or ("" if told.withheld else by_name.number)
    return replace(
        told,
        at=told.at or by_name.at or modified,
        number=number,
        withheld=told.withheld and not number,
        identity=told.identity or _identity(pack, by_name),
        ids=told.ids or ((by_name.uuid,) if by_name.uuid else ()),
        mailbox=told.mailbox or _mailbox(pack, by_name),
    )


def _mailbox(pack: Pack, by_name: Named) -> str:
    """FreeSWITCH keeps recordings as domain/user/msg_UUID.wav."""
    folder = pack.root / pack.folder.path
    return f"{folder.name}@{folder.parent.name}" if by_name.uuid and pack.stem.startswith("msg_") else ""


def _identity(pack: Pack, by_name: Named) -> str:
    """By its name alone, which no transcript that comes later changes. Wherever it lies if the name is unmistakable."""
    if by_name.uuid:
        return f"uuid\n{by_name.uuid}"
    stamp, number = by_name.stamp, by_name.number
    if len(stamp) >= 10 and number:
        return f"named\n{stamp}\n{''.join(filter(str.isdigit, number))}"
    return f"file\n{pack.folder.path}\n{pack.stem}"


def _with_files(pack: Pack, told: Told, audio: Sequence[Entry]) -> Told:
    names = [entry.name for entry in audio] + [file.name for file in pack.files()]
    return replace(told, files=_paths(pack, names))


def _paths(pack: Pack, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(clean(str(pack.path(name))) for name in names)


def _playable(entries: Iterable[Entry]) -> list[Entry]:
    """Recordings, the one first that a player most likely plays."""
    return sorted(entries, key=lambda entry: (_place(_extension(entry.name), AUDIO), entry.name != entry.name.lower()))


def _seconds(pack: Pack, entry: Entry) -> int | None:
    try:
        return recording.seconds(pack.path(entry.name), entry.size)
    except FileNotFoundError as error:
        raise Moved from error
    except OSError:
        return None


def _fits(length: int | None, told: int | None) -> bool:
    return length is None or told is None or abs(length - told) <= _APART


def _is_audio(name: str) -> bool:
    return _extension(name) in AUDIO


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _place(extension: str, order: Sequence[str]) -> int:
    return order.index(extension) if extension in order else len(order)


def _shown(path: Path) -> str:
    """A file as a log may name it: callers' names and numbers stand in file names."""
    return sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()[:12]
