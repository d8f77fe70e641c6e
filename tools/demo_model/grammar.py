"""A tiny template language.

``a|b`` is a choice, ``(a|b)`` one inside a text, ``[x]`` is there half the time, ``{slot}`` a value.
"""

import random
import re
from collections.abc import Mapping
from functools import cache

Node = str | list["Node"] | tuple["Node", ...]

# Private-use characters around a slot's value: noise must not touch what has to be copied.
OPEN, CLOSE = "\ue000", "\ue001"
_SPACES = re.compile(r" {2,}")
_BEFORE_PUNCTUATION = re.compile(r" +([,.!?;:])")


@cache
def parse(template: str) -> Node:
    """The tree of a template: text, a list in sequence, a tuple to choose from.

    Raises ValueError where a bracket is not closed or closed without being open.
    """
    node, end = _sequence(template, 0, "")
    if end != len(template):
        raise ValueError(f"stray {template[end]!r} at {end} in template {template!r}")
    return node


def _sequence(text: str, at: int, closing: str) -> tuple[Node, int]:
    options: list[Node] = []
    current: list[Node] = []
    start = at
    while at < len(text):
        char = text[at]
        if char in "([":
            current.append(text[start:at])
            closer = ")" if char == "(" else "]"
            inner, at = _sequence(text, at + 1, closer)
            if at >= len(text):
                raise ValueError(f"{char!r} is never closed in template {text!r}")
            current.append((inner, "") if char == "[" else inner)
            start = at + 1
        elif char in ")]":
            if char != closing:
                break
            current.append(text[start:at])
            options.append(current)
            return (tuple(options) if len(options) > 1 else options[0]), at
        elif char == "|":
            current.append(text[start:at])
            options.append(current)
            current, start = [], at + 1
        at += 1
    current.append(text[start:at])
    options.append(current)
    return (tuple(options) if len(options) > 1 else options[0]), at


def _walk(rng: random.Random, node: Node, out: list[str]) -> None:
    if isinstance(node, str):
        out.append(node)
    elif isinstance(node, tuple):
        _walk(rng, node[int(rng.random() * len(node))], out)
    else:
        for child in node:
            _walk(rng, child, out)


def tidy(text: str) -> str:
    """Single spaces, none before punctuation or at the ends."""
    return _BEFORE_PUNCTUATION.sub(r"\1", _SPACES.sub(" ", text)).strip()


def without_marks(text: str) -> str:
    """A text without the marks around its slots' values."""
    return text.replace(OPEN, "").replace(CLOSE, "")


def expand(
    rng: random.Random, template: str, slots: Mapping[str, str] | None = None, *, mark: bool = False
) -> str:
    """One text of a template; with ``mark``, slot values stand between ``OPEN`` and ``CLOSE``."""
    out: list[str] = []
    _walk(rng, parse(template), out)
    text = "".join(out)
    for key, value in (slots or {}).items():
        text = text.replace("{" + key + "}", f"{OPEN}{value}{CLOSE}" if mark else value)
    return tidy(text)
