"""Words of local parts behind which programs write: some always, some as well as people."""

import re
import tomllib
from importlib.resources import files

_TABLE = tomllib.loads(files(__package__).joinpath("roles.toml").read_text(encoding="utf-8"))
DEVICES = frozenset(_TABLE["devices"])
ROLES = frozenset(_TABLE["roles"])
SENDING = frozenset(_TABLE["sending"])
_DONE = re.compile(
    r"^[a-z]{3,}(?:ing|ions?|ments?|ance|ence|ung|ungen|dienst|services?|desk|stelle|termine?|theque|thek|tarife|maint)$"
)
_PIECE = re.compile(r"[^\W\d_]+")


def pieces(address: str) -> tuple[str, ...]:
    """The local part, and the words it is made of."""
    local = address.partition("@")[0][:64]
    return (local, *_PIECE.findall(local))


def sounds_like_role(address: str) -> bool:
    """A single word such as scheduling@ or remittance@ that ends as words for what is done there do."""
    return bool(_DONE.search(address.partition("@")[0][:64]))
