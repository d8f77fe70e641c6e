"""How people really type: casing, missing punctuation, typos, a greeting before and a thanks after."""

import re
from random import Random

from tools.demo_model import data
from tools.demo_model.grammar import tidy
from tools.demo_model.words import CLOSE, OPEN

_DATA = data.load("noise")
OPENERS = data.lines(_DATA["openers"])
CLOSERS = [line.replace("_", " ") for line in data.lines(_DATA["closers"])]
_SHORT_FORMS = [
    (re.compile(rf"\b{re.escape(formal)}\b", re.IGNORECASE), short)
    for formal, short in _DATA["short_forms"].items()
]
_PROTECTED = re.compile(f"{OPEN}(.*?){CLOSE}", re.DOTALL)


def _typo(rng: Random, word: str) -> str:
    if len(word) < 4 or not word.isalpha():
        return word
    at = rng.randrange(1, len(word) - 1)
    match rng.randrange(4):
        case 0:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 1:
            return word[:at] + word[at + 1 :]
        case 2:
            return word[:at] + word[at] + word[at:]
        case _:
            return word[:at] + rng.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :]


def _with_typos(rng: Random, text: str) -> str:
    words = text.split(" ")
    for _ in range(rng.choice((1, 1, 2))):
        at = rng.randrange(len(words))
        words[at] = _typo(rng, words[at])
    return " ".join(words)


def _informal(rng: Random, text: str) -> str:
    for pattern, short in _SHORT_FORMS:
        if rng.random() < 0.5:
            text = pattern.sub(short, text)
    return text


def _capitalised(text: str) -> str:
    text = re.sub(r"\bi\b(?=[ '])", "I", text)
    text = re.sub(r"(?<=[.?!] )[a-z]", lambda match: match.group().upper(), text)
    return text[:1].upper() + text[1:]


def noisy(rng: Random, text: str) -> str:
    """``text`` as somebody may type it; what stands between slot marks stays as it is, the marks go."""
    if rng.random() < 0.22:
        text = f"{rng.choice(OPENERS)} {text}"
    if rng.random() < 0.14:
        text = text.rstrip(".!?") + rng.choice(CLOSERS)
    if rng.random() < 0.6:
        text = _capitalised(text)
    lower, upper = rng.random() < 0.2, rng.random() < 0.015
    typos, informal = rng.random() < 0.10, rng.random() < 0.15
    bare = rng.random() < 0.3
    parts: list[str] = []
    last = 0
    for match in [*_PROTECTED.finditer(text), None]:
        plain = text[last : match.start()] if match else text[last:]
        if informal:
            plain = _informal(rng, plain)
        if typos and plain.strip():
            plain = _with_typos(rng, plain)
        parts.append(plain.lower() if lower else plain.upper() if upper else plain)
        if match:
            parts.append(match.group(1))
            last = match.end()
    text = "".join(parts)
    if bare:
        text = text.rstrip(".!?") or text
    return tidy(text) if "\n" not in text else text.strip()
