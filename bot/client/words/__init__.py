"""All that the bot itself says to people on Discord, to be translated by `bot.i18n`."""

from __future__ import annotations

from bot.client.words import buttons, commands, hearing, permissions, presence, replies

__all__ = ["buttons", "commands", "hearing", "note", "permissions", "presence", "replies"]


def note(text: str) -> str:
    """A line in Discord's small print."""
    return "-# " + " ".join(text.split())
