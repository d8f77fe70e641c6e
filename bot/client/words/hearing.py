"""What is said to a message that there is nothing to answer in."""

from __future__ import annotations

from bot.i18n import gettext as _


def no_text() -> str:
    """To a message without text."""
    return _("Hello! Write something after my name and I will answer. `/help` tells what I can do.")


def only_text() -> str:
    """To a message that has something else in place of text."""
    return _("I can only read text so far. Write something and I will answer.")
