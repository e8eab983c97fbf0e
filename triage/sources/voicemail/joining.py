"""What several places tell of the same voicemail, to the call as it stands now."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime

from triage.model.calls import Call
from triage.sources.voicemail.packs import joined
from triage.sources.voicemail.told import Told

_NEVER = datetime.fromtimestamp(0, UTC)
_OWN = {"identity", "rank", "span"}


def call_of(key: str, source: str, several: Sequence[Told], *, bare: bool = False) -> Call:
    """The call. Of copies in a spool the first in rank tells where it stands; `bare` leaves out the files beside its
    own text, which while a folder moves may be another caller's.
    """
    order = sorted(several, key=lambda told: (told.rank, told.mailbox, told.files))
    whole = joined(order)
    files = order[0].files if order[0].folder else tuple(dict.fromkeys(file for told in order for file in told.files))
    told = {field.name: getattr(whole, field.name) for field in fields(Told) if field.name not in _OWN}
    told |= {"files": files, "at": min((one.at for one in order if one.at), default=_NEVER)}
    told |= {"withheld": whole.withheld and not whole.number}
    if bare:
        told |= {"files": ()}
    return Call(key=key, source=source, **told)
