"""The replies that an earlier run, or an earlier attempt, has left half shown."""

from __future__ import annotations

from datetime import UTC, datetime

import discord

from bot.chat.assistant import Assistant
from bot.chat.ports import ConversationStore
from bot.chat.reply import Phase, Reply
from bot.chat.turns import Exchange
from bot.client.locales import Locales
from bot.client.replies.active import ActiveReplies
from bot.client.services import Services


class Recovering:
    """Has replies completed in the messages that show a part of them."""

    def __init__(
        self, client: discord.Client, services: Services, locales: Locales, showing: ActiveReplies
    ) -> None:
        self._client = client
        self._store: ConversationStore = services.store
        self._oldest = services.catch_up
        self._locales = locales
        self._showing = showing

    async def take_up(self, assistant: Assistant) -> None:
        """Take up what an earlier run left behind: replies that were never shown, then those never made."""
        owed = await self._owed()
        unanswered = await assistant.resume()
        await self._deliver(owed)
        for reply in unanswered:
            await self._show(reply)

    async def deliver_owed(self) -> None:
        """Show the replies that could not be shown so far, but for those that are too old by now."""
        await self._deliver(await self._owed())

    async def _owed(self) -> list[Exchange]:
        return await self._store.undelivered(datetime.now(UTC) - self._oldest)

    async def _deliver(self, owed: list[Exchange]) -> None:
        for exchange in owed:
            if self._showing.of_prompt(exchange.prompt.id) is None:
                reply = Reply(exchange.prompt, exchange.reply)
                reply.update(phase=Phase.DONE, text=exchange.reply.text, ending=exchange.reply.ended)
                await self._show(reply)

    async def _show(self, reply: Reply) -> None:
        prompt = reply.prompt
        channel = self._client.get_channel(prompt.channel_id)
        guild = channel.guild if isinstance(channel, (discord.abc.GuildChannel, discord.Thread)) else None
        author_id = prompt.author.id if prompt.author is not None else None
        async with self._locales.speaking(author_id, guild.id if guild is not None else None):
            await self._showing.show_again(reply, again=False)
