"""Whether a message is a phrasing that is kept for the evaluation.

What people put before or after (a greeting, a "please") does not make a phrasing another one, so the check
looks through casing, punctuation and such frames.
"""

import re
from functools import lru_cache
from typing import Any

from tools.demo_model import data
from tools.demo_model.noise import CLOSERS, OPENERS

_SLOT = re.compile(r"\{\w+\}")
_HERE = "slothere"
_NOT_WORDS = re.compile(r"[^\w/]+")


def kept() -> list[str]:
    """Every phrasing that is kept, with its slots."""
    evaluation = data.load("evaluation")
    once = ("sums", "counting", "spelling", "jokes", "stories", "long_stories", "long_texts")
    found = [line for name in once for line in data.lines(evaluation[name])]
    found += evaluation["code"]
    found += [case["turns"][-1] for case in evaluation["japanese"] if case.get("kept", True)]
    return found + _texts(evaluation["facts"]) + _texts(evaluation["sets"])


def _texts(entry: Any) -> list[str]:
    if isinstance(entry, str):
        return data.lines(entry)
    return [text for part in (entry.values() if isinstance(entry, dict) else entry) for text in _texts(part)]


def normalised(text: str) -> str:
    """Lower case, words only: what makes two phrasings the same one."""
    return _NOT_WORDS.sub(" ", text.lower().replace("'", "")).strip()


def _any_of(frames: list[str]) -> str:
    plain = {normalised(frame) for frame in frames} - {""}
    return "|".join(re.escape(frame) for frame in sorted(plain, key=len, reverse=True))


_BEFORE = re.compile(rf"(?:(?:{_any_of([*OPENERS, 'there'])})\s+)+")
_BEHIND = re.compile(rf"(?:\s+(?:{_any_of(CLOSERS)}))+$")


def _core(plain: str) -> str:
    """A normalised text without the greeting before it and the "please" behind; itself, if only that."""
    start = _BEFORE.match(plain)
    core = plain[start.end() :] if start else plain
    return _BEHIND.sub("", core) or plain


@lru_cache(maxsize=1)
def _pattern() -> tuple[frozenset[str], re.Pattern[str]]:
    exact, slotted = set(), []
    for text in kept():
        # A slot is a word of its own while the text is brought to its plain form.
        plain = _core(normalised(_SLOT.sub(f" {_HERE} ", text)))
        if _HERE in plain:
            parts = [re.escape(part) for part in plain.split(_HERE)]
            slotted.append(r"\s*\S+(?:\s\S+)?\s*".join(parts))
        else:
            exact.add(plain)
    return frozenset(exact), re.compile("|".join(slotted))


def is_held_back(text: str) -> bool:
    """Whether a message is one of the held-back phrasings, in whatever casing, punctuation or frame."""
    exact, slotted = _pattern()
    plain = normalised(text)
    core = _core(plain)
    return core in exact or slotted.fullmatch(core) is not None or slotted.fullmatch(plain) is not None
