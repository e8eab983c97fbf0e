"""A store on a real file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from triage.store.writer import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "triage.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = Store.open(path)
    yield opened
    opened.close()
