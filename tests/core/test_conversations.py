"""Whole conversations in several languages end where people would say they stand."""

import pytest

from tests.core.talks import Talk, ends, talks


@pytest.mark.parametrize("talk", [pytest.param(talk, id=f"{talk.language}: {talk.what}") for talk in talks()])
def test_a_conversation_ends_where_it_should(talk: Talk) -> None:
    assert ends(talk) is talk.state
