from __future__ import annotations

import json
import random
from functools import lru_cache

from tools.demo_model.cases import SETS, has, is_disclaimer, new_word, points_to_help
from tools.demo_model.data import SHIPPED, lines
from tools.demo_model.evaluate import Talker
from tools.demo_model.export import LARGEST
from tools.demo_model.personas import DEFAULT
from tools.demo_model.scene import Message


@lru_cache(maxsize=1)
def talker() -> Talker:
    return Talker(SHIPPED)


def talk(*conversations: tuple[str, ...]) -> list[list[str]]:
    return talker().converse([[Message("system", DEFAULT)] for _ in conversations], conversations)


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
    [[first, second, third]] = talk(
        ("Hi! Can you introduce yourself?", "My name is Mika, please remember it.", "What's my name?")
    )
    assert has("I'm ovbot", "demo model")(first)
    assert "Mika" in second
    assert "Mika" in third


def test_it_recalls_names_that_it_never_saw() -> None:
    rng = random.Random(2)
    names = [new_word(rng).capitalize() for _ in range(10)]
    turns = [(f"My name is {name}.", "Tell me a joke.", "How are you?", "What's my name?") for name in names]
    replies = talk(*turns)
    assert sum(name in said[-1] for name, said in zip(names, replies, strict=True)) >= 8


def test_it_does_not_know_a_name_that_nobody_told() -> None:
    assert "haven't told me" in talk(("What's my name?",))[0][0]


def test_it_tells_two_people_apart() -> None:
    rng = random.Random(4)
    foods = [new_word(rng) for _ in range(10)]
    mine = [(f"Ines: My favourite food is {food}.", "Ines: What's my favourite food?") for food in foods]
    others = [(told, "Karl: What's my favourite food?") for told, _ in mine]
    replies = talk(*mine, *others)
    assert sum(food in said[-1] for food, said in zip(foods, replies[:10], strict=True)) >= 8
    assert sum("haven't told me" in said[-1] for said in replies[10:]) >= 8


def test_asked_about_a_command_that_it_never_heard_of_it_points_to_help() -> None:
    asked = ("What does /zorbel do?", "Which commands do you have?", "How do I reset our conversation?")
    assert all(points_to_help(said[0]) for said in talk(*((text,) for text in asked)))


def test_it_says_that_it_is_only_the_demo_model() -> None:
    questions = lines(SETS[0]["disclaimer"])
    replies = [said[0] for said in talk(*((text,) for text in questions))]
    assert sum(map(is_disclaimer, replies)) >= 0.9 * len(replies)
