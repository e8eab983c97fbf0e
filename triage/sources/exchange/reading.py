"""Ids to messages over a line, a bounded batch at a time; one item that cannot be had stops none of the others."""

import logging
from collections.abc import Sequence
from datetime import datetime

from triage.model.mail import Message
from triage.sources.exchange import asking, items
from triage.sources.exchange.asking import ATTACHMENTS, BODY, ENVELOPE, HEADERS, NAMED, TEXT
from triage.sources.exchange.faults import CANNOT_DO, Refused, code_of
from triage.sources.exchange.line import Element, Line
from triage.sources.exchange.wire import TooLarge
from triage.sources.message import mime

log = logging.getLogger(__name__)

BATCH = 200
# What is asked for, and what instead of a server that does not know it.
_SHAPES = ((*ENVELOPE, HEADERS, ATTACHMENTS, TEXT), (*ENVELOPE, HEADERS, ATTACHMENTS, BODY), (*NAMED, BODY))
_WITHOUT_TEXT = (*ENVELOPE, HEADERS)
# A server that fails at a whole item often still gives its envelope.
_FEWER = ((*ENVELOPE, HEADERS), ENVELOPE)
# What says that an item is not there any more.
_GONE = frozenset({"ErrorItemNotFound"})
# What is the item's own fault. Anything else may be the server's, and pass: where no other item shows that the server
# does hand out any, it is asked again so often before one is given up on.
_ITS_OWN = frozenset(
    [
        "TooLarge",
        "ErrorCorruptData",
        "ErrorItemCorrupt",
        "ErrorContentConversionFailed",
        "ErrorMimeContentConversionFailed",
        "ErrorMimeContentInvalid",
        "ErrorUnsupportedMimeConversion",
        "ErrorMessageSizeExceeded",
    ]
)
TRIES_WITHOUT_ANOTHER = 15


class Reader:
    """Reads the items of one source. `step` is how many are asked for at once: fewer after an answer too large."""

    def __init__(self, source: str, voicemail_from: tuple[str, ...] = ()) -> None:
        self.step = BATCH
        self._source = source
        self._voicemail_from = voicemail_from
        self._shapes = list(_SHAPES)
        self._failures: dict[str, int] = {}

    def messages(
        self, line: Line, box: str, asked: Sequence[tuple[str, datetime]], *, text: bool
    ) -> dict[str, Message]:
        """Those of the items that are still there, by id; each comes with when it was received."""
        found: dict[str, Message] = {}
        for start in range(0, len(asked), BATCH):
            part = asked[start : start + BATCH]
            elements = self._elements(line, [id_ for id_, _ in part], text=text)
            for id_, received in part:
                if (element := elements.get(id_)) is None:
                    continue
                where = f"{self._source}/{box}/{id_}"
                if isinstance(element, Refused):
                    log.warning("source=%s event=unreadable code=%s", self._source, element.code)
                    found[id_] = mime.unreadable("the server does not hand it out", received=received, where=where)
                else:
                    with_text = text and items.has_text(element)
                    found[id_] = items.message(
                        element,
                        text=with_text,
                        received=received,
                        where=where,
                        source=self._source,
                        voicemail_from=self._voicemail_from,
                    )
        return found

    def _elements(self, line: Line, ids: list[str], *, text: bool) -> dict[str, Element | Refused]:
        found = self._by_what_it_knows(line, ids) if text else self._in_steps(line, ids, _WITHOUT_TEXT)
        if text and TEXT in self._shapes[0]:
            found |= self._bodies(line, [id_ for id_, one in found.items() if _lacks_text(one)])
        for id_ in ids:
            if isinstance(found.get(id_, Refused("")), Refused):
                self._ask_alone(line, id_, found)
        self._doubt(found)
        return found

    def _doubt(self, found: dict[str, Element | Refused]) -> None:
        """Raise the refusal if all there is is refused, and not for what the items are."""
        doubtful = [(id_, one) for id_, one in found.items() if isinstance(one, Refused) and one.code not in _ITS_OWN]
        if not doubtful or len(doubtful) < len(found):
            return
        id_, refusal = doubtful[0]
        self._failures[id_] = self._failures.get(id_, 0) + 1
        if self._failures[id_] <= TRIES_WITHOUT_ANOTHER:
            raise refusal
        del self._failures[id_]

    def _by_what_it_knows(self, line: Line, ids: list[str]) -> dict[str, Element | Refused]:
        """The items with all that is wanted; a server that does not know some of it is asked for less from then on."""
        while True:
            try:
                return self._in_steps(line, ids, self._shapes[0])
            except Exception as error:
                if code_of(error) not in CANNOT_DO or len(self._shapes) == 1:
                    raise
                log.warning("source=%s event=asked-for-less code=%s", self._source, code_of(error))
                del self._shapes[0]

    def _in_steps(self, line: Line, ids: list[str], fields: Sequence[str]) -> dict[str, Element | Refused]:
        found: dict[str, Element | Refused] = {}
        at = 0
        while at < len(ids):
            part = ids[at : at + self.step]
            try:
                found |= asking.items(line, part, fields)
            except Exception as error:
                if not _too_large(error):
                    raise
                if len(part) == 1:
                    found[part[0]] = Refused("TooLarge")
                else:
                    self.step = max(1, min(self.step, len(part)) // 8)
                    continue
            at += len(part)
        self.step = min(BATCH, self.step * 4)
        return found

    def _bodies(self, line: Line, ids: list[str]) -> dict[str, Element | Refused]:
        """The same items with their body as it was written: not every server makes a plain text of HTML."""
        if not ids:
            return {}
        return {id_: one for id_, one in self._in_steps(line, ids, _SHAPES[1]).items() if not isinstance(one, Refused)}

    def _ask_alone(self, line: Line, id_: str, found: dict[str, Element | Refused]) -> None:
        """An item refused or left out of an answer: asked for with fewer and fewer fields."""
        for fields in _FEWER:
            answer = self._in_steps(line, [id_], fields).get(id_, Refused("no item"))
            if isinstance(answer, Refused) and answer.code in _GONE:
                found.pop(id_, None)
                return
            found[id_] = answer
            if not isinstance(answer, Refused):
                return


def _lacks_text(item: Element | Refused) -> bool:
    return not isinstance(item, Refused) and not items.has_text(item)


def _too_large(error: BaseException) -> bool:
    """Was it the size of what was asked for?"""
    seen: BaseException | None = error
    for _ in range(20):
        if seen is None:
            return False
        if isinstance(seen, TooLarge):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
