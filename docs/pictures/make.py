"""Makes the pictures of the README from the demo:  .venv/bin/python docs/pictures/make.py

`status.svg` is what a terminal of 80 columns shows; `notice.png` is the notice on a real desktop: dunst under Xvfb.
Needs:  sudo apt-get install --no-install-recommends dbus-daemon util-linux dunst xvfb imagemagick fonts-dejavu-core
"""

import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from tests.servers.notifications import SessionBus  # noqa: E402  found by the line above

NEEDED = ("Xvfb", "dunst", "import", "convert")
DUNST = """
[global]
    width = (380, 520)
    height = 400
    origin = top-right
    offset = 24x24
    notification_limit = 5
    gap_size = 12
    font = DejaVu Sans 12
    padding = 16
    horizontal_padding = 18
    frame_width = 1
    frame_color = "#c8c8c8"
    corner_radius = 8
    markup = full
    format = "<b>%s</b>\\n%b"
    show_indicators = no
    icon_position = off
    show_age_threshold = -1
[urgency_normal]
    background = "#fafafa"
    foreground = "#202020"
    timeout = 0
"""


def main() -> None:
    """Both pictures."""
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing:
        sys.exit(f"missing: {', '.join(missing)}; the first lines of this file say what to install")
    with tempfile.TemporaryDirectory() as room, SessionBus() as bus, _desktop(Path(room), bus.address) as display:
        env = {
            "PATH": os.environ["PATH"],
            "HOME": room,
            "TMPDIR": room,
            "TERM": "xterm-256color",
            "COLUMNS": "80",
            "DISPLAY": display,
            "DBUS_SESSION_BUS_ADDRESS": bus.address,
        }
        said = _at_a_terminal([sys.executable, "-m", "triage", "demo"], env)
        time.sleep(1)
        _picture_of_the_screen(env, HERE / "notice.png")
    status = said.partition("$ triage status")[2].partition("$ triage why")[0].strip()
    (HERE / "status.svg").write_text(_svg(f"$ triage status\n\n{status}"), encoding="utf-8")


def _at_a_terminal(command: list[str], env: Mapping[str, str]) -> str:
    """What a person sees, colours included."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, env=dict(env), cwd=ROOT, stdout=theirs, stderr=theirs) as running:
        os.close(theirs)
        heard = b"".join(_chunks(ours))
    if running.returncode:
        sys.exit(heard.decode())
    return heard.decode().replace("\r\n", "\n")


def _chunks(terminal: int) -> Iterator[bytes]:
    with suppress(OSError):  # on Linux the end of the other side
        while chunk := os.read(terminal, 65536):
            yield chunk


def _svg(text: str) -> str:
    from rich.console import Console
    from rich.terminal_theme import DIMMED_MONOKAI
    from rich.text import Text

    console = Console(record=True, width=82, file=StringIO(), force_terminal=True)
    console.print(Text.from_ansi(text))
    drawn = console.export_svg(title="triage", theme=DIMMED_MONOKAI, unique_id="status")
    drawn = drawn.replace("<text ", '<text xml:space="preserve" ')
    # The font is not fetched from anywhere: whoever looks at the picture tells nobody.
    return re.sub(r"@font-face\s*\{.*?\}", "", drawn, flags=re.DOTALL).replace("Fira Code, monospace", "monospace")


@contextmanager
def _desktop(room: Path, bus: str) -> Iterator[str]:
    """An X server with a notification service; its name."""
    (room / "dunstrc").write_text(DUNST)
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "900x600x24", "-nolisten", "tcp", "-dpi", "96"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    display = f":{os.read(read, 16).decode().strip()}"
    env = {"PATH": os.environ["PATH"], "HOME": str(room), "DISPLAY": display, "DBUS_SESSION_BUS_ADDRESS": bus}
    dunst = subprocess.Popen(["dunst", "-conf", str(room / "dunstrc")], env=env, stderr=subprocess.DEVNULL)
    time.sleep(1)
    try:
        yield display
    finally:
        for process in (dunst, server):
            process.terminate()
            process.wait()


def _picture_of_the_screen(env: Mapping[str, str], to: Path) -> None:
    """What is not background, with a little room around it."""
    shot = Path(env["HOME"]) / "screen.png"
    subprocess.run(["import", "-silent", "-window", "root", str(shot)], env=dict(env), check=True)
    words = ["convert", str(shot), "-trim", "+repage", "-bordercolor", "black", "-border", "20"]
    subprocess.run([*words, "-fuzz", "2%", "-fill", "#4a6f8a", "-opaque", "black", "-strip", str(to)], check=True)


if __name__ == "__main__":
    main()
