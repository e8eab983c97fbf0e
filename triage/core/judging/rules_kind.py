"""Rules about who or what wrote: the user's own word, hard automatic signs (vetoes), weak signs of bulk."""

from triage.core.judging.look import Look, Place
from triage.core.judging.machine import notice, written_by_hand
from triage.core.judging.roles import SENDING
from triage.core.judging.tickets import agent
from triage.core.people import is_no_reply
from triage.core.words.invitations import beside_rsvp
from triage.core.words.language import PHRASES
from triage.core.words.language.phrases import words
from triage.model.judgements import Kind, Reason
from triage.model.mail import ReportKind

_AUTOREPLY_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponse", "x-autoreply-from", "x-mail-autoreply")
_BY_HAND = 2.0
_OF_SERVICES = ("feedback-id", "x-mailgun-tag")
_PLACED = {Place.ALONE, Place.FEW, Place.SOME, Place.COPIED}
_BOUNCERS = ("mailer-daemon", "postmaster", "post_master", "mail-daemon", "maildaemon", "mailerdaemon")


def silenced(look: Look) -> Reason | None:
    """Has the user dismissed this sender or the domain?"""
    if look.people.is_silenced(look.sender) or look.people.is_silenced(look.debtor):
        return _veto("silenced", f"you dismissed {look.debtor or look.sender}")
    return None


def report(look: Look) -> Reason | None:
    """Is it a machine's report about a message (RFC 3464, RFC 8098)?"""
    found = look.message.report
    if found:
        return _veto("report", f"a report: {found.kind.value}")
    if "message/feedback-report" in look.message.parts:
        return Reason(rule="feedback", points=-10, text="a feedback report (RFC 5965)", veto=True)
    if "message/rfc822" in look.message.parts and not look.own.strip() and PHRASES.complaint.starts(look.subject):
        return Reason(
            rule="feedback",
            points=-10,
            text=f'only a complained-about message: "{look.message.subject[:60]}"',
            veto=True,
        )
    if look.headers.get("content-type", "").lower().startswith("multipart/report"):
        return Reason(rule="feedback", points=-10, text="a report by its content type (RFC 6522)", veto=True)
    return None


def auto_submitted(look: Look) -> Reason | None:
    """Auto-Submitted with any value but "no" (RFC 3834 section 5)."""
    value = look.headers.get("auto-submitted", "")
    said = value.partition(";")[0].strip().lower()
    if said in {"", "no", "auto-forwarded"} or (look.form and said == "auto-generated"):
        return None
    if said == "auto-generated" and agent(look):
        return Reason(
            rule="ticket", points=-1, text=f"auto-submitted: {value[:60]}, but somebody asks by a ticket system"
        )
    return _veto("auto-submitted", f"auto-submitted: {value[:60]}")


def autoreply_header(look: Look) -> Reason | None:
    """The older marks of auto-replies, and Exchange's pair for an absence."""
    for name in _AUTOREPLY_HEADERS:
        if look.headers.get(name, "no").lower() not in {"no", "false", ""}:
            return _veto("auto-reply", f"{name}: {look.headers[name][:60]}")
    loop = "x-ms-exchange-inbox-rules-loop" in look.headers
    if loop and "all" in look.headers.get("x-auto-response-suppress", "").lower():
        return _veto("auto-reply", "x-ms-exchange-inbox-rules-loop with x-auto-response-suppress: All")
    return None


def no_reply(look: Look) -> Reason | None:
    """Nobody reads what is sent to it, unless a web form put a person's address into Reply-To."""
    if not is_no_reply(look.sender) or look.form:
        return None
    return _veto("no-reply", f"from {look.sender}: nobody reads answers there")


def bouncer(look: Look) -> Reason | None:
    """A mail system speaks: two signs at least, one of them its address or its own header."""
    local = look.sender.partition("@")[0]
    subject = bool(PHRASES.bounce.starts(look.subject))
    if local.startswith(_BOUNCERS):
        subject = subject or bool(PHRASES.bounce.find(look.subject))
        empty_path = look.headers.get("return-path") == "<>"
        report_part = any(part in {"multipart/report", "message/delivery-status"} for part in look.message.parts)
        if not local.startswith("postmaster") or subject or empty_path or report_part:
            return _veto("bounce", f"from {look.sender}, a mail system")
    if "x-failed-recipients" in look.headers:
        return _veto("bounce", f"x-failed-recipients: {look.headers['x-failed-recipients'][:60]}")
    if "message/delivery-status" in look.message.parts:
        return _veto("bounce", "it holds a delivery report")
    if subject and not _speaks_as_person(look):
        return Reason(rule="bounce", points=-5, text=_subject("a bounce", look))
    return None


