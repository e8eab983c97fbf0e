"""Which keys the file knows, table by table: key -> (field of the settings, how its value is read)."""

from collections.abc import Mapping
from datetime import timedelta

from triage.config import values
from triage.config.values import Parser, choice, flag, length, several, text
from triage.settings import Privacy

Keys = Mapping[str, tuple[str, Parser]]

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_GLOBS = several(text, '["INBOX", "Clients/*"]')
_ADDRESSES = several(values.address, '["robin@example.com"]')
_COMMAND = several(text, '["pass", "show", "mail"]')

ME: Keys = {
    "name": ("name", text),
    "addresses": ("addresses", _ADDRESSES),
    "team": ("team", _ADDRESSES),
    "phone_region": ("phone_region", values.region),
}

# days, start, end and hours become the week; the others are fields of Workday
WORKDAY: Keys = {
    "timezone": ("timezone", values.timezone),
    "days": ("days", values.weekdays),
    "start": ("start", values.clock),
    "end": ("end", values.clock),
    "hours": ("hours", values.hours),
    "holidays": ("holidays", values.holidays),
    "days_off": ("days_off", several(values.day_off, '["2026-12-24..2027-01-03"]')),
    "late_arrivals": ("late_arrivals", length(timedelta(), 12 * 60 * _MINUTE)),
    "reply_within": ("reply_within", values.reply_within),
}

REMINDERS: Keys = {
    "before": ("before", several(values.minutes, '["2h", "30m", "10m"]')),
    "overdue": ("overdue_daily", lambda value: choice("daily", "once")(value) == "daily"),
    "all_clear": ("all_clear", flag),
    "privacy": ("privacy", lambda value: Privacy(choice(*(one.value for one in Privacy))(value))),
    "command": ("command", _COMMAND),
}

_EVERY_SOURCE: Keys = {
    "name": ("name", values.name),
    "kind": ("kind", text),
    "poll": ("poll", length(timedelta(seconds=1), _DAY)),
    "stale_after": ("stale_after", length(timedelta(seconds=2), 7 * _DAY)),
}

_MAILBOXES: Keys = {
    **_EVERY_SOURCE,
    "mailboxes": ("mailboxes", _GLOBS),
    "sent": ("sent", _GLOBS),
    "history": ("history", length(_DAY, 3650 * _DAY)),
    "archived": ("archived_is_done", lambda value: choice("owed", "done")(value) == "done"),
    "open": ("open", text),
    "voicemail_from": ("voicemail_from", _ADDRESSES),
}

_IMAP: Keys = {
    "host": ("host", text),
    "port": ("port", values.port),
    "security": ("security", choice("tls", "starttls", "none")),
    "insecure": ("insecure", flag),
    "ca_file": ("ca_file", values.file),
    "user": ("user", text),
    "auth": ("auth", text),
    "password_command": ("password_command", _COMMAND),
}

OAUTH: Keys = {
    "client_id": ("client_id", text),
    "client_secret_command": ("client_secret_command", _COMMAND),
    "tenant": ("tenant", values.tenant),
    "authorize_endpoint": ("authorize_endpoint", values.endpoint),
    "token_endpoint": ("token_endpoint", values.endpoint),
    "device_endpoint": ("device_endpoint", values.endpoint),
    "scopes": ("scopes", several(text, '["email", "offline_access"]')),
}

_EXCHANGE: Keys = {
    "endpoint": ("endpoint", values.endpoint),
    "version": ("version", choice("2016", "2019", "se")),
    "mailbox": ("mailbox", text),
    "auth": ("auth", choice("ntlm", "basic", "kerberos")),
    **{key: _IMAP[key] for key in ("ca_file", "user", "password_command")},
}

KINDS: Mapping[str, Keys] = {
    "exchange": {**_MAILBOXES, **_EXCHANGE},
    "imap": {**_MAILBOXES, **_IMAP, **OAUTH},
    "maildir": {**_MAILBOXES, "path": ("path", values.file)},
    "voicemail": {**_EVERY_SOURCE, "path": ("path", values.file), "timezone": ("timezone", values.timezone)},
}

NEEDED: Mapping[str, tuple[str, ...]] = {
    "exchange": ("endpoint", "user"),
    "imap": ("host", "user"),
    "maildir": ("path",),
    "voicemail": ("path",),
}

AUTHS = ("password", "oauth-microsoft", "oauth-google", "oauth")
# Which keys an `auth` needs, and which others it knows; the rest of `OAUTH` would say something it does not do.
OAUTH_NEEDED: Mapping[str, tuple[str, ...]] = {
    "oauth-microsoft": ("client_id",),
    "oauth-google": ("client_id",),
    "oauth": ("client_id", "token_endpoint", "scopes"),
}
OAUTH_KNOWN: Mapping[str, tuple[str, ...]] = {
    "oauth-microsoft": ("client_secret_command", "tenant"),
    "oauth-google": ("client_secret_command",),
    "oauth": ("client_secret_command", "authorize_endpoint", "device_endpoint"),
}

# What the contract names and this version does not do is refused, never ignored: who set it up would rely on it.
LATER_KINDS = frozenset({"graph"})

RULE: Keys = {
    "match": ("match", lambda value: value),
    "class": ("class_", choice("client", "coworker", "vip", "other")),
    "reply_within": ("reply_within", values.reply_within),
    "prefers": ("prefers", choice("phone", "mail")),
}

MATCH: Keys = {key: (key, text) for key in ("from", "to", "subject", "list", "source", "mailbox", "phone")}

RETENTION: Keys = {"closed_text": ("closed_text", length(_DAY, 36500 * _DAY))}

REVIEW_KINDS = ("attention", "view", "next-step", "words", "warmth", "channel", "breaks")
REVIEW: Keys = {"off": ("off", several(choice(*REVIEW_KINDS), '["warmth"]'))}

CONTACTS: Keys = {"paths": ("contacts", several(values.file, '["~/contacts"]'))}

CALL_LOG: Keys = {
    "path": ("path", values.file),
    "name": ("name", values.name),
    "poll": _MAILBOXES["poll"],
    "stale_after": _MAILBOXES["stale_after"],
    "history": _MAILBOXES["history"],
    "preset": ("preset", choice("custom", "asterisk")),
    "delimiter": ("delimiter", values.delimiter),
    "encoding": ("encoding", values.encoding),
    "header": ("header", flag),
    "columns": ("columns", lambda value: value),
    "date_format": ("date_format", text),
    "timezone": ("timezone", values.timezone_or_local),
    "duration": ("duration", choice("seconds", "m:ss", "h:mm", "h:mm:ss")),
    "outgoing": ("outgoing", several(text, '["Outgoing"]')),
    "answered": ("answered", several(text, '["Call connected"]')),
    "outside_prefix": ("outside_prefix", several(values.digits, '["9"]')),
    "own_numbers": ("own_numbers", several(text, '["1001"]')),
    "min_talk_seconds": ("min_talk", values.seconds),
}
COLUMNS: Keys = {
    name: ("from_" if name == "from" else name, values.column)
    for name in ("start", "time", "direction", "from", "to", "talk", "result", "linked")
}

TOP = frozenset(
    {
        *("state_dir", "calls_close_mail", "me", "workday", "reminders", "source", "call_log", "contacts", "rule"),
        "retention",
        "review",
    }
)
