"""What the evaluation asks, with names and values that the corpus lacks, and how a right reply is known."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

from tools.demo_model.data import lines, load
from tools.demo_model.personas import DEFAULT, PERSONAS, Persona

Check = Callable[[str], bool]

_DATA = load("evaluation")
SETS: list[dict[str, Any]] = _DATA["sets"]
_TELL_NAME, _ASK_NAME = lines(SETS[0]["tell_name"]), lines(SETS[0]["ask_name"])
_BETWEEN = lines(_DATA["between"])
# A slash command other than /help, as a reply must not name it.
_COMMAND = re.compile(r"(?<![\w/])/(?!help\b)[a-z]+")


class _Draft(NamedTuple):
    """A case without its set; without a system prompt (""), it gets one of several."""

    ability: str
    turns: tuple[str, ...]
    right: Check
    system: str = ""


@dataclass(frozen=True)
class Case:
    """A conversation of user turns; its last reply is judged. ``number``: of its set of phrasings."""

    ability: str
    turns: tuple[str, ...]
    right: Check
    system: str | None
    number: int


def has(*parts: str, without: str | None = None) -> Check:
    """A reply that holds all of ``parts`` and does not hold ``without``, whatever the casing."""
    return lambda reply: (
        all(part.lower() in reply.lower() for part in parts)
        and (without is None or without.lower() not in reply.lower())
    )


def both(one: Check, other: Check) -> Check:
    """A reply that passes two checks."""
    return lambda reply: one(reply) and other(reply)


def new_word(rng: Random, low: int = 2, high: int = 3) -> str:
    """A word of syllables put together by other rules than the corpus's."""
    return "".join(
        rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") + rng.choice(("", "", "n", "r", "m", "b", "g"))
        for _ in range(rng.randint(low, high))
    )


def _name(rng: Random) -> str:
    names: list[str] = _DATA["names"]
    return rng.choice(names) if rng.random() < 0.5 else new_word(rng).capitalize()


def is_disclaimer(reply: str) -> bool:
    """Whether a reply says that this is the demo model and how to get Phi-3."""
    return has("demo model", "ovbot model pull", "ovbot model export", "MODEL_DIR")(reply)


def points_to_help(reply: str) -> bool:
    """Whether a reply names /help and no other command."""
    return "/help" in reply and _COMMAND.search(reply) is None


_NEVER_TOLD = has("haven't told me")


def _in_style(persona: Persona) -> Check:
    if persona.key == "terse":
        return lambda reply: re.search(r"[.!?] ", reply) is None
    beginning, ending = (part.strip(" .!") for part in persona.template.split("{reply}"))
    least = len(beginning) + len(ending) + 8
    return lambda reply: reply.startswith(beginning) and ending in reply and len(reply) > least


def _required(rng: Random, kept: Mapping[str, Any]) -> Iterator[_Draft]:
    """What has to be right in nine cases of ten, in the phrasings of a set."""
    for text in lines(kept["introduction"]):
        yield _Draft("introduction", (text,), has("I'm ovbot", "demo model"))
    for text in lines(kept["commands"]):
        yield _Draft("commands", (text.replace("{command}", f"/{new_word(rng)}"),), points_to_help)
    asks = lines(kept["ask_name"])
    for round_ in range(3):
        for at, tell in enumerate(lines(kept["tell_name"])):
            name, ask = _name(rng), asks[(at + round_) % len(asks)]
            turns = (tell.format(name=name), *rng.sample(_BETWEEN, 2), ask)
            yield _Draft("name recall", turns, has(name))
    for key, systems in kept["persona"].items():
        for system in lines(systems):
            for ask in rng.sample(lines(_DATA["persona_questions"]), 3):
                yield _Draft("persona", (ask,), _in_style(PERSONAS[key]), system)
    texts = lines(kept["disclaimer"])
    for text in texts:
        yield _Draft("disclaimer", (text,), is_disclaimer)
    for text in texts[::4]:
        yield _Draft("disclaimer", (f"Hi, I'm {_name(rng)}.", text), is_disclaimer)


def _value(rng: Random, key: str) -> str:
    values: dict[str, list[str]] = _DATA["values"]
    if key in values and rng.random() < 0.5:
        return rng.choice(values[key])
    return new_word(rng).capitalize() if key in ("city", "cat's name", "dog's name") else new_word(rng)


