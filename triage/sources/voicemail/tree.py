"""The folders below a root as they stand now, and which of their files belong to one voicemail."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from triage.sources.voicemail.formats.asterisk import FOLDERS
from triage.sources.voicemail.told import Entry

DEEPEST = 8
MOST_FOLDERS = 20_000
AUDIO = (
    "wav",
    "gsm",
    "mp3",
    "m4a",
    "mp4",
    "ogg",
    "oga",
    "opus",
    "amr",
    "3gp",
    "flac",
    "aac",
    "wma",
    "au",
    "ulaw",
    "alaw",
    "sln",
    "caf",
    "webm",
    "g722",
    "g729",
)
"""Extensions of recordings; of several of one voicemail the first is what a player most likely plays."""

_SIDECARS = ("txt", "json", "vtt", "srt", "tsv", "md", "html", "htm", "eml", "xml")
_GREETINGS = ("unavail", "busy", "greet", "temp")
_UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", ".partial", ".swp", "~")
_NEVER = {"lost+found", "System Volume Information", "$RECYCLE.BIN"}
_NOT_OURS = {"thumbs.db", "desktop.ini"}


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as listed. `path` is relative to the root, empty for the root; `locked` is when Asterisk began to work
    in it, in nanoseconds.
    """

    path: str
    modified: int
    entries: tuple[Entry, ...]
    locked: int | None = None
    is_spool: bool = False


@dataclass(frozen=True, slots=True)
class Tree:
    """All folders below a root. `barred` are those that may not be read, `standing` says anything at all is there."""

    folders: Mapping[str, Folder]
    standing: bool
    barred: tuple[str, ...] = ()


@dataclass(slots=True)
class _Walk:
    root: Path
    inodes: bool
    folders: dict[str, Folder] = field(default_factory=dict)
    barred: list[str] = field(default_factory=list)
    known: set[tuple[int, int]] = field(default_factory=set)
    standing: bool = False


def listed(root: Path, *, inodes: bool = True) -> Tree:
    """What stands below `root` now; raises OSError when the root itself cannot be listed.

    Without `inodes` they are left out as 0: network file systems may give a file another one at any time.
    """
    walk = _Walk(root, inodes)
    _descend(walk, "", 0)
    return Tree(walk.folders, walk.standing, tuple(walk.barred))


def _descend(walk: _Walk, path: str, depth: int) -> None:
    full = walk.root / path if path else walk.root
    try:
        found = full.stat()
        if (found.st_dev, found.st_ino) in walk.known or len(walk.folders) >= MOST_FOLDERS:
            return
        walk.known.add((found.st_dev, found.st_ino))
        below, entries, locked = _scanned(full, inodes=walk.inodes)
    except OSError:
        if not path:
            raise
        walk.barred.append(path)
        return
    walk.standing = walk.standing or bool(below or entries or locked is not None)
    is_mailbox = not set(below).isdisjoint({"INBOX", "Old", "Urgent"})
    entries = [entry for entry in entries if not (is_mailbox and entry.name.partition(".")[0] in _GREETINGS)]
    walk.folders[path] = Folder(path, found.st_mtime_ns, tuple(sorted(entries)), locked, full.name in FOLDERS)
    if depth < DEEPEST:
        for one in sorted(below):
            if one not in _NEVER and not (is_mailbox and (one == "tmp" or one in _GREETINGS)):
                _descend(walk, f"{path}/{one}" if path else one, depth + 1)


def _scanned(full: Path, *, inodes: bool) -> tuple[list[str], list[Entry], int | None]:
    below: list[str] = []
    entries: list[Entry] = []
    locked = None
    with os.scandir(full) as listing:
        for one in listing:
            try:
                if one.name.startswith("."):
                    if one.name.startswith(".lock"):
                        locked = max(locked or 0, one.stat(follow_symlinks=False).st_mtime_ns)
                elif one.is_dir():
                    below.append(one.name)
                elif _is_ours(one.name) and one.is_file():
                    found = one.stat()
                    entries.append(
                        Entry(
                            one.name, found.st_ino if inodes else 0, found.st_size, found.st_mtime_ns, found.st_ctime_ns
                        )
                    )
            except FileNotFoundError:  # gone while we listed
                continue
    return below, entries, locked


def _is_ours(name: str) -> bool:
    lower = name.lower()
    return not lower.endswith(_UNFINISHED) and lower not in _NOT_OURS


def stem(name: str) -> str:
    """What the files of one voicemail share: a recording's name, whisper's and whisper.cpp's beside it."""
    base, dot, extension = name.rpartition(".")
    if not dot or not base:
        return name
    if extension.lower() in AUDIO:
        return base
    if extension.lower() not in _SIDECARS:
        return name
    inner, dot, before = base.rpartition(".")
    return inner if dot and inner and before.lower() in AUDIO else base


def packs(entries: Iterable[Entry]) -> dict[str, tuple[Entry, ...]]:
    """The files of a folder by what they belong to; empty files do not count yet."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.size:
            found.setdefault(stem(entry.name), []).append(entry)
    return {name: tuple(several) for name, several in found.items()}


def to_watch(root: Path, folders: Mapping[str, Folder]) -> Iterator[Path]:
    """Every folder, the ones where voicemails arrive first, then the last changed."""
    order = sorted(
        folders.values(),
        key=lambda one: (not (one.is_spool and one.path.endswith(("INBOX", "Urgent"))), -one.modified),
    )
    return (root / one.path if one.path else root for one in order)
