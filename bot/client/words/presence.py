"""The status below the bot's name. Everyone sees it, so it is in nobody's own language."""

from __future__ import annotations

from bot.i18n import fill, ngettext
from bot.i18n import gettext as _


def loading() -> str:
    """While the model loads."""
    return _("loading the model…")


def restarting() -> str:
    """While the engine restarts."""
    return _("restarting the model…")


def model_failed() -> str:
    """Once the model has failed for good."""
    return _("out of order: the model isn't running")


def ready() -> str:
    """While there is nothing to do."""
    return _("/help or mention me")


def busy(replies: int) -> str:
    """While `replies` replies wait in the queue or are being generated."""
    return fill(ngettext("answering one message", "answering {count} messages", replies), count=replies)
