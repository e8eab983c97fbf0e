"""Is there nothing to call back for: silence, a wrong number, "no need to call back", news that asks nothing?"""

from triage.core.calls.said import Said
from triage.core.calls.spoken.tables import SPOKEN
from triage.core.words.language import Group
from triage.core.words.sentences import sentences
from triage.model.judgements import Reason

_GHOSTLY = 12
_TELLING = 60


def is_silence(said: Said) -> bool:
    """Nothing but what transcribers write where nobody speaks: "[BLANK_AUDIO]", "Thank you.", "you you you"."""
    words = said.words
    if not words:
        return True
    place = 0
    while place < len(words) and place < _GHOSTLY:
        count = SPOKEN.ghosts.at(words, place)
        if not count:
            return False
        place += count
    return place >= len(words)


def failed(said: Said) -> bool:
    """The provider's words for not having understood, and nothing else."""
    return len(said.words) <= 20 and bool(SPOKEN.failed.find(said.words))


def needless(said: Said) -> Reason | None:
    """Why no call back is needed, if the caller says so and asks for nothing beside."""
    for rule, group, text in (
        ("wrong-number", SPOKEN.wrong_number, "a wrong number"),
        ("no-need", SPOKEN.no_need, "says that none is needed"),
        ("settled", SPOKEN.settled, "has settled itself"),
        ("telling", SPOKEN.telling, "tells, and asks nothing"),
        ("thanking", SPOKEN.thanking, "thanks, and asks nothing"),
    ):
        if found := said.found(group):
            return (
                Reason(rule=rule, points=-3, text=f"{text}: “{found[0]}”") if _asks_nothing(said, group, rule) else None
            )
    return None


def _asks_nothing(said: Said, group: Group, rule: str) -> bool:
    """Beside the phrase itself; what is good news also must hold no trouble, and be short."""
    for sentence in sentences(said.text[:20_000]):
        part = Said(sentence.text)
        left = group.without(part.like)
        spoke = left != part.like
        if spoke and SPOKEN.conditional.find(left):
            return False
        if SPOKEN.wants.find(left) or sentence.is_question or (not spoke and sentence.asks):
            return False
        if rule != "wrong-number" and SPOKEN.trouble.find(left):
            return False
    return rule in {"no-need", "wrong-number"} or len(said.words) <= _TELLING
