"""Whether a text that is being written has begun to repeat itself and will not stop."""

from __future__ import annotations

import re
from collections import Counter, deque

# How much of the end of the text is looked at, in characters, and how often: after each so many.
_WINDOW = 6000
_STRIDE = 32

# Where the end of the text has stood before tells how long the repeated part may be. A part that holds this
# end several times gives as many guesses.
_END = 24
_MOST_GUESSES = 64

# How often a part must be repeated, and how long the repetitions must be together. What people ask for or is
# no prose goes on for longer: laughter, a sentence written fifty times, rulers, zeros. Sizes are in bytes of
# UTF-8, in which a sentence is about as long in every script.
_REPEATS, _LONG_REPEATS, _LONG_PART = 5, 4, 300
_LEAST, _LEAST_OF_SHORT, _LEAST_OF_ZEROS = 800, 1000, 2000
_SHORT_PART, _SHORTEST_ZEROS = 60, 3
_LETTERS_OF_WORDS = 8

# The same few sentences or lines in any order: in so many bytes, those that differ are at most this share.
_MIXED_SIZE, _MIXED_DIFFERENT = 1000, 0.25
_LONGEST_SENTENCE = 500
_SENTENCE_END = re.compile(rf"\n|(?<!\d)[.!?]+(?=\s)|[。！？]|(?s:.){{{_LONGEST_SENTENCE}}}")
_LIST_ITEM = re.compile(r"[\s*_#>|-]*(?:\d{1,4}[.)])?[\s*_]*")

# Where a text is cut: at the end of a line, else of a sentence, else of a word.
_CUTS = (re.compile(r"\n"), re.compile(r"[.!?](?=\s)|[。！？]"), re.compile(r"\s"))


class LoopDetector:
    """Reads a text as it is written, and says when its end is a loop: the same words, line, sentence or
    paragraph over and over, or a few sentences in turns. Counting, lists, tables, code, poems and songs are
    none, nor is what a person may have asked for: a short part in a row is a loop from 1,000 bytes on, which
    is "ha" 500 times, a line of 20 letters 50 times.

    How the text is divided makes no difference. Reading a character takes as long at the end of a long text
    as at its beginning.
    """

    def __init__(self) -> None:
        self._tail = ""
        self._dropped = 0
        self._sentences = _Sentences()
        self._kept: int | None = None

    @property
    def kept(self) -> int:
        """How many characters of the text to keep: where it loops, about two repetitions; else all."""
        return self._dropped + len(self._tail) if self._kept is None else self._kept

    def add(self, text: str) -> bool:
        """Read on; whether the text loops. What comes after that is not read."""
        at = 0
        while self._kept is None and at < len(text):
            room = _STRIDE - (self._dropped + len(self._tail)) % _STRIDE
            self._tail += text[at : at + room]
            at += room
            if (self._dropped + len(self._tail)) % _STRIDE == 0:
                self._check()
        return self._kept is not None

    def _check(self) -> None:
        excess = max(0, len(self._tail) - _WINDOW)
        self._tail, self._dropped = self._tail[excess:], self._dropped + excess
        if (kept := _periodic(self._tail)) is not None:
            self._kept = self._dropped + kept
        else:
            self._kept = self._sentences.add(self._tail[-_STRIDE:])


def _periodic(text: str) -> int | None:
    """Where two repetitions of the part that the end of `text` repeats are over; None for no loop."""
    length = len(text)
    ending, found = text[-_END:], length - _END
    too_short: list[int] = []
    for _ in range(_MOST_GUESSES):
        found = text.rfind(ending, 0, found + _END - 1)
        period = length - _END - found
        if found < 0 or period * _LONG_REPEATS > length:
            return None
        # Several repetitions of a part are no part of their own.
        if any(_has_period(text, shorter, period) for shorter in too_short):
            continue
        if not _has_period(text, period, period * _LONG_REPEATS):
            continue
        if _has_period(text, period, _needed(text[-period:])):
            return _after_two(text, period)
        too_short.append(period)
    return None


def _has_period(text: str, period: int, length: int) -> bool:
    """Whether the last `length` characters repeat a part of `period` characters."""
    start = len(text) - length
    return start >= 0 and text[start + period :] == text[start:-period]


def _needed(part: str) -> int:
    """How many characters of repetitions of `part` are a loop."""
    size = _size(part)
    if _has_words(part):
        least = _LEAST if size >= _SHORT_PART else _LEAST_OF_SHORT
    else:
        figures = len({char for char in part if char.isdigit()})
        is_zeros = len(part) >= _SHORTEST_ZEROS and 0 < figures <= 2
        least = _LEAST_OF_ZEROS if is_zeros else _LEAST_OF_SHORT
    repeats = _LONG_REPEATS if size >= _LONG_PART else _REPEATS
    return len(part) * max(repeats, -(-least // size))


def _after_two(text: str, period: int) -> int:
    """Where to cut a text whose end repeats a part of `period` characters."""
    start = len(text) - period
    while start > 0 and text[start - 1] == text[start - 1 + period]:
        start -= 1
    second, third = start + 2 * period, start + 3 * period
    ends = (match.end() for cut in _CUTS if (match := cut.search(text, second - 2, third)))
    return next(ends, second)


class _Sentences:
    """The newest sentences and lines of a text, numbers and marks in front of list items left out."""

    def __init__(self) -> None:
        self._rest = ""
        self._at = 0
        self._newest: deque[tuple[int, str, int]] = deque()
        self._counts: Counter[str] = Counter()
        self._size = 0
        self._different = 0

    def add(self, text: str) -> int | None:
        """Read on. Where the first of them comes for the third time, if they are the same few; else None."""
        self._rest += text
        while end := _SENTENCE_END.search(self._rest, 0, _LONGEST_SENTENCE):
            sentence, self._rest = self._rest[: end.end()], self._rest[end.end() :]
            self._take(sentence)
            self._at += len(sentence)
            if self._size >= _MIXED_SIZE and self._different <= _MIXED_SIZE * _MIXED_DIFFERENT:
                return self._third()
        return None

    def _take(self, sentence: str) -> None:
        words = _LIST_ITEM.sub("", sentence, 1).strip().casefold()
        if not _has_words(words):
            return
        size = _size(words)
        self._newest.append((self._at, words, size))
        self._size += size
        self._counts[words] += 1
        if self._counts[words] == 1:
            self._different += size
        while self._size - self._newest[0][2] >= _MIXED_SIZE:
            _, words, size = self._newest.popleft()
            self._size -= size
            self._counts[words] -= 1
            if not self._counts[words]:
                del self._counts[words]
                self._different -= size

    def _third(self) -> int | None:
        seen: Counter[str] = Counter()
        for at, words, _ in self._newest:
            seen[words] += 1
            if seen[words] > 2:
                return at
        return None


def _size(text: str) -> int:
    return len(text.encode(errors="replace"))


def _has_words(text: str) -> bool:
    """Whether there are many different letters: not only a syllable, a figure or signs."""
    return len({char for char in text if char.isalpha()}) >= _LETTERS_OF_WORDS
