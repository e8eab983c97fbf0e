"""The phrase tables, one TOML file a language: what each group is called, and all of them read.

All languages are searched at once: nobody's mail says which one it is in, and many mix two.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from importlib.resources import files

from triage.core.words.language.phrases import Group, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Every group of the tables; `en.toml` shows what each is for."""

    request: Group
    question_start: Group
    not_request: Group
    offer: Group
    contact: Group
    undertaking: Group
    question_word: Group
    wish: Group
    wish_end: Group
    want: Group
    want_end: Group
    lack: Group
    lack_end: Group
    please: Group
    withdrawing: Group
    but: Group
    small_talk: Group
    chaser: Group
    trouble: Group
    closing: Group
    closing_whole: Group
    no_reply_needed: Group
    fyi: Group
    fyi_label: Group
    greeting: Group
    everyone: Group
    greeting_end: Group
    out_of_office: Group
    away_subject: Group
    bounce: Group
    delayed: Group
    read_receipt: Group
    calendar: Group
    meeting: Group
    meeting_field: Group
    rsvp: Group
    addressed: Group
    receipt: Group
    complaint: Group
    selling: Group
    pitch: Group
    buying: Group
    mass: Group
    mass_subject: Group
    automatic: Group
    notice: Group
    service_talk: Group
    notice_subject: Group
    myself: Group
    house: Group
    small: Group
    common: Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Words that name a moment. `weekdays` maps a word to 0 for Monday and so on."""

    by: Group
    today: Group
    tomorrow: Group
    noon: Group
    week_end: Group
    fillers: Group
    weekdays: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """What makes a promise, and the moments named in one; `en.toml` and `de.toml` show what each is for. `numbers` maps
    a word to what it counts (0 is a half), `months` to 1 for January and so on, `parted` a verb to what completes it
    later in the sentence.
    """

    subject: Group
    able: Group
    elided: Group
    between: Group
    joining: Group
    to_you: Group
    date_of: Group
    verb: Group
    dated: Group
    final: Group
    own: Group
    must: Group
    must_elided: Group
    agreeing: Group
    had: Group
    verb_last: Group
    things: Group
    yours: Group
    intend_elided: Group
    they: Group
    enclosed: Group
    inquire: Group
    inquire_final: Group
    intend: Group
    staying: Group
    first: Group
    doing: Group
    doing_dated: Group
    whole: Group
    whole_dated: Group
    me: Group
    others: Group
    not_verb: Group
    relative: Group
    giving: Group
    article: Group
    thing_end: Group
    negated: Group
    whether: Group
    asking_verb: Group
    conditional: Group
    polite: Group
    reported: Group
    then: Group
    within: Group
    minutes: Group
    hours: Group
    days: Group
    weeks: Group
    on: Group
    at: Group
    same_day: Group
    next_day: Group
    same_week: Group
    next: Group
    next_week: Group
    weekend: Group
    day_after: Group
    month_end: Group
    of_month: Group
    morning: Group
    back: Group
    away_until: Group
    gone: Group
    numbers: dict[str, int]
    months: dict[str, int]
    parted: dict[str, Group]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotes:
    """How mail programs introduce what is quoted; `en.toml` shows what each is for."""

    intro: tuple[str, ...]
    wrote: tuple[str, ...]
    wrote_then: tuple[str, ...]
    quoting: tuple[str, ...]
    told: tuple[str, ...]
    original: tuple[str, ...]
    forwarded: tuple[str, ...]
    reply_above: tuple[str, ...]
    left_out: tuple[str, ...]
    sender: tuple[str, ...]
    sent: tuple[str, ...]
    date: tuple[str, ...]
    to: tuple[str, ...]
    copy: tuple[str, ...]
    subject: tuple[str, ...]
    relayed: tuple[str, ...]
    footer: tuple[str, ...]
    postscript: tuple[str, ...]
    banner: tuple[str, ...]
    disclaimer: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Single words whose order asks where no question mark does; `de.toml` shows what each is for."""

    pronouns: frozenset[str]
    subjects: frozenset[str]
    auxiliaries: frozenset[str]
    asking: frozenset[str]
    after_was: frozenset[str]
    said: frozenset[str]
    verbs: frozenset[str]
    things: frozenset[str]
    people: frozenset[str]
    last: frozenset[str]


Table = dict[str, list[str]]


@dataclass(kw_only=True)
class _Tables:
    """The tables of all languages as one."""

    phrases: Table
    moments: Table
    quotes: Table
    promises: Table
    order: Table
    counts: dict[str, dict[str, int]]
    parted: dict[str, Group]


def _tables() -> _Tables:
    found = _Tables(phrases={}, moments={}, quotes={}, promises={}, order={}, counts={}, parted={})
    languages = (path for path in files(__package__).iterdir() if path.name.endswith(".toml"))
    for path in sorted(languages, key=lambda path: path.name):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        named, promised = table.pop("deadline", {}), table.pop("promise", {})
        for name, listed in (
            ("weekdays", named.pop("weekdays", ())),
            ("numbers", promised.pop("numbers", ())),
            ("months", promised.pop("months", ())),
        ):
            _count(found.counts.setdefault(name, {}), listed, first=int(name == "months"))
        for verbs, *rest in promised.pop("parted", ()):
            found.parted.update(dict.fromkeys(words(verbs), Group(rest)))
        groups = (
            (found.moments, named),
            (found.promises, promised),
            (found.quotes, table.pop("quotes", {})),
            (found.order, table.pop("order", {})),
            (found.phrases, table),
        )
        for into, group in groups:
            for name, phrases in group.items():
                into.setdefault(name, []).extend(phrases)
    return found


def _count(into: dict[str, int], listed: Iterable[Iterable[str]], *, first: int) -> None:
    """Each word to the place of its list."""
    for number, names in enumerate(listed, first):
        into.update(dict.fromkeys(names, number))


_FOUND = _tables()
PHRASES = Phrases(**{field.name: Group(_FOUND.phrases[field.name]) for field in fields(Phrases)})
QUOTES = Quotes(**{field.name: tuple(_FOUND.quotes[field.name]) for field in fields(Quotes)})
ORDER = Order(**{field.name: frozenset(_FOUND.order[field.name]) for field in fields(Order)})
DEADLINES = Deadlines(
    weekdays=_FOUND.counts["weekdays"],
    **{field.name: Group(_FOUND.moments[field.name]) for field in fields(Deadlines) if field.name != "weekdays"},
)
PROMISES = Promises(
    numbers=_FOUND.counts["numbers"],
    months=_FOUND.counts["months"],
    parted=_FOUND.parted,
    **{
        field.name: Group(_FOUND.promises[field.name])
        for field in fields(Promises)
        if field.name not in {"numbers", "months", "parted"}
    },
)
del _FOUND
