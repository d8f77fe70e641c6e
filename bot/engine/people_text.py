"""What people wrote, in a form that a chat template may look at but not take for its own."""

# ruff: noqa: D102  The methods of a string do what those of `str` do.

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, SupportsIndex

# Where stand-ins begin, in a plane of characters that mean nothing to anybody.
_FIRST_STAND_IN = 0x10A000


class StandIns:
    """Stand-ins for the characters that control tokens begin with, one for one.

    No template can then make a control token out of people's text, whatever it cuts and joins.

    texts: the control tokens, and whatever else people must not be able to write.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        firsts = sorted({text[0] for text in texts if text})
        numbered = dict(enumerate(firsts, _FIRST_STAND_IN))
        self._back = str.maketrans({chr(number): first for number, first in numbered.items()})
        unknown = dict.fromkeys(numbered, "\ufffd")
        self._there = {**unknown, **{ord(first): chr(number) for number, first in numbered.items()}}

    def put(self, text: str) -> str:
        """`text` with stand-ins. Of the same length; a character that is a stand-in is lost."""
        return text.translate(self._there)

    def take_back(self, text: str) -> str:
        """The text that stand-ins stand for."""
        return text.translate(self._back)


class PeopleText(str):
    """A text with stand-ins that is compared and searched as what it stands for.

    So a template that looks for `</think>` in an earlier reply finds it, and what it cuts out of the text
    keeps its stand-ins. Operations that are not here give a plain string with stand-ins, which nothing
    matches: that is safe, and the template then sees no tags.
    """

    stand_ins: StandIns

    def __new__(cls, shadowed: str, stand_ins: StandIns) -> PeopleText:
        self = super().__new__(cls, shadowed)
        self.stand_ins = stand_ins
        return self

    @cached_property
    def _plain(self) -> str:
        return self.stand_ins.take_back("".join((self,)))

    def _as(self, shadowed: str) -> PeopleText:
        return PeopleText(shadowed, self.stand_ins)

    def _between(self, start: int, end: int) -> PeopleText:
        return self._as(super().__getitem__(slice(start, end)))

    def __str__(self) -> str:
        return self

    def __eq__(self, other: object) -> bool:
        return bool(self._plain == plain(other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self._plain)

    def __contains__(self, part: object) -> bool:
        return plain(part) in self._plain

    def __add__(self, other: str) -> PeopleText:
        return self._as(super().__add__(other))

    def __radd__(self, other: str) -> PeopleText:
        return self._as(other.__add__(self))

    def __getitem__(self, key: SupportsIndex | slice) -> PeopleText:
        return self._as(super().__getitem__(key))

    def __iter__(self) -> Iterator[str]:
        return map(self._as, super().__iter__())

    def startswith(self, prefix: Any, *bounds: Any) -> bool:
        return self._plain.startswith(plain(prefix), *bounds)

    def endswith(self, suffix: Any, *bounds: Any) -> bool:
        return self._plain.endswith(plain(suffix), *bounds)

    def find(self, part: str, *bounds: Any) -> int:
        return self._plain.find(plain(part), *bounds)

    def rfind(self, part: str, *bounds: Any) -> int:
        return self._plain.rfind(plain(part), *bounds)

    def index(self, part: str, *bounds: Any) -> int:
        return self._plain.index(plain(part), *bounds)

    def rindex(self, part: str, *bounds: Any) -> int:
        return self._plain.rindex(plain(part), *bounds)

    def count(self, part: str, *bounds: Any) -> int:
        return self._plain.count(plain(part), *bounds)

    def strip(self, chars: str | None = None) -> PeopleText:
        return self.lstrip(chars).rstrip(chars)

    def lstrip(self, chars: str | None = None) -> PeopleText:
        return self._between(len(self) - len(self._plain.lstrip(plain(chars))), len(self))

    def rstrip(self, chars: str | None = None) -> PeopleText:
        return self._between(0, len(self._plain.rstrip(plain(chars))))

    def removeprefix(self, prefix: str) -> PeopleText:
        return self._between(len(prefix) if self.startswith(prefix) else 0, len(self))

    def removesuffix(self, suffix: str) -> PeopleText:
        return self._between(0, len(self) - (len(suffix) if self.endswith(suffix) else 0))

    def split(self, sep: str | None = None, maxsplit: SupportsIndex = -1) -> list[str]:
        return self._pieces(self._plain.split(plain(sep), maxsplit), sep)

    def rsplit(self, sep: str | None = None, maxsplit: SupportsIndex = -1) -> list[str]:
        return self._pieces(self._plain.rsplit(plain(sep), maxsplit), sep)

    def splitlines(self, keepends: bool = False) -> list[str]:
        return [self._as(line) for line in super().splitlines(keepends)]

    def partition(self, sep: str) -> tuple[str, str, str]:
        before, found, after = map(len, self._plain.partition(plain(sep)))
        return self._three(before, found, after)

    def rpartition(self, sep: str) -> tuple[str, str, str]:
        before, found, after = map(len, self._plain.rpartition(plain(sep)))
        return self._three(before, found, after)

    def replace(self, old: str, new: str, count: SupportsIndex = -1) -> PeopleText:
        if not old:
            return self._as(super().replace(old, new, count))
        return self._as("".join((new,)).join(self.split(old, count)))

    def _three(self, before: int, found: int, after: int) -> tuple[str, str, str]:
        middle = before + found
        return self._between(0, before), self._between(before, middle), self._between(middle, middle + after)

    def _pieces(self, pieces: list[str], sep: str | None) -> list[str]:
        """The parts of this text that the plain `pieces` are, in their order."""
        found: list[str] = []
        at = 0
        for piece in pieces:
            at = self._plain.index(piece, at) if sep is None else at
            found.append(self._between(at, at + len(piece)))
            at += len(piece) + len(sep or "")
        return found


def plain(value: Any) -> Any:
    """What a text of people stands for; anything else as it is."""
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    return value._plain if isinstance(value, PeopleText) else value


def joined(parts: Iterable[str]) -> str:
    """The parts together: people's text if one of them is."""
    parts = list(parts)
    people = next((part for part in parts if isinstance(part, PeopleText)), None)
    text = "".join(parts)
    return text if people is None else PeopleText(text, people.stand_ins)
