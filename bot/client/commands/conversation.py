"""What can be done with a channel's conversation."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.client import words
from bot.client.commands.parts import Parts
from bot.client.commands.responding import defer, fill


def add(tree: app_commands.CommandTree[Any], parts: Parts) -> None:
    """Add /reset."""

    @tree.command(description=words.commands.RESET)
    async def reset(interaction: discord.Interaction[Any]) -> None:
        assistant = parts.assistant
        await defer(interaction, private=False)
        turns = await assistant.reset(interaction.channel_id or 0)
        await fill(interaction, words.commands.was_reset(turns))