def calendar(look: Look) -> Reason | None:
    """Answers to invitations need none; an invitation is answered in the calendar unless its text asks."""
    method = look.message.calendar
    if method and method not in {"REQUEST", "PUBLISH"}:
        return _veto("calendar", f"a calendar {method.lower()}")
    if look.is_invitation:
        # What is only published is a booking or a programme, and the words around it a machine's.
        if method != "PUBLISH" and (asked := beside_rsvp(look.sentences)):
            return Reason(rule="calendar", points=0, text=f'an invitation that also asks: "{asked[0][:120]}"')
        return Reason(rule="calendar", points=-5, text="an invitation: it is answered in the calendar")
    # "Invitation: …" is what calendars write; who invites in a sentence and asks something writes himself.
    labelled = ":" in look.message.subject[:60] or not look.asks
    asks = look.message.subject.rstrip().endswith("?") and not look.replied_to
    if labelled and not asks and _label(look) and PHRASES.calendar.starts(look.subject):
        return Reason(rule="calendar", points=-5, text=_subject("a calendar answer", look))
    return None


def absence(look: Look) -> Reason | None:
    """An out-of-office by its subject; only as its first words, and no veto: anybody can write a subject."""
    if look.replied_to and PHRASES.away_subject.starts(look.subject) and "?" not in look.message.subject:
        return Reason(rule="out-of-office", points=-5, text=_subject("an auto-reply", look))
    if (
        "?" in look.message.subject
        or not PHRASES.out_of_office.starts(_unlabelled(look.subject))
        or not (_label(look) or look.message.in_reply_to)
    ):
        return None
    return Reason(rule="out-of-office", points=-5, text=_subject("an auto-reply", look))


def _unlabelled(subject: tuple[str, ...]) -> tuple[str, ...]:
    """Domino writes "AUTO: Ada King is out of the office (returning 06/22)"."""
    if subject[:1] != ("auto",):
        return subject
    return next((subject[place:] for place in range(1, 8) if PHRASES.out_of_office.starts(subject[place:])), subject)


def read_receipt(look: Look) -> Reason | None:
    """ "Read: …" as old mail programs wrote it, with nothing of one's own beyond a few lines."""
    if not _label(look) or not PHRASES.read_receipt.starts(look.subject) or look.asks:
        return None
    return Reason(rule="read-receipt", points=-5, text=_subject("a read receipt", look))


def receipt(look: Look) -> Reason | None:
    """A notice of an order, a payment or a booking, from an address that only sends such."""
    role = look.sender.partition("@")[0] in SENDING
    if not (role or look.bulk or is_no_reply(look.sender)) or look.parent_is_mine:
        return None
    found = PHRASES.receipt.find(look.subject)
    if found and (look.says(written_by_hand) >= _BY_HAND or _asks_plainly(look)):
        return None
    return Reason(rule="receipt", points=-3, text=f'a receipt or notice: "{found}"') if found else None


def _asks_plainly(look: Look) -> bool:
    """Something is asked from a role's address, and nothing else says that a program wrote it."""
    return bool(look.asks) and not look.bulk and not is_no_reply(look.sender) and not look.says(notice)


def bulk(look: Look) -> Reason | None:
    """Headers of mass mail; weak, and weaker where people talk or where I have written to the sender."""
    if look.letter:
        return Reason(rule="carried", points=-0.5, text=f"{look.mass_header}, but somebody wrote it to you")
    if not look.bulk:
        return None
    known = look.people.wrote_to(look.debtor, look.message.received)
    if look.discussion and look.place in _PLACED:
        return Reason(rule="list", points=0, text=f"came over a mailing list as well ({look.bulk})")
    if known and look.place in _PLACED:
        return Reason(rule="bulk", points=-1, text=f"{look.bulk}, but you have written to {look.debtor}")
    if look.bulk.startswith(_OF_SERVICES):
        return Reason(rule="service", points=-4, text=f"sent by a service for programs ({look.bulk})")
    return Reason(rule="list" if look.discussion else "bulk", points=-4, text=f"sent to many ({look.bulk})")


