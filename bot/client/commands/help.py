"""What the bot says of itself."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.client import words
from bot.client.commands.parts import Parts
from bot.client.commands.responding import say


def add(tree: app_commands.CommandTree[Any], parts: Parts) -> None:
    """Add /help."""

    @tree.command(description=words.commands.HELP)
    async def help(interaction: discord.Interaction[Any]) -> None:
        assistant, own = parts.answering.assistant, interaction.client.user
        model = assistant.engine.info.name if assistant else None
        await say(interaction, words.commands.help_text(own.display_name if own else "", model))
