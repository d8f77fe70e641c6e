"""What /persona says."""

from __future__ import annotations

from bot.i18n import fill, mark
from bot.i18n import gettext as _

DESCRIPTION = mark("Who the assistant is in this channel")
SET = mark("Say who the assistant is here, and how it answers")
SHOW = mark("See who the assistant is here")
CLEAR = mark("Have the assistant be itself again here")
TEXT = mark("For example: You answer in one sentence, like a pirate")
SERVER = mark("For all channels that have no persona of their own (moderators)")

# A message of Discord's holds 2000 characters; there is more in it than the persona.
_LONGEST_QUOTE = 1500

NO_SERVER = mark("There is no server here: leave `server` out.")
NOT_ALLOWED = mark(
    "Only people who may manage this server can set its persona; that of a channel, everybody can."
)


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
    """Said in a channel to everybody, after somebody set its persona."""
    said = _("{who} has said who I am in this channel, from my next reply on:")
    return f"{fill(said, who=who)}\n{_quoted(persona)}\n-# {_('/persona clear takes it back.')}"


def was_cleared(who: str) -> str:
    """Said in a channel to everybody, after somebody cleared its persona."""
    return fill(_("{who} has taken back who I am in this channel, from my next reply on."), who=who)


def nothing_to_clear() -> str:
    """Where a persona was to be cleared and there was none."""
    return _("This channel has no persona of its own.")


def was_set_for_server(persona: str | None) -> str:
    """After a moderator set the persona of a server, or cleared it."""
    if persona is None:
        return _("This server has no persona any more. Channels keep theirs.")
    return f"{_('Who I am in all channels that have no persona of their own:')}\n{_quoted(persona)}"


def of_channel(persona: str) -> str:
    """The persona of the channel itself."""
    return f"{_('Who I am in this channel:')}\n{_quoted(persona)}"


def of_parent(persona: str, channel_id: int) -> str:
    """The persona of the channel that the thread belongs to."""
    said = fill(_("Who I am in this thread, as in {channel}:"), channel=f"<#{channel_id}>")
    return f"{said}\n{_quoted(persona)}"


def of_server(persona: str) -> str:
    """The persona of the server."""
    return f"{_('Who I am here, as in all of this server:')}\n{_quoted(persona)}"


def of_bot() -> str:
    """Where no persona is set."""
    return _("No persona is set here: I am as my owner has made me. `/persona set` changes that.")


def _quoted(persona: str) -> str:
    """Line by line, unless that is too long for a message because there are many short lines."""
    quoted = "\n".join(f"> {line}".rstrip() for line in persona.splitlines())
    return quoted if len(quoted) <= _LONGEST_QUOTE else f"> {' '.join(persona.split())}"
