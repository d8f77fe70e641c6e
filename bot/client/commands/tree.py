"""The tree of all commands: what people can use, and what happens where a command fails."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client.commands import ask, conversation, forget, help, persona, status, summarize
from bot.client.commands.parts import Parts
from bot.client.commands.responses import tell_failure
from bot.client.commands.settings import panel
from bot.client.commands.sync import sync_if_changed
from bot.client.locales import CommandTranslator


class Commands(app_commands.CommandTree[discord.Client]):
    """The commands of the bot, in servers and in direct messages with it."""

    def __init__(self, client: discord.Client, parts: Parts) -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True),
        )
        self._locales = parts.locales
        self._known = parts.known
        for group in (ask, summarize, conversation, persona, status, forget, panel, help):
            group.add(self, parts)

    async def sync_if_changed(self) -> bool:
        """Tell Discord of the commands where it knows others; whether it did.

        Raises: discord.HTTPException, aiohttp.ClientError.
        """
        await self.set_translator(CommandTranslator())
        return await sync_if_changed(self, self._known)

    async def interaction_check(self, interaction: discord.Interaction[discord.Client], /) -> bool:
        """Speak the person's language from here on."""
        await self._locales.speak_to(interaction)
        return True

    async def on_error(
        self, interaction: discord.Interaction[discord.Client], error: app_commands.AppCommandError, /
    ) -> None:
        """Tell the person in words that a command failed, and the log why."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await tell_failure(interaction, interaction.command.name if interaction.command else "unknown", cause)
