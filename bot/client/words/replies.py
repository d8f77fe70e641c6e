"""What is said of a reply: how it stands, how it ended, why there is none."""

from __future__ import annotations

import math

from bot.chat.turns import Ending
from bot.i18n import fill, mark, ngettext
from bot.i18n import gettext as _


def waiting(ahead: int, seconds: float | None = None) -> str:
    """While a message waits in line; `ahead` messages are before it.

    seconds: how long that will take; None where nobody knows.
    """
    place = _("You are next.")
    if ahead > 0:
        said = ngettext("One message is before yours.", "{count} messages are before yours.", ahead)
        place = fill(said, count=ahead)
    if seconds is None:
        return place
    return fill(_("{place} Your turn comes in about {time}."), place=place, time=_rounded(seconds))


def _rounded(seconds: float) -> str:
    """A length of time, no more exact than an estimate is."""
    if seconds <= 50:
        return fill(_("{seconds} s"), seconds=max(10, 10 * math.ceil(seconds / 10)))
    minutes = math.ceil(seconds / 60)
    return fill(ngettext("one minute", "{count} minutes", minutes), count=minutes)


def reading(tokens: int, read: int = 0) -> str:
    """While the model reads a prompt of so many tokens, of which it has `read` so many."""
    percent = 5 * (20 * read // tokens) if tokens else 0
    if not 0 < percent < 100:
        return fill(_("Reading {tokens} tokens…"), tokens=f"{tokens:,}")
    return fill(_("Reading {tokens} tokens… {percent} %"), tokens=f"{tokens:,}", percent=percent)


def stalled(seconds: float) -> str:
    """While nothing was heard of the model for so long that something may be wrong."""
    shown = 10 * int(seconds // 10)
    return fill(_("Still working: nothing was heard of the model for {seconds} s."), seconds=shown)


def ended(ending: Ending, error: str | None) -> str | None:
    """What is said below a reply that did not simply end."""
    match ending:
        case Ending.COMPLETE:
            return None
        case Ending.LENGTH:
            return _("Cut off: the reply reached its longest length.")
        case Ending.STOPPED:
            return _("Stopped.")
        case Ending.FAILED:
            return fill(_("Failed: {reason}"), reason=error) if error else _("Failed.")


def loading() -> str:
    """To a message that came while the model loads."""
    return _("The model is still loading; your answer comes as soon as it is there.")


def rest_follows() -> str:
    """Below the last message of a reply that goes on beyond it, while it is made."""
    return _("The rest follows as a file.")


def answer_attached(name: str) -> str:
    """Below the last message of a reply that was too long for messages."""
    return fill(_("The whole answer is attached: {name}"), name=name)


def code_attached(name: str) -> str:
    """In place of a code block that is too long for a message."""
    return fill(_("The code is attached: {name}"), name=name)


def done(mention: str) -> str:
    """To a person whose reply took long."""
    return fill(_("{mention} your answer is ready."), mention=mention)


def prompt_cut() -> str:
    """Below the reply to a message that did not fit."""
    return _("Your message is too long for the model: its end was left out.")


def context_cut() -> str:
    """Below the reply to a message that refers to something that did not fit."""
    return _("What your message refers to is too long for the model: a part of it was left out.")


def empty() -> str:
    """In place of a reply without text."""
    return _("The model had nothing to say.")


DEMO_MODEL = mark(
    "This is only the small demo model that comes with the bot. "
    "`ovbot model pull` installs Phi-3; then set MODEL_DIR to its folder."
)


def demo_model() -> str:
    """Beside the first reply of a process that runs the demo model."""
    return _(DEMO_MODEL)


LOADING_FULL = mark(
    "The model is still loading, and {count} messages wait for it: please try again in a moment."
)

STILL_LOADING = mark("The model is still loading: please try again in a moment.")
