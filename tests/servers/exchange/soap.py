"""Answers in XML, as MS-OXWSCORE, MS-OXWSFOLD and MS-OXWSSYNC define them."""

import re
from datetime import UTC, datetime
from email.utils import getaddresses
from functools import lru_cache
from html import unescape
from xml.sax.saxutils import quoteattr

from tests.servers.exchange.store import Folder, Mailbox, Stored, parsed, sent_at

MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors"
M, T = f"{{{MESSAGES}}}", f"{{{TYPES}}}"
NAMES = f'xmlns:m="{MESSAGES}" xmlns:t="{TYPES}"'


def envelope(body: str) -> bytes:
    """A whole answer."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
        '<s:Header><h:ServerVersionInfo MajorVersion="15" MinorVersion="2" MajorBuildNumber="1544" MinorBuildNumber="9"'
        f' Version="V2017_07_11" xmlns:h="{TYPES}" xmlns="{TYPES}"/></s:Header><s:Body>{body}</s:Body></s:Envelope>'
    ).encode("utf-8", "replace")


def answer(operation: str, messages: list[str]) -> bytes:
    """The response messages of an operation."""
    inner = "".join(messages)
    return envelope(
        f"<m:{operation}Response {NAMES}><m:ResponseMessages>{inner}</m:ResponseMessages></m:{operation}Response>"
    )


def success(operation: str, inner: str) -> str:
    """One response message."""
    tag = f"m:{operation}ResponseMessage"
    return f'<{tag} ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>{inner}</{tag}>'


def refusal(operation: str, code: str, text: str = "No.", inner: str = "") -> str:
    """One response message that says no."""
    tag = f"m:{operation}ResponseMessage"
    return (
        f'<{tag} ResponseClass="Error"><m:MessageText>{text}</m:MessageText><m:ResponseCode>{code}</m:ResponseCode>'
        f"<m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>{inner}</{tag}>"
    )


def soap_fault(code: str, text: str, detail: str = "") -> bytes:
    """A SOAP fault, as the request as a whole is answered with."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<s:Fault><faultcode xmlns:a="{TYPES}">a:{code}</faultcode><faultstring xml:lang="en-US">{text}</faultstring>'
        f'<detail><e:ResponseCode xmlns:e="{ERRORS}">{code}</e:ResponseCode><e:Message xmlns:e="{ERRORS}">{text}'
        f'</e:Message><t:MessageXml xmlns:t="{TYPES}">{detail}</t:MessageXml></detail></s:Fault></s:Body></s:Envelope>'
    ).encode()


def folder_element(folder: Folder, mailbox: Mailbox) -> str:
    """A folder with its Default properties."""
    total = sum(item.folder is folder for item in mailbox.items.values())
    parent = folder.parent.id if folder.parent else "AAAA"
    class_ = f"<t:FolderClass>{folder.class_}</t:FolderClass>" if folder.class_ else ""
    tag = "CalendarFolder" if folder.class_ == "IPF.Appointment" else "Folder"
    return (
        f'<t:{tag}><t:FolderId Id={quoteattr(folder.id)} ChangeKey="AQAAABYA"/><t:ParentFolderId '
        f'Id={quoteattr(parent)} ChangeKey="AQAAAA=="/>{class_}<t:DisplayName>{text(folder.name)}</t:DisplayName>'
        f"<t:TotalCount>{total}</t:TotalCount><t:ChildFolderCount>0</t:ChildFolderCount>"
        f"<t:UnreadCount>{total}</t:UnreadCount></t:{tag}>"
    )


def item_element(item: Stored, wanted: set[str], extended: set[str]) -> str:
    """An item with the properties asked for, in the order of the schema."""
    parts = [f"<t:ItemId Id={quoteattr(item.id)} ChangeKey={quoteattr(item.change_key)}/>"]
    made = _properties(item) if wanted - {"item:DateTimeReceived", "item:ItemClass"} else _few(item)
    for uri, value in made.items():
        if uri in wanted and value:
            parts.append(value)
    for tag in sorted(extended & item.extended.keys()):
        value = f"<t:Value>{text(item.extended[tag])}</t:Value>"
        uri = f'PropertyTag="{tag}" PropertyType="String"'
        if not tag.startswith("0x"):
            uri = f'DistinguishedPropertySetId="Meeting" PropertyId="{tag}" PropertyType="Binary"'
        parts.append(f"<t:ExtendedProperty><t:ExtendedFieldURI {uri}/>{value}</t:ExtendedProperty>")
    return f"<t:{item.tag}>{''.join(parts)}</t:{item.tag}>"


def text(value: str) -> str:
    """Text as Exchange writes it: what XML does not allow as a reference that XML does not allow either."""
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", lambda found: f"&#x{ord(found[0]):X};", value)


