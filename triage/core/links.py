"""Where a message can be opened: the user's webmail, or any mail program by its Message-ID (RFC 2392)."""

from urllib.parse import quote

from triage.model.cases import Debt


def link(debt: Debt, template: str) -> str | None:
    """The address that opens this message; None when it has no Message-ID.

    `template` is the source's `open` setting, with {message_id} standing for the id without its brackets; empty means
    `mid:`. The id is percent-encoded, so that a stranger's Message-ID adds nothing of its own.
    """
    if not debt.message_id:
        return None
    bare = quote(debt.message_id.strip().removeprefix("<").removesuffix(">"), safe="@")
    return template.replace("{message_id}", bare) if template else f"mid:{bare}"
