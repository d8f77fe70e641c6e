"""The labels of the buttons on a reply, and why a press did nothing."""

from __future__ import annotations

from bot.i18n import gettext as _
from bot.i18n import mark

NOT_YOURS = mark("Only the person who asked and moderators can use these buttons.")
UNKNOWN = mark("I no longer remember this reply, so its buttons don't work any more.")
ENDED = mark("This reply has already ended.")
NOT_ENDED = mark("This reply isn't finished yet. Stop it first.")
NOT_CUT_OFF = mark("There's nothing to continue: this reply wasn't cut off, or I no longer remember it.")


def stop() -> str:
    """Stops a reply that waits in the queue or is being generated."""
    return _("Stop")


def regenerate() -> str:
    """Generates a reply again."""
    return _("Regenerate")


def continue_() -> str:
    """Continues a reply that reached the length limit."""
    return _("Continue")


def delete() -> str:
    """Deletes a reply from the channel and from the conversation."""
    return _("Delete")
