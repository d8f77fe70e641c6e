"""/forget: erase what was said, after a question."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client.access import moderates
from bot.client.commands.responses import Interaction, PersistentView, acknowledge, fill, say
from bot.client.locales import Locales
from bot.client.replies.service import ReplyService
from bot.client.services import ConversationStore
from bot.client.words import commands as command_words
from bot.errors import OvbotError


class ForgetCommands(commands.GroupCog, group_name="forget", group_description=command_words.FORGET):
    """/forget me and /forget channel."""

    def __init__(
        self, client: commands.Bot, replies: ReplyService, store: ConversationStore, locales: Locales
    ) -> None:
        self._client = client
        self._replies = replies
        self._store = store
        self._locales = locales

    async def cog_load(self) -> None:
        """Listen to the buttons of the questions."""
        self._client.add_view(ForgetMe(self, self._locales))
        self._client.add_view(ForgetChannel(self, self._locales))

    @app_commands.command(description=command_words.FORGET_ME)
    async def me(self, interaction: Interaction) -> None:
        """Ask whether to erase what the person said."""
        question = ForgetMe(self, self._locales)
        question.stop()
        await say(interaction, command_words.ask_forget_me(), view=question)

    @app_commands.command(description=command_words.FORGET_CHANNEL)
    async def channel(self, interaction: Interaction) -> None:
        """Ask a moderator whether to erase the channel's conversation."""
        _check_moderates(interaction)
        question = ForgetChannel(self, self._locales)
        question.stop()
        await say(interaction, command_words.ask_forget_channel(), view=question)

    async def forget_me(self, interaction: Interaction) -> None:
        """Erase what the person said."""
        await acknowledge(interaction)  # erasing may take longer than Discord waits
        eraser = self._replies.assistant or self._store
        await fill(interaction, command_words.forgot(await eraser.forget_person(interaction.user.id)))

    async def forget_channel(self, interaction: Interaction) -> None:
        """Erase the channel's conversation, for somebody who is still a moderator."""
        _check_moderates(interaction)
        await acknowledge(interaction)
        channel_id = interaction.channel_id or 0
        await self._replies.stop(channel_id)
        eraser = self._replies.assistant or self._store
        await fill(interaction, command_words.forgot(await eraser.forget_channel(channel_id)))


class ForgetMe(PersistentView):
    """Asks whether to erase what a person said."""

    def __init__(self, cog: ForgetCommands, locales: Locales) -> None:
        super().__init__(locales)
        self._cog = cog
        self.erase.label, self.keep.label = command_words.erase(), command_words.keep()

    @ui.button(custom_id="forget:me", style=discord.ButtonStyle.danger)
    async def erase(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        """Yes."""
        await self._cog.forget_me(interaction)

    @ui.button(custom_id="forget:keep")
    async def keep(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        """No."""
        await acknowledge(interaction)
        await fill(interaction, command_words.kept())


class ForgetChannel(PersistentView):
    """Asks whether to erase a channel's conversation."""

    def __init__(self, cog: ForgetCommands, locales: Locales) -> None:
        super().__init__(locales)
        self._cog = cog
        self.erase.label, self.keep.label = command_words.erase(), command_words.keep()

    @ui.button(custom_id="forget:channel", style=discord.ButtonStyle.danger)
    async def erase(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        """Yes."""
        await self._cog.forget_channel(interaction)

    @ui.button(custom_id="forget:keep")
    async def keep(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        """No."""
        await acknowledge(interaction)
        await fill(interaction, command_words.kept())


def _check_moderates(interaction: Interaction) -> None:
    if not moderates(interaction):
        raise OvbotError(command_words.FORGET_CHANNEL_NOT_ALLOWED)
