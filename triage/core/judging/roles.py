"""Words of local parts behind which programs write: some always, some as well as people."""

import re
import tomllib
from importlib.resources import files

_TABLE = tomllib.loads(files(__package__).joinpath("roles.toml").read_text(encoding="utf-8"))
DEVICES = frozenset(_TABLE["devices"])
ROLES = frozenset(_TABLE["roles"])
_PIECE = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")


def pieces(address: str) -> tuple[str, ...]:
    """The local part, and the words it is made of."""
    local = address.partition("@")[0][:64]
    return (local, *_PIECE.findall(local))
