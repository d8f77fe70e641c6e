from __future__ import annotations

import json
import random
from functools import lru_cache

from tools.demo_model import phrasings
from tools.demo_model.cases import has, is_disclaimer, new_word
from tools.demo_model.corpus.persona import DEFAULT
from tools.demo_model.evaluate import SHIPPED
from tools.demo_model.export import LARGEST
from tools.demo_model.talk import Talker


@lru_cache(maxsize=1)
def talker() -> Talker:
    return Talker(SHIPPED)


def talk(*turns: str) -> list[str]:
    return talker().talk(DEFAULT, [turns])[0]


def test_the_files_are_small_enough_for_the_package() -> None:
    assert sum(file.stat().st_size for file in SHIPPED.iterdir()) <= LARGEST


def test_the_files_name_no_folder_of_the_machine_that_made_them() -> None:
    for path in SHIPPED.glob("*.json"):
        assert "/tmp" not in path.read_text(encoding="utf-8")


def test_generation_ends_at_phi3s_stops() -> None:
    words = json.loads((SHIPPED / "tokenizer.json").read_text(encoding="utf-8"))
    ids = {token["content"]: token["id"] for token in words["added_tokens"]}
    stops = json.loads((SHIPPED / "generation_config.json").read_text(encoding="utf-8"))["eos_token_id"]
    assert stops == [ids["<|endoftext|>"], ids["<|assistant|>"], ids["<|end|>"]]


def test_it_holds_the_first_conversation_that_a_newcomer_sees() -> None:
    first, second, third = talk(
        "Hi! Can you introduce yourself?", "My name is Mika, please remember it.", "What's my name?"
    )
    assert has("I'm ovbot", "demo model")(first)
    assert "Mika" in second
    assert "Mika" in third


def test_it_recalls_names_that_it_never_saw() -> None:
    rng = random.Random(2)
    names = [new_word(rng).capitalize() for _ in range(10)]
    turns = [(f"My name is {name}.", "Tell me a joke.", "How are you?", "What's my name?") for name in names]
    replies = talker().talk(DEFAULT, turns)
    assert sum(name in said[-1] for name, said in zip(names, replies, strict=True)) >= 8


def test_it_does_not_know_a_name_that_nobody_told() -> None:
    assert "haven't told me" in talk("What's my name?")[0]


def test_it_says_that_it_is_only_the_demo_model() -> None:
    replies = [said[0] for said in talker().talk(DEFAULT, [(text,) for text in phrasings.DISCLAIMER])]
    assert sum(map(is_disclaimer, replies)) >= 0.9 * len(replies)
