"""Where a message can be opened."""

import pytest

from tests.core.mail import POLICY, entry, people
from triage.core.cases.folding import case
from triage.core.links import link
from triage.model.cases import Debt


def debt(name: str) -> Debt:
    found = case([entry(name)], people=people(), policy=POLICY)
    assert found
    return found.latest


@pytest.mark.parametrize(
    ("name", "template", "url"),
    [
        pytest.param("a1@x.example", "", "mid:a1@x.example", id="any mail program"),
        pytest.param(
            "a1@x.example",
            "https://mail.example.com/#search/{message_id}",
            "https://mail.example.com/#search/a1@x.example",
            id="the user's webmail",
        ),
        pytest.param("a/../?b=1&c #d", "", "mid:a%2F..%2F%3Fb%3D1%26c%20%23d", id="an id adds nothing of its own"),
        pytest.param("käse", "", "mid:k%C3%A4se", id="not ASCII"),
    ],
)
def test_link(name: str, template: str, url: str) -> None:
    assert link(debt(name), template) == url


def test_what_has_no_message_id_has_no_link() -> None:
    from dataclasses import replace

    assert link(replace(debt("a"), message_id=None), "https://mail.example.com/{message_id}") is None
