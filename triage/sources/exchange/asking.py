"""The four questions we put to Exchange, and what of the answers we use. They are all there is: nothing here writes."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from triage.sources.exchange.faults import CANNOT_DO, PASSING, Refused
from triage.sources.exchange.line import Element, Line

_MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
_TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
_NAMES = f'xmlns:m="{_MESSAGES}" xmlns:t="{_TYPES}"'
M, T = f"{{{_MESSAGES}}}", f"{{{_TYPES}}}"

MOST_FOLDERS = 10_000
FOLDERS_PAGE = 500

# Properties without a name in EWS: who sent a message by SMTP (within an organisation Exchange may name people
# otherwise), PR_LAST_VERB_EXECUTED (MS-OXOMSG 2.2.1.8) and, of reports, the Message-ID of what they are about and whom
# it was to.
SENDER_SMTP, REPRESENTED_SMTP, LAST_VERB, ABOUT, ABOUT_TO = "0x5d01", "0x5d02", "0x1081", "0x1046", "0x0074"
_EXTENDED = {
    SENDER_SMTP: "String",
    REPRESENTED_SMTP: "String",
    LAST_VERB: "Integer",
    ABOUT: "String",
    ABOUT_TO: "String",
}
# PidLidCleanGlobalObjectId (MS-OXOCAL 2.2.1.28): of a meeting, the same in the invitation and in the answers to it.
EVENT = "35"
_MEETING = f'DistinguishedPropertySetId="Meeting" PropertyId="{EVENT}" PropertyType="Binary"'
NAMED = (
    "item:ItemClass",
    "item:Subject",
    "item:DateTimeReceived",
    "item:DateTimeSent",
    "item:Importance",
    "item:InReplyTo",
    "message:From",
    "message:Sender",
    "message:ToRecipients",
    "message:CcRecipients",
    "message:ReplyTo",
    "message:InternetMessageId",
    "message:References",
)
ENVELOPE = (*NAMED, SENDER_SMTP, REPRESENTED_SMTP, ABOUT, ABOUT_TO, EVENT)
"""What judging reads of a message beside header fields and text."""
HEADERS = "item:InternetMessageHeaders"
TEXT, BODY, ATTACHMENTS = "item:TextBody", "item:Body", "item:Attachments"


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder as the server lists it; `distinguished` is the name it was asked by, else empty."""

    id: str
    parent: str
    name: str
    class_: str = ""
    total: int = 0
    distinguished: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of a folder: `created` tells new (or moved here) from gone. `received` as the server wrote it."""

    id: str
    created: bool
    received: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The changes up to `state`, and how many there were of any kind; `last` when there are no more now."""

    state: str
    last: bool
    changes: tuple[Change, ...]
    size: int


def distinguished(line: Line, names: Sequence[str], mailbox: str) -> dict[str, Folder]:
    """Those of the well-known folders that exist; of another's `mailbox`, or of the user's own if that is empty."""
    whose = f"<t:Mailbox><t:EmailAddress>{escape(mailbox)}</t:EmailAddress></t:Mailbox>" if mailbox else ""
    ids = "".join(f'<t:DistinguishedFolderId Id="{name}">{whose}</t:DistinguishedFolderId>' for name in names)
    answer = line.ask("GetFolder", _get_folder(ids), forgiving=True)
    found: dict[str, Folder] = {}
    refusals: list[Refused] = []
    for name, message in zip(names, answer, strict=False):
        if refusal := _refusal(message):
            refusals.append(refusal)
        else:
            found.update((name, folder) for folder in _folders(message.find(f"{M}Folders"), name))
    if refusals and not found:
        raise refusals[0]
    return found


def _get_folder(ids: str) -> bytes:
    shape = (
        "<m:FolderShape><t:BaseShape>Default</t:BaseShape><t:AdditionalProperties><t:FieldURI "
        'FieldURI="folder:FolderClass"/><t:FieldURI FieldURI="folder:ParentFolderId"/></t:AdditionalProperties>'
        "</m:FolderShape>"
    )
    return f"<m:GetFolder {_NAMES}>{shape}<m:FolderIds>{ids}</m:FolderIds></m:GetFolder>".encode()


def below(line: Line, root: Folder) -> tuple[Folder, ...]:
    """Every folder below `root`, at most 10,000."""
    found: list[Folder] = []
    offset = 0
    while len(found) < MOST_FOLDERS:
        (message,) = line.ask("FindFolder", _find_folder(root.id, offset), forgiving=True)
        if refusal := _refusal(message):
            raise refusal
        view = message.find(f"{M}RootFolder")
        page = list(_folders(view.find(f"{T}Folders"), "")) if view is not None else []
        found += page
        if not page or view.get("IncludesLastItemInRange", "true") in {"true", "1"}:
            break
        offset = max(offset + len(page), int(view.get("IndexedPagingOffset", "0")))
    return tuple(found)


