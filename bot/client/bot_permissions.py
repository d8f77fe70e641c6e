"""Which permissions the bot lacks in a channel."""

from __future__ import annotations

from typing import Any

import discord

from bot.client import words
from bot.errors import OvbotError

GuildChannel = discord.abc.GuildChannel | discord.Thread


def missing_to_answer(channel: GuildChannel) -> list[str]:
    """What the bot may not do here though it cannot answer without, as `words.permissions` names it."""
    allowed = bot_permissions(channel)
    sending = "send_messages_in_threads" if isinstance(channel, discord.Thread) else "send_messages"
    return [name for name in ("view_channel", sending) if allowed is not None and not getattr(allowed, name)]


def missing_to_answer_well(channel: GuildChannel) -> list[str]:
    """What the bot may not do here and would answer better with."""
    allowed = bot_permissions(channel)
    better = ("read_message_history", "attach_files", "embed_links")
    return [name for name in better if allowed is not None and not getattr(allowed, name)]


def check_may_change(interaction: discord.Interaction[Any]) -> None:
    """Return where the bot may change its replies, among which is the one that an interaction is about:
    interactions come from channels that it may not see and from archived threads, too.

    Raises: OvbotError where it may not.
    """
    if interaction.guild_id is not None and not interaction.app_permissions.view_channel:
        raise OvbotError(words.permissions.CANNOT_CHANGE)
    if isinstance(interaction.channel, discord.Thread) and interaction.channel.archived:
        raise OvbotError(words.permissions.ARCHIVED)


def bot_permissions(channel: object) -> discord.Permissions | None:
    """What the bot may do in a channel; None where that is not known, and in direct messages."""
    if not isinstance(channel, GuildChannel):
        return None
    try:
        return channel.permissions_for(channel.guild.me)
    except discord.ClientException:  # a thread whose channel is not known
        return None
