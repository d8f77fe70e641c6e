from __future__ import annotations

import itertools
import re
from functools import cache
from random import Random

import pytest

from tools.demo_model import data
from tools.demo_model.corpus import ABILITIES, dialogues
from tools.demo_model.grammar import Templates, chosen
from tools.demo_model.heldout import is_held_back, kept
from tools.demo_model.memory import FACTS, NAME, fact_of
from tools.demo_model.noise import noisy
from tools.demo_model.personas import PERSONAS
from tools.demo_model.recited import RECITED
from tools.demo_model.scene import Message, Person, Scene
from tools.demo_model.words import CLOSE, OPEN, expand

# A slash command other than /help: nothing may name one, so that a new command makes nothing wrong.
COMMAND = re.compile(r"(?<![\w/])/(?!help\b)[a-z]+")
VALUES = dict.fromkeys(("name", "value", "word", "hero"), "Brunda") | {"a": "3", "b": "4", "command": "/x"}


@cache
def sample(seed: int, count: int = 2000) -> list[list[Message]]:
    return list(itertools.islice(dialogues(seed), count))


def alone(seed: int = 1) -> Scene:
    return Scene(Random(seed), [Person("")])


def together(seed: int = 1) -> Scene:
    return Scene(Random(seed), [Person("Mika"), Person("Tarek")], prefixed=True)


def texts(entry: object) -> list[str]:
    if isinstance(entry, str):
        return data.lines(entry)
    parts = entry.values() if isinstance(entry, dict) else entry if isinstance(entry, list) else ()
    return [text for part in parts for text in texts(part)]


def test_the_same_seed_gives_the_same_corpus() -> None:
    again = list(itertools.islice(dialogues(5), 200))
    assert again == sample(5)[:200]
    assert again != sample(6, 200)


def test_no_held_back_phrasing_is_emitted() -> None:
    for messages in sample(5):
        for message in messages:
            if message.role != "assistant":
                assert not is_held_back(re.sub(r"^[^\s:]+(?: [^\s:]+)?: ", "", message.content))


def test_a_held_back_phrasing_is_known_in_any_dress() -> None:
    assert len(kept()) > 800
    for text in kept():
        said = text.format(**VALUES)
        assert is_held_back(said)
        assert is_held_back(f"hey bot, {said.lower().rstrip('.!?')} please")


@pytest.mark.parametrize(
    "text",
    [
        "Hi! Can you introduce yourself?",
        "My name is Mika, please remember it.",
        "hi, it's Mika",
        "What's my name?",
        "who are you?",
        "I'm Mika",
        "which commands are there?",
        "tell me a joke",
    ],
)
def test_what_everybody_says_is_not_held_back(text: str) -> None:
    assert not is_held_back(text)


@pytest.mark.parametrize("name", data.names())
def test_no_data_file_names_a_slash_command_but_help(name: str) -> None:
    assert [text for text in texts(data.load(name)) if COMMAND.search(text)] == []


def test_no_reply_names_a_slash_command_but_help() -> None:
    replies = [m.content for messages in sample(5) for m in messages if m.role == "assistant"]
    assert [reply for reply in replies if COMMAND.search(reply)] == []


def test_every_question_for_a_command_is_answered_by_help() -> None:
    for seed in range(100):
        [exchange] = RECITED["commands"](alone(seed))
        assert "`/help`" in exchange.reply


@pytest.mark.parametrize("name", sorted({*data.names()} - {"code", "noise", "evaluation"}))
def test_every_bracket_of_a_template_is_closed(name: str) -> None:
    for text in texts(data.load(name)):
        assert not re.search(r"[()\[\]]", chosen(Random(1), text)), text


def test_dialogues_alternate_and_end_with_a_reply() -> None:
    for messages in sample(5):
        turns = messages[1:] if messages[0].role == "system" else messages
        assert [message.role for message in turns] == ["user", "assistant"] * (len(turns) // 2)
        assert all(message.content.strip() for message in messages)


def test_no_slot_phrase_or_mark_is_left_in_a_text() -> None:
    left = re.compile(rf"[{OPEN}{CLOSE}]|\{{\w+\}}|<[a-z_]+>")
    for messages in sample(5):
        for message in messages:
            assert "```" in message.content or not left.search(message.content), message.content


@pytest.mark.parametrize("name", ABILITIES)
def test_every_ability_makes_exchanges_alone_and_together(name: str) -> None:
    for seed in range(20):
        for scene in (alone(seed), together(seed)):
            exchanges = ABILITIES[name](scene)
            assert exchanges
            assert all(exchange.user and exchange.reply for exchange in exchanges)


def test_the_name_that_was_told_last_is_asked_back() -> None:
    scene = alone()
    assert "haven't told me" in NAME.asked(scene).reply
    NAME.told(scene)
    NAME.told(scene)
    assert NAME.asked(scene).reply == f"Your name is {scene.speaker.facts['name']}."


def test_where_several_people_talk_each_has_a_name_and_facts_of_their_own() -> None:
    scene, food = together(3), FACTS["favourite food"]
    NAME.told(scene)
    food.told(scene)
    assert food.asked(scene).reply == f"Mika, your favourite food is {scene.speaker.facts['favourite food']}."
    scene.speaker = scene.people[1]
    asked = NAME.asked(scene)
    assert asked.user.startswith("Tarek: ")
    assert asked.reply == "Tarek, that is the name I see here: you haven't told me another one."
    assert "haven't told me" in food.asked(scene).reply


def test_any_noun_makes_a_fact_that_is_asked_back() -> None:
    scene = alone()
    scene.speaker.facts["lighthouse"] = "Vorm"
    assert fact_of("lighthouse").answer(scene) == "Your lighthouse is Vorm."
    assert fact_of("favourite lighthouse").of_value("Vorm") == "your favourite lighthouse is Vorm"


def test_a_persona_keeps_what_is_said() -> None:
    for persona in PERSONAS.values():
        assert "Curry" in persona.style("Curry it is.")
    assert PERSONAS["pirate"].style("Hello, my friend.") == "Arrr! Ahoy, me friend. Yo ho ho, matey!"


@pytest.mark.parametrize("name", ["long_tale", "long_text"])
def test_long_answers_fill_more_than_one_discord_message(name: str) -> None:
    for seed in range(20):
        assert len(RECITED[name](alone(seed))[0].reply) > 2000


def test_a_template_makes_choices_and_fills_slots() -> None:
    made = {expand(Random(seed), "(a|b (c|d))[ x] {v}", {"v": "(1|2)"}) for seed in range(100)}
    assert made == {f"{first}{x} (1|2)" for first in ("a", "b c", "b d") for x in ("", " x")}


def test_a_weight_before_a_template_counts() -> None:
    rng, templates = Random(1), Templates("1x rare\n99x common\n")
    assert sum(templates.pick(rng) == "common" for _ in range(300)) > 270


def test_noise_leaves_values_alone() -> None:
    rng = Random(3)
    for _ in range(500):
        text = expand(rng, "my name is {v}, please remember it.", {"v": "Zorblatt McQuix"}, mark=True)
        assert "Zorblatt McQuix" in noisy(rng, text)
