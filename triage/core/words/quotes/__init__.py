"""What the sender wrote himself: quotes, forwarded blocks, signatures, footers and disclaimers are cut away.

Cutting too little leaves noise; cutting too much loses a question. So in doubt a line stays, and what a hand may have
typed (a closing, a name, a telephone number without a delimiter above it) counts as the sender's.
"""

from triage.core.words.quotes.footers import is_postscript
from triage.core.words.quotes.lines import is_quoted
from triage.core.words.quotes.own import holds_forward, own_words

__all__ = ["holds_forward", "is_postscript", "is_quoted", "own_words"]
