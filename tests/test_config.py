"""The configuration file: what it means, and that everything wrong in it is told at once."""

import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.config import load, tables, values
from triage.errors import ConfigError
from triage.settings import (
    CallLog,
    Columns,
    Config,
    Me,
    Privacy,
    ReplyWithin,
    Rule,
    SourceSettings,
    Span,
    Within,
    Workday,
)

EXAMPLE = Path(__file__).parents[1] / "config.example.toml"
ME = '[me]\naddresses = ["robin@example.org"]\n'
SOURCE = '[[source]]\nname = "mail"\nkind = "maildir"\npath = "Mail"\n'
IMAP = '[[source]]\nname = "office"\nkind = "imap"\nhost = "imap.example.org"\nuser = "robin"\n'
GOOGLE = 'auth = "oauth-google"\nclient_id = "x.apps.example"\n'


@pytest.fixture
def read(tmp_path: Path):
    def read(text: str | bytes, environ: Mapping[str, str] | None = None) -> Config:
        path = tmp_path / "config.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(path, environ or {"TRIAGE_STATE_DIR": str(tmp_path / "state")})

    return read


@pytest.fixture
def problems(read):
    """The problems of a text, without the file's name, which stands before each."""

    def problems(text: str) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            read(text)
        assert all(problem.startswith("config.toml: ") for problem in caught.value.problems)
        return [problem.removeprefix("config.toml: ") for problem in caught.value.problems]

    return problems


def without_place(config: Config) -> dict[str, object]:
    return {name: getattr(config, name) for name in Config.__slots__ if name not in ("path", "digest")}


# --- the example ------------------------------------------------------------------------------------------------


def test_the_example_loads(tmp_path: Path) -> None:
    config = load(EXAMPLE, {"TRIAGE_STATE_DIR": str(tmp_path)})
    assert [source.name for source in config.sources] == ["office"]
    assert config.workday == Workday()


def test_the_defaults_it_shows_are_the_defaults(read, tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    uncommented = re.sub(r"(?m)^#(?=[a-z_]+ = )", "", text)
    assert uncommented != text
    assert without_place(read(uncommented)) == without_place(read(text))


def test_its_samples_load_too(read) -> None:
    text = re.sub(r"(?m)^# (?=[a-z_]+ = |\[\[)", "", EXAMPLE.read_text(encoding="utf-8"))
    text = re.sub(r"(?m)^hours = .*$", "", text)
    config = read(text)
    assert [source.kind for source in config.sources] == [
        "imap",
        "imap",
        "imap",
        "exchange",
        "maildir",
        "voicemail",
        "call_log",
        "call_log",
    ]
    assert [source.auth for source in config.sources[:3]] == ["password", "oauth-microsoft", "oauth"]
    assert config.workday.holidays == "US-NC"
    assert config.rules[0].class_ == "vip"


@pytest.mark.parametrize(
    ("section", "keys"),
    [
        ("me", tables.ME),
        ("workday", tables.WORKDAY),
        ("reminders", tables.REMINDERS),
        *((kind, keys) for kind, keys in tables.KINDS.items()),
        ("call_log", tables.CALL_LOG),
        ("contacts", tables.CONTACTS),
        ("rule", tables.RULE),
        ("retention", tables.RETENTION),
        ("review", tables.REVIEW),
        ("top", {"state_dir": (), "calls_close_mail": ()}),
    ],
)
def test_it_explains_every_key(section: str, keys: Mapping[str, object]) -> None:
    shown = set(re.findall(r"(?m)^#? ?([a-z_]+) = ", EXAMPLE.read_text(encoding="utf-8")))
    assert set(keys) <= shown


def test_it_names_every_key_of_match() -> None:
    line = next(line for line in EXAMPLE.read_text(encoding="utf-8").splitlines() if "Keys of match" in line)
    assert set(tables.MATCH) <= set(re.findall(r"[a-z]+", line))


# --- where it lies ----------------------------------------------------------------------------------------------


def test_an_argument_goes_before_the_environment(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_text(ME + SOURCE)
    environ = {"TRIAGE_CONFIG": str(tmp_path / "two"), "TRIAGE_STATE_DIR": "/srv/triage"}
    assert load(tmp_path / "one", environ).path == tmp_path / "one"
    assert load(None, environ).path == tmp_path / "two"


def test_without_either_it_is_in_the_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "config" / "triage").mkdir(parents=True)
    (tmp_path / "config" / "triage" / "config.toml").write_text(ME + SOURCE)
    config = load(None, {})
    assert config.path == tmp_path / "config" / "triage" / "config.toml"
    assert config.state_dir == tmp_path / "state" / "triage"


def test_no_file_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"no configuration at {tmp_path}/none.toml") as caught:
        load(tmp_path / "none.toml", {})
    assert "triage init" in caught.value.hint
    assert "triage demo" in caught.value.hint
    assert caught.value.exit_code == 3


