"""Telephone numbers in the one form that links: however a system wrote a number, the same caller has the same key.

A key is E.164 ("+12025550123") for a valid public number, "int:201" for a short one of the house, else the bare
digits; empty where the caller kept it back. An extension behind a number is shown and links nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

SHORT = 6
LOCAL = 7
_LONGEST = 100
_INTERNAL = "int:"

# In whole or as a word of it; what telephone systems put where a caller kept the number back.
_WITHHELD = frozenset(
    [
        "anonymous",
        "anonym",
        "anonyme",
        "anonimo",
        "anónimo",
        "anoniem",
        "unknown",
        "unbekannt",
        "inconnu",
        "desconocido",
        "desconhecido",
        "sconosciuto",
        "onbekend",
        "okänt",
        "ukendt",
        "ukjent",
        "nieznany",
        "unavailable",
        "restricted",
        "private",
        "privat",
        "privado",
        "privato",
        "privé",
        "prive",
        "withheld",
        "unterdrückt",
        "unterdrueckt",
        "masqué",
        "masque",
        "oculto",
        "nascosto",
        "verborgen",
        "afgeschermd",
        "dolt",
        "hemligt",
        "skjult",
        "zastrzeżony",
        "blocked",
        "payphone",
        "asterisk",
        "none",
        "null",
        "nan",
    ]
)
_FILLERS = frozenset(
    [
        *("caller", "number", "no", "id", "callerid", "name", "call", "user", "not", "available", "party", "wireless"),
        *("anrufer", "rufnummer", "nummer", "teilnehmer", "keine", "numéro", "numero", "appel", "número", "nummeret"),
        *("llamada", "chiamata", "sconosciuta", "beller", "numer"),
    ]
)
_PHRASES = frozenset(
    [
        *("no caller id", "no callerid", "no number", "out of area", "not available", "id withheld", "keine rufnummer"),
        *("caller id unavailable", "number not available", "sin número", "ohne rufnummer"),
    ]
)
# The same words typed on a keypad, and what some systems send in their place.
_SPELLED = frozenset(["266696687", "86282452253", "7378742833", "7748283", "8656696"])
_WORD = re.compile(r"[^\W\d_]+")
_BRACKETED = re.compile(r"<([^<>]{0,100})>\s*$")
_SCHEME = re.compile(r"(?:sips?|tel|callto|phone):(?://)?", re.IGNORECASE)
_EXTENSION = re.compile(r"\s*(?:;?\s*ext(?:ension|\.)?\s*[=:.]?|x|#|durchwahl|poste)\s*(\d{1,7})\s*$", re.IGNORECASE)
_LETTERED = re.compile(r"[+(\d][\d\s().-]{0,8}[A-Z][A-Z\d\s().-]{4,20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """`key` is described above, `shown` how people of the region write it, `extension` what stands behind it."""

    key: str
    shown: str
    extension: str = ""

    @property
    def phone(self) -> str:
        """For scripts: E.164 or the digits."""
        return self.key.removeprefix(_INTERNAL)


WITHHELD = Number(key="", shown="")


@lru_cache(maxsize=8192)
def number(raw: str, region: str, outside: tuple[str, ...] = ()) -> Number:
    """What a system gave as a number. `outside` are prefixes dialled for an outside line, for numbers the user dialled
    himself: what is valid without one is taken so.
    """
    text, extension = _bare(raw)
    if not text or is_withheld(text):
        return WITHHELD
    digits = _digits(text)
    if lettered := _lettered(text, region):
        return lettered
    if not digits:
        return WITHHELD
    if (len(digits) <= SHORT and not text.startswith("+")) or set(text) & set("*#"):
        return Number(key=_INTERNAL + _dialled(text), shown=_dialled(text), extension=extension)
    for candidate in _candidates(text, digits, outside):
        found = _valid(candidate, region)
        if found:
            return Number(key=found[0], shown=found[1], extension=extension)
    return Number(key=digits, shown=digits, extension=extension)


def is_withheld(text: str) -> bool:
    """Does it say, in words or digits, that there is no number (or no name)?"""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).strip().casefold()
    plain = plain.partition("@")[0] if plain.endswith((".invalid", "@anonymous")) else plain
    digits = _digits(plain)
    words = _WORD.findall(plain)
    if digits and not words:
        return not digits.strip("0") or digits in _SPELLED
    if not digits and (not words or " ".join(words) in _PHRASES):
        return True
    return not digits and bool(set(words) & _WITHHELD) and set(words) <= _WITHHELD | _FILLERS


def tail(key: str) -> str:
    """The last seven digits of a public or local number: what two writings share where one lacks the area code."""
    digits = "" if key.startswith(_INTERNAL) else _digits(key)
    return digits[-LOCAL:] if len(digits) >= LOCAL else ""


@lru_cache(maxsize=1024)
def area(key: str) -> str:
    """The area code of a public number; empty where it has none."""
    if not key.startswith("+"):
        return ""
    import phonenumbers

    parsed = phonenumbers.parse(key)
    return phonenumbers.national_significant_number(parsed)[: phonenumbers.length_of_geographical_area_code(parsed)]


def is_local(key: str) -> bool:
    """Bare digits that may be the end of a whole number."""
    return key.isdigit() and LOCAL <= len(key) < 10


def is_internal(key: str) -> bool:
    """A short number of the house."""
    return key.startswith(_INTERNAL)


def whole(keys: Iterable[str]) -> dict[str, str]:
    """Each local key to the one whole number among `keys` that ends with it; to itself where none or several do."""
    known = [key for key in set(keys) if key]
    public = [key for key in known if key.startswith("+")]
    found = {}
    for key in known:
        fitting = [each for each in public if each.endswith(key)] if is_local(key) else []
        found[key] = fitting[0] if len(fitting) == 1 else key
    return found


def _bare(raw: str) -> tuple[str, str]:
    """Without a name before it, a scheme, a host behind it; and the extension, apart."""
    text = unicodedata.normalize("NFKC", raw[:_LONGEST]).strip()
    bracketed = _BRACKETED.search(text)
    text = bracketed[1].strip() if bracketed else text
    text = _SCHEME.sub("", text, count=1) if _SCHEME.match(text) else text
    if text.casefold().endswith(".invalid"):
        return "", ""
    text = text.partition("@")[0]
    extension = _EXTENSION.search(text)
    if extension and len(_digits(text[: extension.start()])) > SHORT:
        return text[: extension.start()].strip(), extension[1]
    return text.partition(";")[0].strip(), ""


def _digits(text: str) -> str:
    return "".join(str(unicodedata.digit(sign)) for sign in text if unicodedata.digit(sign, None) is not None)


def _dialled(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit() or sign in "*#")


def _candidates(text: str, digits: str, outside: tuple[str, ...]) -> Iterator[str]:
    """The number as it may have been meant, likeliest first."""
    if not text.startswith("+"):
        yield from (digits[len(prefix) :] for prefix in outside if digits.startswith(prefix))
    yield "+" + digits if text.startswith("+") else digits
    if not text.startswith("+"):
        # Dialled abroad; the region's own sign for that was tried by now.
        yield from ("+" + digits[len(sign) :] for sign in ("00", "011") if digits.startswith(sign))


def _valid(candidate: str, region: str) -> tuple[str, str] | None:
    """E.164 and the way it is written at home, if there can be such a number."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(candidate, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    at_home = parsed.country_code == phonenumbers.country_code_for_region(region)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    shown = phonenumbers.format_number(parsed, form)
    return e164, " ".join(re.sub(r"[()\-]", " ", shown).split())


def _lettered(text: str, region: str) -> Number | None:
    """ "1-800-FLOWERS" as one dials it."""
    if not _LETTERED.fullmatch(text.upper()):
        return None
    found = _valid(text.upper(), region)
    return Number(key=found[0], shown=found[1]) if found else None