def stamp(moment: datetime) -> str:
    """As XML Schema writes it, in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _few(item: Stored) -> dict[str, str]:
    return {
        "item:ItemClass": f"<t:ItemClass>{text(item.class_)}</t:ItemClass>",
        "item:DateTimeReceived": f"<t:DateTimeReceived>{stamp(item.received)}</t:DateTimeReceived>",
    }


def _properties(item: Stored) -> dict[str, str]:
    made = dict(_derived(item.raw, item.received, item.class_, item.by_smtp))
    for uri, replaced in item.fields.items():
        made[uri] = replaced or ""
    order = ["item:InternetMessageHeaders", "item:Attachments"]
    return {uri: made[uri] for uri in (*[one for one in made if one not in order], *order) if uri in made}


@lru_cache(maxsize=32768)
def _derived(raw: bytes, received: datetime, class_: str, by_smtp: bool) -> dict[str, str]:
    mail = parsed(raw)

    def header(name: str) -> str:
        try:
            return str(mail[name] or "")
        except Exception:  # noqa: BLE001 - the email package raises what it likes
            return ""

    sent = sent_at(mail)
    body = _text_of(mail)
    told = {
        "item:ItemClass": ("ItemClass", class_),
        "item:Subject": ("Subject", header("Subject")),
        "item:TextBody": ("TextBody", body),
        "item:DateTimeReceived": ("DateTimeReceived", stamp(received)),
        "item:Importance": ("Importance", header("Importance") or "Normal"),
        "item:InReplyTo": ("InReplyTo", header("In-Reply-To")),
        "item:DateTimeSent": ("DateTimeSent", stamp(sent) if sent else ""),
        "message:InternetMessageId": ("InternetMessageId", header("Message-ID").strip()),
        "message:References": ("References", header("References")),
    }
    made = {
        uri: f"<t:{name}{' BodyType=' + chr(34) + 'Text' + chr(34) if name == 'TextBody' else ''}>"
        f"{text(value)}</t:{name}>"
        for uri, (name, value) in told.items()
        if value or uri == "item:TextBody"
    }
    made["item:Body"] = f'<t:Body BodyType="HTML">{text(_html_of(mail, body))}</t:Body>'
    made["item:Attachments"] = _attachments(mail)
    if by_smtp:
        lines = "".join(
            f"<t:InternetMessageHeader HeaderName={quoteattr(_plain(name))}>{text(' '.join(str(value).split()))}"
            "</t:InternetMessageHeader>"
            for name, value in mail.raw_items()
            if name
        )
        made["item:InternetMessageHeaders"] = f"<t:InternetMessageHeaders>{lines}</t:InternetMessageHeaders>"
    for uri, field in (("message:Sender", "From"), ("message:From", "From")):
        people = _mailboxes(header(field))
        made[uri] = f"<t:{uri[8:]}>{people[0]}</t:{uri[8:]}>" if people else ""
    for uri, field in (("ToRecipients", "To"), ("CcRecipients", "Cc"), ("ReplyTo", "Reply-To")):
        people = _mailboxes(header(field))
        made[f"message:{uri}"] = f"<t:{uri}>{''.join(people)}</t:{uri}>" if people else ""
    return made


def _plain(name: str) -> str:
    return re.sub(r"[^\x21-\x7e]", "", name) or "X"


def _mailboxes(value: str) -> list[str]:
    return [
        f"<t:Mailbox><t:Name>{text(name or address)}</t:Name><t:EmailAddress>{text(address)}</t:EmailAddress>"
        "<t:RoutingType>SMTP</t:RoutingType><t:MailboxType>OneOff</t:MailboxType></t:Mailbox>"
        for name, address in getaddresses([value])
        if address
    ]


def _text_of(mail: object) -> str:
    try:
        part = mail.get_body(("plain", "html"))  # type: ignore[attr-defined]
        if part is None:
            return ""
        found = str(part.get_content())
        if part.get_content_type() != "text/html":
            return found
        return unescape(re.sub(r"<[^>]+>", "", re.sub(r"</p>|</div>|<br>", "\n", found)))
    except Exception:  # noqa: BLE001 - the email package raises what it likes
        payload = mail.get_payload()  # type: ignore[attr-defined]
        return payload if isinstance(payload, str) else ""


def _html_of(mail: object, body: str) -> str:
    try:
        part = mail.get_body(("html",))  # type: ignore[attr-defined]
        if part is not None:
            return str(part.get_content())
    except Exception:  # noqa: BLE001 - the email package raises what it likes
        return ""
    return f"<html><body><div>{text(body).replace(chr(10), '<br>')}</div></body></html>"


def _attachments(mail: object) -> str:
    try:
        names = [part.get_filename() or "" for part in mail.iter_attachments()]  # type: ignore[attr-defined]
    except Exception:  # noqa: BLE001 - the email package raises what it likes
        return ""
    files = "".join(
        f'<t:FileAttachment><t:AttachmentId Id="QQ=="/><t:Name>{text(name)}</t:Name></t:FileAttachment>'
        for name in names
        if name
    )
    return f"<t:Attachments>{files}</t:Attachments>" if files else ""