def test_a_folder_in_its_place_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path, {})


def test_state_dir_comes_from_the_environment_then_the_file(read, tmp_path: Path) -> None:
    text = 'state_dir = "kept"\n' + ME + SOURCE
    assert read(text, {"TRIAGE_STATE_DIR": "/srv/triage"}).state_dir == Path("/srv/triage")
    assert read(text, {"TRIAGE_STATE_DIR": ""}).state_dir == tmp_path / "kept"


def test_the_digest_is_that_of_the_text(read) -> None:
    text = ME + SOURCE
    assert read(text).digest == read(text).digest
    assert read(text + "\n").digest != read(text).digest


def test_loading_brings_no_heavy_package_in(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(ME + '[workday]\nholidays = "US-NC"\ntimezone = "Europe/Berlin"\n' + SOURCE)
    code = (
        "import sys; from pathlib import Path; from triage.config import load; "
        f"load(Path({str(tmp_path / 'c.toml')!r}), {{}}); "
        "print({'holidays', 'tzlocal', 'click', 'rich', 'imapclient', 'keyring'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


# --- what it means ----------------------------------------------------------------------------------------------


def test_little_is_enough(read, tmp_path: Path) -> None:
    config = read(ME + SOURCE)
    assert config.me == Me(addresses=("robin@example.org",))
    assert config.sources == (SourceSettings(name="mail", kind="maildir", path=tmp_path / "Mail"),)
    assert config.workday == Workday()


def test_everything_said_is_meant(read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/robin")
    config = read("""
        [me]
        name = "Robin Vale"
        addresses = ["Robin@Example.org"]
        team = ["*@Example.org"]
        phone_region = "DE"
        [workday]
        timezone = "Europe/Berlin"
        hours = { mon = ["13:00-17:00", "09:00-12:00"], sat = ["22:00-24:00"] }
        holidays = "DE-BY"
        days_off = ["2026-12-24..2027-01-03", "2026-06-05", 2026-07-01]
        late_arrivals = "1h"
        reply_within = "3d"
        [reminders]
        before = ["10m", "2h", "10m"]
        overdue = "once"
        all_clear = false
        privacy = "names"
        command = ["notify", "--json"]
        [[source]]
        name = "office"
        kind = "imap"
        host = "localhost"
        security = "none"
        ca_file = "~/ca.pem"
        user = "robin"
        password_command = ["pass", "mail"]
        mailboxes = ["INBOX", "Clients/*"]
        sent = ["Gesendet"]
        history = "7d"
        poll = "30s"
        stale_after = "1h30m"
        archived = "done"
        open = "https://mail.example.org/{message_id}"
        [[rule]]
        match = { from = "*@big.example.org", subject = "*offer*" }
        class = "vip"
        reply_within = "1h30m"
        [[rule]]
        match = { list = "*" }
        reply_within = "never"
        [retention]
        closed_text = "30d"
    """)
    assert config.me == Me(
        name="Robin Vale", addresses=("robin@example.org",), team=("*@example.org",), phone_region="DE"
    )
    assert config.workday.week[0] == (Span(start=time(9), end=time(12)), Span(start=time(13), end=time(17)))
    assert config.workday.week[5] == (Span(start=time(22), end=time(0)),)
    assert [bool(day) for day in config.workday.week] == [True, False, False, False, False, True, False]
    assert config.workday.days_off == (
        (date(2026, 12, 24), date(2027, 1, 3)),
        (date(2026, 6, 5), date(2026, 6, 5)),
        (date(2026, 7, 1), date(2026, 7, 1)),
    )
    assert (config.workday.timezone, config.workday.holidays) == ("Europe/Berlin", "DE-BY")
    assert config.workday.late_arrivals == timedelta(hours=1)
    assert config.workday.reply_within == ReplyWithin(days=3)
    assert config.reminders.before == (120, 10)
    assert not config.reminders.overdue_daily
    assert not config.reminders.all_clear
    assert config.reminders.privacy is Privacy.NAMES
    assert config.reminders.command == ("notify", "--json")
    assert config.sources == (
        SourceSettings(
            name="office",
            kind="imap",
            host="localhost",
            port=143,
            security="none",
            ca_file=Path("/home/robin/ca.pem"),
            user="robin",
            password_command=("pass", "mail"),
            mailboxes=("INBOX", "Clients/*"),
            sent=("Gesendet",),
            history=timedelta(days=7),
            poll=timedelta(seconds=30),
            stale_after=timedelta(minutes=90),
            archived_is_done=True,
            open="https://mail.example.org/{message_id}",
        ),
    )
    assert config.rules == (
        Rule(
            match=(("from", "*@big.example.org"), ("subject", "*offer*")),
            class_="vip",
            reply_within=ReplyWithin(span=timedelta(minutes=90)),
        ),
        Rule(match=(("list", "*"),), reply_within=ReplyWithin(named=Within.NEVER)),
    )
    assert config.closed_text == timedelta(days=30)


@pytest.mark.parametrize(
    ("days", "numbers"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("mon,wed,fri", {0, 2, 4}),
        ("Mon - Wed, sat", {0, 1, 2, 5}),
        ("sun-thu", {6, 0, 1, 2, 3}),
        ("tue-tue", {1}),
    ],
)
def test_days_are_named_or_spanned(read, days: str, numbers: set[int]) -> None:
    week = read(f'[workday]\ndays = "{days}"\n' + ME + SOURCE).workday.week
    assert {place for place, spans in enumerate(week) if spans} == numbers


@pytest.mark.parametrize(("security", "port"), [("tls", 993), ("starttls", 143)])
def test_the_port_follows_from_the_security(read, security: str, port: int) -> None:
    assert read(ME + IMAP + f'security = "{security}"\n').sources[0].port == port
    assert read(ME + IMAP + f'security = "{security}"\nport = 4\n').sources[0].port == 4


# --- what is wrong ----------------------------------------------------------------------------------------------


def test_all_problems_are_told_at_once(problems) -> None:
    found = problems("""
        colour = "red"
        [me]
        nmae = "Robin"
        [workday]
        timezone = "Europe/Berln"
        start = 9
        [[source]]
        name = "office"
        kind = "imap"
        port = "imaps"
        [[rule]]
        match = { form = "*" }
    """)
    assert found == [
        "colour: unknown key; known are call_log, calls_close_mail, contacts, me, reminders, retention, review, rule,"
        " source, state_dir, workday",
        'me.nmae: unknown key; did you mean "name"?',
        'me.addresses: missing; list your own addresses, like ["robin@example.com"]',
        'workday.timezone: expected a time zone like "Europe/Berlin", got "Europe/Berln"; '
        'did you mean "Europe/Berlin"?',
        'workday.start: expected a time like "09:00", got 9',
        'source.office.port: expected a number, got "imaps"',
        "source.office.host: missing",
        "source.office.user: missing",
        'rule[1].match.form: unknown key; did you mean "from"?',
        "rule[1]: says nothing; give it class, reply_within or prefers",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[me]\naddresses = "robin@example.org"\n' + SOURCE, 'me.addresses: expected a list like ["robin@'),
        ("[me]\naddresses = []\n" + SOURCE, "me.addresses: missing"),
        ('[me]\naddresses = ["robin", 5]\n' + SOURCE, "me.addresses: item 1: expected an address"),
        ('me = "Robin"\n' + SOURCE, 'me: expected a table, got "Robin"'),
        (ME + 'phone_region = "us"\n' + SOURCE, 'me.phone_region: expected a country like "US", got "us"'),
        (ME, "source: missing"),
        ("source = []\n" + ME, "source: missing"),
        ('source = "mail"\n' + ME, 'source: expected tables written [[source]], got "mail"'),
        ('[source]\nname = "x"\n' + ME, "source: expected tables written [[source]], got a table"),
        (ME + "[workday]\nhours = {}\n" + SOURCE, "workday.hours: no working day at all"),
        (ME + "[workday]\nhours = { mon = [] }\n" + SOURCE, "workday.hours: no working day at all"),
        (ME + '[workday]\ndays = ""\n' + SOURCE, 'workday.days: expected days like "mon-fri"'),
        (ME + '[workday]\ndays = "mon-fry"\n' + SOURCE, "workday.days: expected days"),
        (ME + '[workday]\nstart = "18:00"\n' + SOURCE, "workday.end: 17:00 is not after 18:00"),
        (ME + '[workday]\nstart = "9"\n' + SOURCE, 'workday.start: expected a time like "09:00", got "9"'),
        (ME + '[workday]\nend = "24:30"\n' + SOURCE, "workday.end: expected a time"),
        (
            ME + '[workday]\ndays = "mon"\nhours = { mon = ["09:00-17:00"] }\n' + SOURCE,
            "workday.hours: stands instead of days; keep one way",
        ),
        (
            ME + '[workday]\nhours = { mon = ["09:00-12:00", "11:00-13:00"], mo = [] }\n' + SOURCE,
            "workday.hours: mo: is no day; write mon, tue, wed, thu, fri, sat, sun; mon: spans overlap at 11:00",
        ),
        (ME + '[workday]\nhours = { mon = ["20:00-24:00", "22:00-23:00"] }\n' + SOURCE, "mon: spans overlap at 22:00"),
        (ME + '[workday]\nhours = { mon = ["17:00-09:00"] }\n' + SOURCE, "mon: item 1: 09:00 is not after 17:00"),
        (ME + '[workday]\nhours = { mon = "09:00-12:00" }\n' + SOURCE, "mon: expected a list"),
        (ME + '[workday]\nhours = "09:00-12:00"\n' + SOURCE, "workday.hours: expected a table"),
        (ME + '[workday]\ntimezone = "/etc/passwd"\n' + SOURCE, "workday.timezone: expected a time zone"),
        (ME + '[workday]\ntimezone = "Europe"\n' + SOURCE, "workday.timezone: expected a time zone"),
        (ME + '[workday]\nholidays = "Germany"\n' + SOURCE, "workday.holidays: expected a country"),
        (ME + '[workday]\ndays_off = ["2026-02-30"]\n' + SOURCE, "workday.days_off: item 1: expected a date"),
        (ME + '[workday]\ndays_off = ["2026-02-03..2026-02-01"]\n' + SOURCE, "2026-02-01 is before 2026-02-03"),
        (
            ME + '[workday]\ndays_off = ["2026-01-01..2027-12-31", "2028-01-01..9999-12-31"]\n' + SOURCE,
            "workday.days_off: 2026-01-01 to 9999-12-31 is longer than 1000d without work",
        ),
        (ME + '[workday]\nlate_arrivals = "13h"\n' + SOURCE, "late_arrivals: expected a length from 0m to 12h"),
        (ME + "[workday]\nlate_arrivals = 15\n" + SOURCE, 'expected a length like "15m", "2h" or "30d", got 15'),
        *[
            (ME + f"[workday]\nreply_within = {value}\n" + SOURCE, "workday.reply_within: expected a length of working")
            for value in ('"soon"', '"0d"', '"0m"', '"1d2h"', '"9999h"', "[]", "3", '"366d"')
        ],
        (ME + '[reminders]\nbefore = ["90s"]\n' + SOURCE, "before: item 1: expected a length in whole minutes"),
        (ME + '[reminders]\nbefore = ["0m"]\n' + SOURCE, "reminders.before: item 1: expected a length from 1m to 1d"),
        (ME + '[reminders]\noverdue = "never"\n' + SOURCE, 'overdue: expected "daily" or "once", got "never"'),
        (ME + "[reminders]\nall_clear = 1\n" + SOURCE, "reminders.all_clear: expected true or false, got 1"),
        (ME + '[reminders]\nprivacy = "none"\n' + SOURCE, 'privacy: expected "full" or "names" or "count"'),
        (ME + '[reminders]\ncommand = "ntfy"\n' + SOURCE, "reminders.command: expected a list"),
        (ME + '[[source]]\nkind = "maildir"\npath = "x"\n', "source[1].name: missing"),
        (ME + SOURCE.replace('"mail"', '"my mail"'), "source[1].name: expected a name of letters"),
        (ME + SOURCE.replace('kind = "maildir"', ""), 'source.mail.kind: missing; write one of "exchange", "imap"'),
        (ME + SOURCE.replace('"maildir"', '"pop"'), '"maildir", "voicemail", got "pop"'),
        (ME + SOURCE.replace('"maildir"', "[]"), "source.mail.kind: expected one of"),
        *[
            (ME + SOURCE.replace('"maildir"', f'"{kind}"'), f'source.mail.kind: "{kind}" is not in this version')
            for kind in ("graph",)
        ],
        (ME + SOURCE.replace('path = "Mail"', ""), "source.mail.path: missing"),
        (ME + SOURCE + 'host = "imap.example.org"\n', "source.mail.host: unknown key"),
        (ME + IMAP + 'security = "ssl"\n', 'security: expected "tls" or "starttls" or "none", got "ssl"'),
        (ME + IMAP + 'security = "none"\n', 'source.office.security: "none" sends the password in the clear'),
        (ME + IMAP + "port = 70000\n", "port: expected a number from 1 to 65535"),
        (ME + IMAP + "port = true\n", "port: expected a number, got true"),
        (ME + IMAP + 'auth = "ntlm"\n', 'auth: expected one of password, oauth-microsoft, oauth-google, oauth'),
        (ME + IMAP + 'auth = "oauth-google"\n', "source.office.client_id: missing"),
        (ME + IMAP + 'auth = "oauth"\n', "source.office.token_endpoint: missing"),
        (ME + IMAP + 'auth = "oauth"\n', "source.office.scopes: missing"),
        (ME + IMAP + 'auth = "oauth"\n', "source.office.authorize_endpoint: missing; or device_endpoint"),
        (ME + IMAP + 'client_id = "x"\n', 'source.office.client_id: says nothing with auth = "password"'),
        (ME + IMAP + GOOGLE + 'tenant = "x"\n', 'source.office.tenant: says nothing with auth = "oauth-google"'),
        (ME + IMAP + GOOGLE + 'scopes = ["x"]\n', 'source.office.scopes: says nothing with auth = "oauth-google"'),
        (ME + IMAP + GOOGLE + 'client_secret = "x"\n', "secrets do not belong in this file"),
        (ME + IMAP + GOOGLE + 'password_command = ["x"]\n', "password_command: says nothing with auth"),
        (ME + IMAP + 'auth = "oauth-microsoft"\ntenant = "a/b"\n', "source.office.tenant: expected a tenant"),
        (ME + IMAP + 'token_endpoint = "http://sign-in.example.org/"\n', "token_endpoint: expected an address like"),
        (ME + IMAP + 'token_endpoint = "https://u:p@example.org/"\n', "token_endpoint: expected an address like"),
        (ME + IMAP + 'token_endpoint = "https://[/"\n', "token_endpoint: expected an address like"),
        (ME + IMAP + 'password_command = "pass mail"\n', "password_command: expected a list like"),
        (ME + SOURCE + 'poll = "20m"\n', "source.mail.stale_after: 15m is not longer than poll (20m)"),
        (ME + SOURCE + SOURCE, 'source.mail.name: taken by the source "mail"'),
        (ME + SOURCE.replace('"mail"', '"a-b"') + SOURCE.replace('"mail"', '"A_b"'), "name: taken by the source"),
        (ME + SOURCE + '[[rule]]\nclass = "vip"\n', "rule[1].match: missing"),
        (ME + SOURCE + '[[rule]]\nclass = "vip"\nmatch = "x"\n', "rule[1].match: expected a table"),
        (ME + SOURCE + '[[rule]]\nclass = "VIP"\nmatch = { from = "x" }\n', "rule[1].class: expected"),
        (ME + SOURCE + '[[call_log]]\npath = "x"\n', "call_log[1].columns.start: missing"),
        (ME + SOURCE + '[retention]\nclosed_text = "never"\n', "retention.closed_text: expected a length"),
        ("state_dir = 5\n" + ME + SOURCE, "state_dir: expected a text, got 5"),
        ("me = ", "not TOML: Invalid value"),
    ],
)  # fmt: skip
def test_a_problem_has_its_place(problems, text: str, problem: str) -> None:
    assert any(problem in one for one in problems(text)), problems(text)


def test_one_wrong_thing_is_one_problem(problems) -> None:
    assert len(problems(ME + '[workday]\nstart = "x"\n' + SOURCE)) == 1


@pytest.mark.parametrize("key", ["password", "Passwd", "client_secret", "access_token", "api_key"])
def test_a_secret_is_refused_and_not_repeated(problems, key: str) -> None:
    assert problems(ME + IMAP + f'{key} = "hunter2"\n') == [
        f"source.office.{key}: secrets do not belong in this file; store it with:  triage login office"
    ]


def test_bytes_that_are_no_text_are_told(read) -> None:
    with pytest.raises(ConfigError) as caught:
        read(b"[me]\nname = '\xff'\n")
    assert caught.value.problems == ("config.toml: not UTF-8 at byte 13",)


def test_a_byte_order_mark_is_no_problem(read) -> None:
    assert read(b"\xef\xbb\xbf" + (ME + SOURCE).encode()).me.addresses


def test_a_plain_connection_is_taken_when_asked_for(read) -> None:
    assert read(ME + IMAP + 'security = "none"\ninsecure = true\n').sources[0].insecure
    for host in ("localhost", "127.0.0.1", "::1"):
        assert read(ME + IMAP.replace("imap.example.org", host) + 'security = "none"\n').sources[0].host == host


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates() | st.times(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
PARSERS = [
    parse
    for keys in (tables.ME, tables.WORKDAY, tables.REMINDERS, *tables.KINDS.values(), tables.RULE, tables.RETENTION)
    for _, parse in keys.values()
]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(PARSERS), anything)
def test_no_value_breaks_a_reader(parse: values.Parser, value: object) -> None:
    try:
        parse(value)
    except ValueError as problem:
        assert "\n" not in str(problem)


@given(st.integers(0, 99_999) | st.integers(0, 999).map(lambda days: days * 86_400))
def test_a_length_written_is_read_as_the_same(seconds: int) -> None:
    span = timedelta(seconds=seconds)
    assert values.length(timedelta(), timedelta(days=36500))(values.written(span)) == span


# --- the telephone ----------------------------------------------------------------------------------------------


def test_a_call_log_is_a_source_after_the_others(read, tmp_path: Path) -> None:
    text = ME + SOURCE + '[[call_log]]\npath = "Master.csv"\npreset = "asterisk"\noutside_prefix = ["9"]\n'
    config = read(text)
    assert [(one.name, one.kind) for one in config.sources] == [("mail", "maildir"), ("calls", "call_log")]
    assert config.sources[1].path == tmp_path / "Master.csv"
    assert config.sources[1].call_log == CallLog(preset="asterisk", outside_prefix=("9",))


def test_columns_are_names_or_places(read) -> None:
    columns = '{ start = 1, direction = "Typ", from = "Von", to = "An", talk = 5 }'
    config = read(ME + SOURCE + f'[[call_log]]\npath = "x"\noutgoing = ["3"]\ncolumns = {columns}\n')
    assert config.sources[1].call_log
    assert config.sources[1].call_log.columns == Columns(start="1", direction="Typ", from_="Von", to="An", talk="5")


def test_contacts_and_calls_that_close_mail(read, tmp_path: Path) -> None:
    config = read("calls_close_mail = true\n" + ME + SOURCE + '[contacts]\npaths = ["cards", "/srv/export.vcf"]\n')
    assert config.contacts == (tmp_path / "cards", Path("/srv/export.vcf"))
    assert config.calls_close_mail


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[[call_log]]\npreset = "asterisk"\n', "call_log[1].path: missing"),
        ('[[call_log]]\npath = "x"\npreset = "pbx"\n', "call_log[1].preset: expected"),
        ('[[call_log]]\npath = "x"\npreset = "asterisk"\ncolumns = { start = 1 }\n', "knows its columns"),
        ('[[call_log]]\npath = "x"\ncolumns = { strat = 1 }\n', 'columns.strat: unknown key; did you mean "start"?'),
        ('[[call_log]]\npath = "x"\npreset = "asterisk"\ntimezone = "Berlin"\n', "timezone: expected a time zone"),
        ('[[call_log]]\npath = "x"\npreset = "asterisk"\noutside_prefix = ["a"]\n', "item 1: expected digits"),
        ('[[call_log]]\npath = "x"\npreset = "asterisk"\nencoding = "klingon"\n', "encoding: expected an encoding"),
        ('[[call_log]]\npath = "x"\npreset = "asterisk"\nname = "mail"\n', "another source has this name"),
        ('[contacts]\npaths = "cards"\n', "contacts.paths: expected a list"),
        ("[contacts]\nfolders = []\n", "contacts.folders: unknown key"),
    ],
)
def test_a_problem_of_the_telephone_has_its_place(problems, text: str, problem: str) -> None:
    assert any(problem in one for one in problems(ME + SOURCE + text)), problems(ME + SOURCE + text)
