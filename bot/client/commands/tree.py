"""A client with commands: in which language it answers them, and what people read when one fails."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.commands.responses import tell_failure
from bot.client.locales import Locales


class CommandClient(commands.Bot):
    """A discord.py client whose slash commands, message menus and buttons are in Cogs.

    Commands typed as text are not handled: `on_message` is for the subclass, and does not call
    `process_commands`.

    locales: to be set by the subclass when it is built.
    """

    locales: Locales

    def __init__(self, **options: Any) -> None:
        super().__init__(
            commands.when_mentioned,
            help_command=None,
            tree_cls=CommandTree,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True),
            **options,
        )


class CommandTree(app_commands.CommandTree[CommandClient]):
    """All commands of the bot."""

    async def interaction_check(self, interaction: discord.Interaction[CommandClient], /) -> bool:
        """Speak the person's language from here on."""
        await self.client.locales.speak_to(interaction)
        return True

    async def on_error(
        self, interaction: discord.Interaction[CommandClient], error: app_commands.AppCommandError, /
    ) -> None:
        """Tell the person why a command failed."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        command = interaction.command
        await tell_failure(interaction, command.qualified_name if command else "unknown", cause)
