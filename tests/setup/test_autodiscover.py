"""Where a domain says that its Exchange server is."""

import json

import pytest

from tests.setup.test_discovery import Told
from triage.setup.autodiscover import endpoint

ADDRESS = "robin@example.org"
HOSTED = "https://autodiscover.example.org/autodiscover/autodiscover.json?Email=robin%40example.org&Protocol=EWS"
ITSELF = HOSTED.replace("//autodiscover.", "//")
OURS = "https://mail.example.org/EWS/Exchange.asmx"


def document(url: object) -> bytes:
    return json.dumps({"Protocol": "EWS", "Url": url}).encode()


@pytest.mark.parametrize(
    ("documents", "found"),
    [
        pytest.param({HOSTED: document(OURS)}, OURS, id="the host made for it"),
        pytest.param({ITSELF: document(OURS)}, OURS, id="the domain itself"),
        pytest.param({}, "", id="nobody answers"),
        pytest.param({HOSTED: b"<html>Sign in</html>", ITSELF: document(OURS)}, OURS, id="a page, then the answer"),
        pytest.param({HOSTED: document("https://mail.example.net/EWS/Exchange.asmx")}, "", id="another's domain"),
        pytest.param({HOSTED: document("https://notexample.org/EWS")}, "", id="a name that only ends so"),
        pytest.param({HOSTED: document("http://mail.example.org/EWS/Exchange.asmx")}, "", id="not encrypted"),
        pytest.param({HOSTED: document(None)}, "", id="no address"),
        pytest.param({HOSTED: b'["Url"]'}, "", id="another shape"),
    ],
)
def test_a_domain_says_where_its_exchange_is(documents: dict[str, bytes], found: str) -> None:
    assert endpoint(ADDRESS, Told(documents)) == found
