"""How people really type: casing, missing punctuation, typos, a greeting before and a thanks after."""

import random
import re

from tools.demo_model.grammar import CLOSE, OPEN, tidy
from tools.demo_model.words import listed

_PROTECTED = re.compile(f"{OPEN}(.*?){CLOSE}", re.DOTALL)
OPENERS = listed(
    "hi! |hello! |hey! |hi. |hello. |hi ovbot! |hey bot! |good morning! |hello everyone, |"
    "hey, |hi, |hello, |hey bot, |hi bot, |hello bot, |ovbot, |hey ovbot, |hi ovbot, |bot, |"
    "ok, |okay, |so, |well, |um, |please, |"
    "yo, |hi there, |hey there, |good morning, |excuse me, |sorry, |quick question: |now |"
    "and |btw, |oh, |listen, |alright, |hello there, |"
    "yo bot |hiya! |howdy, |sup, |greetings! |good evening, |good day, |dear bot, |hello again, |"
    "hmm, |anyway, |cool. |nice. |great, |thanks. |ok cool, |right, |wait, |just wondering, |wondering, |"
    "one thing: |question: |my question: |pop quiz: |quiz: |test: |memory test: |quick check: |riddle: |"
    "serious question: |random question: |next question: |trivia: |challenge: |small test: |"
    "another question: |ok so |alright so |so um |lol |hey u, |hey you, |yo ovbot, |assistant, |"
    "dear ovbot, |final question: |last one: |first question: |honest question: |exam time: "
)
CLOSERS = listed(
    ", please| please| pls|, thanks| thanks|, bot|, ovbot| :)| then| now|, ok| ?|??|!|...| 🙂|"
    ", if you can| again| again, please| lol| btw| haha| tho| though| anyway| mate| buddy| dude|"
    ", my friend| real quick| quickly| here|, just asking| for me|, thank you| thx| plz| ty| :D| ^^|"
    ", would you|, bot!| right now| today| man|, i'm curious|, just curious| :P| <3| ..."
)
_CONTRACTIONS = [
    ("what's", "whats"),
    ("i'm", "im"),
    ("don't", "dont"),
    ("can't", "cant"),
    ("who's", "whos"),
    ("you're", "your"),
    ("you", "u"),
    ("are you", "r u"),
    ("please", "pls"),
    ("what", "wat"),
    ("your", "ur"),
    ("commands", "cmds"),
    ("it's", "its"),
    ("name's", "names"),
    ("and", "n"),
    ("because", "cuz"),
    ("could", "cld"),
    ("i am", "im"),
    ("yourself", "urself"),
]


def _typo(rng: random.Random, word: str) -> str:
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


def _with_typos(rng: random.Random, text: str) -> str:
    words = text.split(" ")
    for _ in range(rng.choice((1, 1, 2))):
        at = rng.randrange(len(words))
        words[at] = _typo(rng, words[at])
    return " ".join(words)


def _informal(rng: random.Random, text: str) -> str:
    for formal, short in _CONTRACTIONS:
        if rng.random() < 0.5:
            text = re.sub(rf"\b{re.escape(formal)}\b", short, text, flags=re.IGNORECASE)
    return text


def _capitalised(text: str) -> str:
    text = re.sub(r"\bi\b(?=[ '])", "I", text)
    text = re.sub(r"(?<=[.?!] )[a-z]", lambda match: match.group().upper(), text)
    return text[:1].upper() + text[1:]


def noisy(rng: random.Random, text: str) -> str:
    """``text`` as somebody may type it; what stands between slot marks stays as it is, the marks go."""
    if rng.random() < 0.22:
        text = rng.choice(OPENERS) + text
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
