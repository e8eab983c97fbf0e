"""Google Voice as Google Takeout hands it out: one HTML page a call."""

import html
import re
from statistics import fmean

from triage.model.calls import Way
from triage.sources.voicemail.labels import moment, seconds
from triage.sources.voicemail.told import File, Told
from triage.sources.voicemail.wording import wording

_TITLE = re.compile(r"<title>\s{0,40}(Voicemail from|Placed call to|Received call from|Missed call from)\b", re.I)
_CALLER = re.compile(r'class="tel" href="tel:([^"]{0,80})"[^>]{0,80}>\s{0,40}<span class="fn">([^<]{0,200})</span>')
_AT = re.compile(r'class="published" title="([^"]{1,40})"')
_LENGTH = re.compile(r'class="duration" title="(PT\w{1,20})"')
_WORDS = re.compile(r'class="full-text">([^<]{0,32768})<')
_SURE = re.compile(r'class="confidence">([01](?:\.\d{1,6})?)<')
_WAYS = {"placed": Way.OUT, "received": Way.IN, "missed": Way.IN, "voicemail": Way.VOICEMAIL}


def read(file: File) -> tuple[Told, ...] | None:
    """A voicemail, or a call placed, taken or missed; text messages and the rest are no calls."""
    if file.extension not in {"html", "htm"} or 'class="haudio"' not in file.text:
        return (() if 'class="hChatLog' in file.text else None) if file.extension in {"html", "htm"} else None
    title = _TITLE.search(file.text)
    if not title:
        return ()
    kind = title[1].split()[0].lower()
    found = _CALLER.search(file.text)
    number, name = (html.unescape(one).strip() for one in found.groups()) if found else ("", "")
    at = _AT.search(file.text)
    length = _LENGTH.search(file.text)
    words = _WORDS.search(file.text)
    sure = [float(one) for one in _SURE.findall(file.text)]
    return (
        Told(
            identity=f"takeout\n{kind}\n{at[1]}\n{number}" if at else "",
            at=moment(at[1], file.zone) if at else None,
            way=_WAYS[kind],
            number=number,
            name=name,
            withheld=not number,
            seconds=seconds(length[1]) if length else None,
            answered=kind in {"placed", "received"} and length is not None,
            heard="#unread" not in file.text if kind == "voicemail" else None,
            **wording(html.unescape(words[1]) if words else "", round(fmean(sure), 2) if sure else None),
        ),
    )
