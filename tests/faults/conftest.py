"""Servers to break, offices that read from them, and a chance that can be repeated."""

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.blackbox.homes import Home
from tests.faults.office import Office
from tests.servers.dovecot import Dovecot, running_dovecot
from tests.servers.proxy import Proxy, proxy_to
from triage.model.mail import Batch

TIMES = 2


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test that leaves something to chance runs more than once; its id holds the seed, and TRIAGE_TEST_SEED=N
    begins with another.
    """
    if "seed" in metafunc.fixturenames:
        first = int(os.environ.get("TRIAGE_TEST_SEED", "1"))
        metafunc.parametrize("seed", range(first, first + TIMES))


@pytest.fixture
def chance(seed: int) -> random.Random:
    return random.Random(seed)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    """One of its own for each module, because it is killed and stopped."""
    with running_dovecot() as server:
        yield server


@pytest.fixture
def proxy(dovecot: Dovecot) -> Iterator[Proxy]:
    with proxy_to(dovecot.port) as line:
        yield line


@pytest.fixture
def offices(tmp_path: Path, dovecot: Dovecot) -> Iterator[Callable[..., Office]]:
    """Offices on a port; each with an empty account, not yet opened."""
    made: list[Office] = []

    def office(port: int, **more: object) -> Office:
        account = dovecot.account()
        account.make("Sent")
        made.append(Office(tmp_path / account.user, account, port, **more))  # type: ignore[arg-type]
        return made[-1]

    yield office
    for one in made:
        one.close()


@pytest.fixture
def office(offices: Callable[..., Office], proxy: Proxy) -> Office:
    """Read whole once: one question of this morning, which is answered."""
    made = offices(proxy.port)
    made.ask(answered=True)
    made.open()
    assert isinstance(made.ending(), Batch)
    return made


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Empty but for a configuration that reads the Maildir `mail`."""
    made = Home(tmp_path / "home")
    made.configure()
    return made