def machine_hint(look: Look) -> Reason | None:
    """Weak signs that a program sent it."""
    if look.parent_is_mine:
        return None
    if look.headers.get("return-path") == "<>":
        return Reason(rule="machine", points=-1.5, text="an empty return path, as machines use")
    if look.headers.get("x-auto-response-suppress"):
        return Reason(rule="machine", points=-1, text="x-auto-response-suppress, as programs set")
    return None


def by_rule(look: Look) -> Reason | None:
    """A `[[rule]]` of the user names this sender a client or vip."""
    rule = look.people.rule(look.entry)
    if rule is None or rule.class_ not in {"vip", "client"}:
        return None
    return Reason(rule="your-rule", points=2, text=f"your rule says: {rule.class_}")


def empty(look: Look) -> Reason | None:
    """No subject, no word and nothing attached: there is nothing to answer."""
    message = look.message
    if message.trouble or message.text is None or message.subject.strip() or message.attachments:
        return None
    if any(map(str.isalnum, message.text)) or not set(message.parts) <= {"text/plain", "text/html"}:
        return None
    return Reason(rule="empty", points=-5, text="no subject, no words and nothing attached")


def trouble(look: Look) -> Reason | None:
    """A message that could not be read whole is judged by the rest, and doubt is for the sender."""
    if look.message.trouble is None:
        return None
    return Reason(rule="unreadable", points=1 if look.sender else 0, text="could not be read whole")


SIGNS = (report, auto_submitted, autoreply_header, no_reply, bouncer, calendar, absence, read_receipt)


def looks_automatic(look: Look) -> bool:
    """Does any sign, weak or hard, say that no person wrote this?"""
    return look.says(_any_sign) is not None


def _any_sign(look: Look) -> Reason | None:
    return next(filter(None, map(look.says, (receipt, notice, *SIGNS))), None)


KINDS = {
    "report": Kind.BOUNCE,
    "bounce": Kind.BOUNCE,
    "auto-reply": Kind.AUTO_REPLY,
    "out-of-office": Kind.AUTO_REPLY,
    "calendar": Kind.CALENDAR,
    "read-receipt": Kind.RECEIPT,
    "receipt": Kind.RECEIPT,
    "feedback": Kind.AUTOMATIC,
    "elsewhere": Kind.AUTOMATIC,
    "empty": Kind.AUTOMATIC,
    "auto-submitted": Kind.AUTOMATIC,
    "no-reply": Kind.AUTOMATIC,
    "machine": Kind.AUTOMATIC,
    "notice": Kind.AUTOMATIC,
    "service": Kind.AUTOMATIC,
    "list": Kind.LIST,
    "bulk": Kind.LIST,
}


def kind(look: Look, reasons: tuple[Reason, ...]) -> Kind:
    """The strongest sign names the kind; without one it is a person."""
    if look.message.report and look.message.report.kind is ReportKind.READ:
        return Kind.RECEIPT
    signs = {reason.rule for reason in reasons if reason.veto or reason.points <= -1.5}
    if "auto-replied" in look.headers.get("auto-submitted", "").lower() and not signs & {"report", "bounce"}:
        return Kind.AUTO_REPLY
    return next((named for rule, named in KINDS.items() if rule in signs), Kind.PERSON)


def _label(look: Look) -> bool:
    """Is the subject of the form "Word: …", or without any reply prefix a few words only?"""
    return ":" in look.message.subject[:60] or len(look.subject) <= 6


def _speaks_as_person(look: Look) -> bool:
    """A client whose parcel did not come writes "Delivery failed" too: he puts a question, or is known to me."""
    if look.people.wrote_to(look.debtor, look.message.received) or look.parent_is_mine:
        return True
    if any(part.is_question for part in look.sentences):
        return True
    # "Undeliverable: RE: Any news???" quotes the question of somebody else, "Delivery failed?" puts one.
    label, colon, _ = look.message.subject.partition(":")
    quoted = colon and PHRASES.bounce.is_all_of(words(label[:100])) and not look.own.strip()
    return "?" in look.message.subject and not quoted


def _subject(what: str, look: Look) -> str:
    return f'the subject reads like {what}: "{look.message.subject[:60]}"'


def _veto(rule: str, text: str) -> Reason:
    return Reason(rule=rule, points=-10, text=text, veto=True)
