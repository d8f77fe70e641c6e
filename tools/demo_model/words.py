"""What stands for a slot: words of lists, and made-up ones, which can only be copied."""

import re
from collections.abc import Callable, Mapping
from random import Random

from tools.demo_model import data
from tools.demo_model.grammar import Templates, chosen, tidy

_DATA = data.load("words")
WORDS: dict[str, list[str]] = _DATA["words"]
_MIXED = {name: Templates(block) for name, block in _DATA["mixed"].items()}
_LETTERS = _DATA["letters"]
# Blocks that any template may name between < and >.
PHRASES = {
    name: Templates(block)
    for file in data.names()
    for name, block in data.load(file).get("phrases", {}).items()
}

# Private-use characters around a slot's value: noise must not touch what has to be copied.
OPEN, CLOSE = "\ue000", "\ue001"
_SLOT = re.compile(r"\{(\w+)\}")
_PHRASE = re.compile(r"<([a-z_]+)>")


def made_up(rng: Random, low: int = 1, high: int = 3) -> str:
    """A lower-case word of ``low`` to ``high`` random syllables."""
    onsets, vowels, codas = WORDS["onset"], WORDS["vowel"], WORDS["coda"]
    return "".join(
        rng.choice(onsets) + rng.choice(vowels) + rng.choice(codas) for _ in range(rng.randint(low, high))
    )


def rare(rng: Random) -> str:
    """A word of letters that seldom stand together, to be copied letter by letter."""
    consonants, vowels = _LETTERS["consonants"], _LETTERS["open"]
    letters = ""
    while len(letters) < rng.randint(3, 9):
        vowel = rng.choice(vowels)
        letters += rng.choice(consonants) if rng.random() < 0.85 else ""
        letters += rng.choice((rng.choice(consonants), letters[-1:])) if rng.random() < 0.25 else ""
        letters += vowel * 2 if rng.random() < 0.08 else vowel
    return letters + (rng.choice(consonants) if rng.random() < 0.5 else "")


def _some(letters: str, low: int, high: int) -> Callable[[Random], str]:
    return lambda rng: "".join(rng.choice(letters) for _ in range(rng.randint(low, high)))


def _foreign(rng: Random) -> str:
    """A name with accents, or in another alphabet."""
    if rng.random() < 0.35:
        return _some(rng.choice(_LETTERS["alphabets"]), 2, 5)(rng).capitalize()
    accented: dict[str, str] = _LETTERS["accented"]
    name = expand(rng, "{plain_name}")
    return "".join(
        rng.choice(accented[char]) if char in accented and rng.random() < 0.5 else char for char in name
    )


_MAKERS: dict[str, Callable[[Random], str]] = {
    "word": made_up,
    "short_word": lambda rng: made_up(rng, 1, 2),
    "rare": rare,
    "foreign": _foreign,
    "small": lambda rng: str(rng.randint(2, 99)),
    "large": lambda rng: str(rng.randint(2, 9999)),
    "age": lambda rng: str(rng.randint(8, 89)),
    "day_of_month": lambda rng: str(rng.randint(1, 28)),
    "kanji": _some(_LETTERS["kanji"], 1, 3),
    "hiragana": _some(_LETTERS["hiragana"], 2, 4),
    "katakana": _some(_LETTERS["katakana"], 2, 4),
}


def _the(value: str) -> str:
    article, _, rest = value.partition(" ")
    return f"the {rest}" if article in ("a", "an") else value


# {The_hero} is "The fox" where {hero} is "a fox".
_CHANGED: dict[str, Callable[[str], str]] = {"the_": _the, "lower_": str.lower, "upper_": str.upper}


def fill(rng: Random, slot: str, slots: dict[str, str]) -> str:
    """The value of a slot, put into ``slots``: the same for the same name; {noun2} is another noun."""
    if slot in slots:
        return slots[slot]
    if slot[0].isupper():
        value = fill(rng, slot[0].lower() + slot[1:], slots)
        return value[:1].upper() + value[1:]
    for prefix, change in _CHANGED.items():
        if slot.startswith(prefix):
            return change(fill(rng, slot.removeprefix(prefix), slots))
    kind = slot.rstrip("23")
    if kind in _MAKERS:
        slots[slot] = _MAKERS[kind](rng)
    elif kind in WORDS:
        slots[slot] = rng.choice(WORDS[kind])
    else:
        slots[slot] = expand(rng, _MIXED[kind].pick(rng))
    return slots[slot]


def expand(
    rng: Random,
    template: str,
    slots: dict[str, str] | None = None,
    phrases: Mapping[str, Templates] | None = None,
    *,
    mark: bool = False,
) -> str:
    """One text of a template; with ``mark``, slots' values stand between ``OPEN`` and ``CLOSE``.

    ``slots`` takes up the values that had to be found; ``phrases`` come before those of the data files.
    """
    slots = {} if slots is None else slots
    text = chosen(rng, template)
    while found := _PHRASE.search(text):
        block = phrases[found[1]] if phrases and found[1] in phrases else PHRASES[found[1]]
        text = text[: found.start()] + chosen(rng, block.pick(rng)) + text[found.end() :]
    frame = f"{OPEN}{{}}{CLOSE}" if mark else "{}"
    return tidy(_SLOT.sub(lambda match: frame.format(fill(rng, match[1], slots)), text))


def without_marks(text: str) -> str:
    """A text without the marks around its slots' values."""
    return text.replace(OPEN, "").replace(CLOSE, "")
