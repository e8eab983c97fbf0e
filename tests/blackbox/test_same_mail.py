"""One invented mailbox, read from a Dovecot and from an Exchange server by the installed program: the same cases."""

import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.blackbox.homes import ROBIN, Home, ago, imap, letter
from tests.servers import dovecot as imap_server
from tests.servers.certificates import certificate
from tests.servers.dovecot import Dovecot
from tests.servers.exchange import PASSWORD, Exchange, running_exchange
from triage.cli.demo_mail import write

Mail = list[tuple[bytes, str, datetime]]
SECRETS = {"TRIAGE_PASSWORD_OFFICE": imap_server.PASSWORD}
# Numbers are given in the order of reading, and Exchange begins with the newest.
VOLATILE = {"id", "source", "waiting_minutes", "working_minutes"}


def exchange(server: Exchange, more: str = "") -> str:
    """The server as a [[source]]."""
    return (
        f'[[source]]\nname = "office"\nkind = "exchange"\nendpoint = "{server.endpoint}"\nuser = "EXAMPLE\\\\robin"\n'
        f'auth = "{server.auth}"\nca_file = "{server.ca_file}"\n{more}'
    )


def mailbox(folder: Path) -> Mail:
    """The fortnight of `triage demo` and what it has not: HTML alone, a list, an absence, a promise."""
    today = datetime.now(UTC).date()
    write(folder, tuple(today - timedelta(days=n) for n in range(15)), ZoneInfo("UTC"))
    found = [
        (path.read_bytes(), path.parent.parent.name, datetime.fromtimestamp(int(path.name.split(".")[0]), UTC))
        for path in sorted(folder.glob("*/cur/*"))
    ]
    return [one for one in found if one[2] < datetime.now(UTC)] + more()


def more() -> Mail:
    """Letters of kinds that servers treat differently."""
    html = EmailMessage()
    html["Message-ID"], html["From"], html["To"] = "<h@example.net>", "Zoë Örn <zoe@orn.example>", ROBIN
    html["Subject"], html["Date"] = "Grüße aus Malmö", ago(hours=5)
    html.set_content("<p>Können Sie mir bis Freitag ein Angebot schicken?</p><p>Zoë</p>", subtype="html")
    away = letter("Automatic reply: Offer", sender="Lea Brandt <lea@brandt.example>", text="I am away until Monday.")
    away = b"Auto-Submitted: auto-replied\n" + away
    listed = b"List-Id: <talk.example.net>\nPrecedence: list\n" + letter("Meeting?", text="Who comes?", to="talk@x.org")
    question = letter("Key", sender="Tom Bay <tom@bay.example>", text="Where is the key to the workshop?")
    answer = EmailMessage()
    asked = re.search(rb"Message-ID: (<[^>]+>)", question)
    assert asked
    answer["Message-ID"], answer["From"], answer["To"] = "<a@example.org>", ROBIN, "tom@bay.example"
    answer["Subject"], answer["In-Reply-To"] = "Re: Key", asked[1].decode()
    answer["References"], answer["Date"] = asked[1].decode(), ago(hours=2)
    answer.set_content("Under the mat. I will send you the new one by Monday.")
    return [
        (html.as_bytes(), "INBOX", ago(hours=5)),
        (away, "INBOX", ago(hours=4)),
        (listed, "INBOX", ago(hours=4)),
        (question, "INBOX", ago(hours=3)),
        (answer.as_bytes(), "Sent", ago(hours=2)),
    ]


def cases(home: Home) -> dict[str, Any]:
    """All cases by ref, without what differs from minute to minute and from source to source."""
    poll = home.triage("poll")
    assert poll.code == 0, poll.err
    listed = home.triage("list", "--all", "--json").json["cases"]
    return {case["ref"]: {key: value for key, value in case.items() if key not in VOLATILE} for case in listed}


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Mail:
    return mailbox(tmp_path_factory.mktemp("mail"))


@pytest.fixture(scope="module")
def read_by_imap(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot, mail: Mail) -> dict[str, Any]:
    account = dovecot.account()
    account.make("Sent")
    for raw, place, received in mail:
        account.deliver(raw, place, received)
    home = Home(tmp_path_factory.mktemp("imap") / "home")
    home.env.update(SECRETS)
    home.configure(imap("office", account.user, dovecot.tls_port, "tls", f'ca_file = "{dovecot.ca_file}"\n'))
    return cases(home)


@pytest.mark.parametrize("auth", ["basic", "ntlm"])
@pytest.mark.parametrize("by_smtp", [True, False], ids=["from outside", "from within"])
def test_the_same_mail_makes_the_same_cases(
    tmp_path: Path, mail: Mail, read_by_imap: dict[str, Any], auth: str, by_smtp: bool
) -> None:
    with running_exchange(tls=certificate(tmp_path), auth=auth) as server:
        for raw, place, received in mail:
            automatic = re.search(rb"(?im)^(auto-submitted|list-|precedence|x-|importance)", raw.split(b"\n\n")[0])
            # Header fields that no property stands for are kept only of mail that came over SMTP.
            kept = {} if by_smtp or automatic else {"by_smtp": False}
            server.own.deliver(raw, place, received, **kept)
        home = Home(tmp_path / "exchange")
        home.env.update({"TRIAGE_PASSWORD_OFFICE": PASSWORD})
        home.configure(exchange(server))
        found = cases(home)
        assert len(found) > 15
        assert found == read_by_imap
        assert server.only_read()
