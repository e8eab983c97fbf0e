"""Messages to conversations, by Message-ID, In-Reply-To and References; never by subject (contract section 2)."""

import heapq
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from triage.model.entries import Entry
from triage.model.mail import Message

_REPLIES = frozenset(
    [
        "re",
        "r",
        "aw",
        "antw",
        "antwort",
        "sv",
        "vs",
        "vb",
        "res",
        "ref",
        "rif",
        "odp",
        "ynt",
        "atb",
        "ad",
        "ats",
        "απ",
        "σχετ",
        "отв",
        "回复",
        "回覆",
        "答复",
        "答覆",
        "返信",
        "답장",
        "回信",
    ]
)
_FORWARDS = frozenset(
    [
        "fwd",
        "fw",
        "wg",
        "tr",
        "rv",
        "enc",
        "i",
        "doorst",
        "vl",
        "ilt",
        "pd",
        "továbbítás",
        "πρθ",
        "пер",
        "转发",
        "轉寄",
        "轉發",
        "転送",
        "전달",
    ]
)
# One prefix: a word, at most a count in brackets ("Re[2]", "Re(3)"), a colon of either width.
_PREFIX = re.compile(r"\s*([^\W\d_]{1,12})(?:[\[(]\d{1,4}[\])])?\s{0,2}[:\uff1a]\s*")
_TAG = re.compile(r"\s*\[[^\[\]]{1,80}\]\s*")
_WAS = re.compile(r"\(was:? [^()]*\)?$", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_LONGEST_SUBJECT = 1000


def moment(entry: Entry) -> datetime:
    """When a message happened: a Sent copy may be filed late, so its Date counts if it is less than a day before."""
    message = entry.message
    if not entry.outgoing or message.sent is None:
        return message.received
    lag = message.received - message.sent
    return message.sent if timedelta() <= lag <= timedelta(days=1) else message.received


def parents(message: Message) -> tuple[str, ...]:
    """The Message-IDs a message says it comes after."""
    about = (message.report.about,) if message.report and message.report.about else ()
    return (*message.in_reply_to, *message.references, *about)


def ancestors(message: Message) -> frozenset[str]:
    """All Message-IDs this message names, itself left out."""
    return frozenset(parents(message)) - {message.message_id}


def links(message: Message) -> frozenset[str]:
    """Every Message-ID that ties this message to a conversation, its own included."""
    own = (message.message_id,) if message.message_id else ()
    return frozenset((*own, *parents(message)))


def is_fresh(message: Message) -> bool:
    """Does it start a conversation, as far as its own header says?"""
    return not message.in_reply_to and not message.references


def threads(entries: Iterable[Entry]) -> tuple[tuple[Entry, ...], ...]:
    """The conversations, each in its own order, oldest first; the order of arrival does not matter.

    Inside one, references beat clocks: a message stands after all it names; else the moment and then the key decide.
    """
    ordered = sorted(entries, key=_clock)
    groups: dict[int, list[Entry]] = {}
    for place, root in enumerate(_roots(ordered)):
        groups.setdefault(root, []).append(ordered[place])
    return tuple(in_order(group) for group in groups.values())


def in_order(group: Sequence[Entry]) -> tuple[Entry, ...]:
    """One conversation sorted; a circle of references is cut at its earliest message."""
    ordered = sorted(group, key=_clock)
    above = parent_places(ordered)
    open_parents = [len(places) for places in above]
    below: list[list[int]] = [[] for _ in ordered]
    for place, places in enumerate(above):
        for parent in places:
            below[parent].append(place)
    ready = [place for place, count in enumerate(open_parents) if not count]
    placed: list[int] = []
    done = [False] * len(ordered)
    earliest = 0
    while len(placed) < len(ordered):
        while not ready:
            if not done[earliest]:
                ready.append(earliest)
            earliest += 1
        place = heapq.heappop(ready)
        if done[place]:
            continue
        done[place] = True
        placed.append(place)
        for child in below[place]:
            open_parents[child] -= 1
            if open_parents[child] == 0 and not done[child]:
                heapq.heappush(ready, child)
    return tuple(ordered[place] for place in placed)


def parent_places(thread: Sequence[Entry]) -> list[set[int]]:
    """For each message the places of those it names."""
    place_of = {entry.message.message_id: place for place, entry in enumerate(thread) if entry.message.message_id}
    return [
        {place_of[name] for name in ancestors(entry.message) if name in place_of} - {place}
        for place, entry in enumerate(thread)
    ]


def bare_subject(subject: str) -> str:
    """The subject without reply and forward prefixes, list tags and "(was: …)"; case and spacing do not matter."""
    rest = _WAS.sub("", subject[:_LONGEST_SUBJECT].rstrip())
    place = 0
    while step := _prefix_end(rest, place):
        place = step
    bare = rest[place:].strip() or rest.strip()
    return _SPACES.sub(" ", bare).casefold()


def is_forward_subject(subject: str) -> bool:
    """Is the outermost prefix one that forwards?"""
    return _outermost(subject) in _FORWARDS


def is_reply_subject(subject: str) -> bool:
    """Is the outermost prefix one that replies?"""
    return _outermost(subject) in _REPLIES


def _outermost(subject: str) -> str:
    tag = _TAG.match(subject)
    prefix = _PREFIX.match(subject, tag.end() if tag else 0)
    return prefix[1].casefold() if prefix else ""


def _prefix_end(subject: str, place: int) -> int | None:
    tag = _TAG.match(subject, place)
    if tag:
        return tag.end()
    prefix = _PREFIX.match(subject, place)
    if prefix and prefix[1].casefold() in _REPLIES | _FORWARDS:
        return prefix.end()
    return None


def _clock(entry: Entry) -> tuple[datetime, str]:
    return moment(entry), entry.message.key


def _roots(entries: Sequence[Entry]) -> list[int]:
    """Union-find over shared Message-IDs; the root of a conversation is the smallest place in it."""
    root = list(range(len(entries)))

    def find(place: int) -> int:
        while root[place] != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    first_with: dict[str, int] = {}
    for place, entry in enumerate(entries):
        for link in links(entry.message):
            one, other = find(first_with.setdefault(link, place)), find(place)
            root[max(one, other)] = min(one, other)
    return [find(place) for place in range(len(entries))]
