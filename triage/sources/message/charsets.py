"""Bytes of strangers to clean text: charsets that are wrong, unknown or lies, and encoded words (RFC 2047).

Nothing here raises, and what comes out holds neither NULs nor lone surrogates, which SQLite refuses.
"""

import binascii
import codecs
import re
from functools import lru_cache

# What writers mean by these labels, as browsers read them.
_MEANT = {
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "iso-8859-8-i": "iso-8859-8",
    "x-sjis": "cp932",
    "unicode-1-1-utf-7": "utf-7",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
}
# Python codecs that are no charsets of mail: they take quadratic time or read escapes.
_NEVER = {"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\r\n]*)\?=")


@lru_cache(maxsize=256)
def codec(label: str) -> str | None:
    """The Python codec for a charset label, or None for an unknown one."""
    name = label.strip("\"' ").lower().partition("*")[0]
    try:
        found = codecs.lookup(_MEANT.get(name, name))
    except (LookupError, ValueError):
        return None
    text = found._is_text_encoding and found.name not in _NEVER
    return found.name if text else None


def text_of(raw: bytes, label: str = "") -> str:
    """The text of bytes in a charset, as well as can be had; a character cut at the end is dropped."""
    name = codec(label[:60]) or "utf-8"
    if name == "utf-8":
        return _utf8(raw)
    return clean(raw.decode(name, "replace"))


def clean(text: str) -> str:
    """Text without NULs and lone surrogates."""
    if "\0" in text:
        text = text.replace("\0", "")
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def words_decoded(value: str) -> str:
    """A header value with its encoded words decoded; neighbours of one charset are joined before decoding."""
    if "=?" not in value:
        return value
    done: list[str] = []
    pending, charset, at = b"", "", 0
    for word in _ENCODED_WORD.finditer(value):
        gap = value[at : word.start()]
        joined = not gap.strip() and at > 0
        if pending and not (joined and word[1] == charset):
            done.append(text_of(pending, charset))
            pending = b""
        if not joined:
            done.append(gap)
        charset = word[1]
        pending += _word_bytes(word[2], word[3])
        at = word.end()
    return "".join([*done, text_of(pending, charset), value[at:]])


def base64_bytes(encoded: bytes) -> bytes:
    """Base64 decoded up to its padding or its cut end, junk between ignored."""
    letters = encoded.translate(None, _NOT_BASE64).partition(b"=")[0]
    whole = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


_NOT_BASE64 = bytes(
    sign for sign in range(256) if not (chr(sign).isascii() and (chr(sign).isalnum() or sign in b"+/="))
)


def _word_bytes(encoding: str, payload: str) -> bytes:
    raw = payload.encode("utf-8", "replace")
    return base64_bytes(raw) if encoding in "bB" else binascii.a2b_qp(raw, header=True)


def _utf8(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = _nearly_utf8(raw)
    return text.replace("\0", "") if "\0" in text else text


def _nearly_utf8(raw: bytes) -> str:
    """UTF-8 with flaws, unless so little of it is UTF-8 that it must be Windows Latin."""
    text = raw.decode("utf-8", "replace").rstrip("\ufffd")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    if text.count("\ufffd") * 2 > beyond_ascii:
        return raw.decode("cp1252", "replace")
    return text
