"""The names and descriptions of commands, and what those about conversations say.

Names and descriptions are marked here and translated where Discord is told of the commands.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.chat.turns import FinishReason
from bot.client.words.numbers import number
from bot.client.words.replies import ended
from bot.i18n import fill, mark, ngettext
from bot.i18n import gettext as _

# As people type them, in lower case and in one word; what commands and their options are called.
NAMES = (
    mark("ask"), mark("prompt"), mark("private"), mark("reset"), mark("stop"), mark("regenerate"),
    mark("export"), mark("help"), mark("persona"), mark("set"), mark("show"), mark("clear"),
    mark("text"), mark("server"), mark("summarize"), mark("last"), mark("since"), mark("post"),
    mark("model"), mark("use"), mark("name"), mark("stats"), mark("forget"), mark("me"), mark("channel"),
    mark("settings"),
)  # fmt: skip

ASK = mark("Ask the assistant; question and answer become part of this channel's conversation")
ASK_PROMPT = mark("Your question or message")
ASK_PRIVATE = mark("Only you see the answer, and it stays out of the conversation")
ANSWER_THIS = mark("Answer this")
RESET = mark("Start a new conversation in this channel")
STOP = mark("Stop my reply to you here; moderators stop all replies")
REGENERATE = mark("Regenerate the last reply in this channel")
EXPORT = mark("Get this channel's conversation as a file; only you see it")
FORGET = mark("Erase what the assistant remembers")
FORGET_ME = mark("Erase everything you've said to the assistant, in all servers and direct messages")
FORGET_CHANNEL = mark("Erase this channel's conversation (in servers: moderators only)")
HELP = mark("What the assistant can do, and how to use it")

STILL_LOADING = mark("The model is still loading. Please try again in a moment.")
NOTHING_TO_REGENERATE = mark("There's no reply here that I can regenerate.")
NOT_YOUR_REPLY = mark(
    "The last reply here wasn't for you. Only the person who asked and moderators can regenerate it."
)
MAY_NOT_READ = mark("You can't read the message history here, so I can't export it for you.")
NOTHING_TO_EXPORT = mark("There's nothing to export here yet.")
NOTHING_TO_ANSWER = mark("There's nothing in this message that I can answer.")
FORGET_CHANNEL_NOT_ALLOWED = mark(
    "Only moderators (people with **Manage Messages** here) can erase this channel's conversation. "
    "To erase what you said yourself, use `/forget me`."
)
RESET_NOT_ALLOWED = mark(
    "Only moderators can reset the conversation here. In direct messages and in your own threads, you can."
)


def failed() -> str:
    """A command failed for a reason that only the owner can do something about."""
    return _("Sorry, something went wrong. The bot's log says why.")


def was_reset(turns: int) -> str:
    """After /reset. turns: how many turns the conversation had."""
    if turns == 0:
        return nothing_to_reset()
    said = ngettext(
        "A new conversation starts here. I won't look at the earlier message any more.",
        "A new conversation starts here. I won't look at the {count} earlier messages any more.",
        turns,
    )
    return fill(said, count=number(turns))


def was_reset_by(who: str, turns: int) -> str:
    """To everyone in a channel, after somebody reset its conversation. who: a mention."""
    said = ngettext(
        "{who} started a new conversation here. I won't look at the earlier message any more.",
        "{who} started a new conversation here. I won't look at the {count} earlier messages any more.",
        turns,
    )
    return fill(said, who=who, count=number(turns))


def nothing_to_reset() -> str:
    """After /reset of a conversation that has no turns."""
    return _("There's nothing to reset: the conversation here is already new.")


def ask_reset() -> str:
    """The question before a conversation that other people take part in is reset."""
    return _(
        "Reset this channel's conversation for everyone? Its replies in progress stop, and I won't look at "
        "earlier messages any more. Nothing is deleted."
    )


def reset() -> str:
    """The button that says yes to `ask_reset`."""
    return _("Reset")


def cancel() -> str:
    """The button that says no to a question."""
    return _("Cancel")


def was_not_reset() -> str:
    """After the button `cancel` below `ask_reset`."""
    return _("Nothing was reset.")


def stopped(replies: int) -> str:
    """After /stop. replies: how many were stopped."""
    if replies == 0:
        return _("There's nothing to stop: I'm not answering anyone here.")
    return fill(ngettext("Stopped one reply.", "Stopped {count} replies.", replies), count=replies)


def stopped_only_others() -> str:
    """After /stop by somebody who is not being answered, where others are."""
    return _(
        "I'm not answering you here right now. Only the people who asked and moderators can stop the other "
        "replies."
    )


def regenerating(link: str) -> str:
    """After /regenerate. link: to the reply."""
    return fill(_("I'm regenerating [my last reply]({link})."), link=f"<{link}>")


def answer_message() -> str:
    """What the model is told to do with a message that somebody else wrote."""
    return _("Please answer this message.")


def wrote(name: str) -> str:
    """Above that message. name: who wrote it."""
    return fill(_("{name} wrote:"), name=name)


def exported(exchanges: int) -> str:
    """Next to the file with a conversation."""
    said = ngettext(
        "The current conversation: one question and its answer.",
        "The current conversation: {count} questions and their answers.",
        exchanges,
    )
    return fill(said, count=number(exchanges))


def export_title(place: str | None) -> str:
    """The heading of that file. place: the channel's name, None in a direct message."""
    return fill(_("Conversation in {place}"), place=place) if place else _("Conversation")