def _facts(rng: Random) -> Iterator[_Draft]:
    facts = {key: (lines(fact["tell"]), lines(fact["ask"])) for key, fact in _DATA["facts"].items()}
    for key, (tells, asks) in facts.items():
        for ask in asks:
            value = _value(rng, key)
            turns = (rng.choice(tells).format(value=value), *rng.sample(_BETWEEN, 2), ask)
            yield _Draft("fact recall", turns, has(value))
            unrelated = rng.choice(_TELL_NAME).format(name=_name(rng))
            yield _Draft("fact never told", (unrelated, ask), _NEVER_TOLD)
            first, last = new_word(rng), new_word(rng)
            changed = (tells[0].format(value=first), rng.choice(_BETWEEN), tells[1].format(value=last), ask)
            yield _Draft("corrected fact", changed, has(last, without=first))
    for _ in range(16):
        told = {key: _value(rng, key) for key in rng.sample(list(facts), 3)}
        asked = rng.choice(list(told))
        sentences = tuple(rng.choice(facts[key][0]).format(value=value) for key, value in told.items())
        together = (*sentences, rng.choice(_BETWEEN), rng.choice(facts[asked][1]))
        yield _Draft("several facts", together, has(told[asked]))


def _people(rng: Random) -> Iterator[_Draft]:
    asks = lines(_DATA["facts"]["favourite food"]["ask"])
    for tell in _TELL_NAME:
        one, other = rng.sample(_DATA["names"], 2)
        told, food = new_word(rng).capitalize(), new_word(rng)
        first, between = f"{one}: {tell.format(name=told)}", f"{other}: {rng.choice(_BETWEEN)}"
        asked = (first, between, f"{other}: {rng.choice(_ASK_NAME)}")
        yield _Draft("two speakers", asked, has(other, without=told), DEFAULT)
        first = f"{one}: My favourite food is {food}."
        yield _Draft("two speakers", (first, between, f"{one}: {rng.choice(asks)}"), has(food), DEFAULT)
        yield _Draft("two speakers", (first, f"{other}: {rng.choice(asks)}"), _NEVER_TOLD, DEFAULT)
    for ask in (*_ASK_NAME, *lines(SETS[1]["ask_name"])):
        yield _Draft("name never told", (rng.choice(_BETWEEN), ask), _NEVER_TOLD)
    for _ in range(8):
        name = _name(rng)
        turns = (f"My name is {name}.", *rng.sample(lines(_DATA["fillers"]), 6), rng.choice(_ASK_NAME))
        yield _Draft("name over some 1,000 tokens", turns, has(name))


def _numbers_and_letters(rng: Random) -> Iterator[_Draft]:
    for _ in range(24):
        a, b = rng.randint(0, 20), rng.randint(0, 20)
        text = rng.choice(lines(_DATA["sums"])).format(a=a, b=b)
        yield _Draft("small sums", (text,), has(f"= {a + b}."))
    for _ in range(12):
        low = rng.randint(1, 6)
        high = low + rng.randint(4, 11)
        text = rng.choice(lines(_DATA["counting"])).format(a=low, b=high)
        yield _Draft("counting", (text,), has(", ".join(map(str, range(low, high + 1))) + "."))
    for natural in _DATA["words"]:
        for word in (natural, new_word(rng)):
            text = rng.choice(lines(_DATA["spelling"])).format(word=word)
            yield _Draft("spelling", (text,), has("-".join(word)))


def _is_function(reply: str) -> bool:
    block = re.search(r"```python\n(.*?)\n```", reply, re.DOTALL)
    try:
        tree = ast.parse(block.group(1) if block else "")
    except SyntaxError:
        return False
    return any(isinstance(node, ast.FunctionDef) for node in tree.body)


def _is_joke(reply: str) -> bool:
    return "?" in reply and 30 < len(reply) < 200 and not is_disclaimer(reply)


def _is_long(reply: str) -> bool:
    return len(reply) > 2000 and reply.endswith((".", "!"))


def _texts(rng: Random) -> Iterator[_Draft]:
    for text in lines(_DATA["jokes"]):
        yield _Draft("jokes", (text,), _is_joke)
    for hero in _DATA["heroes"]:
        name = hero.split()[-1]
        for text in lines(_DATA["stories"]):
            yield _Draft("stories", (text.format(hero=hero),), has("once upon a time", name, "in the end"))
        for text in lines(_DATA["long_stories"]):
            yield _Draft("long answers", (text.format(hero=hero),), both(_is_long, has(name)))
    for text in lines(_DATA["long_texts"]):
        yield _Draft("long answers", (text,), _is_long)
    for text, name in _DATA["code"].items():
        yield _Draft("code", (text,), both(_is_function, has(name)))
    for case in _DATA["japanese"]:
        yield _Draft("Japanese", tuple(case["turns"]), has(case["has"]))


def cases(seed: int = 20) -> list[Case]:
    """Every case of the evaluation; the same for the same seed."""
    rng = Random(seed)
    drafts = [(draft, number) for number, kept in enumerate(SETS, 1) for draft in _required(rng, kept)]
    others = (_people, _facts, _numbers_and_letters, _texts)
    drafts += [(draft, 1) for group in others for draft in group(rng)]
    prompts = _DATA["system_prompts"]
    return [
        Case(ability, turns, right, system or rng.choice(prompts), number)
        for (ability, turns, right, system), number in drafts
    ]
