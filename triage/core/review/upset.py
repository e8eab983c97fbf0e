"""Does somebody show that it hurts? By words, by shouting, never by what he asks for."""

import re
from collections.abc import Sequence

from triage.core.review.lexicon import lexicon

_SHOUTED = re.compile(r"[A-ZÄÖÜ](?<!\w.)[A-ZÄÖÜ]{3,}+\b")
# In a long letter a single such word is likely about something else.
_OVERLOOKED = 150


def upset(own: str, said: Sequence[str]) -> str:
    """The words in which it shows; nothing where nobody is. `said` are the words of `own`, casefolded."""
    found = lexicon().upset.all_in(said)
    if found and (len(said) <= _OVERLOOKED or len(found) > 1):
        return found[0]
    shouted = _SHOUTED.findall(own)
    return " ".join(shouted[:3]) if len(shouted) > 2 and len(shouted) * 4 > len(said) else ""
