"""What can be done with a channel's conversation."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.client import words
from bot.client.answering import Answering
from bot.client.commands.responding import defer, fill
from bot.errors import OvbotError


def add(tree: app_commands.CommandTree[Any], answering: Answering) -> None:
    """Add /reset."""

    @tree.command(description=words.commands.RESET)
    async def reset(interaction: discord.Interaction[Any]) -> None:
        if (assistant := answering.assistant) is None or interaction.channel_id is None:
            raise OvbotError(words.commands.STILL_LOADING)
        await defer(interaction, private=False)
        await fill(interaction, words.commands.was_reset(await assistant.reset(interaction.channel_id)))
