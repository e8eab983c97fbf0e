"""Rules about what the sender wrote: questions, requests, chasers, troubles, thanks and notes for information."""

from triage.core.cases.answers import WITHDRAWS
from triage.core.judging.look import Look, Place
from triage.core.judging.rules_kind import looks_automatic
from triage.core.words.asking import likest
from triage.core.words.language import PHRASES, PROMISES
from triage.core.words.language.phrases import words
from triage.core.words.likeness import moving, shipped
from triage.core.words.promises import promised
from triage.core.words.sentences import Sentence, without_greeting
from triage.model.judgements import Reason

_SHORT = 40
_BRIEF = 120
_NAME = 3
_LITTLE = 7
_FEW = 7
_FURTHER = 3
_WITHDRAWN = 16
_TONE = 0.5
_LIKELY = 0.8
_SEVERAL = {Place.FEW, Place.SOME, Place.CROWD, Place.SHARED}
_MEANT = {Place.ALONE, Place.FEW, Place.SOME, Place.CROWD, Place.SHARED, Place.ALIAS}


def asks(look: Look) -> Reason | None:
    """A question or request, quoted; in mass mail it is rhetoric, and in a copy it is meant for others."""
    if not look.asks or look.bulk_only:
        return None
    meant = look.place in _MEANT or look.calls_me or look.calls_all
    return Reason(rule="asks", points=2 if meant else 1, text=f'asks: "{look.asks[0][:160]}"')


def asks_more(look: Look) -> Reason | None:
    """Plain questions, and several things asked, say that an answer is meant to come."""
    if not look.asks or look.bulk_only or looks_automatic(look):
        return None
    questions = sum(part.is_question for part in look.sentences)
    points = 0.4 * min(_FURTHER, questions) + 0.1 * min(_FURTHER, len(look.asks) - 1)
    if not points:
        return None
    plainly = f", {questions} in plain questions" if questions else ""
    return Reason(rule="asks-more", points=round(points, 2), text=f"asks {_things(len(look.asks))}{plainly}")


def subject_asks(look: Look) -> Reason | None:
    """The question stands in the subject alone, and the conversation starts with it."""
    subject = look.message.subject.strip()
    if look.asks or look.bulk_only or look.replied_to or not subject.endswith(("?", "\uff1f")):
        return None
    return Reason(rule="asks", points=1.5, text=f'asks in the subject: "{subject[:100]}"')


def reads_like_request(look: Look) -> Reason | None:
    """No rule found an ask, but the model did. It may tip the balance for somebody, and never against."""
    if look.asks or look.bulk_only or look.place not in _MEANT:
        return None
    found = likest(look.sentences, look.liked)
    if not found:
        return None
    chance, part = found
    moved = ", ".join(moving(part, shipped()))
    if chance < _LIKELY and look.place is Place.SOME:
        return None
    points = min(_TONE, round(chance * _TONE / _LIKELY, 2))
    how = "reads like" if chance >= _LIKELY else "may be"
    return Reason(rule="reads-like-request", points=points, text=f'{how} a request: "{part.text[:120]}" ({moved})')


def _things(count: int) -> str:
    return "one thing" if count == 1 else f"{count} things"


def chases(look: Look) -> Reason | None:
    """They have asked before and still wait."""
    if look.bulk_only:
        return None
    found = next((part for part in look.sentences[:20] if part.holds(PHRASES.chaser)), None)
    return Reason(rule="chases", points=1, text=f'waits already: "{found.text[:120]}"') if found else None


def troubled(look: Look) -> Reason | None:
    """Something is wrong or urgent; that wants an answer even without a question mark."""
    if look.bulk_only or not look.troubled:
        return None
    return Reason(rule="trouble", points=1, text=f'something is wrong: "{look.troubled[:120]}"')


def comes_back(look: Look) -> Reason | None:
    """It replies to me that they will see to it: now I wait for them."""
    if not look.parent_is_mine or look.asks or look.troubled or look.hours is None:
        return None
    said = promised(look.sentences, look.message.received, look.hours)
    return Reason(rule="comes-back", points=-2.5, text=f'will come back to it: "{said.text[:120]}"') if said else None


def closes(look: Look) -> Reason | None:
    """Thanks or agreement. It counts in full only if the whole of a short text is such, and never outweighs a first
    contact that answers nothing, so no phrase silences alone."""
    if look.asks or look.troubled or not look.sentences or look.length > _SHORT or _asks_in_subject(look):
        return None
    text = look.sentences[0].text[:100]
    if not PHRASES.closing.starts(_opening(look)) and not _thanks_briefly(look):
        return None
    if all(map(_only_closes, look.sentences)):
        return Reason(rule="closing", points=-3 if look.replied_to else -2, text=f'only closes: "{text}"')
    return Reason(rule="closing", points=-1.75, text=f'begins like a closing: "{text}"') if look.replied_to else None


