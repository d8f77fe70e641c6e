"""What the bot says about itself."""

from __future__ import annotations

from collections.abc import Callable

from bot.i18n import fill
from bot.i18n import gettext as _


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
