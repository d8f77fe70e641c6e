"""The labels of the buttons on a reply, and what is said to who presses one in vain."""

from __future__ import annotations

from bot.i18n import gettext as _
from bot.i18n import mark

NOT_YOURS = mark("Only the person who asked and the moderators may use the buttons of this reply.")
UNKNOWN = mark("I no longer know this reply, so its buttons do nothing any more.")
ENDED = mark("This reply has ended already.")
NOT_ENDED = mark("This reply is still being made: stop it first.")
NOT_CUT_OFF = mark("There is nothing to continue: this reply was not cut off.")


def stop() -> str:
    """Ends a reply that waits or is being made."""
    return _("Stop")


def regenerate() -> str:
    """Has a reply made again."""
    return _("Regenerate")


def continue_() -> str:
    """Has a reply go on that was cut off for its length."""
    return _("Continue")


def delete() -> str:
    """Takes a reply away, from the channel and from the conversation."""
    return _("Delete")
