"""System prompts: the usual ones, and personas that change how the bot talks."""

import re
from dataclasses import dataclass
from random import Random
from typing import Any

from tools.demo_model import data
from tools.demo_model.grammar import Templates
from tools.demo_model.scene import Exchange, Scene, Style, plain
from tools.demo_model.words import expand

_DATA = data.load("personas")
DEFAULT: str = _DATA["default"]
_ARTICLE = re.compile(r"\ba(?= [aeiou])")
_SENTENCE_END = re.compile(r"(?<=[.!?]) ")


class Persona:
    """A way to talk: the words that ask for it, and what it does to a reply."""

    def __init__(self, key: str, entry: dict[str, Any]) -> None:
        """Take the entry of the data file."""
        self.key, self._entry = key, entry
        self.template: str = entry["style"]
        nouns = entry["noun"]
        # "cheerful" and "terse" are no nouns.
        self._is_noun = not entry.get("exclaim") and not entry.get("first_sentence")
        self.phrases = {
            "noun": Templates(nouns),
            "manner": Templates(entry["manner"]),
            "kind": Templates([key, nouns] if self._is_noun else nouns),
        }
        special, general, by_noun = (Templates(source) for source in (entry["special"], *_DATA["prompts"]))
        self._prompts = [special, by_noun, general, general] if self._is_noun else [special, general]

    def style(self, reply: str) -> str:
        """The reply as this persona says it."""
        if self._entry.get("first_sentence"):
            reply = _SENTENCE_END.split(reply, maxsplit=1)[0]
        if self._entry.get("exclaim"):
            reply = reply.replace(". ", "! ").rstrip(".!") + "!"
        for old, new in self._entry.get("swap", {}).items():
            reply = re.sub(rf"\b{old}\b", new, reply)
        return self.template.replace("{reply}", reply)

    def setting(self, rng: Random) -> "Setting":
        """A system prompt that asks for this persona, in one of many ways."""
        template = rng.choice(self._prompts).pick(rng)
        name = expand(rng, "({Word}|{Word}|{Word} {Word2}|{first_name} {Word})")
        prompt = _ARTICLE.sub("an", expand(rng, template, {"bot": name}, self.phrases))
        bot_name = name if "{bot}" in template else "ovbot"
        return Setting(prompt[:1].upper() + prompt[1:], self.style, bot_name)


PERSONAS = {key: Persona(key, entry) for key, entry in _DATA["personas"].items()}
_TEMPLATES = {
    name: Templates(_DATA[name])
    for name in ("neutral", "named", "named_role", "role", "ending", "beginning", "in_chat")
}


@dataclass(frozen=True)
class Setting:
    """A system prompt and what follows from it."""

    prompt: str | None
    style: Style = plain
    bot_name: str = "ovbot"
    role: str | None = None


def _written(rng: Random, name: str, **known: str) -> tuple[str, dict[str, str]]:
    """A system prompt of this kind, and the values of its slots."""
    slots = dict(known)
    return expand(rng, _TEMPLATES[name].pick(rng), slots), slots


def _named(rng: Random) -> Setting:
    name, roll = expand(rng, "({Word}|{Word}|{first_name})"), rng.random()
    if roll < 0.4:
        role = "a Discord assistant played by ovbot's small demo model"
        return Setting(_written(rng, "named", bot=name)[0], bot_name=name, role=role)
    if roll < 0.8:
        prompt, slots = _written(rng, "named_role", bot=name)
        return Setting(prompt, bot_name=name, role=slots["role"])
    prompt, slots = _written(rng, "role")
    return Setting(prompt, role=slots["role"])


def _framed(rng: Random) -> Setting:
    """A word at the end of each reply, or at the beginning."""
    name, frame = ("ending", "{} {word}") if rng.random() < 0.6 else ("beginning", "{word} {}")
    prompt, slots = _written(rng, name)
    return Setting(prompt, style=lambda reply: frame.format(reply, word=slots["closing_word"]))


def setting(rng: Random) -> Setting:
    """A system prompt: none, the bot's own, a neutral one, or a persona."""
    roll = rng.random()
    if roll < 0.42:
        return Setting(DEFAULT)
    if roll < 0.54:
        return Setting(None)
    if roll < 0.64:
        return Setting(_written(rng, "neutral")[0])
    if roll < 0.71:
        return _named(rng)
    if roll < 0.76:
        return _framed(rng)
    return rng.choice(list(PERSONAS.values())).setting(rng)


def persona_in_chat(scene: Scene) -> list[Exchange]:
    """Somebody asks the bot, in the conversation, to talk in another way from now on."""
    persona = scene.rng.choice(list(PERSONAS.values()))
    user = scene.user(_TEMPLATES["in_chat"].pick(scene.rng), None, persona.phrases)
    scene.style = persona.style
    return [Exchange(user, scene.say(_DATA["in_chat_reply"]))]
