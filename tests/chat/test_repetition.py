"""Which texts are loops, and which only look like it."""

from __future__ import annotations

import base64
import itertools
import random
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat.repetition import LoopDetector

ROOT = Path(__file__).parents[2]

# What SmolLM2-135M-Instruct wrote by greedy decoding, up to the limit: how its replies began, and what they
# went on with.
LOOPS = {
    "line": ("", "fallen leaves\n"),
    "lines": ("Sure.\n", "Dear [Landlord's Name]\n\n"),
    "words": (
        "The dragon was said to be able to ",
        "transform into any animal, but it was said to be able to ",
    ),
    "clause": (
        'The song is inspired by the chorus of a song called "The Song of Love"',
        ' and is inspired by the chorus of a song called "The Song of Love"',
    ),
    "list in turns": (
        'Translate "good morning" into 20 languages:\n\nEnglish:\n\n',
        "- English:\n\n- Spanish:\n\n- French:\n\n- German:\n\n- Italian:\n\n- Portuguese:\n\n"
        "- Arabic:\n\n- Japanese:\n\n",
    ),
    "paragraph": (
        "A CPU executes instructions.\n\n",
        "The CPU is also divided into several other parts, including the Central Processing System (CPU), "
        "the Central Processing System (CPU), and the Memory System (CPU), which is a complex system of "
        "hardware and software.\n\n",
    ),
    "word": ("", "happy, "),
    "figures": ("", "1."),
    "terms": ("17*23 = ", "12*2*2*16 = "),
    "Japanese": ("日本語で自己紹介をしてください.\n\n", "日本語で自加をしてください.\n\n"),
    "Japanese without spaces": ("猫の話です。", "猫は森の中を歩いて小さな家を見つけました。"),
    "punctuation": ("日本の首ですか", "．"),
    "code": (
        "```python\n",
        "def main():\n    def get_random_state():\n        return random.randint(0, 6)\n\n",
    ),
    "blank lines": ("The end.", "\n"),
}


def numbered(number: int) -> str:
    return f"{number}. The cat is a domesticated animal with a history of domestication of 10,000 years.\n"


# The same reply's recipe, which takes the same lines in turns, but never in the same order for long.
INGREDIENTS = ["flour", "bacon fat", "butter", "butterfat", "sugar"]


def in_turns(number: int) -> str:
    return f"- 1 cup of {random.Random(number).choice(INGREDIENTS)}\n"


def read(text: str, size: int = 4) -> tuple[int | None, LoopDetector]:
    """How many characters were read when `text`, in pieces, was found to loop; and the detector."""
    detector = LoopDetector()
    for start in range(0, len(text), size):
        if detector.add(text[start : start + size]):
            return start + size, detector
    return None, detector


