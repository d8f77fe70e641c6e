"""Who speaks in a prompt: what each is called, and words that only look like somebody else's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from bot.chat.turns import Author

# Letters and signs that show nothing; what Unicode calls a format or a space is not printable anyway.
_BLANKS = " \u115f\u1160\u2800\u3164\uffa0"
# What follows the name of whoever speaks; the second in Japanese and Chinese.
_COLONS = (":", "\uff1a")
# Digits of an id that tell two people of one name apart.
_TELLING = 4


class Speakers:
    """The people of a prompt, in the order in which they first speak.

    Two who are shown by the same name get different ones: who spoke first keeps the name as it is,
    so that what was said before the other one came reads as it did.
    """

    def __init__(self, authors: Iterable[Author]) -> None:
        self._names: dict[Author, str] = {}
        self._holders: dict[str, int] = {}  # by what a name looks like: whose it is
        for author in authors:
            if author not in self._names:
                self._names[author] = self._free_name(author)
        starts = "|".join(re.escape(_look(name)) for name in self.names)
        self._label = re.compile(f"(?:{starts}) ?:") if starts else None

    @property
    def names(self) -> list[str]:
        """What they are called."""
        return list(dict.fromkeys(self._names.values()))

    @property
    def several(self) -> bool:
        """Whether there is more than one person."""
        return len({author.id for author in self._names}) > 1

    @property
    def stop(self) -> tuple[str, ...]:
        """Strings at which a reply ends, since one of these people would begin to speak in it."""
        return tuple(f"\n{name}{colon}" for name in self.names for colon in _COLONS)

    def said(self, author: Author | None, text: str) -> str:
        """What a person said; where several speak, with their name in front.

        A line of theirs that begins as if somebody spoke is marked as a quotation.
        """
        if author is None or not self.several:
            return text
        first, *rest = text.splitlines() or [""]
        quoted = [f"> {line}" if self._label and self._label.match(_look(line)) else line for line in rest]
        return "\n".join([f"{self._names[author]}: {first}", *quoted])

    def own_words(self, text: str, *, last: bool) -> str:
        """A reply without a name that the model put in front, as the people's words have it.

        last: no more will come; before that, nothing is given out while it may yet become a name.
        """
        text = text.lstrip()
        for label in (f"{name}{colon}" for name in self.names for colon in _COLONS):
            if text.startswith(label):
                return text[len(label) :].lstrip()
            if not last and label.startswith(text):
                return ""
        return text

    def _free_name(self, author: Author) -> str:
        plain = _plain(author)
        digits = str(author.id)
        for name in (plain, f"{plain} ({digits[-_TELLING:]})", f"{plain} ({digits})"):
            if self._holders.setdefault(_look(name), author.id) == author.id:
                return name
        return digits


def _plain(author: Author) -> str:
    """A name on one line and without a colon, so that nobody can pass for two speakers.

    Where there is nothing to see in a name, the id stands for it.
    """
    name = " ".join(author.name.translate(dict.fromkeys(map(ord, _COLONS), " ")).split())
    visible = any(char.isprintable() and char not in _BLANKS for char in name)
    return name if visible else str(author.id)


def _look(text: str) -> str:
    """What a name or a line looks like: the same for whatever can hardly be told apart."""
    seen = (
        char if char.isprintable() and char not in _BLANKS else " " if char.isspace() else ""
        for char in unicodedata.normalize("NFKC", text).casefold()
    )
    return " ".join("".join(seen).split())
