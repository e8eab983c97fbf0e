"""From an address and a password to a notice: everything real, typed at a terminal, and timed."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.blackbox.homes import ROBIN, TRIAGE, ZONE, ago, letter, local
from tests.blackbox.typing import typed_at
from tests.servers.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.servers.notifications import Recorder, SessionBus
from tests.servers.systemd import UNIT, UserSystemd, obstacle

ROOT = Path(__file__).parents[1]
OBSTACLE = obstacle()


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


def test_from_a_password_to_a_notice_within_a_minute(dovecot: Dovecot, tmp_path: Path):
    if OBSTACLE:
        pytest.skip(OBSTACLE)
    account, systemd = dovecot.account(), UserSystemd(tmp_path / "home")
    account.make("Dispatched")
    with SessionBus() as bus, Recorder(bus.address) as recorder, systemd.running():
        session = {
            "DBUS_SESSION_BUS_ADDRESS": bus.address,
            "PYTHONPATH": str(ROOT),
            "PYTHON_KEYRING_BACKEND": "tests.blackbox.keyring_file.Keyring",
            "TEST_KEYRING": str(systemd.home / "keyring.json"),
            "TZ": ZONE,
        }
        # As a desktop's session does it.
        assert systemd.systemctl("set-environment", *(f"{name}={value}" for name, value in session.items())) is not None
        # The daemon has none of the powers by which a root's shell reads other people's files.
        authority = systemd.home / "authority.pem"
        authority.write_bytes(dovecot.ca_file.read_bytes())
        end = local(datetime.now(UTC) + timedelta(minutes=25))
        begun = time.monotonic()
        command = systemd.entering(*TRIAGE, "init", "--no-lookup")
        with typed_at(command, {**systemd.env, **session}, ROOT) as terminal:
            terminal.answer("Your name", "Robin Vale")
            terminal.answer("Your e-mail addresses", ROBIN)
            terminal.answer("Name of this account")
            terminal.answer("Read it from")
            terminal.answer("IMAP server", "localhost")
            terminal.answer("Encryption")
            terminal.answer("Port", str(dovecot.tls_port))
            terminal.answer("User name there", account.user)
            terminal.answer("Password", PASSWORD)
            terminal.answer("certificate of the server's authority", str(authority))
            terminal.answer("Mailboxes to read")
            terminal.answer("Working days", "mon-sun")
            terminal.answer("Working hours", f"9-{end:%H:%M}")
            terminal.answer("Public holidays", "none")
            terminal.answer("Folder of voicemails")
            terminal.answer("Told how long")
            terminal.answer("What a notice shows")
            terminal.answer("Write this to")
            terminal.answer("Read everything once now?")
            terminal.until("Everyone has an answer.")
            account.deliver(letter(at=ago(minutes=90)), received=ago(minutes=90))
            terminal.answer("Start the daemon now")
            terminal.until("Installed and started")
            assert terminal.end() == 0
        told = recorder.wait_for(timeout=20)
        assert (told.summary, told.body) == ("triage reads along now", "1 person waits for an answer.")
        ben = letter("Plans", sender="Ben Ott <ben@ott.example>", text="When can you come by?")
        account.deliver(ben, received=ago(minutes=80))
        systemd.wait_until(lambda: systemd.show("StatusText", UNIT).startswith("2 wait"))
        status = systemd.inside(*TRIAGE, "status", env=session).stdout
        assert "2 people wait." in status
        assert "Ada King" in status
        assert "Ben Ott" in status
        assert time.monotonic() - begun < 60
