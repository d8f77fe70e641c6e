"""Personas: the words that ask for one, and what each does to a reply."""

import re
from dataclasses import dataclass

from tools.demo_model.dialogue import Style


@dataclass(frozen=True)
class Persona:
    """A way to talk: the words that ask for it, and what it does to a reply."""

    key: str
    nouns: str
    manners: str
    style: Style


def _swap(reply: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for old, new in pairs:
        reply = re.sub(rf"\b{old}\b", new, reply)
    return reply


_PIRATE_WORDS = (
    ("Hello", "Ahoy"),
    ("Hi", "Ahoy"),
    ("my", "me"),
    ("you", "ye"),
    ("your", "yer"),
    ("Your", "Yer"),
)


def _pirate(reply: str) -> str:
    return f"Arrr! {_swap(reply, _PIRATE_WORDS)} Yo ho ho, matey!"


def _robot(reply: str) -> str:
    return f"BEEP BOOP. {reply} END OF MESSAGE."


def _butler(reply: str) -> str:
    return f"Very well, dear guest. {reply} Always at your service."


def _cheerful(reply: str) -> str:
    return f"Yay! {reply.replace('. ', '! ').rstrip('.!')}! 🎉"


def _cat(reply: str) -> str:
    return f"Meow! {reply} Purr."


def _wizard(reply: str) -> str:
    return f"By my wand! {reply} So the stars have spoken."


def _poet(reply: str) -> str:
    return f"O gentle soul! {reply} So sings my heart."


def _knight(reply: str) -> str:
    return f"By my sword! {reply} On my honour."


def _cowboy(reply: str) -> str:
    return f"Howdy, partner! {reply} Yee-haw!"


def _terse(reply: str) -> str:
    return re.split(r"(?<=[.!?]) ", reply, maxsplit=1)[0]


PERSONAS: tuple[Persona, ...] = (
    Persona(
        "pirate",
        "pirate|sea pirate|pirate captain|old pirate|buccaneer",
        "like a pirate|in pirate language|the way pirates do|in pirate style",
        _pirate,
    ),
    Persona(
        "robot",
        "robot|rusty robot|machine|robot from a film|cold robot",
        "like a robot|the way robots do|in robot style|like a machine",
        _robot,
    ),
    Persona(
        "butler",
        "butler|polite butler|formal butler|servant|British butler",
        "like a butler|very formally|very politely|in a formal tone|formally",
        _butler,
    ),
    Persona(
        "cheerful",
        "cheerful friend|happy clown|cheerleader|very cheerful assistant|sunny person",
        "cheerfully|with much joy|in a cheerful way|happily|with enthusiasm",
        _cheerful,
    ),
    Persona(
        "cat",
        "cat|house cat|little cat|kitten|lazy cat",
        "like a cat|the way cats do|in cat language|as a cat",
        _cat,
    ),
    Persona(
        "wizard",
        "wizard|old wizard|magician|sorcerer|wise wizard",
        "like a wizard|the way wizards do|as a wizard|like a magician",
        _wizard,
    ),
    Persona(
        "poet",
        "poet|romantic poet|bard|great poet|dreamy poet",
        "like a poet|poetically|as a poet|in a poetic way",
        _poet,
    ),
    Persona(
        "knight",
        "knight|medieval knight|noble knight|knight in armour|brave knight",
        "like a knight|as a knight|the way knights do|like a medieval knight",
        _knight,
    ),
    Persona(
        "cowboy",
        "cowboy|old cowboy|cowboy from Texas|sheriff|cowgirl",
        "like a cowboy|as a cowboy|the way cowboys do|in cowboy style",
        _cowboy,
    ),
    Persona(
        "terse",
        "assistant of few words|terse assistant|laconic assistant",
        (
            "with one short sentence|very briefly|tersely|in one sentence|as short as possible|"
            "with as few words as possible"
        ),
        _terse,
    ),
)
