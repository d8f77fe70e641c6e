"""What the bot says of itself."""

from __future__ import annotations

from typing import Any

from discord import app_commands

from bot.client.commands.controls import Interaction
from bot.client.commands.parts import Parts
from bot.client.commands.responses import say
from bot.client.words import commands as words
from bot.client.words.help import help_text


def add(tree: app_commands.CommandTree[Any], parts: Parts) -> None:
    """Add /help."""

    @tree.command(description=words.HELP)
    async def help(interaction: Interaction) -> None:
        assistant, own = parts.replies.assistant, interaction.client.user
        model = assistant.engine.info.name if assistant else None
        await say(interaction, help_text(own.display_name if own else "", model, parts.known.shown))
