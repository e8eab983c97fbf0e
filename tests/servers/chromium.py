"""A real headless Chromium, the system's own, driven by playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

MISSING = "chromium is not installed: sh tests/all.sh sets up what the tests need"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, new and empty; it may reach this machine only, whatever a page asks for."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, MISSING
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=program,
            # Chromium's own sandbox refuses to run for root, which is who tests run as in a container.
            chromium_sandbox=os.geteuid() != 0,
            args=["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"],
        )
        try:
            yield browser
        finally:
            browser.close()
