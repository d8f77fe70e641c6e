"""The words for times that people can write: anyone can use those of any language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from babel import Locale

from bot.i18n import LANGUAGES, mark, speaking
from bot.i18n import gettext as _

# Several words with spaces between them: a translation has those of its language in their place.
_UNITS = {
    timedelta(minutes=1): mark("m min mins minute minutes"),
    timedelta(hours=1): mark("h hr hrs hour hours"),
    timedelta(days=1): mark("d day days"),
    timedelta(weeks=1): mark("w week weeks"),
}
_AGO = mark("ago")
_TODAY = mark("today")
_YESTERDAY = mark("yesterday")
_OCLOCK = mark("o'clock")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words in lower case.

    units: the length of time that each word is. ago: what may stand behind a length of time.
    weekdays: the day that each word is, 0 for Monday. oclock: what may stand behind an hour.
    """

    units: dict[str, timedelta]
    ago: frozenset[str]
    today: frozenset[str]
    yesterday: frozenset[str]
    weekdays: dict[str, int]
    oclock: frozenset[str]


@cache
def vocabulary() -> Vocabulary:
    """What is understood."""
    return Vocabulary(
        units={word: length for length, message in _UNITS.items() for word in _in_all(message)},
        ago=_in_all(_AGO),
        today=_in_all(_TODAY),
        yesterday=_in_all(_YESTERDAY),
        weekdays={
            name.casefold(): number
            for language in LANGUAGES
            for width in ("abbreviated", "wide")
            for number, name in Locale.parse(language, sep="-").days["format"][width].items()
        },
        oclock=_in_all(_OCLOCK),
    )


def _in_all(message: str) -> frozenset[str]:
    words: set[str] = set()
    for language in LANGUAGES:
        with speaking(language):
            words.update(_(message).casefold().split())
    return frozenset(words)
