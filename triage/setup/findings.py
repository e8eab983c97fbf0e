"""What a first look at an account tells: Sent mailboxes, addresses of one's own, and where people's mail arrives."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from triage.core.judging.headers import from_people
from triage.core.people import People
from triage.model.mail import Role
from triage.settings import Me
from triage.sources.survey import Surveyed

SEEN_OFTEN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """`own` are addresses seen as From in Sent that `me` does not know yet. `people` counts mail from people in 30
    days, by mailbox: INBOX first, then the fullest; those with none are left out, but INBOX.
    """

    sent: tuple[str, ...]
    own: tuple[str, ...]
    people: tuple[tuple[str, int], ...]


def findings(surveyed: Sequence[Surveyed], me: Me) -> Findings:
    """Judged as the daemon will, by what the headers tell."""
    own = _own(surveyed, me)
    people = People(me=replace(me, addresses=(*me.addresses, *own)))
    read = [box for box in surveyed if box.role in (Role.INBOX, None)]
    counts = [(box.name, len(from_people(box.recent, people)), box.role) for box in read]
    kept = [one for one in counts if one[1] or one[2] is Role.INBOX]
    ordered = sorted(kept, key=lambda one: (one[2] is not Role.INBOX, -one[1], one[0]))
    return Findings(
        sent=tuple(box.name for box in surveyed if box.role is Role.SENT),
        own=own,
        people=tuple((name, count) for name, count, _ in ordered),
    )


def _own(surveyed: Iterable[Surveyed], me: Me) -> tuple[str, ...]:
    """Seen often enough to be no slip; who also wrote to me is somebody else whose mail was filed in Sent."""
    known = People(me=me)
    boxes = list(surveyed)
    heard = {one.sender.address for box in boxes if box.role is not Role.SENT for one in box.recent if one.sender}
    sent = (one.sender.address for box in boxes if box.role is Role.SENT for one in box.recent if one.sender)
    often = Counter(address for address in sent if address not in heard and not known.is_me(address))
    return tuple(address for address, times in often.most_common(10) if times >= SEEN_OFTEN)
