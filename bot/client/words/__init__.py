"""Everything that the bot itself says to people on Discord; `bot.i18n` translates it."""

from __future__ import annotations

from bot.client.words import commands, inbox, permissions, presence, replies

__all__ = ["commands", "inbox", "note", "permissions", "presence", "replies"]


def note(text: str) -> str:
    """A line in Discord's small print."""
    return "-# " + " ".join(text.split())