def _find_folder(parent: str, offset: int) -> bytes:
    return (
        f'<m:FindFolder Traversal="Deep" {_NAMES}><m:FolderShape><t:BaseShape>Default</t:BaseShape>'
        '<t:AdditionalProperties><t:FieldURI FieldURI="folder:FolderClass"/><t:FieldURI '
        'FieldURI="folder:ParentFolderId"/></t:AdditionalProperties></m:FolderShape>'
        f'<m:IndexedPageFolderView MaxEntriesReturned="{FOLDERS_PAGE}" Offset="{offset}" BasePoint="Beginning"/>'
        f"<m:ParentFolderIds><t:FolderId Id={quoteattr(parent)}/></m:ParentFolderIds></m:FindFolder>"
    ).encode()


def _folders(container: Element, name: str) -> Iterator[Folder]:
    for element in () if container is None else container:
        own, parent = element.find(f"{T}FolderId"), element.find(f"{T}ParentFolderId")
        if own is not None and own.get("Id"):
            total = element.findtext(f"{T}TotalCount", "0")
            yield Folder(
                id=own.get("Id"),
                parent="" if parent is None else parent.get("Id", ""),
                name=element.findtext(f"{T}DisplayName", "") or name,
                class_=element.findtext(f"{T}FolderClass", "") or "",
                total=int(total) if total.isdigit() else 0,
                distinguished=name,
            )


def changes(line: Line, folder: str, state: str | None, most: int) -> Page:
    """What changed in a folder since `state` (None: everything in it), at most so many changes."""
    since = f"<m:SyncState>{escape(state)}</m:SyncState>" if state else ""
    payload = (
        f"<m:SyncFolderItems {_NAMES}><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>"
        '<t:FieldURI FieldURI="item:DateTimeReceived"/></t:AdditionalProperties></m:ItemShape>'
        f"<m:SyncFolderId><t:FolderId Id={quoteattr(folder)}/></m:SyncFolderId>{since}"
        f"<m:MaxChangesReturned>{most}</m:MaxChangesReturned></m:SyncFolderItems>"
    )
    (message,) = line.ask("SyncFolderItems", payload.encode())
    if refusal := _refusal(message):
        raise refusal
    found = list(message.find(f"{M}Changes") if message.find(f"{M}Changes") is not None else ())
    after = message.findtext(f"{M}SyncState") or ""
    if not after:
        raise Refused("no SyncState")
    last = message.findtext(f"{M}IncludesLastItemInRange", "true").strip().lower() in {"true", "1"}
    # Of two words about one item the later counts.
    told = {change.id: change for one in found if (change := _change(one))}
    return Page(state=after, last=last, changes=tuple(told.values()), size=len(found))


def _change(element: Element) -> Change | None:
    """A change that matters here: what was read or flagged since is the same message."""
    kind = str(element.tag).removeprefix(T)
    if kind not in {"Create", "Delete"}:
        return None
    own = next(element.iter(f"{T}ItemId"), None)
    if own is None or not own.get("Id"):
        return None
    received = next(element.iter(f"{T}DateTimeReceived"), None)
    return Change(id=own.get("Id"), created=kind == "Create", received="" if received is None else received.text or "")


def items(line: Line, ids: Collection[str], fields: Sequence[str]) -> dict[str, Element | Refused]:
    """The items by id, each with the fields asked for: names, and tags of those that have none. One that cannot be had
    is Refused, or missing altogether.

    Raises Refused when the server is only busy: that says nothing about the items.
    """
    answer = line.ask("GetItem", _get_item(ids, fields), forgiving=True)
    found: dict[str, Element | Refused] = {}
    in_place = len(answer) == len(ids)
    for asked, message in zip(ids, answer, strict=False):
        if refusal := _refusal(message):
            if refusal.code in PASSING or refusal.code in CANNOT_DO:
                raise refusal
            if in_place:
                found[asked] = refusal
            continue
        for element in message.find(f"{M}Items") if message.find(f"{M}Items") is not None else ():
            own = element.find(f"{T}ItemId")
            told = "" if own is None else own.get("Id", "")
            found[told if told in ids or not in_place else asked] = element
    return found


def _get_item(ids: Collection[str], fields: Sequence[str]) -> bytes:
    plain = "".join(f'<t:FieldURI FieldURI="{name}"/>' for name in fields if ":" in name)
    extended = "".join(
        f'<t:ExtendedFieldURI PropertyTag="{tag}" PropertyType="{_EXTENDED[tag]}"/>'
        for tag in fields
        if tag in _EXTENDED
    )
    if EVENT in fields:
        extended += f"<t:ExtendedFieldURI {_MEETING}/>"
    wanted = "".join(f"<t:ItemId Id={quoteattr(one)}/>" for one in ids)
    return (
        f"<m:GetItem {_NAMES}><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>{plain}{extended}"
        f"</t:AdditionalProperties></m:ItemShape><m:ItemIds>{wanted}</m:ItemIds></m:GetItem>"
    ).encode()


def _refusal(message: Element) -> Refused | None:
    code = (message.findtext(f"{M}ResponseCode") or "").strip()
    if message.get("ResponseClass", "Success") == "Success" or code in {"", "NoError"}:
        return None
    return Refused(code)
