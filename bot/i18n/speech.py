"""Saying something in the language of the running task."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from bot.i18n.catalogue import SOURCE, best, translations

_language: ContextVar[str] = ContextVar("language", default=SOURCE)


def language() -> str:
    """The language spoken now, one of `LANGUAGES`."""
    return _language.get()


@contextmanager
def speaking(*wanted: str | None) -> Iterator[None]:
    """Speak the first of the `wanted` locales that there is a language for within, else English."""
    token = _language.set(best(*wanted))
    try:
        yield
    finally:
        _language.reset(token)


def speak(*wanted: str | None) -> None:
    """Speak the first of the `wanted` locales that there is a language for, else English, for the rest
    of the running task.
    """
    _language.set(best(*wanted))


def gettext(message: str) -> str:
    """`message` in the language spoken now. Fill placeholders with `fill` afterwards."""
    return translations(_language.get()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """The form of a message that fits `count`, in the language spoken now."""
    return translations(_language.get()).ngettext(one, many, count)


def mark(message: str) -> str:
    """`message` itself: marks it for the catalogues where it is translated later."""
    return message


def fill(message: str, /, **values: object) -> str:
    """`message` with its `{name}` placeholders filled in; the values may hold braces."""
    return message.format(**values)
