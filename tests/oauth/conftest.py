"""A provider and a keyring for every test."""

from collections.abc import Iterator

import keyring
import pytest

from tests.oauth.accounts import Ring
from tests.servers.oauth import Provider, oauth_provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    with oauth_provider() as running:
        yield running


@pytest.fixture(autouse=True)
def ring() -> Iterator[Ring]:
    before, ring = keyring.get_keyring(), Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)
