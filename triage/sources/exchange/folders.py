"""Which folders of a mailbox are read, and what each is for."""

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from exchangelib.errors import EWSError

from triage.model.mail import Role
from triage.settings import SourceSettings
from triage.sources.exchange import asking
from triage.sources.exchange.asking import Folder
from triage.sources.exchange.faults import CANNOT_DO, PASSING, Refused, code_of
from triage.sources.exchange.line import Line
from triage.sources.names import role_of

log = logging.getLogger(__name__)

# Sent first: an answer is known before the question is judged.
_ORDER = (Role.SENT, Role.INBOX, Role.TRASH, Role.JUNK)
_KNOWN = {"inbox": Role.INBOX, "sentitems": Role.SENT, "deleteditems": Role.TRASH, "junkemail": Role.JUNK}
# A wildcard does not mean these. Asked for apart, and only then: older servers do not know them all.
_NEVER = ("drafts", "outbox", "syncissues", "conflicts")
_ROOT = "msgfolderroot"
_WILD = re.compile(r"[*?\[]")
_PASSED_ON = (Role.SENT, Role.TRASH, Role.JUNK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A folder that is read. `name` is its path, as people see it; `total` how many items it held when listed."""

    id: str
    name: str
    role: Role
    total: int


def boxes(line: Line, settings: SourceSettings) -> tuple[Box, ...]:
    """The folders to read, in the order of reading.

    Beside a shared mailbox the user's own Sent Items is read: Exchange puts there what is sent in its name.
    """
    known = asking.distinguished(line, (_ROOT, *_KNOWN), settings.mailbox)
    others = _others(line, known[_ROOT], settings) if _ROOT in known else ()
    if any(_WILD.search(glob) for glob in (*settings.mailboxes, *settings.sent)):
        known |= _if_any(line, _NEVER, settings.mailbox)
    found = chosen(known, others, settings)
    own = _if_any(line, ("sentitems",), "").get("sentitems") if settings.mailbox else None
    if own and own.id not in {box.id for box in found}:
        found = (Box(id=own.id, name=f"{settings.user}/{own.name}", role=Role.SENT, total=own.total), *found)
    return found


def _others(line: Line, root: Folder, settings: SourceSettings) -> Sequence[Folder]:
    """The folders that have no name of their own in EWS. A server that cannot list them at all is read without, unless
    the settings name any.
    """
    try:
        return asking.below(line, root)
    except (Refused, EWSError) as error:
        if code_of(error) not in CANNOT_DO or settings.sent or settings.mailboxes != ("INBOX",):
            raise
        log.warning("source=%s event=no-list code=%s", settings.name, code_of(error))
        return ()


def _if_any(line: Line, names: Sequence[str], mailbox: str) -> dict[str, Folder]:
    """Those of the folders that exist; none for an account without a mailbox of its own."""
    try:
        return asking.distinguished(line, names, mailbox)
    except (Refused, EWSError) as error:
        if code_of(error) in PASSING:
            raise
        return {}


def chosen(known: Mapping[str, Folder], others: Sequence[Folder], settings: SourceSettings) -> tuple[Box, ...]:
    """What the settings, the well-known folders and the names of the others say is to be read."""
    every = {folder.id: folder for folder in others} | {folder.id: folder for folder in known.values()}
    roles = {known[name].id: role for name, role in _KNOWN.items() if name in known}
    never = {known[name].id for name in (_ROOT, *_NEVER) if name in known}
    found = []
    for folder in every.values():
        name = _path(folder, every, known)
        role = _role(folder, name, roles, every, settings)
        # Contacts and calendars hold no mail; a folder of mail may lack a class.
        if role and folder.id not in never and folder.class_.lower()[:8] in {"", "ipf.note", "ipf"}:
            found.append(Box(id=folder.id, name=name, role=role, total=folder.total))
    return tuple(sorted(found, key=lambda box: (_ORDER.index(box.role), box.name)))


def _path(folder: Folder, every: Mapping[str, Folder], known: Mapping[str, Folder]) -> str:
    """The names from the top down; the inbox is INBOX in every language."""
    names = [folder.name]
    above = folder
    root = known[_ROOT].id if _ROOT in known else ""
    inbox = known["inbox"].id if "inbox" in known else ""
    if folder.id == inbox:
        return "INBOX"
    for _ in range(50):
        if above.parent in {"", root} or above.parent not in every:
            break
        above = every[above.parent]
        names.append("INBOX" if above.id == inbox else above.name)
    return "/".join(reversed(names))


def _role(
    folder: Folder, name: str, roles: Mapping[str, Role], every: Mapping[str, Folder], settings: SourceSettings
) -> Role | None:
    if folder.id in roles and roles[folder.id] is not Role.INBOX:
        return roles[folder.id]
    if _matches(name, settings.sent):
        return Role.SENT
    above = folder
    for _ in range(50):
        if roles.get(above.parent) in _PASSED_ON:
            return roles[above.parent]
        if above.parent not in every:
            break
        above = every[above.parent]
    if folder.id not in roles and (role := role_of(name)) in _PASSED_ON:
        return role
    return Role.INBOX if _matches(name, settings.mailboxes) else None


def _matches(name: str, globs: Iterable[str]) -> bool:
    folded = name.casefold()
    return any(folded == glob.casefold() or fnmatchcase(folded, glob.casefold()) for glob in globs)
