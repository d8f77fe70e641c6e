"""The descriptions of commands, and what they answer.

Descriptions are marked here and translated where Discord is told of the commands.
"""

from __future__ import annotations

from bot.i18n import fill, mark, ngettext
from bot.i18n import gettext as _

ASK = mark("Ask the assistant; the answer joins this channel's conversation")
ASK_PROMPT = mark("What you want to say or know")
ASK_PRIVATE = mark("Only you see the answer, and it stays out of the conversation")
RESET = mark("Start this channel's conversation anew")
HELP = mark("What the assistant can do, and how")

STILL_LOADING = mark("The model is still loading: please try again in a moment.")


def failed() -> str:
    """Where a command failed for a reason that is nobody's business but the owner's."""
    return _("That did not work; the bot's log says why.")


def was_reset(turns: int) -> str:
    """After /reset; `turns` turns are no longer part of the conversation."""
    if turns == 0:
        return _("There is nothing to forget here: the conversation is new.")
    said = ngettext(
        "A new conversation begins here. What was said before (one message) no longer counts.",
        "A new conversation begins here. What was said before ({count} messages) no longer counts.",
        turns,
    )
    return fill(said, count=turns)


def help_text(name: str, model: str | None) -> str:
    """The answer to /help. name: the bot's. model: what runs, or None while it loads."""
    runs = (
        fill(_("I run the model **{model}** on my owner's machine"), model=model)
        if model
        else _("My model is still loading")
    )
    return fill(
        _(
            "Hello, I am **{name}**. {runs}; nothing that you write to me leaves it.\n"
            "\n"
            "**Talk to me**\n"
            "- Mention me in a channel: `@{name} what is a kettle?`\n"
            "- Reply to one of my messages.\n"
            "- Write to me in a direct message; no mention is needed there.\n"
            "- In a thread that I was called into, just write.\n"
            "\n"
            "**Commands**\n"
            "- `/ask` – {ask}.\n"
            "- `/reset` – {reset}.\n"
            "- `/help` – this text.\n"
            "\n"
            "Every channel, thread and direct message has a conversation of its own. "
            "Delete your message while I answer it, and I stop."
        ),
        name=name,
        runs=runs,
        ask=_(ASK).lower(),
        reset=_(RESET).lower(),
    )
