"""Watched folders: real files, the real kernel. A wait that should end is given a minute, and ends long before."""

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from triage.sources.mounts import is_remote
from triage.sources.watching import LONGEST_BURST, MOST_FOLDERS, QUIET, Watch

MINUTE = 60.0
SOON = 5.0
MOMENT = 0.3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "spool" / "new"
    path.mkdir(parents=True)
    return path


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch("mail")
    yield watch
    watch.close()


def took(watch: Watch, seconds: float, *folders: Path) -> float:
    """How long a wait lasted."""
    started = time.monotonic()
    watch.wait(seconds, folders)
    return time.monotonic() - started


def settle(watch: Watch, *folders: Path) -> None:
    """Wait until nothing is heard any more, from whatever happened before."""
    while took(watch, MOMENT, *folders) < MOMENT:
        pass


@contextmanager
def meanwhile(act: Callable[[], object]) -> Iterator[None]:
    """`act` on another thread."""
    thread = threading.Thread(target=act)
    thread.start()
    yield
    thread.join(MINUTE)
    assert not thread.is_alive()


def deliver(folder: Path, name: str = "1") -> Path:
    """As a delivery agent does: written beside, then renamed into its place."""
    draft = folder.parent / name
    draft.write_text("hello")
    return draft.rename(folder / name)


def copy(folder: Path) -> None:
    (folder / "2").write_text("written in place")


def link(folder: Path) -> None:
    draft = folder.parent / "draft"
    draft.write_text("hello")
    (folder / "3").hardlink_to(draft)


def rewrite(folder: Path) -> None:
    with (folder / "kept").open("a") as file:
        file.write("more")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(deliver, id="moved in"),
        pytest.param(copy, id="created"),
        pytest.param(link, id="linked"),
        pytest.param(rewrite, id="written to and closed"),
        pytest.param(lambda folder: (folder / "kept").unlink(), id="deleted"),
        pytest.param(lambda folder: (folder / "kept").rename(folder / "kept:2,S"), id="renamed"),
        pytest.param(lambda folder: (folder / "kept").rename(folder.parent / "kept"), id="moved away"),
        pytest.param(lambda folder: (folder / "below").mkdir(), id="folder made"),
        pytest.param(lambda folder: (folder / "standing").rename(folder / "renamed"), id="folder renamed"),
        pytest.param(lambda folder: (folder / "standing").rmdir(), id="folder removed"),
    ],
)
def test_a_change_ends_the_wait(watch: Watch, folder: Path, change: Callable[[Path], object]) -> None:
    (folder / "kept").write_text("hello")
    (folder / "standing").mkdir()
    settle(watch, folder)
    with meanwhile(lambda: change(folder)):
        assert took(watch, MINUTE, folder) < SOON


def test_the_first_wait_ends_at_once_as_nothing_was_heard_before(watch: Watch, folder: Path) -> None:
    assert took(watch, MINUTE, folder) < SOON
    assert took(watch, MOMENT, folder) >= MOMENT


def test_reading_wakes_nobody(watch: Watch, folder: Path) -> None:
    path = deliver(folder)
    settle(watch, folder)
    assert list(folder.iterdir()) == [path]
    path.read_text()
    path.chmod(0o600)
    os.utime(path)
    assert took(watch, MOMENT, folder) >= MOMENT


def test_what_happens_between_two_waits_is_heard(watch: Watch, folder: Path) -> None:
    settle(watch, folder)
    deliver(folder)
    assert took(watch, MINUTE, folder) < SOON


def test_a_burst_is_a_handful_of_looks_and_the_last_one_sees_it_all(watch: Watch, folder: Path) -> None:
    settle(watch, folder)
    looks = []
    with meanwhile(lambda: [deliver(folder, str(n)) for n in range(500)]):
        while not looks or looks[-1] < 500:
            assert took(watch, MINUTE, folder) < SOON
            looks.append(len(list(folder.iterdir())))
    assert len(looks) <= 6


def test_a_burst_without_end_ends_the_wait_all_the_same(watch: Watch, folder: Path) -> None:
    settle(watch, folder)
    stop = threading.Event()

    def go_on() -> None:
        n = 0
        while not stop.wait(QUIET / 4):
            deliver(folder, str(n := n + 1))

    with meanwhile(go_on):
        assert took(watch, MINUTE, folder) < LONGEST_BURST + SOON
        stop.set()


