"""What stands below the bot's name. Everybody sees it, so it is in the language of no one person."""

from __future__ import annotations

from bot.i18n import fill, ngettext
from bot.i18n import gettext as _


def loading() -> str:
    """While the model loads."""
    return _("loading the model…")


def restarting() -> str:
    """While the engine is started again."""
    return _("starting the model again…")


def model_failed() -> str:
    """Once the model is gone for good."""
    return _("out of order: the model does not run")


def ready() -> str:
    """While there is nothing to do."""
    return _("/help or mention me")


def busy(replies: int) -> str:
    """While `replies` replies are being made or wait."""
    return fill(ngettext("answering one message", "answering {count} messages", replies), count=replies)
