"""The languages there are, and their catalogues."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

SOURCE = "en"
_FOLDER = Path(__file__).parent

LANGUAGES: tuple[str, ...] = (SOURCE, *sorted(path.stem for path in _FOLDER.glob("*.mo")))
"""The languages in which the bot can speak, as BCP 47 tags; English is the one in the code."""


def best(*wanted: str | None) -> str:
    """The first of the `wanted` locales that there is a language for, else English.

    A locale's region is ignored where there is no catalogue for it: `en-GB` gives `en`. None and
    unknown locales are passed over.
    """
    known = {language.lower(): language for language in LANGUAGES}
    for locale in wanted:
        tag = (locale or "").replace("_", "-").lower()
        for candidate in (tag, tag.split("-")[0]):
            if candidate in known:
                return known[candidate]
    return SOURCE


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of one of `LANGUAGES`; messages that it does not have stay English."""
    if language == SOURCE:
        return NullTranslations()
    with (_FOLDER / f"{language}.mo").open("rb") as file:
        return GNUTranslations(file)
