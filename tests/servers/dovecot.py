"""A real Dovecot 2.3 for the tests: random loopback ports, a temporary folder, throw-away certificates, no traces.

Every user name exists, with the password `PASSWORD`, and starts with an empty Maildir: a test takes a new name.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

PASSWORD = "correct-horse"
APT = "apt-get install --no-install-recommends dovecot-imapd openssl"
DOVECOT = "/usr/sbin/dovecot"
_NAMES = count(1)

_SERVICES = (
    "anvil",
    "stats",
    "imap-urlauth-login",
    "director",
    "ipc",
    "old-stats",
    "doveadm",
    "auth-worker",
    "dict",
    "config",
    "log",
    "indexer",
    "indexer-worker",
    "imap-hibernate",
    "replicator",
    "aggregator",
    "dns_client",
    "health-check",
)

_CONFIG = """
base_dir = {root}/run
state_dir = {root}/run
log_path = {root}/dovecot.log
instance_name = triage-tests-{pid}
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = {uid}
first_valid_gid = {gid}
default_vsz_limit = 0
mail_location = maildir:~/Maildir
mail_fsync = never
mailbox_list_index = no
auth_failure_delay = 0
auth_verbose = yes
auth_mechanisms = plain login
disable_plaintext_auth = no
mail_max_userip_connections = 100
ssl = yes
ssl_cert = <{root}/cert.pem
ssl_key = <{root}/key.pem
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Trash {{
    special_use = \\Trash
  }}
  mailbox Dispatched {{
    special_use = \\Sent
  }}
}}
service imap-login {{
  chroot =
  user = {user}
  service_count = 0
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  # Without this a wrong password slows down every later sign-in from this machine.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap {{
  user = {user}
}}
service auth {{
  user = {user}
}}
"""

# The name that the provider gives must be the one that is signing in.
_TOKENS = """
auth_mechanisms = plain login {mechanisms}
passdb {{
  driver = oauth2
  mechanisms = {mechanisms}
  args = {root}/oauth2.conf
}}
"""
_INTROSPECTION = """
introspection_url = {url}
introspection_mode = get
username_attribute = username
active_attribute = active
active_value = true
timeout_msecs = 5000
"""

_OPENSSL = """
[req]
distinguished_name = name
prompt = no
[name]
[ca]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = CA:false
subjectAltName = DNS:localhost
authorityKeyIdentifier = keyid
"""


class Dovecot:
    """The server. As root its processes run as `nobody`, because Dovecot serves no mail as root.

    With `introspection`, an address to which a token can be added, it takes that provider's tokens (RFC 7662).
    """

    def __init__(self, root: Path, introspection: str = "", mechanisms: str = "oauthbearer xoauth2") -> None:
        self.root = root
        self.port, self.tls_port = _free_ports(2)
        self.ca_file = root / "ca.pem"
        account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._uid, self._gid, self._user = account.pw_uid, account.pw_gid, account.pw_name
        self._process: subprocess.Popen[bytes] | None = None
        for folder in ("run", "home"):
            (root / folder).mkdir()
        _certificates(root)
        self._configure()
        if introspection:
            self._take_tokens(introspection, mechanisms)
        for path in (root, *root.iterdir()):
            self._hand_over(path)

    def _configure(self) -> None:
        group = subprocess.run(["id", "-gn", self._user], capture_output=True, text=True, check=True).stdout.strip()
        config = _CONFIG.format(
            root=self.root,
            pid=os.getpid(),
            user=self._user,
            group=group,
            uid=self._uid,
            gid=self._gid,
            password=PASSWORD,
            port=self.port,
            tls_port=self.tls_port,
        )
        unchrooted = "".join(f"service {name} {{\n  chroot =\n  user = {self._user}\n}}\n" for name in _SERVICES)
        (self.root / "dovecot.conf").write_text(config + unchrooted)

    def _take_tokens(self, introspection: str, mechanisms: str) -> None:
        (self.root / "oauth2.conf").write_text(_INTROSPECTION.format(url=introspection))
        with (self.root / "dovecot.conf").open("a") as config:
            config.write(_TOKENS.format(root=self.root, mechanisms=mechanisms))

    def start(self) -> None:
        """Start and wait until it greets."""
        # Should the tests be killed, the server goes with them.
        tied = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
        self._process = subprocess.Popen(
            [*tied, DOVECOT, "-F", "-c", str(self.root / "dovecot.conf")],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **self._identity(),
        )
        end = time.monotonic() + 10
        while time.monotonic() < end and self._process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as line:
                line.settimeout(2)
                if line.recv(64).startswith(b"* OK"):
                    return
            time.sleep(0.01)
        self.kill()
        raise AssertionError(f"Dovecot did not start:\n{self.log()[-2000:]}")

    def stop(self) -> None:
        """SIGSTOP to all its processes: lines stay up, connections are taken by the system, nobody answers."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """The end of `stop`."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process, "it does not run"
        for pid in _session(self._process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self) -> None:
        """A power cut: no process of the server lives on, nobody is told."""
        if self._process is None:
            return
        session, self._process.returncode = self._process.pid, self._process.poll()
        end = time.monotonic() + 5
        while (left := _session(session)) and time.monotonic() < end:
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.005)
        self._process.wait()
        self._process = None
        shutil.rmtree(self.root / "run", ignore_errors=True)
        (self.root / "run").mkdir()
        self._hand_over(self.root / "run")

    def log(self) -> str:
        """What it logged, sign-ins included."""
        path = self.root / "dovecot.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def doveadm(self, *arguments: str) -> str:
        """The output of an administrator's command."""
        command = ["/usr/bin/doveadm", "-c", str(self.root / "dovecot.conf"), *arguments]
        run = subprocess.run(
            command, env=self._environment(), capture_output=True, text=True, check=False, **self._identity()
        )
        assert run.returncode == 0, run.stderr
        return run.stdout

    def account(self) -> "Account":
        """A new user with an empty mailbox."""
        return Account(self, f"user{next(_NAMES)}")

    def _environment(self) -> dict[str, str]:
        return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(self.root)}

    def _identity(self) -> Mapping[str, Any]:
        root = os.geteuid() == 0
        return {"user": self._uid, "group": self._gid, "extra_groups": [], "cwd": "/"} if root else {"cwd": "/"}

    def _hand_over(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, self._uid, self._gid)

    def make_maildir(self, folder: Path) -> None:
        """A Maildir the server's user owns."""
        for path in (*reversed(folder.relative_to(self.root).parents), folder.relative_to(self.root)):
            self._make(self.root / path)
        for name in ("cur", "new", "tmp"):
            self._make(folder / name)

    def _make(self, path: Path) -> None:
        if not path.exists():
            path.mkdir()
            self._hand_over(path)

    def place(self, path: Path, raw: bytes, received: datetime) -> None:
        """Write a file the server's user owns; its mtime is the message's INTERNALDATE."""
        path.write_bytes(raw)
        os.utime(path, (received.timestamp(), received.timestamp()))
        self._hand_over(path)


