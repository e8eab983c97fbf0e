"""Passwords: the order of places, and nothing of them in any error."""

import sys
import traceback

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest

from triage import secrets
from triage.errors import SecretMissing
from triage.settings import SourceSettings

SECRET = "pä\"ss' wörd"


class Ring(keyring.backend.KeyringBackend):
    """A keyring of the library's own kind that forgets at the end of the test, and can be locked."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.kept = {}
        self.locked = None

    def get_password(self, service, username):
        self._refuse()
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self._refuse()
        self.kept[service, username] = password

    def _refuse(self):
        if self.locked:
            raise self.locked("no")


@pytest.fixture(autouse=True)
def ring():
    before = keyring.get_keyring()
    ring = Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def source(*command, name="office"):
    return SourceSettings(name=name, kind="imap", user="robin@example.com", password_command=command)


def printing(text, code=0):
    program = (
        f"import sys; sys.stdout.buffer.write({text.encode()!r}); sys.stderr.write('no\\x1b card'); sys.exit({code})"
    )
    return (sys.executable, "-c", program)


@pytest.fixture
def credentials(tmp_path):
    (tmp_path / "office").write_text("from systemd\n")
    return {"CREDENTIALS_DIRECTORY": str(tmp_path)}


def test_the_places_are_asked_in_their_order(ring, credentials):
    ring.kept["triage", "office"] = "from the keyring"
    variable = {"TRIAGE_PASSWORD_OFFICE": "from the environment"}
    command = printing("from the command\n")
    assert secrets.password(source(*command), environ=variable | credentials) == "from the command"
    assert secrets.password(source(), environ=variable | credentials) == "from the environment"
    assert secrets.password(source(), environ=credentials) == "from systemd"
    assert secrets.password(source(), environ={}) == "from the keyring"


@pytest.mark.parametrize("end", ["", "\n", "\r\n"], ids=["nothing", "newline", "both"])
def test_one_newline_at_the_end_of_a_command_is_not_the_password(end):
    assert secrets.password(source(*printing(SECRET + " " + end))) == SECRET + " "


def test_a_command_runs_without_a_shell():
    command = (sys.executable, "-c", "import sys; print(sys.argv[1])", "$HOME; `id`")
    assert secrets.password(source(*command)) == "$HOME; `id`"


def test_a_failed_command_shows_what_it_complained_of_and_nothing_of_its_output():
    with pytest.raises(SecretMissing, match="exit code 3: no card") as caught:
        secrets.password(source(*printing(SECRET, code=3)), environ={"TRIAGE_PASSWORD_OFFICE": "other"})
    shown = "".join(traceback.format_exception(caught.value)) + caught.value.hint
    assert SECRET not in shown


@pytest.mark.parametrize(
    ("command", "what"),
    [
        pytest.param(("/nonexistent/secret-tool",), "cannot be run", id="missing"),
        pytest.param(printing(""), "is empty", id="silent"),
        pytest.param(printing("\n"), "is empty", id="only a newline"),
        pytest.param((sys.executable, "-c", "import sys; sys.stdout.buffer.write(b'\\xff')"), "not text", id="bytes"),
    ],
)
def test_a_command_that_prints_no_password_is_told(command, what):
    with pytest.raises(SecretMissing, match=what) as caught:
        secrets.password(source(*command))
    assert caught.value.hint
    assert caught.value.exit_code == 4


def test_a_command_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr(secrets, "COMMAND_TIMEOUT", 0.2)
    with pytest.raises(SecretMissing, match="took longer"):
        secrets.password(source(sys.executable, "-c", "import time; time.sleep(60)"))


def test_signs_in_a_name_become_underscores_in_its_variable():
    environ = {"TRIAGE_PASSWORD_MY_OFFICE_2": SECRET}
    assert secrets.password(source(name="my-office.2"), environ=environ) == SECRET


def test_a_name_never_leaves_the_folder_of_credentials(tmp_path):
    (tmp_path / "secret").write_text("x")
    (tmp_path / "inner").mkdir()
    with pytest.raises(SecretMissing):
        secrets.password(source(name="../secret"), environ={"CREDENTIALS_DIRECTORY": str(tmp_path / "inner")})


def test_no_password_anywhere_names_the_command_to_run():
    with pytest.raises(SecretMissing) as caught:
        secrets.password(source(), environ={})
    assert "triage login office" in caught.value.hint


def test_what_is_stored_is_found_again():
    secrets.store(source(), SECRET)
    assert secrets.password(source(), environ={}) == SECRET
    with pytest.raises(SecretMissing):
        secrets.password(source(name="other"), environ={})


@pytest.mark.parametrize("error", [keyring.errors.KeyringLocked, keyring.errors.InitError, ConnectionError])
def test_a_locked_or_broken_keyring_is_told_when_reading_and_when_storing(ring, error):
    ring.locked = error
    with pytest.raises(SecretMissing, match=error.__name__) as caught:
        secrets.password(source(), environ={})
    assert "triage login office" in caught.value.hint
    with pytest.raises(SecretMissing, match=error.__name__) as caught:
        secrets.store(source(), SECRET)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("backend", [keyring.backends.fail, keyring.backends.null], ids=["fail", "null"])
def test_a_machine_without_a_keyring_is_told_the_other_ways(backend, monkeypatch):
    monkeypatch.setattr(keyring.backend.KeyringBackend, "_classes", {backend.Keyring})
    keyring.set_keyring(backend.Keyring())
    for attempt in (lambda: secrets.password(source(), environ={}), lambda: secrets.store(source(), SECRET)):
        with pytest.raises(SecretMissing, match="no keyring") as caught:
            attempt()
        assert "password_command" in caught.value.hint
        assert "TRIAGE_PASSWORD_OFFICE" in caught.value.hint
