"""Mailbox roles by flag and by name, and names out of modified UTF-7."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.model.mail import Role
from triage.sources.names import decoded, role_of


@pytest.mark.parametrize(
    ("name", "role"),
    [
        pytest.param("INBOX", Role.INBOX, id="inbox"),
        pytest.param("inbox", Role.INBOX, id="inbox in any case"),
        pytest.param("Sent", Role.SENT, id="English"),
        pytest.param("INBOX.Sent Items", Role.SENT, id="below INBOX, dots"),
        pytest.param("[Gmail]/Gesendet", Role.SENT, id="Gmail in German"),
        pytest.param("ELEMENTS ENVOYES", Role.SENT, id="French without accents"),
        pytest.param("Éléments envoyés", Role.SENT, id="French"),
        pytest.param("E\u0301le\u0301ments envoye\u0301s", Role.SENT, id="French, accents apart"),
        pytest.param("Elementy wysłane", Role.SENT, id="Polish"),
        pytest.param("Отправленные", Role.SENT, id="Russian"),
        pytest.param("送信済みアイテム", Role.SENT, id="Japanese"),
        pytest.param("已发送", Role.SENT, id="Chinese"),
        pytest.param("보낸편지함", Role.SENT, id="Korean"),
        pytest.param("Sent/2024", Role.SENT, id="a year below Sent"),
        pytest.param("Trash/Sent", Role.TRASH, id="a deleted Sent is trash"),
        pytest.param("Papierkorb", Role.TRASH, id="German trash"),
        pytest.param("Deleted Items", Role.TRASH, id="Exchange trash"),
        pytest.param("Junk E-mail", Role.JUNK, id="Exchange junk"),
        pytest.param("Спам", Role.JUNK, id="Russian junk"),
        pytest.param("INBOX/Clients", None, id="ordinary, below INBOX"),
        pytest.param("Sentences", None, id="only begins like Sent"),
        pytest.param("Archive", None, id="archive"),
        pytest.param("", None, id="no name"),
    ],
)
def test_a_name_tells_the_role(name: str, role: Role | None) -> None:
    assert role_of(name) is role


@pytest.mark.parametrize(
    ("flags", "role"),
    [
        pytest.param(("\\HasNoChildren", "\\Sent"), Role.SENT, id="sent"),
        pytest.param(("\\TRASH",), Role.TRASH, id="flags in any case"),
        pytest.param(("\\Spam",), Role.JUNK, id="old Gmail"),
        pytest.param(("\\Drafts",), None, id="a flag without a role for us"),
    ],
)
def test_flags_tell_the_role(flags: tuple[str, ...], role: Role | None) -> None:
    assert role_of("Whatever", flags) is role


def test_a_flag_outranks_the_name() -> None:
    assert role_of("Sent", ("\\Junk",)) is Role.JUNK


@pytest.mark.parametrize(
    ("encoded", "plain"),
    [
        pytest.param("&AMk-l&AOk-ments envoy&AOk-s", "Éléments envoyés", id="French"),
        pytest.param("&kAFP4W4IMH8-", "送信済み", id="Japanese"),
        pytest.param("a &- b", "a & b", id="ampersand"),
        pytest.param("&2D0-", "&2D0-", id="a lone surrogate stays encoded"),
        pytest.param("&####-", "&####-", id="no base64"),
        pytest.param("Entwürfe", "Entwürfe", id="raw UTF-8"),
    ],
)
def test_names_are_decoded_as_far_as_they_can_be(encoded: str, plain: str) -> None:
    assert decoded(encoded) == plain


@settings(deadline=None)
@given(st.text())
def test_no_name_is_too_odd(name: str) -> None:
    role_of(name)
    decoded(name).encode("utf-8", "surrogatepass")
