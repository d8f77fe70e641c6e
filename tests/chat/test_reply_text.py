from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.generation import ReplyText
from bot.chat.speakers import Speakers
from bot.chat.turns import Author
from bot.engine.detokenizer import Decoder
from bot.engine.scripted import ByteTokenizer
from tests.engine.vocabularies import kinds

TOKENIZER, END = ByteTokenizer(), 259
SPEAKERS = Speakers([Author(1, "Mika"), Author(2, "Aoi")])


def ids(text: str) -> tuple[int, ...]:
    return (*TOKENIZER.encode_text(text), END)


def test_the_ids_of_a_reply_stand_for_its_text() -> None:
    reply = ReplyText(TOKENIZER, SPEAKERS)
    assert reply.add("  He") == "He"
    assert reply.add("llo ") == "Hello "
    assert reply.close(ids("  Hello ")) == ("Hello", ids("  Hello "))


def test_what_stands_after_the_text_is_not_among_its_ids() -> None:
    reply = ReplyText(TOKENIZER, SPEAKERS)
    reply.add("Hello.")
    assert reply.close(ids("Hello.\nMika:")[:-1]) == ("Hello.", ids("Hello.\n")[:-1])


def test_a_name_that_was_removed_leaves_no_ids_that_say_it() -> None:
    reply = ReplyText(TOKENIZER, SPEAKERS)
    assert reply.add("Mika") == ""
    assert reply.add(": hello") == "hello"
    assert reply.close(ids("Mika: hello")) == ("hello", ())


def test_a_reply_that_is_continued_shows_what_was_there_first() -> None:
    reply = ReplyText(TOKENIZER, SPEAKERS, begun=ids("Once upon")[:-1])
    assert reply.add(" a time") == "Once upon a time"
    assert reply.close(ids(" a time")) == ("Once upon a time", ids("Once upon a time"))


@pytest.mark.parametrize("kind", ["phi3-first", "phi3-prepend", "phi3-always", "mistral-never", "llama3"])
@pytest.mark.parametrize(
    "text", ["def main():\n    return None", "the quick  brown fox\n\n- one", "Größe 42"]
)
def test_no_space_is_lost_wherever_a_reply_is_continued(kind: str, text: str) -> None:
    tokenizer = kinds()[kind].load()
    whole = tuple(tokenizer.encode_text(text))
    for cut in range(1, len(whole)):
        reply = ReplyText(tokenizer, Speakers([]), whole[:cut])
        stream = Decoder(tokenizer)
        reply.add(stream.push(whole[cut:]))
        reply.add(stream.finish())
        assert reply.close(whole[cut:]) == (tokenizer.decode(whole).strip(), whole)


@given(st.text(alphabet="MikaAo: \nx", max_size=40), st.integers(0, 40))
def test_the_ids_never_say_anything_else_than_the_text(text: str, kept: int) -> None:
    reply = ReplyText(TOKENIZER, SPEAKERS)
    reply.add(text[:kept])
    final, stored = reply.close(ids(text))
    assert not stored or TOKENIZER.decode(stored).strip() == final
