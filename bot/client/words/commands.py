"""The names and descriptions of commands, and what those on conversations answer.

Names and descriptions are marked here and translated where Discord is told of the commands.
"""

from __future__ import annotations

from bot.chat.turns import Ending
from bot.client.words.quotas import number
from bot.client.words.replies import ended
from bot.i18n import fill, mark, ngettext
from bot.i18n import gettext as _

# As people type them, in lower case and in one word; what commands and their options are called.
NAMES = (
    mark("ask"), mark("prompt"), mark("private"), mark("reset"), mark("stop"), mark("regenerate"),
    mark("export"), mark("help"), mark("persona"), mark("set"), mark("show"), mark("clear"),
    mark("text"), mark("server"), mark("summarize"), mark("last"), mark("since"), mark("post"),
    mark("model"), mark("stats"), mark("forget"), mark("me"), mark("channel"), mark("settings"),
)  # fmt: skip

ASK = mark("Ask the assistant; the answer joins this channel's conversation")
ASK_PROMPT = mark("What you want to say or know")
ASK_PRIVATE = mark("Only you see the answer, and it stays out of the conversation")
ANSWER_THIS = mark("Answer this")
RESET = mark("Start this channel's conversation anew")
STOP = mark("Stop what is being answered to you here; moderators stop everything")
REGENERATE = mark("Have the last reply here made again, as another one")
EXPORT = mark("Get this channel's conversation as a file that only you see")
FORGET = mark("Erase what the assistant has kept")
FORGET_ME = mark("Erase what you have said to the assistant, wherever that was")
FORGET_CHANNEL = mark("Erase this channel's conversation (moderators)")
HELP = mark("What the assistant can do, and how")

STILL_LOADING = mark("The model is still loading: please try again in a moment.")
NOTHING_TO_REGENERATE = mark("There is no reply here that could be made again.")
NOT_YOUR_REPLY = mark(
    "The last reply here is not to you: only who asked for it, and moderators, can have it made again."
)
MAY_NOT_READ = mark("You may not read the messages in this channel, so I cannot give them to you.")
NOTHING_TO_EXPORT = mark("There is no conversation here yet.")
NOTHING_TO_ANSWER = mark("There is nothing in this message that I could answer.")
FORGET_CHANNEL_NOT_ALLOWED = mark(
    "Only people who may manage messages here can have this channel's conversation erased. "
    "`/forget me` erases what you said yourself."
)


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
    return fill(said, count=number(turns))


def stopped(replies: int) -> str:
    """After /stop; `replies` replies were stopped."""
    if replies == 0:
        return _("There is nothing to stop: no answer is being made here.")
    return fill(ngettext("Stopped: one reply.", "Stopped: {count} replies.", replies), count=replies)


def stopped_only_others() -> str:
    """After /stop by somebody to whom nothing is being answered, where others are being answered."""
    return _("Nothing is being answered to you here. What others asked, only they and moderators can stop.")


def regenerating(link: str) -> str:
    """After /regenerate; link: to the reply."""
    return fill(_("I am making [my last reply]({link}) again."), link=f"<{link}>")


def answer_message() -> str:
    """What the model is told to do with a message that somebody else wrote."""
    return _("Please answer this message.")


def wrote(name: str) -> str:
    """Above that message; name: who wrote it."""
    return fill(_("{name} wrote:"), name=name)


def exported(exchanges: int) -> str:
    """Beside the file with a conversation."""
    said = ngettext(
        "The conversation since it was last begun anew: one question with its answer.",
        "The conversation since it was last begun anew: {count} questions with their answers.",
        exchanges,
    )
    return fill(said, count=number(exchanges))


def export_title(place: str | None) -> str:
    """The heading of that file; place: the channel's name, None for a direct message."""
    return fill(_("Conversation in {place}"), place=place) if place else _("Conversation")


def export_left_out() -> str:
    """In that file, where it would be larger than Discord takes."""
    return _("What was said before is left out: the file would be too large.")


def export_ending(ending: Ending | None) -> str | None:
    """In that file, below a reply that did not simply end."""
    return ended(ending, None) if ending is not None else None


def ask_forget_me() -> str:
    """Before what a person said is erased."""
    return _(
        "Shall I erase everything that you have said to me, in all servers and direct messages, and what I "
        "answered to it? This cannot be undone. What stands in Discord stays: delete it there."
    )


def ask_forget_channel() -> str:
    """Before a conversation is erased."""
    return _(
        "Shall I erase this conversation: all that was said to me here, by everybody, and what I answered? "
        "This cannot be undone. What stands in Discord stays: delete it there."
    )


def erase() -> str:
    """The button that says yes."""
    return _("Erase it")


def keep() -> str:
    """The button that says no."""
    return _("Keep it")


def kept() -> str:
    """After that."""
    return _("Nothing was erased.")


def forgot(turns: int) -> str:
    """After something was erased."""
    if turns == 0:
        return _("There was nothing to erase.")
    said = ngettext("Erased: one message.", "Erased: {count} messages, mine among them.", turns)
    return fill(said, count=number(turns))
