"""Cases that come from no mailbox: somebody at the door, a text message, added by the user."""

from triage.model.cases import Case, Channel, Class, Debt, Item, Person
from triage.model.judgements import Kind, Reason
from triage.model.marks import Mark


def note(mark: Mark) -> Case:
    """The case of an ADD mark: its text is the subject, its `until` the due time. The same in every process."""
    who = Person(class_=Class.OTHER)
    reason = Reason(rule="added", points=1.0, text="you added this yourself")
    debt = Debt(
        key=mark.key,
        message_id=None,
        received=mark.at,
        due=mark.until,
        who=who,
        subject=mark.text,
        source="",
        reasons=(reason,),
    )
    item = Item(key=mark.key, message_id=None, received=mark.at, seen=mark.at, kind=Kind.PERSON)
    return Case(ref=ref(mark.key), thread=mark.key, channel=Channel.NOTE, items=(item,), debts=(debt,), latest=debt)


def ref(key: str) -> str:
    """The name of a case whose first message has this key: people may type any prefix that fits one case."""
    from hashlib import sha256  # slow to import, and few look-ups need it

    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:20]
