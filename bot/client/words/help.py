"""What the bot says of itself."""

from __future__ import annotations

from collections.abc import Callable

from bot.i18n import fill
from bot.i18n import gettext as _


def help_text(name: str, model: str | None, command: Callable[[str], str]) -> str:
    """The answer to /help. name: the bot's. model: what runs, or None while it loads. command: how
    Discord shows a command, so that a click begins it.
    """
    runs = (
        fill(_("I run the model **{model}** on my owner's machine"), model=model)
        if model
        else _("My model is still loading")
    )
    return "\n".join(
        [
            fill(
                _("Hello, I am **{name}**. {runs}; nothing that you write to me leaves it."),
                name=name,
                runs=runs,
            ),
            "",
            _("**Talk to me**"),
            fill(_("- Mention me in a channel: `@{name} what is a kettle?`"), name=name),
            _("- Reply to one of my messages; or to another one with a mention, and I read it as well."),
            _("- Just write in a direct message, or in a thread that I was called into."),
            _("- Add text, code or PDF files, and I read them."),
            _("- Edit your message and I answer anew; delete it and I stop. See the buttons below a reply."),
            "",
            _("**Commands**"),
            *(f"- {' '.join(map(command, names))} – {what}" for names, what in _commands()),
            "",
            _("Every channel, thread and direct message has a conversation of its own."),
        ]
    )


def _commands() -> list[tuple[tuple[str, ...], str]]:
    return [
        (("ask",), _("ask; in private, if you like")),
        (("stop", "regenerate"), _("stop me, or have my last reply made again")),
        (("reset", "export"), _("begin a new conversation, or get this one as a file")),
        (("summarize",), _("what was said here; also in the menu of a message, as is *Answer this*")),
        (("persona set", "persona show"), _("who I am in this channel")),
        (("model show", "stats"), _("what runs, and what you may still use")),
        (("forget me",), _("erase what you said to me")),
        (("settings",), _("for those who manage this server")),
    ]
