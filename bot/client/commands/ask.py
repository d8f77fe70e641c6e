"""Asking by command: /ask, and "Answer this" in the menu of a message."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat import turns
from bot.chat.turns import Author, Incoming
from bot.client.access import Access
from bot.client.commands.responses import Interaction, defer
from bot.client.inbox.addressing import plain_text
from bot.client.inbox.names import NameResolver
from bot.client.inbox.quoting import Quote, shown_name, within_budget
from bot.client.inbox.read_positions import ReadPositions
from bot.client.inbox.reader import BUDGET, MessageReader
from bot.client.replies.outlets import InteractionOutlet
from bot.client.replies.service import ReplyService
from bot.client.words import commands as command_words
from bot.client.words.inbox import no_text
from bot.errors import OvbotError

_LONGEST_PROMPT = 4000


class AskCommands(commands.Cog):
    """/ask and "Answer this"."""

    def __init__(
        self,
        client: commands.Bot,
        replies: ReplyService,
        access: Access,
        reader: MessageReader,
        names: NameResolver,
        positions: ReadPositions,
    ) -> None:
        self._client = client
        self._replies = replies
        self._access = access
        self._reader = reader
        self._names = names
        self._positions = positions
        self._menu = app_commands.ContextMenu(name=command_words.ANSWER_THIS, callback=self.answer_this)

    async def cog_load(self) -> None:
        """Add the menu, which a Cog does not do by itself."""
        self._client.tree.add_command(self._menu)

    @app_commands.command(description=command_words.ASK)
    @app_commands.describe(prompt=command_words.ASK_PROMPT, private=command_words.ASK_PRIVATE)
    async def ask(
        self,
        interaction: Interaction,
        prompt: app_commands.Range[str, 1, _LONGEST_PROMPT],
        private: bool = False,
    ) -> None:
        """Answer in the channel, or the person alone and apart from the channel's conversation."""
        response = await defer(interaction, private=private)
        await self._access.check_interaction(interaction)
        outlet = InteractionOutlet(interaction, response.message_id if response else None, private=private)
        own = interaction.client.user
        names = await self._names.names(prompt, interaction.guild)
        text = plain_text(prompt, own.id if own else 0, names)
        if not text:
            self._replies.notify(outlet, no_text())
        elif private:
            author = Author(interaction.user.id, interaction.user.display_name)
            self._replies.one_shot(outlet, author, text, guild_id=interaction.guild_id)
        else:
            self._start(interaction, outlet, response, text)

    async def answer_this(self, interaction: Interaction, message: discord.Message) -> None:
        """Have a message answered, as asked by the person who chose it."""
        response = await defer(interaction, private=False)
        await self._access.check_interaction(interaction)
        reading = await self._reader.read(message)
        if not reading.text:
            raise OvbotError(command_words.NOTHING_TO_ANSWER)
        text, quotes = reading.text, reading.quotes
        if message.author.id != interaction.user.id:
            wrote = command_words.wrote(shown_name(message.author.display_name))
            (said,) = within_budget([Quote(wrote, reading.text, message.author.id)], BUDGET)
            text, quotes = command_words.answer_message(), (said, *reading.quotes)
        outlet = InteractionOutlet(interaction, response.message_id if response else None)
        self._start(interaction, outlet, response, text, quotes, reading.images)

    def _start(
        self,
        interaction: Interaction,
        outlet: InteractionOutlet,
        response: discord.InteractionCallbackResponse[Any] | None,
        text: str,
        quotes: tuple[turns.Quote, ...] = (),
        images: tuple[turns.Image, ...] = (),
    ) -> None:
        """Have `text` answered in the response, as a part of the channel's conversation."""
        channel = interaction.channel
        incoming = Incoming(
            channel_id=outlet.channel_id,
            message_id=interaction.id,
            author=Author(interaction.user.id, interaction.user.display_name),
            text=text,
            guild_id=interaction.guild_id,
            quotes=quotes,
            images=images,
            parent_id=channel.parent_id if isinstance(channel, discord.Thread) else None,
        )
        task = self._replies.start(incoming, outlet, response_id=response.message_id if response else None)
        self._positions.open_until(task, outlet.channel_id, interaction.id)
