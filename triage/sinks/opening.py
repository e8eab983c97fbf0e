"""What a pressed button opens: a message in the user's mail program, or `triage status` in a terminal."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from shutil import which
from urllib.parse import urlsplit

SCHEMES = frozenset(("http", "https", "mid", "message"))
SOUNDS = frozenset((".wav", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".flac", ".gsm"))
LONGEST = 4096
MOMENT = 1.0

# The first on PATH is taken; each takes the command as separate words after these.
TERMINALS = (
    ("xdg-terminal-exec",),
    ("x-terminal-emulator", "-e"),
    ("gnome-terminal", "--"),
    ("konsole", "-e"),
    ("xfce4-terminal", "-x"),
    ("alacritty", "-e"),
    ("foot",),
    ("kitty",),
    ("xterm", "-e"),
)
# Asks the user's systemd to start what follows, and ends as that ends.
_APART = ("systemd-run", "--user", "--quiet", "--collect", "--wait", "--")
_WAIT_FOR_ENTER = '"$@"; printf "\\n%s" "Enter closes this window. "; read -r _'


def open_url(url: str) -> bool:
    """Whether the desktop took the address. False for anything that is no web page, message or recording."""
    if not openable(url):
        return False
    if sys.platform == "win32":
        os.startfile(url)  # noqa: S606 - the address was allowed above
        return True
    opener = which("open" if sys.platform == "darwin" else "xdg-open")
    return opener is not None and _start([opener, url])


def openable(url: str) -> bool:
    """Whether it is safe to hand on: an address of an allowed scheme, in visible ASCII, of bearable length.

    A file: address must name a recording, so that no program of any kind is started by it.
    """
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or set(url) & set(" \"'<>\\`"):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme == "file":
        return not parts.netloc and Path(parts.path).suffix.lower() in SOUNDS
    if parts.scheme in ("http", "https"):
        return bool(parts.hostname)
    return parts.scheme in SCHEMES and bool(parts.path or parts.netloc)


def open_page(path: Path) -> bool:
    """Whether the desktop took a page that triage itself wrote."""
    if sys.platform == "win32":
        os.startfile(path)  # noqa: S606 - a file of our own
        return True
    opener = which("open" if sys.platform == "darwin" else "xdg-open")
    return opener is not None and _start([opener, str(path.absolute())])


def open_status(config: Path | None = None) -> bool:
    """Show `triage status` in a terminal that stays until Enter. False if there is no terminal or no screen."""
    if not (_is_service() or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    terminal = next((words for words in TERMINALS if which(words[0])), None)
    if terminal is None:
        return False
    chosen = ["--config", str(config)] if config else []
    # A terminal that is a server does not hand our environment on: the configuration goes as words.
    status = [sys.executable, "-m", "triage", *chosen, "status"]
    return _start([*terminal, "sh", "-c", _WAIT_FOR_ENTER, "sh", *status])


def _is_service() -> bool:
    """Were we started by systemd, as a unit that tells when it is ready?"""
    return "NOTIFY_SOCKET" in os.environ and which(_APART[0]) is not None


def _apart(command: list[str]) -> list[str]:
    """As a unit of its own: in ours a mail program or browser would be confined as we are, end when we end, and not
    know the screen of a session that began after us. systemd puts in variables, save where the dollar stands twice.
    """
    return [*_APART, *(word.replace("$", "$$") for word in command)]


def _start(command: list[str]) -> bool:
    """Whether it runs: still after a moment, or ended well before."""
    try:
        program = subprocess.Popen(
            _apart(command) if _is_service() else command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    try:
        return program.wait(MOMENT) == 0
    except subprocess.TimeoutExpired:
        threading.Thread(target=program.wait, name="opened", daemon=True).start()
        return True
