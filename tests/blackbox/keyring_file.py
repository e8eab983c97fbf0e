"""A keyring backend that keeps its secrets in the JSON file TEST_KEYRING names, for programs under test."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class Keyring(KeyringBackend):
    """Chosen with PYTHON_KEYRING_BACKEND."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        found: str | None = _read().get(f"{service} {username}")
        return found

    def set_password(self, service: str, username: str, password: str) -> None:
        _path().write_text(json.dumps({**_read(), f"{service} {username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        raise PasswordDeleteError("not needed")


def _path() -> Path:
    return Path(os.environ["TEST_KEYRING"])


def _read() -> dict[str, str]:
    found: dict[str, str] = json.loads(_path().read_text()) if _path().exists() else {}
    return found
