"""The operations that read, and a refusal of all others."""

from typing import TYPE_CHECKING, Any

from tests.servers.exchange.soap import (
    M,
    T,
    answer,
    folder_element,
    item_element,
    refusal,
    soap_fault,
    success,
    text,
)
from tests.servers.exchange.store import Folder, Mailbox

if TYPE_CHECKING:
    from tests.servers.exchange.http import Exchange

MOST_CHANGES = 512


def answered(exchange: "Exchange", operation: str, request: Any) -> bytes:
    """The answer to one request."""
    served = _SERVED.get(operation)
    if served is None:
        return soap_fault("ErrorInvalidRequest", f"{operation} is not for readers.")
    return answer(operation, served(exchange, request))


def _get_folder(exchange: "Exchange", request: Any) -> list[str]:
    return [_folder(exchange, element) for element in request.find(f"{M}FolderIds")]


def _folder(exchange: "Exchange", element: Any) -> str:
    found = _named(exchange, element)
    if isinstance(found, str):
        return refusal("GetFolder", found)
    mailbox, folder = found
    return success("GetFolder", f"<m:Folders>{folder_element(folder, mailbox)}</m:Folders>")


def _named(exchange: "Exchange", element: Any) -> tuple[Mailbox, Folder] | str:
    """The folder an id element names, or the code of the refusal."""
    if element.tag == f"{T}FolderId":
        return _by_id(exchange, element.get("Id"))
    address = element.findtext(f"{T}Mailbox/{T}EmailAddress", exchange.own.address).lower()
    if address in exchange.closed_to_us:
        return "ErrorAccessDenied"
    mailbox = exchange.own if address == exchange.own.address else exchange.mailboxes.get(address)
    if mailbox is None:
        return "ErrorNonExistentMailbox"
    name = element.get("Id")
    folder = mailbox.root if name == "msgfolderroot" else mailbox.folders.get(name)
    return (mailbox, folder) if folder else "ErrorFolderNotFound"


def _by_id(exchange: "Exchange", id_: str) -> tuple[Mailbox, Folder] | str:
    for mailbox in (exchange.own, *exchange.mailboxes.values()):
        if folder := mailbox.by_id(id_):
            return mailbox, folder
    return "ErrorFolderNotFound"


def _find_folder(exchange: "Exchange", request: Any) -> list[str]:
    found = _named(exchange, request.find(f"{M}ParentFolderIds")[0])
    if isinstance(found, str):
        return [refusal("FindFolder", found)]
    mailbox, _ = found
    view = request.find(f"{M}IndexedPageFolderView")
    offset, most = int(view.get("Offset")), int(view.get("MaxEntriesReturned"))
    every = mailbox.every()
    page = every[offset : offset + most]
    last = str(offset + most >= len(every)).lower()
    inner = "".join(folder_element(folder, mailbox) for folder in page)
    return [
        success(
            "FindFolder",
            f'<m:RootFolder IndexedPagingOffset="{offset + len(page)}" TotalItemsInView="{len(every)}" '
            f'IncludesLastItemInRange="{last}"><t:Folders>{inner}</t:Folders></m:RootFolder>',
        )
    ]


def _sync(exchange: "Exchange", request: Any) -> list[str]:
    found = _named(exchange, request.find(f"{M}SyncFolderId")[0])
    if isinstance(found, str):
        return [refusal("SyncFolderItems", "ErrorSyncFolderNotFound", inner=_no_state())]
    mailbox, folder = found
    most = min(MOST_CHANGES, int(request.findtext(f"{M}MaxChangesReturned")))
    synced = mailbox.sync(folder, request.findtext(f"{M}SyncState"), most)
    if synced is None:
        said = "Synchronization state data is corrupt or otherwise invalid."
        return [refusal("SyncFolderItems", "ErrorInvalidSyncStateData", said, inner=_no_state())]
    changes, state, last = synced
    wanted, extended = _shape(request)
    inner = "".join(_change(mailbox, kind, id_, wanted, extended) for kind, id_ in changes)
    return [
        success(
            "SyncFolderItems",
            f"<m:SyncState>{state}</m:SyncState><m:IncludesLastItemInRange>{str(last).lower()}"
            f"</m:IncludesLastItemInRange><m:Changes>{inner}</m:Changes>",
        )
    ]


