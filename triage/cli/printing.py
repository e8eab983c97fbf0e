"""JSON as commands print it."""

import json
import re

_BEYOND_ASCII = re.compile(r"[^\n -~]")


def dumped(document: object, indent: int | None = None) -> str:
    """JSON in which everything invisible is escaped: strangers choose Message-IDs, and terminals obey C1 and bidi."""
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    return _BEYOND_ASCII.sub(lambda found: found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1], text)
