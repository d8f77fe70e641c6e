"""What was said while the bot was away: while the connection was lost, or the program did not run."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import timedelta

import discord

from bot.client import words
from bot.client.inbox.bot_permissions import wanted
from bot.client.inbox.read_positions import EVERYWHERE, ReadPositions
from bot.client.requests import DeliveryError, translated

logger = logging.getLogger(__name__)

# Messages read again in one channel, a hundred a request.
_LIMIT = 500
# Channels that the bot is not told of when it connects (direct messages, archived threads) and asks for.
_UNSEEN = 64
# Replies being made or waiting beside which more of what was missed is heard.
_AT_ONCE = 8

_Place = (
    discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread | discord.DMChannel
)


class Backlog:
    """Reads what came after the last message that was heard, in each channel.

    age: how old messages may be.
    """

    def __init__(self, client: discord.Client, progress: ReadPositions, age: timedelta) -> None:
        self._client = client
        self._progress = progress
        self._age = age
        self._due = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    def begin(self) -> None:
        """The servers of a new session are known: there may be something to catch up with."""
        self._due.set()

    def busy(self, replies: int) -> None:
        """So many replies wait or are being made. What was missed may have to wait, for it comes all at
        once and must not crowd out what people say now, nor be refused."""
        if replies < _AT_ONCE:
            self._room.set()
        else:
            self._room.clear()

    async def run(self, hear: Callable[[discord.Message], asyncio.Task[None] | None]) -> None:
        """Have what was missed heard, one message after the other, until cancelled.

        hear: gives a task that ends when a message is in line or refused.
        """
        while True:
            await self._due.wait()
            self._due.clear()
            try:
                async for message in self._missed():
                    await self._room.wait()
                    if (task := hear(message)) is not None:
                        await asyncio.wait([task])
            except Exception:
                # It must not end the bot, and is tried again with the next session.
                logger.exception("Catching up with what was said meanwhile failed")

    async def _missed(self) -> AsyncIterator[discord.Message]:
        """The messages that came while there was no session, channel by channel, each from oldest to
        newest. What came over this session already may be among them.
        """
        floors = self._progress.floors()
        if EVERYWHERE not in floors:  # the first time
            return
        oldest = discord.utils.time_snowflake(discord.utils.utcnow() - self._age)
        async for channel in self._places(floors):
            after = max(floors.get(channel.id, floors[EVERYWHERE]), oldest)
            for message in await self._read(channel, after):
                yield message
            self._progress.caught_up(channel.id)
        self._progress.caught_up()

    async def _read(self, channel: _Place, after: int) -> list[discord.Message]:
        """The newest messages of a channel that came after one, from oldest to newest."""
        found: list[discord.Message] = []
        if not isinstance(channel, discord.DMChannel) and "read_message_history" in wanted(channel):
            # Discord would say that there is nothing.
            logger.warning(
                "What was said meanwhile in #%s of %s (channel %d) cannot be heard: the bot lacks %s",
                channel.name, channel.guild.name, channel.id,
                words.permissions.in_english(["read_message_history"]),
            )  # fmt: skip
            return found
        try:
            with translated():
                async for message in channel.history(limit=_LIMIT):
                    if message.id <= after:
                        break
                    found.append(message)
        except DeliveryError as error:
            logger.warning("What was said in %s meanwhile cannot be read: %s", channel, error)
        if len(found) == _LIMIT:
            logger.warning("Only the newest %d messages of %s are caught up with", _LIMIT, channel)
        return found[::-1]

    async def _places(self, floors: dict[int, int]) -> AsyncIterator[_Place]:
        """The channels in which something may have been said since."""
        seen: set[int] = set()
        for guild in self._client.guilds:
            for kind in (guild.text_channels, guild.voice_channels, guild.stage_channels, guild.threads):
                for channel in kind:
                    seen.add(channel.id)
                    if (channel.last_message_id or 0) > floors.get(channel.id, floors[EVERYWHERE]):
                        yield channel
        unseen = sorted(floors.keys() - seen - {EVERYWHERE}, key=lambda channel: floors[channel])
        for channel_id in unseen[-_UNSEEN:]:
            with suppress(DeliveryError), translated():
                found = await self._client.fetch_channel(channel_id)
                if isinstance(found, (discord.DMChannel, discord.Thread)):
                    yield found
