"""The corpus: dialogues made of exchanges, and how often each ability comes."""

from collections.abc import Callable, Iterator
from random import Random

from tools.demo_model import data, memory, numbers, personas, recited
from tools.demo_model.heldout import is_held_back
from tools.demo_model.scene import Exchange, Message, Person, Scene
from tools.demo_model.words import expand

Ability = Callable[[Scene], list[Exchange]]

_MIXTURE = data.load("mixture")


_EVERY: dict[str, Ability] = {
    **recited.RECITED,
    **memory.ABILITIES,
    **numbers.ABILITIES,
    "previous": recited.previous,
    "persona_in_chat": personas.persona_in_chat,
}
ABILITIES = {name: _EVERY[name] for name in _MIXTURE["abilities"]}
_CHOICES, _WEIGHTS = list(ABILITIES.values()), list(_MIXTURE["abilities"].values())
_TELLING_APART = [ABILITIES[name] for name in _MIXTURE["telling_apart"]]
# Characters after which a dialogue takes no further exchange: some 1,200 tokens.
_LONGEST = 4500


def _people(rng: Random) -> tuple[list[Person], float]:
    """Who talks, and the share of exchanges in which they are told apart; nobody is named who is alone."""
    roll = rng.random()
    if roll < 0.62:
        return [Person("")], 0.0
    handles = {expand(rng, "{handle}") for _ in range(rng.choice((2, 2, 2, 3)) if roll > 0.66 else 1)}
    # Telling people apart takes more practice than its share of the mixture gives.
    return [Person(name) for name in sorted(handles)], rng.choice((0.4, 0.9)) if len(handles) > 1 else 0.0


def _length(rng: Random) -> int:
    return rng.choice((1, 1, 2, 2, 3, 4, 4, 5, 6, 8)) if rng.random() < 0.93 else rng.randint(9, 16)


def dialogue(rng: Random) -> list[Message]:
    """One conversation: maybe a system prompt, then exchanges; nothing in it is a held-back phrasing."""
    while True:
        messages = _attempt(rng)
        if messages is not None:
            return messages


def _attempt(rng: Random) -> list[Message] | None:
    """A conversation, or none where it holds a phrasing that is kept for the evaluation."""
    setting = personas.setting(rng)
    if setting.prompt and is_held_back(setting.prompt):
        return None
    people, apart = _people(rng)
    scene = Scene(rng, people, bool(people[0].handle), setting.style, setting.bot_name, setting.role)
    messages = [Message("system", setting.prompt)] if setting.prompt else []
    size, longest = 0, 2 * _length(rng)
    while size <= _LONGEST and len(messages) < longest:
        scene.speaker = rng.choice(people)
        telling_apart = rng.random() < apart
        ability = rng.choice(_TELLING_APART) if telling_apart else rng.choices(_CHOICES, _WEIGHTS)[0]
        for exchange in ability(scene):
            messages += [Message("user", exchange.user), Message("assistant", exchange.reply)]
            size += len(exchange.user) + len(exchange.reply)
        # A mistyped one is still the phrasing that it was meant to be.
        if any(is_held_back(text) for text in scene.written):
            return None
        scene.written.clear()
    return messages


def dialogues(seed: int) -> Iterator[list[Message]]:
    """Conversations without end; the same for the same seed."""
    rng = Random(seed)
    while True:
        yield dialogue(rng)
