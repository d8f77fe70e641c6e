"""System prompts: the usual ones, and personas that change how the bot talks."""

import re
from dataclasses import dataclass
from random import Random

from tools.demo_model import words
from tools.demo_model.corpus.asked import personas
from tools.demo_model.corpus.persona_kinds import PERSONAS, Persona
from tools.demo_model.dialogue import Exchange, Scene, Style, plain
from tools.demo_model.grammar import expand

_ARTICLE = re.compile(r"\ba(?= [aeiou])")
DEFAULT = "You are a helpful AI assistant."

_NEUTRAL = (
    (
        "You are a (helpful|friendly|kind|polite|useful|smart|good|careful|honest|trusty) [AI|"
        "chat|Discord|team] (assistant|bot|helper|chatbot|companion).[ (Answer|Reply) (briefly|"
        "clearly|politely|in a friendly way|truthfully).][ Help the (team|users|people) (here|"
        "in this channel|with their questions).]"
    ),
    (
        "You are the assistant of (the|our) {t} (team|club|group|server|class|office).[ Be (kind|"
        "helpful|friendly|patient).]"
    ),
    "You are ovbot, [a|the] (assistant|helper|bot) (in|of) this (channel|server).",
    "(Answer|Reply) (helpfully|as well as you can|in English|truthfully).",
    "You help people with {t}.",
    "This is the {t} channel.[ Be helpful.]",
)

# Keys that are no nouns themselves.
_NO_NOUNS = ("cheerful", "terse")

_SYSTEM = (
    "You are (a|the) ({n}).[ (Answer|Reply|Talk|Speak|Write) ({m}).]",
    "You are (a|the) ({n}).[ Help the user.| Stay in character.| Always stay in your role.]",
    "You are a helpful [AI] assistant (who|that) (talks|speaks|answers|replies|writes) ({m}).",
    "[Please|Always] (answer|reply|talk|speak|respond|write) ({m}).",
    "You (always|must|should|shall) (answer|reply|talk|speak|respond|write) ({m}).",
    "(Act|Behave|Speak|Answer|Pretend to be|Talk) (as|like) a ({n}).",
    "(Play|Take|Stay in) the role of (a|the) ({n}).",
    (
        "From now on you are a ({n}).|Your persona: ({n}).|Persona: ({n})|You play a ({n}).|"
        "Imagine you are a ({n})."
    ),
    "You are {b}, (a|the) ({n}).",
    (
        "You are a [old|young|funny|grumpy|friendly|kind|clever|silly|wise|famous|tired|jolly|tough|"
        "mysterious|charming] ({k})[ (who|that) (helps people|answers questions|lives in a server|"
        "loves to chat|has seen everything)].[ (Talk|Speak|Write|Answer|Reply|Behave) like (one|it|that)."
        "| Stay in character.| Never break character.| Answer every question that way.]"
    ),
    (
        "(Respond|Answer|Reply|Talk|Speak|Write|Chat) [to everything|to everyone|to all questions|always|"
        "only|in every message] (as|like) [you were|you are|if you were] a [old|real|funny|true] ({k})."
    ),
    (
        "(You will|You shall|You have to|You must|Please|Always|Your job is to|Your task is to) "
        "(play|act as|be|impersonate|pretend to be|speak as|talk like|sound like|answer like) a ({k})"
        "[ in this channel| from now on| for us| in every reply| here]."
    ),
    "(Role|Style|Character|Voice|Tone|System|Mode|Personality): [a|the] ({k})[ style].|({k}) mode[ on].",
)
_CHAT = (
    "[please|now|can you|could you] (talk|speak|answer|reply|write) ({m})[ from now on| now| please].",
    (
        "(be|pretend to be|act like|act as|play|behave like|"
        "i want you to be) a ({n})[ from now on| now| please]."
    ),
)


def _kind(persona: Persona) -> str:
    """The persona's own word most of the time, else another one for it."""
    return f"{persona.key}|{persona.nouns}" if persona.key not in _NO_NOUNS else persona.nouns


@dataclass(frozen=True)
class Setting:
    """A system prompt and what follows from it."""

    prompt: str | None
    style: Style = plain
    bot_name: str = "ovbot"
    role: str | None = None


