"""Rules about whom a message is addressed to and what passed between us before."""

import math

from triage.core.judging.look import Look, Place
from triage.core.judging.rules_ask import reads_like_request
from triage.core.judging.rules_kind import by_rule, looks_automatic
from triage.model.judgements import Reason

_PLACES = {
    Place.ALONE: (2.5, "to you alone"),
    Place.FEW: (2.5, "to you and few others"),
    Place.SOME: (1.0, "to you and several others"),
    Place.CROWD: (-1.0, "to you among many"),
    Place.SHARED: (1.5, "to a shared address of yours"),
    Place.ALIAS: (1.0, "it reached you under an address not known as yours"),
    Place.COPIED: (0.0, "you are only copied"),
    Place.HIDDEN: (-1.0, "it is addressed to others; you have a blind copy"),
    Place.NOWHERE: (-1.0, "it is not addressed to you"),
}
# What an audience takes from a message to me, less than would make it nothing of mine.
_FOR_OTHERS = 0.1
_MOST_FOR_OTHERS = 0.25
_CALLED_AMONG_FEW = 0.5
_FEWEST_SPOKEN = 3
_BY_PART = 1.6
_USUAL_PART = 0.4
_PART = 0.4
_SEVERAL = {Place.FEW, Place.SOME, Place.CROWD}
_ANOTHERS = -4.5
_STRAIGHT = {Place.ALONE, Place.FEW, Place.SHARED, Place.ALIAS}


def place(look: Look) -> Reason:
    """Direct, among others, copied, or not named at all."""
    points, text = _PLACES[look.place]
    if look.place in {Place.ALONE, Place.FEW}:
        points -= min(_MOST_FOR_OTHERS, _FOR_OTHERS * math.log2(max(1, len(look.message.to) + len(look.message.cc))))
    return Reason(rule="addressed", points=round(points, 2), text=text)


def called(look: Look) -> Reason | None:
    """Where it is not plain that I am meant, my name says so; among few it says that rather I am than the others."""
    if not look.calls_me or len(look.message.to) + len(look.message.cc) == 1:
        return None
    points = _CALLED_AMONG_FEW if look.place in {Place.ALONE, Place.FEW} else 2
    return Reason(rule="named", points=points, text=f'addresses you by name: "{look.calls_me[:100]}"')


def asks_others(look: Look) -> Reason | None:
    """Of several it is another who is asked by name, for all that is asked, and my own name is nowhere in it."""
    if look.place not in _SEVERAL or look.calls_all or not look.my_names or not look.other_names:
        return None
    if any(not look.my_names.isdisjoint(part.said) for part in look.sentences):
        return None
    asked = [part for part in look.sentences if part.asks]
    if not asked or not all(map(look.calls_another, asked)):
        return None
    return Reason(rule="asks-others", points=_ANOTHERS, text=f'asks another by name: "{asked[0].text[:100]}"')


def first_contact(look: Look) -> Reason | None:
    """An unknown person who writes straight to me always counts, question or not."""
    if not look.stranger or look.place not in _STRAIGHT or look.bulk or looks_automatic(look):
        return None
    # Who comes into a running conversation speaks to all in it.
    return Reason(
        rule="first-contact", points=0.75 if look.replied_to else 2, text=f"a first message from {look.debtor}"
    )


def named_first(look: Look) -> Reason | None:
    """Of several it is addressed to me before the others."""
    if look.place is not Place.FEW or not look.people.is_me(look.message.to[0].address):
        return None
    return Reason(rule="named-first", points=0.6, text="you stand first among those addressed")


def opens(look: Look) -> Reason | None:
    """A conversation that starts with me, and not over the heads of many."""
    if look.replied_to or look.place not in {Place.ALONE, Place.FEW} or look.bulk_only or looks_automatic(look):
        return None
    return Reason(rule="opens", points=0.4, text="starts a conversation with you")


def reply_to_me(look: Look) -> Reason | None:
    """A direct reply to my own mail."""
    if not look.parent_is_mine:
        return None
    return Reason(rule="replies-to-you", points=0.75, text="replies to your own message")


def answers_me(look: Look) -> Reason | None:
    """It answers what I had asked of myself, and asks nothing back; where they came to me, my turn comes again."""
    if not look.parent_is_mine or not look.talk.begun_by_me or look.asks or look.troubled or not look.own:
        return None
    if not any(map(look.talk.asked, look.replied_to)):
        return None
    if look.calls_me or look.says(by_rule) or look.says(reads_like_request):
        return None
    return Reason(rule="answers-you", points=0, text="answers what you asked, and asks nothing back", veto=True)


def takes_part(look: Look) -> Reason | None:
    """How much of a running conversation is mine: who speaks much in it is spoken to."""
    if not look.replied_to or look.talk.length < _FEWEST_SPOKEN:
        return None
    share = (len(look.talk.mine) + 1) / (look.talk.length + 1)
    points = max(-_PART, min(_PART, _BY_PART * (share - _USUAL_PART)))
    text = f"you wrote {len(look.talk.mine)} of {look.talk.length - 1} before in the conversation"
    return Reason(rule="takes-part", points=round(points, 2), text=text)
