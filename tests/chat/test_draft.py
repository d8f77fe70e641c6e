from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.draft import Draft
from bot.chat.speakers import Speakers
from bot.chat.turns import Author
from bot.engine.detokenizer import Detokenizer
from bot.engine.scripted import ByteTokenizer
from tests.engine.vocabularies import kinds

TOKENIZER, END = ByteTokenizer(), 259
SPEAKERS = Speakers([Author(1, "Mika"), Author(2, "Aoi")])


def ids(text: str) -> tuple[int, ...]:
    return (*TOKENIZER.encode_text(text), END)


def test_the_ids_of_a_reply_stand_for_its_text() -> None:
    draft = Draft(TOKENIZER, SPEAKERS)
    assert draft.add("  He") == "He"
    assert draft.add("llo ") == "Hello "
    assert draft.close(ids("  Hello ")) == ("Hello", ids("  Hello "))


def test_what_stands_after_the_text_is_not_among_its_ids() -> None:
    draft = Draft(TOKENIZER, SPEAKERS)
    draft.add("Hello.")
    assert draft.close(ids("Hello.\nMika:")[:-1]) == ("Hello.", ids("Hello.\n")[:-1])


def test_a_name_that_was_taken_off_leaves_no_ids_that_say_it() -> None:
    draft = Draft(TOKENIZER, SPEAKERS)
    assert draft.add("Mika") == ""
    assert draft.add(": hello") == "hello"
    assert draft.close(ids("Mika: hello")) == ("hello", ())


def test_a_reply_that_goes_on_shows_what_was_there_first() -> None:
    draft = Draft(TOKENIZER, SPEAKERS, begun=ids("Once upon")[:-1])
    assert draft.add(" a time") == "Once upon a time"
    assert draft.close(ids(" a time")) == ("Once upon a time", ids("Once upon a time"))


@pytest.mark.parametrize("kind", ["phi3-first", "phi3-prepend", "phi3-always", "mistral-never", "llama3"])
@pytest.mark.parametrize(
    "text", ["def main():\n    return None", "the quick  brown fox\n\n- one", "Größe 42"]
)
def test_no_space_is_lost_wherever_a_reply_goes_on(kind: str, text: str) -> None:
    tokenizer = kinds()[kind].load()
    whole = tuple(tokenizer.encode_text(text))
    for cut in range(1, len(whole)):
        draft = Draft(tokenizer, Speakers([]), whole[:cut])
        stream = Detokenizer(tokenizer)
        draft.add(stream.push(whole[cut:]))
        draft.add(stream.finish())
        assert draft.close(whole[cut:]) == (tokenizer.decode(whole).strip(), whole)


@given(st.text(alphabet="MikaAo: \nx", max_size=40), st.integers(0, 40))
def test_the_ids_never_say_anything_else_than_the_text(text: str, kept: int) -> None:
    draft = Draft(TOKENIZER, SPEAKERS)
    draft.add(text[:kept])
    final, stored = draft.close(ids(text))
    assert not stored or TOKENIZER.decode(stored).strip() == final
