"""The corpus: dialogues made of exchanges, an ability a file, and how often each comes."""

from collections.abc import Callable, Iterator
from random import Random

from tools.demo_model import words
from tools.demo_model.corpus import (
    buttons,
    code,
    commands,
    disclaimer,
    indirect,
    introduction,
    japanese,
    long_answers,
    names,
    numbers_and_letters,
    persona,
    recall,
    smalltalk,
    stories,
)
from tools.demo_model.dialogue import Exchange, Message, Person, Scene
from tools.demo_model.heldout import is_held_back

Ability = Callable[[Scene], list[Exchange]]

# How often an ability comes, relative to the others.
MIXTURE: dict[Ability, float] = {
    introduction.who: 30,
    introduction.abilities: 4,
    introduction.about: 5,
    commands.every: 11,
    commands.one: 34,
    buttons.handling: 4,
    smalltalk.greet: 4,
    smalltalk.farewell: 1.5,
    smalltalk.thanks: 2,
    smalltalk.mood: 7,
    smalltalk.echo: 5,
    smalltalk.other_language: 0.8,
    smalltalk.previous: 0.7,
    names.tell_name: 14,
    names.ask_name: 20,
    names.later: 22,
    recall.tell_fact: 12,
    recall.ask_fact: 20,
    recall.tell_several: 3.5,
    recall.ask_everything: 1.5,
    recall.ask_about_other: 3.5,
    names.tell_name_and_ask: 4,
    recall.several: 9,
    recall.changed: 7,
    recall.of_several_people: 12,
    names.of_several_people: 10,
    recall.ask_two: 1.5,
    numbers_and_letters.total: 40,
    numbers_and_letters.count: 9,
    numbers_and_letters.spell: 32,
    stories.joke: 3,
    stories.story: 2.5,
    long_answers.long_tale: 1.4,
    long_answers.long_text: 0.7,
    code.function: 8,
    code.anything: 0.5,
    japanese.simple: 6,
    japanese.name: 6,
    japanese.total: 2,
    japanese.fact: 1.5,
    japanese.disclaimer: 2.5,
    disclaimer.out_of_scope: 50,
    disclaimer.pasted_text: 0.8,
    indirect.question: 44,
    persona.in_chat: 0.8,
}
_TELLING_APART = (recall.of_several_people, names.of_several_people, recall.ask_about_other)
_ABILITIES, _WEIGHTS = list(MIXTURE), list(MIXTURE.values())
# Characters after which a dialogue takes no further exchange: some 1,200 tokens.
_LONGEST = 4500


def _people(rng: Random) -> tuple[list[Person], bool]:
    if rng.random() > 0.38:
        return [Person("")], False
    handles = {words.handle(rng) for _ in range(rng.choice((1, 2, 2, 2, 3)))}
    return [Person(handle) for handle in sorted(handles)], True


def _exchanges(rng: Random) -> int:
    return rng.choice((1, 1, 2, 2, 3, 4, 4, 5, 6, 8)) if rng.random() < 0.93 else rng.randint(9, 16)


def _bare(text: str, people: list[Person]) -> str:
    """A user's message without the speaker before it."""
    for person in people:
        if person.handle and text.startswith(f"{person.handle}: "):
            return text.removeprefix(f"{person.handle}: ")
    return text


def dialogue(rng: Random) -> list[Message]:
    """One conversation: maybe a system prompt, then exchanges; nothing in it is a held-back phrasing."""
    setting = persona.system(rng)
    while setting.prompt and is_held_back(setting.prompt):
        setting = persona.system(rng)
    people, prefixed = _people(rng)
    scene = Scene(rng, people, prefixed, setting.style, setting.bot_name, setting.role)
    messages = [Message("system", setting.prompt)] if setting.prompt else []
    size = 0
    longest = 2 * _exchanges(rng)
    while True:
        scene.speaker = rng.choice(people)
        # Where several talk, telling them apart takes more practice than their share of the corpus gives.
        apart = len(people) > 1 and rng.random() < 0.4
        ability = rng.choice(_TELLING_APART) if apart else rng.choices(_ABILITIES, _WEIGHTS)[0]
        made = ability(scene)
        typed = [_bare(exchange.user, people) for exchange in made]
        # A mistyped one is still the phrasing that it was meant to be.
        if any(is_held_back(text) for text in (*typed, *scene.meant)):
            return dialogue(rng)
        scene.meant.clear()
        for exchange in made:
            messages += [Message("user", exchange.user), Message("assistant", exchange.reply)]
            size += len(exchange.user) + len(exchange.reply)
        if size > _LONGEST or len(messages) >= longest:
            return messages


def dialogues(seed: int) -> Iterator[list[Message]]:
    """Conversations without end; the same for the same seed."""
    rng = Random(seed)
    while True:
        yield dialogue(rng)