class Account:
    """One user's Maildir, seen as the mail server's own programs see it."""

    def __init__(self, server: Dovecot, user: str) -> None:
        self.server = server
        self.user = user
        self.maildir = server.root / "home" / user / "Maildir"
        self._files = count(1)
        self.make()

    def make(self, mailbox: str = "INBOX") -> Path:
        """The folder of a mailbox, made if need be; `mailbox` is its name on the wire (modified UTF-7)."""
        folder = self.maildir if mailbox == "INBOX" else self.maildir / ("." + mailbox.replace("/", "."))
        if not (folder / "tmp").is_dir():
            self.server.make_maildir(folder)
        return folder

    def deliver(self, raw: bytes, mailbox: str = "INBOX", received: datetime | None = None, flags: str = "") -> Path:
        """Put a message there; without flags it is new, as a delivery agent leaves it."""
        folder = self.make(mailbox)
        when = received or datetime.now(UTC)
        name = f"{int(when.timestamp())}.M{next(self._files)}P{os.getpid()}.example"
        path = folder / "cur" / f"{name}:2,{flags}" if flags else folder / "new" / name
        self.server.place(path, raw, when)
        return path

    def empty(self, mailbox: str = "INBOX") -> None:
        """Every message of the mailbox is deleted for good."""
        self.server.doveadm("expunge", "-u", self.user, "mailbox", mailbox, "all")

    def delete(self, mailbox: str) -> None:
        """Delete a mailbox with all that is in it."""
        self.server.doveadm("mailbox", "delete", "-u", self.user, mailbox)

    def rename(self, mailbox: str, to: str) -> None:
        """Rename a mailbox; its messages keep their UIDs."""
        self.server.doveadm("mailbox", "rename", "-u", self.user, mailbox, to)

    def set_uidvalidity(self, mailbox: str, value: int) -> None:
        """Give the mailbox a new UIDVALIDITY, as after a restore or migration."""
        self.server.doveadm("mailbox", "update", "-u", self.user, "--uid-validity", str(value), mailbox)

    def flags(self, mailbox: str = "INBOX") -> str:
        """Every message's flags as the server knows them, \\Recent among them."""
        return self.server.doveadm("fetch", "-u", self.user, "uid flags", "mailbox", mailbox, "all")

    def files(self) -> dict[str, bytes]:
        """Every message file with its bytes; a flag or a taken \\Recent shows in its path."""
        found = (path for path in self.maildir.rglob("*") if path.parent.name in ("cur", "new"))
        return {str(path.relative_to(self.maildir)): path.read_bytes() for path in found if path.is_file()}


