"""Leave to read an account for a while, given by whoever signs its owner in."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A token a server takes instead of a password. From `renew` on, well before it ends, another is to be had."""

    token: str = field(repr=False)
    renew: datetime
