"""Other people's words, combined within a budget.

In the prompt each line of it is marked as a quotation (`bot.chat.prompt`), so that none of it can
pass for the person's own words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat import turns

# Longest name of a file or a person, in characters.
_NAME_LENGTH = 80
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_LEFT_OUT = "(the rest was left out)"


@dataclass(frozen=True, slots=True)
class Quote:
    """Something that a message refers to.

    says: a line of the bot's that tells what it is. text: somebody's words; "" for none. author_id: whose
    words they are; None where that is not known. whole: whether `text` is all there is.
    """

    says: str
    text: str = ""
    author_id: int | None = None
    whole: bool = True


def within_budget(quotes: Sequence[Quote], budget: int) -> tuple[turns.Quote, ...]:
    """`quotes` as a prompt holds them, one after the other, with at most `budget` characters of people's
    words.

    Short ones stay whole; the long ones share the rest of the budget.
    """
    texts = [clean(quote.text) for quote in quotes]
    rooms = shares([len(text) for text in texts], budget)
    parts = [
        _format(quote.says, text[:room], quote.whole and room == len(text))
        for quote, text, room in zip(quotes, texts, rooms, strict=True)
    ]
    # An empty line between two of them.
    spaced = [f"{part}\n" for part in parts[:-1]] + parts[-1:]
    return tuple(turns.Quote(quote.author_id, part) for quote, part in zip(quotes, spaced, strict=True))


def shares(wanted: Sequence[int], budget: int) -> list[int]:
    """How much of `budget` each one gets: all it wants, or else as much as any other."""
    given = [0] * len(wanted)
    left = budget
    by_size = sorted(range(len(wanted)), key=lambda index: wanted[index])
    for served, index in enumerate(by_size):
        given[index] = min(wanted[index], left // (len(wanted) - served))
        left -= given[index]
    return given


def clean(text: str) -> str:
    """`text` in plain lines: no control characters but tabs, no halves of characters."""
    text = text.encode("utf-8", "replace").decode()
    return "\n".join(_CONTROL.sub("", line).rstrip() for line in text.splitlines()).strip("\n")


def shown_name(name: str) -> str:
    """The name of a file or a person for a line of the bot's: short, without invisible characters.

    Marks that turn the direction of writing would let one name look like another.
    """
    plain = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in name)
    plain = " ".join(plain.replace('"', "'").replace("`", "'").split())
    if len(plain) > _NAME_LENGTH:
        half = _NAME_LENGTH // 2 - 1  # the end has the ending
        plain = f"{plain[:half]}…{plain[-half:]}"
    return plain or "?"


def _format(says: str, text: str, whole: bool) -> str:
    return "\n".join([says, *([text] if text else []), *([] if whole else [_LEFT_OUT])])
