"""How numbers are written."""

from __future__ import annotations

from babel import Locale
from babel.numbers import format_decimal

from bot.i18n import language


def number(value: float) -> str:
    """A number as people write it in the language spoken now."""
    return str(format_decimal(value, locale=Locale.parse(language(), sep="-")))
