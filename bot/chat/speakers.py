"""Who speaks in a prompt: their names, and text that only looks like somebody else's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from bot.chat.turns import Author

# Characters that show nothing and still count as printable.
_BLANKS = " \u115f\u1160\u2800\u3164\uffa0"
# What follows a speaker's name; the second one in Japanese and Chinese.
_COLONS = (":", "\uff1a")
# Digits of the id that tell two people of one name apart.
_ID_DIGITS = 4


class Speakers:
    """The people of a prompt, in the order in which they first speak.

    Two people with the same name get different ones: whoever spoke first keeps it as it is, so that
    what was said before the other one came reads as it did.
    """

    def __init__(self, authors: Iterable[Author]) -> None:
        self._names: dict[Author, str] = {}
        self._holders: dict[str, int] = {}  # by look: whose name it is
        for author in authors:
            if author not in self._names:
                self._names[author] = self._free_name(author)
        starts = "|".join(re.escape(_look(name)) for name in self.names)
        self._label = re.compile(f"(?:{starts}) ?:") if starts else None

    @property
    def names(self) -> list[str]:
        """Their names."""
        return list(dict.fromkeys(self._names.values()))

    @property
    def several(self) -> bool:
        """Whether there is more than one person."""
        return len({author.id for author in self._names}) > 1

    @property
    def stop(self) -> tuple[str, ...]:
        """Stop strings: where one of these people would begin to speak in a reply."""
        return tuple(f"\n{name}{colon}" for name in self.names for colon in _COLONS)

    def said(self, author: Author | None, text: str) -> str:
        """What a person said; where several speak, after their name.

        A line that begins as if somebody spoke is marked as a quotation.
        """
        if author is None or not self.several:
            return text
        first, *rest = text.splitlines() or [""]
        quoted = [f"> {line}" if self._label and self._label.match(_look(line)) else line for line in rest]
        return "\n".join([f"{self._names[author]}: {first}", *quoted])

    def own_words(self, text: str, *, last: bool) -> str:
        """A reply without the name that the model may have put in front of it, as people's messages have.

        last: no more text will come; before that, the result is empty while it may yet become a name.
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
        for name in (plain, f"{plain} ({digits[-_ID_DIGITS:]})", f"{plain} ({digits})"):
            if self._holders.setdefault(_look(name), author.id) == author.id:
                return name
        return digits


def _plain(author: Author) -> str:
    """A name on one line and without a colon, so that nobody can pass for two speakers.

    The id stands for a name in which there is nothing to see.
    """
    name = " ".join(author.name.translate(dict.fromkeys(map(ord, _COLONS), " ")).split())
    visible = any(char.isprintable() and char not in _BLANKS for char in name)
    return name if visible else str(author.id)


def _look(text: str) -> str:
    """What a name or a line looks like: the same for all that can hardly be told apart."""
    seen = (
        char if char.isprintable() and char not in _BLANKS else " " if char.isspace() else ""
        for char in unicodedata.normalize("NFKC", text).casefold()
    )
    return " ".join("".join(seen).split())