def export_left_out() -> str:
    """In that file, if it would be larger than Discord accepts."""
    return _("Earlier messages are left out: the file would be too large.")


def export_ending(ending: FinishReason | None) -> str | None:
    """In that file, below a reply that was cut off, stopped or failed."""
    return ended(ending, None) if ending is not None else None


def ask_forget_me() -> str:
    """The question before what a person said is erased."""
    return _(
        "Erase everything you've said to me, in all servers and direct messages, and my answers to it? "
        "This can't be undone. Messages on Discord stay: delete them there."
    )


def ask_forget_channel() -> str:
    """The question before a conversation is erased."""
    return _(
        "Erase this conversation: everything that anyone has said to me here, and my answers? "
        "This can't be undone. Messages on Discord stay: delete them there."
    )


def erase() -> str:
    """The button that says yes."""
    return _("Erase")


def keep() -> str:
    """The button that says no."""
    return cancel()


def kept() -> str:
    """After that."""
    return _("Nothing was erased.")


def forgot(turns: int) -> str:
    """After something was erased."""
    if turns == 0:
        return _("There was nothing to erase.")
    said = ngettext("Erased one message.", "Erased {count} messages, mine included.", turns)
    return fill(said, count=number(turns))


def help_text(name: str, model: str | None, command: Callable[[str], str]) -> str:
    """The answer to /help.

    name: the bot's. model: the one that runs, None while it loads. command: writes a command so that a
    click on it starts it.
    """
    return "\n".join(
        [
            _introduction(name, model),
            "",
            _("**Talk to me**"),
            fill(_("- Mention me in a channel: `@{name} what is a kettle?`"), name=name),
            _("- Reply to one of my messages. Mention me in a reply to someone else's, and I'll read both."),
            _("- In direct messages, and in threads that I was called into, just write."),
            _("- Attach text, code or PDF files, and I'll read them."),
            _("- Edit your message and I'll answer again; delete it and I'll stop. My replies have buttons."),
            "",
            _("**Commands**"),
            *(f"- {' '.join(map(command, names))} – {what}" for names, what in _commands()),
            "",
            _("Every channel, thread and direct message has its own conversation."),
        ]
    )


def _introduction(name: str, model: str | None) -> str:
    if model is None:
        return fill(
            _(
                "Hi, I'm **{name}**. I run on my owner's machine, so what you tell me isn't sent to any AI "
                "service. My model is still loading."
            ),
            name=name,
        )
    return fill(
        _(
            "Hi, I'm **{name}**. I run the model **{model}** on my owner's machine, so what you tell me "
            "isn't sent to any AI service."
        ),
        name=name,
        model=model,
    )


def _commands() -> list[tuple[tuple[str, ...], str]]:
    return [
        (("ask",), _("ask me something, in private if you like")),
        (("stop", "regenerate"), _("stop my reply, or regenerate the last one")),
        (("reset", "export"), _("start a new conversation, or get this one as a file")),
        (
            ("summarize",),
            _("sum up what was said here; a message's menu has *Summarize from here* and *Answer this*"),
        ),
        (("persona set", "persona show"), _("choose or see my persona in this channel")),
        (("model show", "stats"), _("which model I run, and how much you can still ask")),
        (("forget me",), _("erase what you've said to me")),
        (("settings",), _("for people who manage this server")),
    ]