@pytest.mark.parametrize(("beginning", "part"), LOOPS.values(), ids=LOOPS)
def test_what_is_repeated_for_ever_is_found_and_cut_to_a_few_repetitions(beginning: str, part: str) -> None:
    text = beginning + part * (8000 // len(part))
    found, detector = read(text)
    assert found is not None
    looped = len(text[len(beginning) : found].encode())
    assert looped <= max(1000, 5 * len(part.encode())) + 2 * len(part.encode()) + 32 * 3
    assert text[: detector.kept].startswith(beginning + part)
    assert detector.kept < len(beginning) + 3 * len(part)


def test_list_items_that_differ_by_their_numbers_alone_are_repeated() -> None:
    text = "Here are 100 facts:\n\n" + "".join(map(numbered, range(1, 100)))
    found, detector = read(text)
    assert found is not None
    assert found < 1700
    assert text[: detector.kept].endswith(numbered(2))


def test_the_same_lines_in_any_order_are_a_loop() -> None:
    found, detector = read("Ingredients:\n" + "".join(map(in_turns, range(200))))
    assert found is not None
    assert found < 1700
    assert 0 < detector.kept < 200


def test_a_loop_is_found_however_long_the_text_before_it() -> None:
    varied = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    found, detector = read(varied + "I'm sorry, I can't help you with that request. " * 60)
    assert found is not None
    assert found < len(varied) + 1300
    assert len(varied) < detector.kept < len(varied) + 150


def test_what_comes_after_a_loop_is_not_read() -> None:
    _, detector = read("happy, " * 300)
    kept = detector.kept
    assert detector.add("But now something else.")
    assert detector.kept == kept


TWELVE = [
    "a partridge in a pear tree",
    "two turtle doves",
    "three French hens",
    "four calling birds",
    "five gold rings",
    "six geese a-laying",
    "seven swans a-swimming",
    "eight maids a-milking",
    "nine ladies dancing",
    "ten lords a-leaping",
    "eleven pipers piping",
    "twelve drummers drumming",
]
JACK = [
    ("malt", "lay in"),
    ("rat", "ate"),
    ("cat", "killed"),
    ("dog", "worried"),
    ("cow", "tossed"),
    ("maiden", "milked"),
    ("man", "kissed"),
    ("priest", "married"),
    ("cock", "woke"),
    ("farmer", "kept"),
]
CHORUS = (
    "Row, row, row your boat,\nGently down the stream,\nMerrily, merrily, merrily, merrily,\n"
    "Life is but a dream.\n\n"
)


def twelve_days() -> str:
    verses = []
    for day in range(12):
        gifts = "\n".join(reversed(TWELVE[: day + 1]))
        verses.append(f"On day {day + 1} of Christmas\nmy true love gave to me\n{gifts}\n")
    return "\n".join(verses)


def house_of_jack() -> str:
    verses = []
    for last in range(len(JACK)):
        lines = [f"That {JACK[n][1]} the {JACK[n - 1][0] if n else 'house'}" for n in range(last, -1, -1)]
        verses.append("\n".join([f"This is the {JACK[last][0]}", *lines, "That Jack built.\n"]))
    return "\n".join(verses)


def bottles() -> Iterator[str]:
    for left in range(99, 0, -1):
        yield (
            f"{left} bottles of beer on the wall, {left} bottles of beer.\nTake one down, pass it around, "
            f"{left - 1} bottles of beer on the wall.\n\n"
        )


NO_LOOPS = {
    "count to one hundred": ", ".join(map(str, range(1, 101))),
    "count to one hundred, a line each": "\n".join(map(str, range(1, 101))),
    "count to one thousand": "\n".join(f"{n}." for n in range(1, 1001)),
    "count in Japanese": "、".join(f"{n}回" for n in range(1, 101)),
    "ha fifty times": "ha " * 50,
    "ha three hundred times": "ha" * 300,
    "laughter": "笑" * 200 + "w" * 500,
    "a sentence thirty times": "I will not talk in class again.\n" * 30,
    "numbered list": "\n".join(f"{n}. Buy item number {n} from shop {n % 7}" for n in range(1, 80)),
    "list with the same beginnings": "\n".join(
        f"- **Option {c}**: you can use {c * 3} for it" for c in string.ascii_uppercase * 3
    ),
    "short identical list items": "\n".join(f"{n}. Push-ups" for n in range(1, 31)),
    "todo list": "- [ ] TODO\n" * 60,
    "table with repeated cells": "| Name | Value |\n|---|---|\n"
    + "".join(f"| row {n} | Yes |\n" for n in range(150)),
    "empty table": "|  |  |  |  |  |\n" * 40,
    "table of yes and no": "".join(
        f"| Feature {n} | {'Yes' if n % 2 else 'No'} | Not available |\n" for n in range(60)
    ),
    "wide table head": "|" + " --- |" * 100,
    "song with a chorus": "".join(
        f"{word} goes the day\nand {word} comes the night\n\n{CHORUS}"
        for word in ("slow", "fast", "bright", "dark", "warm", "cold")
    ),
    "chorus four times": CHORUS * 4,
    "twelve days of Christmas": twelve_days(),
    "the house that Jack built": house_of_jack(),
    "ninety-nine bottles of beer": "".join(bottles()),
    "hey Jude": "Na, na, na, nananana, nananana, hey Jude\n" * 18,
    "closing braces": "".join(f"{' ' * 4 * n}}}\n" for n in range(30, 0, -1)) + "}\n" * 60,
    "printed lines": 'print("Hello, World!")\n' * 40,
    "asserts": "".join(f"    assert add({n}, {n}) == {2 * n}\n" for n in range(100)),
    "switch": "".join(
        f"        case {n}: return handle_{n}(value);\n            break;\n" for n in range(60)
    ),
    "HTML rows": "<tr>\n" + "  <td></td>\n" * 60 + "</tr>\n",
    "rulers": ("=" * 80 + "\n" + "─" * 80 + "\n" + "-" * 200 + "\n") * 2,
    "pyramid": "\n".join(" " * (40 - n) + "*" * (2 * n - 1) for n in range(1, 41)),
    "chessboard": ("# . # . # . # .\n. # . # . # . #\n" * 4 + "\n") * 4,
    "hex dump": "\n".join(f"{16 * n:08x}  " + "00 " * 16 + " |................|" for n in range(60)),
    "array of zeros": "int a[256] = {" + "0, " * 255 + "0};",
    "array of hex zeros": "uint8_t a[] = {\n" + ("    " + "0x00, " * 8 + "\n") * 30 + "};",
    "zeros as CSV": ("0," * 9 + "0\n") * 90,
    "20 by 20 matrix": ("0 " * 20 + "\n") * 20,
    "identity matrix": "\n".join(" ".join("1" if i == j else "0" for j in range(30)) for i in range(30)),
    "multiplication table": "\n".join(f"{a} x {b} = {a * b}" for a in range(1, 13) for b in range(1, 13)),
    "base64": base64.b64encode(random.Random(1).randbytes(4000)).decode(),
    "base64 of zeros": base64.b64encode(bytes(600)).decode(),
    "JSON placeholders": "[\n" + '  {"name": "", "value": null},\n' * 25 + "]",
    "fizz buzz": "\n".join("Fizz" * (n % 3 == 0) + "Buzz" * (n % 5 == 0) or str(n) for n in range(1, 301)),
    "lyrics of few words": "La la la, la la la, la la la la la\n" * 20,
    "DNA": "".join(random.Random(2).choices("ACGT", k=5000)),
}


@pytest.mark.parametrize("text", NO_LOOPS.values(), ids=NO_LOOPS)
def test_what_only_looks_like_a_loop_is_none(text: str) -> None:
    found, detector = read(text)
    assert found is None
    assert detector.kept == len(text)


def test_this_repositorys_text_and_code_are_no_loops() -> None:
    files = [path for kind in ("md", "py", "toml", "po") for path in ROOT.glob(f"*/**/*.{kind}")]
    texts = [path for path in files if not set(path.parts) & {".venv", ".cache", "node_modules"}]
    assert len(texts) > 200
    assert [path for path in texts if read(path.read_text(encoding="utf-8"), 1000)[0]] == []


TEXTS = st.text(st.sampled_from("ab .\n1あ"), max_size=400) | st.text(max_size=200)


@st.composite
def looping(draw: st.DrawFn) -> str:
    """Text whose end may repeat something."""
    return draw(TEXTS) + draw(TEXTS) * draw(st.integers(0, 60))


@given(looping(), st.lists(st.integers(1, 700), max_size=30))
@example("x" + "happy, " * 300, [1, 600])
def test_how_a_text_is_divided_makes_no_difference(text: str, sizes: list[int]) -> None:
    divided, whole = LoopDetector(), LoopDetector()
    ends = list(itertools.accumulate(sizes, initial=0))
    pieces = [text[start:end] for start, end in itertools.pairwise(ends)] + [text[ends[-1] :]]
    loops = [divided.add(piece) for piece in pieces]
    assert whole.add(text) == loops[-1]
    assert whole.kept == divided.kept
    assert loops == sorted(loops)


@given(looping())
def test_what_is_kept_is_a_beginning_of_the_text(text: str) -> None:
    detector = LoopDetector()
    if detector.add(text):
        assert 0 < detector.kept < len(text)
    else:
        assert detector.kept == len(text)


@given(TEXTS, TEXTS.filter(str.strip))
def test_whatever_is_repeated_often_enough_is_found(beginning: str, part: str) -> None:
    text = beginning + part * (1 + 6000 // len(part))
    assert LoopDetector().add(text) or len(part) > 1000