@pytest.mark.parametrize("when", ["before", "during"])
def test_woken_from_another_thread(watch: Watch, folder: Path, when: str) -> None:
    settle(watch, folder)
    if when == "before":
        watch.wake()
        assert took(watch, MINUTE, folder) < SOON
    else:
        with meanwhile(watch.wake):
            assert took(watch, MINUTE, folder) < SOON
    assert took(watch, MOMENT, folder) >= MOMENT


def renamed(folder: Path) -> None:
    folder.parent.rename(folder.parent.with_name("old"))
    folder.mkdir(parents=True)


def removed(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.mkdir()


@pytest.mark.parametrize("replace", [renamed, removed])
def test_a_folder_replaced_is_watched_anew(watch: Watch, folder: Path, replace: Callable[[Path], None]) -> None:
    deliver(folder)
    settle(watch, folder)
    replace(folder)
    assert took(watch, MINUTE, folder) < SOON
    settle(watch, folder)
    with meanwhile(lambda: deliver(folder)):
        assert took(watch, MINUTE, folder) < SOON


def test_a_missing_folder_is_waited_for(watch: Watch, folder: Path) -> None:
    settle(watch, folder)
    away = folder.parent.rename(folder.parent.with_name("away"))
    settle(watch, folder)
    assert took(watch, MOMENT, folder) >= MOMENT
    away.rename(folder.parent)
    assert took(watch, MINUTE, folder) < SOON
    settle(watch, folder)
    with meanwhile(lambda: deliver(folder)):
        assert took(watch, MINUTE, folder) < SOON


def test_a_folder_no_longer_named_is_no_longer_heard(watch: Watch, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    settle(watch, folder, other)
    settle(watch, other)
    deliver(folder)
    assert took(watch, MOMENT, other) >= MOMENT


def test_a_link_to_a_folder_is_followed(watch: Watch, folder: Path, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    linked.symlink_to(folder)
    settle(watch, linked)
    with meanwhile(lambda: deliver(folder)):
        assert took(watch, MINUTE, linked) < SOON


def threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if type(thread).__module__.startswith("watchdog")}


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize("renewal", [pytest.param(MINUTE, id="kept"), pytest.param(0.0, id="renewed each time")])
def test_a_hundred_waits_leave_no_thread_and_no_descriptor(folder: Path, tmp_path: Path, renewal: float) -> None:
    other = tmp_path / "other"
    other.mkdir()
    watch = Watch("mail", renewal=renewal)
    before = threads(), descriptors()
    watch.wait(0, [folder, other])
    working = len(threads()), descriptors()
    for n in range(100):
        if n % 10 == 0:
            removed(folder)
        watch.wait(0, [folder, other])
    assert (len(threads()), descriptors()) == working
    watch.close()
    watch.close()
    assert (threads(), descriptors()) == before


def test_a_watch_renewed_misses_nothing_and_calls_for_no_look(folder: Path) -> None:
    watch = Watch("mail", renewal=0)
    settle(watch, folder)
    assert took(watch, MOMENT, folder) >= MOMENT
    deliver(folder)
    watch.close()
    assert took(watch, MINUTE, folder) < SOON
    watch.close()


def test_threads_of_watchdog_that_died_are_replaced(watch: Watch, folder: Path) -> None:
    before = threads()
    settle(watch, folder)
    for thread in threads() - before:
        thread.stop()  # type: ignore[attr-defined]
        thread.join(MINUTE)
    watch.wait(0, [folder])
    settle(watch, folder)
    with meanwhile(lambda: deliver(folder)):
        assert took(watch, MINUTE, folder) < SOON


def test_many_folders_cost_no_more_threads_than_allowed(watch: Watch, tmp_path: Path) -> None:
    folders = [tmp_path / str(n) for n in range(MOST_FOLDERS + 10)]
    for path in folders:
        path.mkdir()
    before = len(threads())
    settle(watch, *folders)
    assert len(threads()) - before <= MOST_FOLDERS + 2


def test_without_folders_nothing_is_started(watch: Watch, tmp_path: Path) -> None:
    before = threads()
    assert took(watch, MOMENT, tmp_path / "missing") >= MOMENT
    assert threads() == before


def test_watchdog_is_imported_when_first_needed() -> None:
    code = "import sys, triage.sources.maildir.source; sys.exit('watchdog' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_network_folder_is_left_to_the_poll(folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("WARNING", "triage")
    mountinfo = tmp_path / "mountinfo"
    mountinfo.write_text(f"22 1 0:50 / {os.path.realpath(tmp_path)} rw - nfs4 server:/home rw\n")
    watch, before = Watch("mail", mountinfo=mountinfo), threads()
    for _ in range(3):
        watch.wait(0, [folder])
    assert took(watch, MOMENT, folder) >= MOMENT
    assert threads() == before
    assert [record.getMessage() for record in caplog.records] == [
        "source=mail event=unwatched reason=network-file-system"
    ]
    mountinfo.write_text("22 1 0:50 / / rw - ext4 /dev/sda1 rw\n")
    assert took(watch, MINUTE, folder) < SOON
    assert threads() > before
    watch.close()


def test_out_of_descriptors_is_left_to_the_poll_said_once_and_tried_again_later(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING", "triage")
    watch = Watch("mail", renewal=2.0)
    settle(watch, folder)  # imported
    watch.close()
    before = threads(), descriptors()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max(int(path.name) for path in Path("/proc/self/fd").iterdir())
    spare = [os.dup(0) for _ in range(highest + 4 - descriptors())]
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1, hard))
    try:
        for _ in range(3):
            watch.wait(0, [folder])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for descriptor in spare:
            os.close(descriptor)
    assert [record.getMessage() for record in caplog.records] == ["source=mail event=unwatched reason=limit errno=24"]
    watch.wait(0, [folder])
    assert threads() == before[0]
    watch.wait(2.1, [folder])
    settle(watch, folder)
    assert threads() > before[0]
    watch.close()


FLOOD = """
import os, sys
while True:
    os.rename(sys.argv[1], sys.argv[2])
    os.rename(sys.argv[2], sys.argv[1])
"""


def test_an_overflow_of_the_kernels_queue_calls_for_a_look(
    watch: Watch, folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    quiet = tmp_path / "quiet"
    quiet.mkdir()
    kept = deliver(folder, "kept")
    flooded = Watch("flooded")
    settle(flooded, folder)
    settle(watch, quiet)
    with subprocess.Popen([sys.executable, "-c", FLOOD, kept, kept.with_name("other")]) as flood:
        heard = took(watch, MINUTE, quiet)
        flood.kill()
    flooded.close()
    assert heard < MINUTE / 2
    assert any("overflow" in record.getMessage() for record in caplog.records)


MOUNTS = r"""
21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
22 21 0:5 / /proc rw - proc proc rw
23 21 0:40 / /home/robin/Network\040Mail rw shared:2 master:7 - cifs //server/mail rw
24 21 0:41 / /mnt/a rw - fuse.sshfs robin@example.org: rw
25 24 8:2 / /mnt/a/local rw - xfs /dev/sdb1 rw
26 21 8:3 / /mnt/usb rw - fuseblk /dev/sdc1 rw
27 21 8:4 / /mnt/twice rw - nfs4 server:/ rw
28 21 8:5 / /mnt/twice rw - tmpfs tmpfs rw
29 21 0:42 / /mnt/vm rw - vboxsf share rw
broken line
"""


@pytest.mark.parametrize(
    ("path", "remote"),
    [
        pytest.param("/home/robin/Maildir/new", False, id="local"),
        pytest.param("/home/robin/Network Mail", True, id="the mount itself, with a space"),
        pytest.param("/home/robin/Network Mail/new", True, id="below a mount"),
        pytest.param("/home/robin/Network Mail 2/new", False, id="a name that only begins alike"),
        pytest.param("/mnt/a/b", True, id="sshfs"),
        pytest.param("/mnt/a/local/new", False, id="local below remote"),
        pytest.param("/mnt/usb/new", False, id="NTFS disk"),
        pytest.param("/mnt/twice/new", False, id="the later mount covers"),
        pytest.param("/mnt/vm", True, id="virtual machine"),
    ],
)
def test_which_folders_are_remote(path: str, remote: bool) -> None:
    assert is_remote(Path(path), MOUNTS) is remote


def test_without_a_table_of_mounts_every_folder_is_local() -> None:
    assert not is_remote(Path("/srv"), "")
