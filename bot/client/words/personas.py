"""What /persona says."""

from __future__ import annotations

from bot.i18n import fill, mark
from bot.i18n import gettext as _

DESCRIPTION = mark("The assistant's persona in this channel")
SET = mark("Set who the assistant is here, and how it answers")
SHOW = mark("Show the assistant's persona here")
CLEAR = mark("Remove the persona that was set here")
TEXT = mark("For example: You answer in one sentence, like a pirate")
SERVER = mark("For all channels without their own persona (needs Manage Server)")

# A message of Discord's holds 2000 characters; there is more in it than the persona.
_LONGEST_QUOTE = 1500

NO_SERVER = mark("`server` only works in a server. Leave it out here.")
NOT_ALLOWED = mark("Only people with **Manage Server** can change this server's persona.")
NOT_ALLOWED_HERE = mark(
    "Only moderators can change my persona here. In direct messages and in your own threads, you can."
)
BLANK = mark("A persona can't be blank. To remove the current one, use `/persona clear`.")


def styles() -> list[tuple[str, str]]:
    """Personas to choose from: what each is called, and its text, with at most 100 characters."""
    return [
        (_("Brief"), _("You answer in one or two short sentences.")),
        (_("Patient teacher"), _("You are a patient teacher. You explain step by step, with an example.")),
        (_("Programmer"), _("You are an experienced programmer. You answer with code and few words.")),
        (_("Editor"), _("You are an editor. You correct and improve the text that you are given.")),
        (
            _("Translator"),
            _("You translate what you are given: English into Japanese, all else to English."),
        ),
        (_("Critic"), _("You are a friendly critic. You look for what is wrong or missing, and say so.")),
        (_("Pirate"), _("You are a cheerful pirate and talk like one.")),
    ]


def was_set(who: str, persona: str) -> str:
    """To everyone in a channel, after somebody set its persona."""
    said = _("{who} set my persona for this channel, starting with my next reply:")
    return f"{fill(said, who=who)}\n{_quoted(persona)}\n-# {_('/persona clear removes it.')}"


def was_cleared(who: str) -> str:
    """To everyone in a channel, after somebody cleared its persona."""
    return fill(_("{who} removed my persona from this channel, starting with my next reply."), who=who)


def nothing_to_clear() -> str:
    """After /persona clear in a channel that has no persona."""
    return _("There's nothing to clear: this channel has no persona of its own.")


def was_set_for_server(persona: str | None) -> str:
    """After a moderator set the persona of a server, or cleared it."""
    if persona is None:
        return _("This server has no persona now. Channels keep theirs.")
    return f"{_('My persona in all channels without their own:')}\n{_quoted(persona)}"


def of_channel(persona: str) -> str:
    """The persona of the channel itself."""
    return f"{_('My persona in this channel:')}\n{_quoted(persona)}"


def of_parent(persona: str, channel_id: int) -> str:
    """The persona of the channel that the thread belongs to."""
    said = fill(_("My persona in this thread, taken from {channel}:"), channel=f"<#{channel_id}>")
    return f"{said}\n{_quoted(persona)}"


def of_server(persona: str) -> str:
    """The persona of the server."""
    return f"{_('My persona here, set for the whole server:')}\n{_quoted(persona)}"


def of_bot() -> str:
    """If no persona is set."""
    return _("No persona is set here: I'm as my owner set me up. `/persona set` sets one.")


def nothing_to_clear_for_server() -> str:
    """After /persona clear for a server that has no persona."""
    return _("There's nothing to clear: this server has no persona.")


def _quoted(persona: str) -> str:
    """Line by line, or on one line where many short lines would be too long for a message."""
    quoted = "\n".join(f"> {line}".rstrip() for line in persona.splitlines())
    return quoted if len(quoted) <= _LONGEST_QUOTE else f"> {' '.join(persona.split())}"
