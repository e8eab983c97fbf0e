"""Signing in by browser: the answer comes back to this computer, to a port that is open for that moment only."""

import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from urllib.parse import parse_qs, urlsplit

_IDLE = 10
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "Connection": "close",
}
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>triage</title>
<body style="font: 1.2rem system-ui; max-width: 34rem; margin: 15vh auto; padding: 0 1rem">
<h1 style="font-size: 1.5rem">{title}</h1><p>{text}</p>"""
_BACK = _PAGE.format(title="Back to the terminal", text="triage has its answer. You can close this page.")
_NOT_HERE = _PAGE.format(title="Nothing here", text="This is not an answer that triage waits for.")


def has_browser(environ: Mapping[str, str] = os.environ) -> bool:
    """Can a page be shown to the user of this session?"""
    if sys.platform not in ("darwin", "win32") and not any(
        environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    ):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def show(url: str) -> None:
    """Open the page. Some browsers come back only when they are closed, so nobody waits for that."""
    threading.Thread(target=webbrowser.open, args=(url,), name="browser", daemon=True).start()


@contextmanager
def listening(host: str, heard: Callable[[str], None]) -> Iterator[str]:
    """Listen on a random loopback port; the address of it that the provider is to call back.

    `heard` is handed the query of each answer, on a thread of the server. Anything that has neither a code nor an
    error, or was meant for another host name, is none: browsers ask for icons, and pages on the net for what they can.
    """
    with ExitStack() as stack:
        first = socket.create_server(("127.0.0.1", 0))
        port = first.getsockname()[1]
        for line in (first, *_beside(host, port)):
            server = ThreadingTCPServer(line.getsockname()[:2], _answering(f"{host}:{port}", heard), False)
            server.socket.close()
            server.socket = line
            server.daemon_threads = True
            stack.callback(server.server_close)
            threading.Thread(target=server.serve_forever, args=(0.05,), name="answers", daemon=True).start()
            stack.callback(server.shutdown)
        yield f"http://{host}:{port}"


def _beside(host: str, port: int) -> list[socket.socket]:
    """The same port of the other loopback address: a browser may try that first for a name."""
    if host != "localhost":
        return []
    with suppress(OSError):
        return [socket.create_server(("::1", port), family=socket.AF_INET6)]
    return []


def _answering(place: str, heard: Callable[[str], None]) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        timeout = _IDLE  # browsers open lines ahead and say nothing on them

        def do_GET(self) -> None:
            """The page first: after `heard` nobody waits for it."""
            asked = urlsplit(self.path)
            meant = asked.path == "/" and self.headers.get("Host") == place
            if meant and {"code", "error"} & parse_qs(asked.query).keys():
                self._show(200, _BACK)
                heard(asked.query)
            else:
                self._show(404, _NOT_HERE)

        def _show(self, code: int, page: str) -> None:
            body = page.encode()
            self.send_response(code)
            for name, value in _HEADERS.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Never: the line of a request holds the code."""

    return Answering