def _named(rng: Random) -> Setting:
    name = words.made_up(rng, 1, 3).capitalize() if rng.random() < 0.6 else rng.choice(words.NATURAL_NAMES)
    role = rng.choice(
        (
            f"a {rng.choice(words.JOBS)}",
            f"a {rng.choice(words.ADJECTIVES)} {rng.choice(words.JOBS)}",
            f"the {words.made_up(rng, 1, 2)} {rng.choice(('expert', 'bot', 'guide', 'helper'))}",
            f"a {rng.choice(words.ANIMALS)}",
            f"an assistant for {rng.choice(words.TOPICS)}",
        )
    )
    roll = rng.random()
    if roll < 0.4:
        return Setting(
            expand(
                rng,
                (
                    "(You are|Your name is|You are called|Call yourself) {b}.[ You are a helpful assistant.|"
                    " Be friendly.| Help people.]"
                ),
                {"b": name},
            ),
            bot_name=name,
            role="a Discord assistant played by ovbot's small demo model",
        )
    if roll < 0.8:
        return Setting(
            expand(
                rng,
                "(You are|Your name is|Act as) {b}, {r}.[ Be friendly.| Help people.]",
                {"b": name, "r": role},
            ),
            bot_name=name,
            role=role,
        )
    return Setting(
        expand(rng, "(You are|Act as|Pretend to be|Play) {r}.[ Be friendly.| Help people.]", {"r": role}),
        role=role,
    )


def _ending(rng: Random) -> Setting:
    word = rng.choice(
        (
            words.made_up(rng, 1, 3),
            words.made_up(rng, 1, 2).capitalize() + "!",
            rng.choice(
                (
                    "Amen.",
                    "Cheers!",
                    "Over and out.",
                    "Woof!",
                    "Moo!",
                    "🦆",
                    "🌟",
                    "Namaste.",
                    "Hooray!",
                    "Quack!",
                    "Peace.",
                    "Ho ho ho!",
                )
            ),
        )
    )
    if rng.random() < 0.6:
        return Setting(
            expand(
                rng,
                (
                    "[You are a helpful assistant. ][Always ](end|finish|close) (every|each|all|your|"
                    'all your) (reply|answer|replies|answers|message) with (the word |)"{w}".'
                ),
                {"w": word},
            ),
            style=lambda reply: f"{reply} {word}",
        )
    return Setting(
        expand(
            rng,
            (
                "[You are a helpful assistant. ][Always ](start|begin|open) (every|each|your|"
                'all your) (reply|answer|replies|message) with (the word |)"{w}".'
            ),
            {"w": word},
        ),
        style=lambda reply: f"{word} {reply}",
    )


def system(rng: Random) -> Setting:
    """A system prompt: none, the bot's own, a neutral one, or a persona."""
    roll = rng.random()
    if roll < 0.42:
        return Setting(DEFAULT)
    if roll < 0.54:
        return Setting(None)
    if roll < 0.64:
        return Setting(expand(rng, rng.choice(_NEUTRAL), {"t": words.topic(rng)}))
    if roll < 0.72:
        return _named(rng)
    if roll < 0.77:
        return _ending(rng)
    return _in_character(rng, rng.choice(PERSONAS))


def _in_character(rng: Random, persona: Persona) -> Setting:
    """A system prompt that asks for this persona, in one of many ways."""
    roll = rng.random()
    if roll < 0.25:
        template = rng.choice(personas.SPECIAL[persona.key])
    elif roll < 0.5 and persona.key not in _NO_NOUNS:
        template = rng.choice(personas.PROMPTS)
    else:
        template = rng.choice(_SYSTEM)
    name = words.made_up(rng, 1, 3).capitalize()
    prompt = _ARTICLE.sub(
        "an",
        expand(
            rng,
            template.replace("{n}", persona.nouns)
            .replace("{k}", f"({_kind(persona)})")
            .replace("{m}", persona.manners),
            {"b": name},
        ),
    )
    return Setting(
        prompt[:1].upper() + prompt[1:], style=persona.style, bot_name=name if "{b}" in template else "ovbot"
    )


def in_chat(scene: Scene) -> list[Exchange]:
    """Somebody asks the bot, in the conversation, to talk in another way from now on."""
    persona = scene.rng.choice(PERSONAS)
    user = scene.user(scene.pick(_CHAT).replace("{n}", persona.nouns).replace("{m}", persona.manners))
    scene.style = persona.style
    return [Exchange(user, scene.say("All right, I'll talk like that from now on."))]
