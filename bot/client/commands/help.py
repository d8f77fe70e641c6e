"""/help: what the bot says about itself."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.client.commands.responses import Interaction, say
from bot.client.commands.sync import CommandSync
from bot.client.replies.service import ReplyService
from bot.client.words import commands as command_words


class HelpCommand(commands.Cog):
    """/help."""

    def __init__(self, replies: ReplyService, command_sync: CommandSync) -> None:
        self._replies = replies
        self._sync = command_sync

    @app_commands.command(description=command_words.HELP)
    async def help(self, interaction: Interaction) -> None:
        """Say what the bot can do, to the person alone."""
        assistant, own = self._replies.assistant, interaction.client.user
        model = assistant.engine.info.name if assistant else None
        await say(
            interaction, command_words.help_text(own.display_name if own else "", model, self._sync.mention)
        )
