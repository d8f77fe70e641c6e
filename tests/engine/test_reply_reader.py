import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.reply_reader import ReplyReader
from bot.engine.tokenizer import ChatTokenizer
from tests.engine.vocabularies import kinds

TOKENIZERS = {name: kind.load() for name, kind in kinds().items()}
each_tokenizer = pytest.mark.parametrize("tokenizer", TOKENIZERS.values(), ids=TOKENIZERS)
TEXTS = [
    "def f(x):\n    if x:\n        return x\n\n    return  None\n",
    "one\n two\n  three\n\n   four",
    "日本語と絵文字 👩‍👩‍👧‍👦 🇩🇪 und Größe",
    "\tindented\n\n- list\n  - deeper",
]


def streamed(tokenizer: ChatTokenizer, ids: list[int], stop: tuple[str, ...] = (), step: int = 1) -> str:
    stream = ReplyReader(tokenizer, stop=stop)
    pieces = [stream.push(ids[at : at + step]).answer for at in range(0, len(ids), step)]
    return "".join([*pieces, stream.finish().answer])


@each_tokenizer
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("step", [1, 2, 7])
def test_text_arrives_as_it_was_written(tokenizer: ChatTokenizer, text: str, step: int) -> None:
    ids = tokenizer.encode_text("\n" + text)
    if tokenizer is TOKENIZERS["phi3-nfkc"]:
        text = tokenizer.decode(ids)[1:]
    assert streamed(tokenizer, ids, step=step) == "\n" + text


@each_tokenizer
@given(data=st.data())
def test_any_ids_give_the_text_that_decode_gives(tokenizer: ChatTokenizer, data: st.DataObject) -> None:
    size = tokenizer.vocabulary.inner.get_vocab_size()
    some_id = st.one_of(
        st.integers(0, size + 5),
        st.sampled_from(sorted(tokenizer.vocabulary.byte_ids) or [0]),
        st.sampled_from(sorted(tokenizer.control_ids)),
        st.sampled_from(tokenizer.encode_text(" 👍 é日 ")),
    )
    ids = data.draw(st.lists(some_id, max_size=40))
    assert streamed(tokenizer, ids, step=data.draw(st.integers(1, 4))) == tokenizer.decode(ids)


@each_tokenizer
@given(text=st.text(max_size=60), seed=st.integers(0, 2**32))
def test_pieces_are_whole_characters_of_the_text(tokenizer: ChatTokenizer, text: str, seed: int) -> None:
    ids = tokenizer.encode_text(text)
    draw = random.Random(seed)
    stream, shown, at = ReplyReader(tokenizer), "", 0
    while at < len(ids):
        step = draw.randint(1, 3)
        shown += stream.push(ids[at : at + step]).answer
        at += step
        assert tokenizer.decode(ids).startswith(shown)
    assert shown + stream.finish().answer == tokenizer.decode(ids)


@given(
    text=st.text("ab\n ", max_size=30),
    stop=st.lists(st.text("ab\n ", min_size=1, max_size=5), max_size=3),
    step=st.integers(1, 3),
)
def test_text_ends_before_the_first_stop_string(text: str, stop: list[str], step: int) -> None:
    tokenizer = TOKENIZERS["phi3-first"]
    ids = tokenizer.encode_text(text)
    whole = tokenizer.decode(ids)
    expected = min((whole.split(string)[0] for string in stop), key=len, default=whole)
    shown = streamed(tokenizer, ids, tuple(stop), step)
    # Of overlapping stop strings, the one that is complete first ends the text.
    assert shown == expected or (expected != whole and whole.startswith(shown))
    assert not any(string in shown for string in stop)


def test_a_stop_string_that_spans_tokens_is_held_back_until_it_is_certain() -> None:
    tokenizer = TOKENIZERS["phi3-first"]
    stream = ReplyReader(tokenizer, stop=["STOP!"])
    shown = [stream.push([id_]).answer for id_ in tokenizer.encode_text("go STOx STOP! more")]
    assert "".join(shown) == "go STOx "
    assert stream.ended
    assert stream.finish().answer == ""


def test_a_held_back_beginning_of_a_stop_string_is_given_at_the_end() -> None:
    tokenizer = TOKENIZERS["phi3-first"]
    stream = ReplyReader(tokenizer, stop=["STOP!"])
    shown = "".join(stream.push([id_]).answer for id_ in tokenizer.encode_text("go STO"))
    assert shown == "go "
    assert stream.finish().answer == "STO"
    assert not stream.ended


@each_tokenizer
def test_control_tokens_leave_no_text(tokenizer: ChatTokenizer) -> None:
    word = tokenizer.encode_text("x")
    ids = [id_ for control in sorted(tokenizer.control_ids) for id_ in (*word, control)]
    assert streamed(tokenizer, ids) == tokenizer.decode(word * len(tokenizer.control_ids))
