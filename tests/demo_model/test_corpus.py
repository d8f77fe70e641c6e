from __future__ import annotations

import itertools
import random
import re

import pytest

from tools.demo_model import phrasings
from tools.demo_model.corpus import MIXTURE, commands, dialogues, names, recall
from tools.demo_model.corpus.asked import abilities as asked_abilities
from tools.demo_model.corpus.asked import commands as asked_commands
from tools.demo_model.corpus.asked import names_asked, names_told
from tools.demo_model.corpus.asked import personas as asked_personas
from tools.demo_model.corpus.asked import who as asked_who
from tools.demo_model.corpus.asked import wishes as asked_wishes
from tools.demo_model.corpus.command_wishes import COMMANDS, MORE
from tools.demo_model.corpus.facts import fact_of
from tools.demo_model.corpus.long_answers import long_tale, long_text
from tools.demo_model.corpus.persona_kinds import PERSONAS
from tools.demo_model.dialogue import Message, Person, Scene
from tools.demo_model.fourth_phrasings import FOURTH
from tools.demo_model.grammar import CLOSE, OPEN, expand, parse
from tools.demo_model.heldout import is_held_back
from tools.demo_model.noise import noisy
from tools.demo_model.second_phrasings import SECOND
from tools.demo_model.third_phrasings import THIRD

SAMPLE = 2000


def sample(seed: int, count: int = SAMPLE) -> list[list[Message]]:
    return list(itertools.islice(dialogues(seed), count))


def test_the_same_seed_gives_the_same_corpus() -> None:
    assert sample(5, 200) == sample(5, 200)


def test_another_seed_gives_another_corpus() -> None:
    assert sample(5, 200) != sample(6, 200)


def test_no_held_back_phrasing_is_emitted() -> None:
    for messages in sample(7):
        speakers = r"^[^\s:]+(?: [^\s:]+)?: "
        for message in messages:
            if message.role != "assistant":
                assert not is_held_back(re.sub(speakers, "", message.content)), message.content


@pytest.mark.parametrize("text", [*phrasings.every(), *SECOND.every(), *THIRD.every(), *FOURTH.every()])
def test_a_held_back_phrasing_is_known_in_any_dress(text: str) -> None:
    said = text.format(v="Brunda", a="3", b="4")
    assert is_held_back(said)
    assert is_held_back(f"hey bot, {said.lower().rstrip('.!?')} please")


@pytest.mark.parametrize(
    "text",
    [
        "Hi! Can you introduce yourself?",
        "My name is Mika, please remember it.",
        "What's my name?",
        "who are you?",
        "I'm Mika",
        "which commands are there?",
        "tell me a joke",
    ],
)
def test_what_everybody_says_is_not_held_back(text: str) -> None:
    assert not is_held_back(text)


def test_dialogues_alternate_and_end_with_a_reply() -> None:
    for messages in sample(8):
        turns = messages[1:] if messages[0].role == "system" else messages
        assert [message.role for message in turns] == ["user", "assistant"] * (len(turns) // 2)
        assert all(message.content.strip() for message in messages)


def test_no_slot_nor_mark_is_left_in_a_text() -> None:
    for messages in sample(9):
        for message in messages:
            assert OPEN not in message.content
            assert CLOSE not in message.content
            assert "{v}" not in message.content


def test_every_ability_occurs() -> None:
    rng = random.Random(1)
    for ability in MIXTURE:
        for _ in range(20):
            exchanges = ability(Scene(rng, [Person("Mika"), Person("Tarek")], prefixed=True))
            assert exchanges
            assert all(exchange.reply for exchange in exchanges)


def test_the_name_that_was_told_last_is_asked_back() -> None:
    for seed in range(50):
        scene = Scene(random.Random(seed), [Person("")])
        assert names.ask_name(scene)[0].reply == names.UNKNOWN_NAME
        names.tell_name(scene)
        names.tell_name(scene)
        assert names.ask_name(scene)[0].reply == f"Your name is {scene.speaker.name}."


def test_each_speaker_has_a_name_of_their_own() -> None:
    mika, tarek = Person("Mika"), Person("Tarek")
    scene = Scene(random.Random(1), [mika, tarek], prefixed=True)
    names.tell_name(scene)
    scene.speaker = tarek
    exchange = names.ask_name(scene)[0]
    assert exchange.user.startswith("Tarek: ")
    assert exchange.reply == "Your name is Tarek."


def test_every_command_of_the_list_can_be_asked_for() -> None:
    replies = {message.content for messages in sample(11, 6000) for message in messages}
    for name, (what, _) in COMMANDS.items():
        assert f"`{name}` {what}.{MORE.get(name, '')}" in replies
        assert f"Use `{name}`: it {what}.{MORE.get(name, '')}" in replies


def test_the_list_names_every_command_in_any_style() -> None:
    for persona in PERSONAS:
        scene = Scene(random.Random(1), [Person("")], style=persona.style)
        reply = commands.every(scene)[0].reply
        assert all(name in reply for name in COMMANDS)


def test_a_name_told_a_while_ago_is_asked_back() -> None:
    for seed in range(50):
        scene = Scene(random.Random(seed), [Person("")])
        exchanges = names.later(scene)
        assert len(exchanges) > 2
        assert exchanges[-1].reply == f"Your name is {scene.speaker.name}."


def test_each_sentence_has_the_slots_of_its_kind() -> None:
    wanted = [(names_told.TELL, {"v"}), (asked_commands.ABOUT, {"command"}), (asked_personas.PROMPTS, {"k"})]
    wanted += [
        (texts, set())
        for texts in (asked_who.WHO, asked_abilities.ABILITIES, names_asked.ASK, asked_commands.LIST)
    ]
    wanted += [(texts, set()) for texts in (*asked_wishes.WISHES.values(), *asked_personas.SPECIAL.values())]
    for texts, slots in wanted:
        for text in texts:
            tree = parse(text)
            for sentence in tree if isinstance(tree, tuple) else (tree,):
                assert set(re.findall(r"{(\w+)}", str(sentence))) - {"b"} == slots, sentence


def test_any_noun_makes_a_fact_that_is_asked_back() -> None:
    told = fact_of("lighthouse")
    scene = Scene(random.Random(1), [Person("")])
    scene.speaker.facts["lighthouse"] = "Vorm"
    assert recall.fact_answer(scene, told) == "Your lighthouse is Vorm."
    assert fact_of("favourite lighthouse").said == "your favourite lighthouse is {v}"


@pytest.mark.parametrize("ability", [long_tale, long_text])
def test_long_answers_fill_more_than_one_discord_message(ability: object) -> None:
    assert callable(ability)
    for seed in range(20):
        exchanges = ability(Scene(random.Random(seed), [Person("")]))
        assert len(exchanges[0].reply) > 2000


def test_a_template_with_an_open_bracket_is_refused() -> None:
    with pytest.raises(ValueError, match="never closed"):
        parse("tell (me|us a joke")


def test_a_template_with_a_stray_bracket_is_refused() -> None:
    with pytest.raises(ValueError, match="stray"):
        parse("tell me) a joke")


def test_noise_leaves_values_alone() -> None:
    rng = random.Random(3)
    for _ in range(500):
        text = expand(rng, "my name is {v}, please remember it.", {"v": "Zorblatt McQuix"}, mark=True)
        assert "Zorblatt McQuix" in noisy(rng, text)