def withdraws(look: Look) -> Reason | None:
    """Somebody I know takes back, in a few words, what he asked. It settles what he wrote before in the conversation,
    so a stranger is not heard, nor one who goes on to something else."""
    if not look.replied_to or look.asks or look.troubled or not 0 < look.length <= _WITHDRAWN:
        return None
    if not (look.people.is_team(look.debtor) or look.people.wrote_to(look.debtor, look.message.received)):
        return None
    opening = without_greeting(look.sentences[0].said)
    if not PHRASES.withdrawing.starts(opening[PROMISES.agreeing.starts(opening) :]):
        return None
    if any(PHRASES.but.find(part.said) for part in look.sentences):
        return None
    return Reason(rule=WITHDRAWS, points=-1, text=f'takes it back: "{look.sentences[0].text[:100]}"')


def _thanks_briefly(look: Look) -> bool:
    """ "Got it, thanks": few words that thanks end, or "Pity. Thanks for looking", with nothing denied; or thanks in a
    language half known."""
    said = [word for part in look.sentences for word in part.said]
    if len(said) > 2 * _FEW or PROMISES.negated.find(said):
        return False
    if any(PHRASES.closing.starts(part.said) for part in look.sentences):
        return True
    if len(said) > _FEW:
        return False
    ends = (place for place in range(max(0, len(said) - _NAME), len(said)))
    return PHRASES.closing_whole.starts(said) > 0 or any(
        PHRASES.closing.at(said, place) == len(said) - place for place in ends
    )


def _only_closes(part: Sentence) -> bool:
    """Little is left of it beside thanks, greetings and what the writer will do."""
    said = without_greeting(part.said)
    left = PHRASES.closing_whole.without(PHRASES.closing.without(said))
    if left == said and not PHRASES.undertaking.starts(said):
        return len(said) <= _NAME
    return sum(map(bool, left)) <= _LITTLE


def no_reply_needed(look: Look) -> Reason | None:
    """The sender says that no answer is needed, in a short mail that asks nothing."""
    if look.asks or look.length > _BRIEF:
        return None
    found = next((part for part in look.sentences if part.holds(PHRASES.no_reply_needed)), None)
    return Reason(rule="no-reply-needed", points=-2.5, text=f'says: "{found.text[:120]}"') if found else None


def for_information(look: Look) -> Reason | None:
    """FYI at the beginning of the subject or the text, and nothing asked."""
    if look.asks or look.troubled or look.length > _BRIEF or look.says(no_reply_needed):
        return None
    said = _opening(look)
    found = PHRASES.fyi.starts(look.subject) or _is_labelled(look) or (said and PHRASES.fyi.starts(said))
    text = look.sentences[0].text[:100] if look.sentences else look.message.subject[:100]
    return Reason(rule="for-information", points=-2.5, text=f'for information: "{text}"') if found else None


def _is_labelled(look: Look) -> bool:
    """ "Info: car park closed"."""
    label, colon, _ = look.message.subject[:60].partition(":")
    return bool(colon) and PHRASES.fyi_label.is_all_of(words(label))


def announces(look: Look) -> Reason | None:
    """ "Dear all, …" to several, with nothing asked of anybody."""
    if look.asks or look.troubled or look.place not in _SEVERAL or not look.calls_all or look.calls_me:
        return None
    return Reason(rule="announces", points=-2.5, text=f'tells several: "{look.sentences[0].text[:100]}"')


def _opening(look: Look) -> tuple[str, ...]:
    """The first words after "Hi Robin,", which may be a paragraph of its own."""
    first = look.sentences[0].said if look.sentences else ()
    greeted = PHRASES.greeting.starts(first)
    if not greeted:
        return first[1:] if first and first[0] in look.my_names else first
    # A name may be a word as well: Vale is Spanish for fine.
    rest = tuple(word for word in first[greeted:] if word not in look.my_names)
    spoken = next((rest[skip:] for skip in range(min(4, len(rest))) if _speaks(rest[skip:])), ())
    only_greets = not spoken and len(rest) <= 3 and len(look.sentences) > 1
    return look.sentences[1].said if only_greets else spoken


def _speaks(said: tuple[str, ...]) -> bool:
    return bool(PHRASES.closing.starts(said) or PHRASES.fyi.starts(said))


def _asks_in_subject(look: Look) -> bool:
    return not look.replied_to and "?" in look.message.subject
