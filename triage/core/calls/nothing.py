"""Is there nothing to call back for: silence, a wrong number, "no need to call back", news that asks nothing?"""

from triage.core.calls.dictated import dictated
from triage.core.calls.said import Said
from triage.core.calls.spoken.tables import SPOKEN, spoken
from triage.core.words.language import Group
from triage.model.judgements import Reason

_TELLING = 60
_LONGEST = {"wrong-number": 16}


def is_silence(said: Said) -> bool:
    """Nothing but what transcribers write where nobody speaks: "[BLANK_AUDIO]", "Thank you.", "you you you"."""
    words, place = said.words, 0
    while place < len(words):
        count = SPOKEN.ghosts.at(words, place)
        if not count:
            return False
        place += count
    return True


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
    """Beside the phrase itself nothing is asked, no number given, and the message is short; nor may news be bad."""
    if len(said.words) > _LONGEST.get(rule, _TELLING) or dictated(said):
        return False
    for part in said.parts:
        like = spoken(part.text)
        left = group.without(like)
        spoke = left != like
        if SPOKEN.wants.find(left) or part.is_question or (spoke and SPOKEN.conditional.find(left)):
            return False
        if (part.asks and not spoke) or (rule != "wrong-number" and SPOKEN.trouble.find(left)):
            return False
    return True
