"""Folders and files that nobody else can read, whatever the umask."""

import os
from contextlib import suppress
from pathlib import Path


def make_folder(path: Path) -> None:
    """The folder and its missing parents, 0700 under any umask; what exists stays as it is."""
    if path.is_dir():
        return
    make_folder(path.parent)
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
        path.chmod(0o700)


def make_file(path: Path) -> int:
    """An open descriptor of the file, made 0600 under any umask if it was not there."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        return os.open(path, os.O_RDWR)
    os.fchmod(descriptor, 0o600)
    return descriptor


def replace_file(path: Path, content: bytes) -> None:
    """The whole content under this name, 0600, or what stood there before."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(make_file(part), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