def _no_state() -> str:
    return "<m:SyncState/><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange>"


def _change(mailbox: Mailbox, kind: str, id_: str, wanted: set[str], extended: set[str]) -> str:
    if kind == "Delete":
        return f'<t:Delete><t:ItemId Id="{id_}" ChangeKey="AQAAAA=="/></t:Delete>'
    if kind == "ReadFlagChange":
        read = str(mailbox.items[id_].read).lower()
        return (
            f'<t:ReadFlagChange><t:ItemId Id="{id_}" ChangeKey="AQ=="/><t:IsRead>{read}</t:IsRead></t:ReadFlagChange>'
        )
    # "SyncFolderItems returns neither bodies nor attachments", whatever is asked for.
    fields = wanted - {"item:Body", "item:TextBody", "item:Attachments", "item:InternetMessageHeaders"}
    return f"<t:{kind}>{item_element(mailbox.items[id_], fields, extended)}</t:{kind}>"


def _get_item(exchange: "Exchange", request: Any) -> list[str]:
    wanted, extended = _shape(request)
    if exchange.no_text_bodies:
        wanted.discard("item:TextBody")
    whole = "item:TextBody" in wanted or "item:Body" in wanted
    messages = []
    for element in request.find(f"{M}ItemIds"):
        item = next((box.items[element.get("Id")] for box in _all(exchange) if element.get("Id") in box.items), None)
        if item is None:
            messages.append(refusal("GetItem", "ErrorItemNotFound", inner="<m:Items/>"))
        elif item.refused and (whole or item.refused.startswith("!")):
            messages.append(refusal("GetItem", item.refused.lstrip("!"), inner="<m:Items/>"))
        else:
            messages.append(success("GetItem", f"<m:Items>{item_element(item, wanted, extended)}</m:Items>"))
    return messages


def _all(exchange: "Exchange") -> tuple[Mailbox, ...]:
    return (exchange.own, *exchange.mailboxes.values())


def _shape(request: Any) -> tuple[set[str], set[str]]:
    """The properties asked for by name, and by tag or by their number among those of meetings."""
    fields = {element.get("FieldURI") for element in request.iter(f"{T}FieldURI")}
    extended = list(request.iter(f"{T}ExtendedFieldURI"))
    tags = {element.get("PropertyTag", "").lower() for element in extended}
    return fields, tags | {element.get("PropertyId", "") for element in extended}


def _find_item(exchange: "Exchange", request: Any) -> list[str]:
    found = _named(exchange, request.find(f"{M}ParentFolderIds")[0])
    if isinstance(found, str):
        return [refusal("FindItem", found)]
    mailbox, folder = found
    wanted, extended = _shape(request)
    items = sorted((one for one in mailbox.items.values() if one.folder is folder), key=lambda one: one.received)
    inner = "".join(item_element(item, wanted - {"item:Body", "item:TextBody"}, extended) for item in items)
    return [
        success(
            "FindItem",
            f'<m:RootFolder TotalItemsInView="{len(items)}" IncludesLastItemInRange="true"><t:Items>{inner}</t:Items>'
            "</m:RootFolder>",
        )
    ]


def _resolve(exchange: "Exchange", request: Any) -> list[str]:
    name = text(request.findtext(f"{M}UnresolvedEntry") or "")
    return [refusal("ResolveNames", "ErrorNameResolutionNoResults", f"No results were found for {name}.")]


_SERVED = {
    "GetFolder": _get_folder,
    "FindFolder": _find_folder,
    "SyncFolderItems": _sync,
    "GetItem": _get_item,
    "FindItem": _find_item,
    "ResolveNames": _resolve,
}
