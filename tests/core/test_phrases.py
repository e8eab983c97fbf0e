"""The quick ways to words and phrases find what the plain ones find."""

import re

from hypothesis import given
from hypothesis import strategies as st

from triage.core.words.language import DEADLINES, PHRASES
from triage.core.words.language.index import Index
from triage.core.words.language.phrases import words

WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
STRAIGHT = str.maketrans("’‘´`‐‑", "''''--")
GROUPS = (PHRASES.request, PHRASES.not_request, PHRASES.trouble, PHRASES.chaser, DEADLINES.by)
INDEX = Index(*GROUPS)
SPOKEN = sorted({word for group in GROUPS for phrase in group.phrases for word in phrase})


@given(st.text(st.sampled_from("aBé1.-'` _\n’“–\xa0‑ß字") | st.characters(), max_size=40))
def test_words_are_those_of_one_pattern_in_any_letters(text: str) -> None:
    assert words(text) == tuple(WORD.findall(text.translate(STRAIGHT).casefold()))


@given(
    st.lists(
        st.sampled_from(SPOKEN).map(lambda word: (word,))
        | st.sampled_from(sorted(phrase for group in GROUPS for phrase in group.phrases)),
        max_size=8,
    )
)
def test_one_pass_finds_the_groups_that_each_finds_by_itself(parts: list[tuple[str, ...]]) -> None:
    said = tuple(word for part in parts for word in part)
    assert [bool(INDEX.held(said) & INDEX.bits[group]) for group in GROUPS] == [
        bool(group.find(said)) for group in GROUPS
    ]
