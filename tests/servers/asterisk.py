"""A voicemail spool changed as Asterisk's app_voicemail and FreePBX's PHP change it, one file operation a step.

Every operation is an iterator: what it did so far stands on the disk at each step, and a reader may look in. Each
recording holds its caller's number, so that a file given to the wrong caller shows.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

Steps = Iterator[None]
FORMATS = ("wav", "WAV")


@dataclass
class Spool:
    """Mailboxes below `root`; `now` gives the time that files are stamped with, in seconds since 1970."""

    root: Path
    now: Callable[[], float]
    formats: tuple[str, ...] = FORMATS
    _numbers: Iterator[int] = field(default_factory=count)

    def folder(self, box: str, name: str = "INBOX") -> Path:
        found = self.root / "default" / box / name
        found.mkdir(parents=True, exist_ok=True)
        return found

    def messages(self, box: str, name: str = "INBOX") -> list[int]:
        return sorted(int(text.stem[3:]) for text in self.folder(box, name).glob("msg[0-9][0-9][0-9][0-9].txt"))

    def deliver(self, box: str, number: str, *, origtime: int, name: str = "", seconds: int = 17) -> Steps:
        """leave_voicemail(): recorded in tmp, then audio and at last the text renamed into INBOX under the lock."""
        tmp, inbox = self.folder(box, "tmp"), self.folder(box)
        draft = tmp / f"dr{next(self._numbers):04}"
        self._write(draft, _text(box, number, name, origtime, 0).encode()[:90])
        yield
        for extension in self.formats:
            self._write(draft.with_suffix(f".{extension}"), number.encode())
            yield
        self._write(draft, _text(box, number, name, origtime, seconds).encode())
        yield
        yield from self._lock(inbox)
        at = self._message(inbox, len(self.messages(box)))
        for extension in self.formats:
            self._rename(draft.with_suffix(f".{extension}"), at.with_suffix(f".{extension}"))
            yield
        self._rename(draft, at.with_suffix(".txt"))
        yield
        yield from self._unlock(inbox)

    def close(self, box: str, *, heard: set[int] = frozenset(), deleted: set[int] = frozenset()) -> Steps:  # type: ignore[assignment]
        """close_mailbox() after a call in which messages were heard and deleted: copied to Old, the rest moved up."""
        inbox, last = self.folder(box), len(self.messages(box)) - 1
        yield from self._lock(inbox)
        kept = 0
        for number in range(last + 1):
            if number in heard and number not in deleted:
                yield from self._copy(self._message(inbox, number), self.folder(box, "Old"))
            if number in heard | deleted:
                continue
            if kept != number:
                yield from self._move(self._message(inbox, number), self._message(inbox, kept))
            kept += 1
        for number in range(kept, last + 1):
            yield from self._delete(self._message(inbox, number))
        yield from self._unlock(inbox)

    def delete(self, box: str, number: int, name: str = "INBOX") -> Steps:
        """UCP: one message's files unlinked, no lock, a gap left."""
        yield from self._delete(self._message(self.folder(box, name), number))

    def resequence(self, box: str, name: str = "INBOX") -> Steps:
        """resequence_mailbox(): gaps closed when a mailbox is opened."""
        folder = self.folder(box, name)
        yield from self._lock(folder)
        for place, number in enumerate(self.messages(box, name)):
            if place != number:
                yield from self._move(self._message(folder, number), self._message(folder, place))
        yield from self._unlock(folder)

    def move(self, box: str, number: int, source: str, target: str) -> Steps:
        """save_to_folder(): copied, and the original deleted."""
        at = self._message(self.folder(box, source), number)
        yield from self._copy(at, self.folder(box, target))
        yield from self._delete(at)

    def forward(self, box: str, number: int, other: str, *, comment: int = 0) -> Steps:
        """copy_message(); with a comment the original is kept aside as -bak while its length is rewritten."""
        at = self._message(self.folder(box), number)
        text = at.with_suffix(".txt")
        aside = at.with_name(f"{at.name}-bak.txt")
        if comment:
            yield from self._copied(text, aside)
            longer = text.read_text(encoding="utf-8").replace("duration=17", f"duration={17 + comment}")
            yield from self._rewrite(text, longer.encode())
        yield from self._copy(at, self.folder(other))
        if comment:
            self._rename(aside, text)
            yield

    def freepbx_renumber(self, box: str, name: str = "INBOX") -> Steps:
        """renumberAllMessages(): over msgTMP, without the lock, and of each message the first two files alone."""
        folder = self.folder(box, name)
        for place, number in enumerate(self.messages(box, name)):
            yield from self._first_two(folder, f"msg{number:04}", f"msgTMP{place:04}")
        for text in sorted(folder.glob("msgTMP*.txt")):
            yield from self._first_two(folder, text.stem, text.stem.replace("TMP", ""))

    def freepbx_new_id(self, box: str, number: int) -> Steps:
        """resetVMMsgId(): the text is written anew in place."""
        text = self._message(self.folder(box), number).with_suffix(".txt")
        fresh = text.read_text(encoding="utf-8").replace("msg_id=", "msg_id=9")
        yield from self._rewrite(text, fresh.encode())

    def transcribe(self, box: str, number: int, words: str) -> Steps:
        """Somebody's script puts a whisper transcript beside a message."""
        at = self._message(self.folder(box), number)
        self._write(at.with_suffix(".vtt"), f"WEBVTT\n\n00:00.000 --> 00:04.000\n{words}\n".encode())
        yield

    def _first_two(self, folder: Path, stem: str, fresh: str) -> Steps:
        pack = sorted(file for file in folder.iterdir() if file.name.partition(".")[0] == stem)
        text = folder / f"{stem}.txt"
        for file in [text, *(one for one in pack if one != text)][:2]:
            self._rename(file, folder / (fresh + file.suffix))
            yield

    def _copy(self, at: Path, target: Path) -> Steps:
        """copy_message(): text first, then the audio, byte by byte, at the next free number."""
        last = max((int(text.stem[3:]) for text in target.glob("msg[0-9][0-9][0-9][0-9].txt")), default=-1)
        fresh = self._message(target, last + 1)
        yield from self._lock(target)
        for extension in ("txt", *self.formats):
            if at.with_suffix(f".{extension}").exists():
                yield from self._copied(at.with_suffix(f".{extension}"), fresh.with_suffix(f".{extension}"))
        yield from self._unlock(target)

    def _copied(self, source: Path, target: Path) -> Steps:
        content = source.read_bytes()
        for part in (b"", content[: len(content) // 2], content):
            self._write(target, part)
            yield

    def _rewrite(self, path: Path, content: bytes) -> Steps:
        for part in (b"", content[: len(content) * 2 // 3], content):
            self._write(path, part)
            yield

    def _move(self, source: Path, target: Path) -> Steps:
        """rename_file(): the audio first, over what stands there, then the text."""
        for extension in (*self.formats, "txt"):
            if source.with_suffix(f".{extension}").exists():
                self._rename(source.with_suffix(f".{extension}"), target.with_suffix(f".{extension}"))
                yield

    def _delete(self, at: Path) -> Steps:
        for extension in ("txt", *self.formats):
            at.with_suffix(f".{extension}").unlink(missing_ok=True)
            self._stamp(at.parent)
            yield

    def _lock(self, folder: Path) -> Steps:
        mark = folder / f".lock-{next(self._numbers):08x}"
        self._write(mark, b"")
        os.link(mark, folder / ".lock")
        mark.unlink()
        self._stamp(folder)
        yield

    def _unlock(self, folder: Path) -> Steps:
        (folder / ".lock").unlink()
        self._stamp(folder)
        yield

    def _message(self, folder: Path, number: int) -> Path:
        return folder / f"msg{number:04}"

    def _write(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        self._stamp(path)
        self._stamp(path.parent)

    def _rename(self, source: Path, target: Path) -> None:
        source.rename(target)
        self._stamp(source.parent)
        self._stamp(target.parent)

    def _stamp(self, path: Path) -> None:
        os.utime(path, (self.now(), self.now()))

    def remove_box(self, box: str) -> None:
        shutil.rmtree(self.root / "default" / box)


def _text(box: str, number: str, name: str, origtime: int, seconds: int) -> str:
    return (
        ";\n; Message Information file\n;\n[message]\n"
        f"origmailbox={box}\ncontext=macro-vm\nexten=s-NOANSWER\nrdnis=unknown\npriority=2\n"
        f'callerchan=PJSIP/trunk-{origtime % 65536:08x}\ncallerid="{name}" <{number}>\n'
        f"origdate=Sat Nov 21 02:31:09 PM UTC 2026\norigtime={origtime}\ncategory=\n"
        f"msg_id={origtime}-00000000\nflag=\nduration={seconds}\n"
    )
