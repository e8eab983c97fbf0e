"""The tables compiled. All numbers are one and the same word, so that "press five" and "press 9" are one phrase."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from importlib.resources import files

from triage.core.words.language import Group

# A letter of Chinese is a word of its own: nothing stands between its words.
_WORD = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]|[^\W_\u3040-\u30ff\u4e00-\u9fff]+(?:'[^\W_]+)*")
_STRAIGHT = str.maketrans("’‘´`", "''''")
_NUMBER = "0"


def heard(text: str) -> tuple[str, ...]:
    """The words as spoken, casefolded; hyphens part words, inner apostrophes do not."""
    return tuple(_WORD.findall(text.translate(_STRAIGHT).casefold()))


def spoken(text: str) -> tuple[str, ...]:
    """As `heard`, without apostrophes, which transcribers leave out, and every number, in digits or words, as "0"."""
    return tuple(_NUMBER if word in _DIGITS or word[0].isdigit() else word.replace("'", "") for word in heard(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """Every group of phrases; `en.toml` shows what each is for. `digits` maps a word to the digits it stands for,
    `hours` one to an hour, `lures` the name of a trick to how it is told.
    """

    menu: Group
    ringing_first: Group
    purpose: Group
    press_on: Group
    desk: Group
    declared: Group
    recorded: Group
    opting_out: Group
    crowd: Group
    formula: Group
    pressure: Group
    benign: Group
    personal: Group
    not_mine: Group
    wrong_number: Group
    no_need: Group
    settled: Group
    telling: Group
    thanking: Group
    wants: Group
    trouble: Group
    conditional: Group
    ghosts: Group
    failed: Group
    introducing: Group
    introducing_loosely: Group
    introduced: Group
    belonging: Group
    between: Group
    calling_from: Group
    house: Group
    not_name: Group
    title: Group
    kin: Group
    dialling: Group
    not_number: Group
    extension: Group
    present: Group
    to_call: Group
    lures: dict[str, Group]
    digits: dict[str, str]
    repeating: dict[str, int]
    hours: dict[str, int]


def _read() -> dict[str, dict[str, list[str]]]:
    """The tables of all languages as one, the plain groups under ""."""
    found: dict[str, dict[str, list[str]]] = {}
    paths = (path for path in files(__package__).iterdir() if path.name.endswith(".toml"))
    for path in sorted(paths, key=lambda path: path.name):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        for name, value in table.items():
            tables = value if isinstance(value, dict) else {name: value}
            into = found.setdefault(name if isinstance(value, dict) else "", {})
            for key, phrases in tables.items():
                into.setdefault(key, []).extend(phrases)
    return found


def _worth(listed: dict[str, list[str]]) -> dict[str, str]:
    return {word: worth for worth, names in listed.items() for word in names}


def _group(phrases: Iterable[str], *, raw: bool = False) -> Group:
    return Group(" ".join((heard if raw else spoken)(phrase)) for phrase in phrases)


# Groups searched in words whose numbers still differ: names, numbers and hours are read there.
_RAW = frozenset(
    [
        "ghosts",
        "failed",
        "introducing",
        "introducing_loosely",
        "introduced",
        "belonging",
        "between",
        "calling_from",
        "house",
        "not_name",
        "title",
        "kin",
        "dialling",
        "not_number",
        "extension",
        "present",
        "to_call",
    ]
)
_FOUND = _read()
_DIGITS = _worth(_FOUND["digits"])
SPOKEN = Spoken(
    lures={name: _group(phrases) for name, phrases in _FOUND["lures"].items()},
    digits=_DIGITS,
    repeating={word: int(times) for word, times in _worth(_FOUND["repeating"]).items()},
    hours={word: int(hour) for word, hour in _worth(_FOUND["hours"]).items()},
    **{
        field.name: _group(_FOUND[""][field.name], raw=field.name in _RAW)
        for field in fields(Spoken)
        if field.name not in {"lures", "digits", "repeating", "hours"}
    },
)
