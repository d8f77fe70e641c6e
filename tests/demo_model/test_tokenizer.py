from __future__ import annotations

import itertools
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from tools.demo_model.corpus import dialogues
from tools.demo_model.data import SHIPPED
from tools.demo_model.scene import Message
from tools.demo_model.tokenizer import CHAT_TEMPLATE, CONTROL, encode_dialogues, train


@lru_cache(maxsize=1)
def shipped() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(SHIPPED / "tokenizer.json"))
    tokenizer.encode_special_tokens = True
    return tokenizer


# The first word's own space and any that stands before it are one, as in Llama's tokenizer.
texts = st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: "▁" not in text)


@given(texts)
def test_any_text_comes_back(text: str) -> None:
    ids = shipped().encode(text, add_special_tokens=False).ids
    assert shipped().decode(ids, skip_special_tokens=False) == text


@given(texts)
def test_content_never_becomes_a_control_token(text: str) -> None:
    control = {shipped().token_to_id(token) for token in CONTROL}
    for written in (text, "".join(CONTROL) + text):
        assert control.isdisjoint(shipped().encode(written, add_special_tokens=False).ids)


def test_each_digit_is_a_token() -> None:
    assert shipped().encode("1234").tokens == ["▁", "1", "2", "3", "4"]


def test_the_chat_template_gives_the_ids_of_the_training() -> None:
    from transformers import AutoTokenizer

    fast = AutoTokenizer.from_pretrained(SHIPPED)
    messages = [Message("system", "Be kind."), Message("user", "Hi  there"), Message("assistant", "Hello!")]
    plain = [{"role": message.role, "content": message.content} for message in messages]
    [(ids, learn)] = encode_dialogues(shipped(), [messages])
    assert fast.apply_chat_template(plain, return_dict=False) == [*ids, fast.eos_token_id]
    assert fast.chat_template == CHAT_TEMPLATE
    learnt = [number for number, is_learnt in zip(ids, learn, strict=True) if is_learnt]
    assert shipped().decode(learnt, skip_special_tokens=False) == "Hello!<|end|>"


def test_a_tokenizer_is_trained_from_texts_alone() -> None:
    corpus = [message.content for messages in itertools.islice(dialogues(1), 400) for message in messages]
    made = train(corpus, 900)
    assert made.get_vocab_size() <= 900
    assert made.decode(made.encode("Hello, 世界 🦊!").ids) == "Hello, 世界 🦊!"


@pytest.mark.parametrize("token", CONTROL)
def test_control_tokens_are_special(token: str) -> None:
    tokenizer = Tokenizer.from_file(str(SHIPPED / "tokenizer.json"))
    assert tokenizer.encode(token, add_special_tokens=False).tokens[-1] == token
    assert tokenizer.decode(tokenizer.encode(f"a{token}b").ids) == "a b"
