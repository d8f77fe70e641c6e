"""The state of a reply: waiting, in progress, ended, and why there is none."""

from __future__ import annotations

import math

from bot.chat.turns import FinishReason
from bot.i18n import fill, mark, ngettext
from bot.i18n import gettext as _


def waiting(ahead: int, seconds: float | None = None) -> str:
    """While a message waits in the queue.

    ahead: how many messages come before it. seconds: how long it will wait, None if that is unknown.
    """
    place = _("You're next.")
    if ahead > 0:
        said = ngettext("One message is ahead of yours.", "{count} messages are ahead of yours.", ahead)
        place = fill(said, count=ahead)
    if seconds is None:
        return place
    return fill(_("{place} Your turn is in about {time}."), place=place, time=_rounded(seconds))


def _rounded(seconds: float) -> str:
    """A length of time, only as exact as an estimate can be."""
    if seconds <= 50:
        return fill(_("{seconds} seconds"), seconds=max(10, 10 * math.ceil(seconds / 10)))
    minutes = math.ceil(seconds / 60)
    return fill(ngettext("one minute", "{count} minutes", minutes), count=minutes)


def reading(tokens: int, read: int = 0) -> str:
    """While the model reads a prompt. tokens: how many it has. read: how many of them are read."""
    percent = 5 * (20 * read // tokens) if tokens else 0
    if not 0 < percent < 100:
        return fill(_("Reading {tokens} tokens…"), tokens=f"{tokens:,}")
    return fill(_("Reading {tokens} tokens… {percent} %"), tokens=f"{tokens:,}", percent=percent)


def thinking(seconds: float) -> str:
    """While the model reasons. seconds: since it began."""
    shown = int(seconds) if seconds < 60 else 5 * int(seconds // 5)
    return fill(_("💭 Thinking… {seconds} s"), seconds=shown) if shown else _("💭 Thinking…")


def stalled(seconds: float) -> str:
    """While the model has stalled. seconds: since its last sign of life."""
    shown = 10 * int(seconds // 10)
    return fill(_("The model seems to have stalled: nothing new for {seconds} seconds."), seconds=shown)


def ended(ending: FinishReason, error: str | None) -> str | None:
    """Below a reply that was cut off, stopped or failed; None below a complete one."""
    match ending:
        case FinishReason.COMPLETE:
            return None
        case FinishReason.LENGTH:
            return _("Cut off: this reply reached the length limit.")
        case FinishReason.LOOPED:
            return _("I was repeating myself, so I stopped here.")
        case FinishReason.STOPPED:
            return _("Stopped.")
        case FinishReason.FAILED:
            return fill(_("Failed: {reason}"), reason=error) if error else _("Failed.")


def loading() -> str:
    """In reply to a message that arrived while the model loads."""
    return _("The model is still loading. I'll answer as soon as it's ready.")


def interrupted() -> str:
    """In the response to a command that a restart cut off."""
    return _("Interrupted: I was restarted before I could answer. Please ask again.")


def rest_follows() -> str:
    """Below the last message of a reply in progress that has become too long for messages."""
    return _("The rest follows as a file.")


def answer_attached(name: str) -> str:
    """Below the last message of a reply that was too long for messages."""
    return fill(_("The whole answer is attached: {name}"), name=name)


def reasoning_follows() -> str:
    """Above what the model thought before it answered."""
    return _("💭 What the model thought before it answered:")


def reasoning_attached(name: str) -> str:
    """In place of what the model thought, where that is too long for messages."""
    return fill(_("💭 What the model thought before it answered is attached: {name}"), name=name)


def code_attached(name: str) -> str:
    """In place of a code block that is too long for a message."""
    return fill(_("The code is attached: {name}"), name=name)


def done(mention: str) -> str:
    """To a person whose reply took a long time."""
    return fill(_("{mention} your answer is ready."), mention=mention)


def prompt_cut() -> str:
    """Below the reply to a message that did not fit."""
    return _("Your message was too long for the model, so I left out the end of it.")


def context_cut() -> str:
    """Below the reply to a message that refers to something that did not fit."""
    return _("What your message refers to was too long for the model, so I left out part of it.")


def empty() -> str:
    """In place of a reply without text."""
    return _("The model gave an empty answer.")


DEMO_MODEL = mark(
    "This is only the small demo model that comes with the bot. "
    "To install Phi-3, run `ovbot model pull` and set MODEL_DIR to its folder."
)


def demo_model() -> str:
    """Next to the first reply of a process that runs the demo model."""
    return _(DEMO_MODEL)


LOADING_FULL = mark(
    "The model is still loading, and {count} messages are already waiting. Please try again in a moment."
)

STILL_LOADING = mark("The model is still loading. Please try again in a moment.")

# Why a press on a button did nothing.
NOT_YOURS = mark("Only the person who asked and moderators can use these buttons.")
UNKNOWN = mark("I no longer remember this reply, so its buttons don't work any more.")
ENDED = mark("This reply has already ended.")
NOT_ENDED = mark("This reply isn't finished yet. Stop it first.")
NOT_CUT_OFF = mark("There's nothing to continue: this reply wasn't cut off, or I no longer remember it.")
NO_REASONING = mark("I no longer have what the model thought before this reply.")


# The labels of the buttons.


def stop() -> str:
    """Stops a reply that waits in the queue or is being generated."""
    return _("Stop")


def regenerate() -> str:
    """Generates a reply again."""
    return _("Regenerate")


def continue_() -> str:
    """Continues a reply that reached the length limit."""
    return _("Continue")


def reasoning() -> str:
    """Shows the person what the model thought before it answered."""
    return _("Reasoning")


def delete() -> str:
    """Deletes a reply from the channel and from the conversation."""
    return _("Delete")