@contextmanager
def running_dovecot(introspection: str = "", mechanisms: str = "oauthbearer xoauth2") -> Iterator[Dovecot]:
    """A started server, gone without a trace at the end. A machine without Dovecot fails the test."""
    assert Path(DOVECOT).exists() and Path("/usr/lib/dovecot/imap").exists(), f"Dovecot is missing: {APT}"
    version = subprocess.run([DOVECOT, "--version"], capture_output=True, text=True, check=True).stdout
    assert version.startswith("2.3."), f"these tests configure Dovecot 2.3, found {version}"
    assert shutil.which("openssl"), f"openssl is missing: {APT}"
    # A short path of its own: socket paths must not be longer than 107 characters.
    root = Path(tempfile.mkdtemp(prefix="dv"))
    server = Dovecot(root, introspection, mechanisms)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(root, ignore_errors=True)


def _free_ports(n: int) -> list[int]:
    lines = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [line.getsockname()[1] for line in lines]
    for line in lines:
        line.close()
    return ports


def _session(leader: int) -> list[int]:
    """The living processes of a session, its leader first, so that it starts no new ones."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, _, session = status.read_text().rpartition(")")[2].split()[:4]
            if int(session) == leader and state != "Z":
                found.append(int(status.parent.name))
    return sorted(found)


def _certificates(root: Path) -> None:
    """An authority of our own, and a certificate for `localhost` alone."""
    (root / "openssl.cnf").write_text(_OPENSSL)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"]
    new = ["openssl", "req", "-x509", *key, "-config", "openssl.cnf"]
    authority = ["-subj", "/CN=test authority", "-extensions", "ca", "-keyout", "ca-key.pem", "-out", "ca.pem"]
    server = ["-subj", "/CN=localhost", "-extensions", "leaf", "-keyout", "key.pem", "-out", "cert.pem"]
    signed = ["-CA", "ca.pem", "-CAkey", "ca-key.pem"]
    for command in ([*new, *authority], [*new, *server, *signed]):
        subprocess.run(command, cwd=root, check=True, capture_output=True)
    (root / "key.pem").chmod(0o600)
