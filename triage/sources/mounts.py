"""Which file system a folder stands on, read from the kernel's table of mounts."""

import os
import re
from pathlib import Path

_REMOTE = {
    "9p",
    "afs",
    "ceph",
    "cifs",
    "fuse",
    "nfs",
    "nfs4",
    "prl_fs",
    "smb3",
    "smbfs",
    "vboxsf",
    "virtiofs",
    "vmhgfs",
}
_ESCAPED = re.compile(r"\\([0-7]{3})")


def is_remote(folder: Path, mountinfo: str) -> bool:
    """Can others change `folder` without this kernel hearing of it?

    `mountinfo` is the text of /proc/self/mountinfo (proc(5)); every FUSE mount counts (sshfs, rclone, VM shares).
    """
    kind = _kind(os.path.realpath(folder), mountinfo)
    return kind in _REMOTE or kind.startswith("fuse.")


def on_network(folder: Path) -> bool:
    """The same as of now; False where the system has no such table."""
    try:
        return is_remote(folder, Path("/proc/self/mountinfo").read_text(errors="replace"))
    except OSError:
        return False


def _kind(path: str, mountinfo: str) -> str:
    """The type of the deepest mount above `path`; of two at one place the later one covers the other."""
    deepest, kind = "", ""
    for line in mountinfo.splitlines():
        mount, _, source = line.partition(" - ")
        fields = mount.split(" ")
        point = _ESCAPED.sub(lambda octal: chr(int(octal[1], 8)), fields[4]) if len(fields) > 4 else ""
        above = point and (path + "/").startswith(point.rstrip("/") + "/")
        if above and len(point) >= len(deepest):
            deepest, kind = point, source.partition(" ")[0]
    return kind
