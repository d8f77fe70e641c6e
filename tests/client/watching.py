"""What a test sees of the bot: in the channel, on the wire, in the store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import TypeVar

from bot.chat.turns import Turn
from bot.sandbox import Channel, Message, Sandbox
from bot.sandbox.wire import Exchange
from bot.store import SqlStore

T = TypeVar("T")
_FOREVER = 2**62


async def eventually(probe: Callable[[], Awaitable[T | None]], timeout: float = 20.0) -> T:
    """What `probe` gives once it gives something true; for the store, which announces nothing."""
    async with asyncio.timeout(timeout):
        while True:
            if found := await probe():
                return found
            await asyncio.sleep(0.005)


async def shown(sandbox: Sandbox, channel: Channel, text: str, timeout: float = 20.0) -> Message:
    """The bot's message that says exactly `text`."""
    return await channel.wait_for(lambda m: m.author is sandbox.bot and m.content == text, timeout)


async def shown_like(sandbox: Sandbox, channel: Channel, part: str, timeout: float = 20.0) -> Message:
    """The bot's message in which `part` occurs."""
    return await channel.wait_for(lambda m: m.author is sandbox.bot and part in m.content, timeout)


def by_bot(sandbox: Sandbox, channel: Channel) -> list[str]:
    """What the bot has said in a channel, as it stands now."""
    said = [message.content for message in channel.history if message.author is sandbox.bot]
    return [content for content in said if content]


async def stored(store: SqlStore, channel: Channel, *, count: int = 1, timeout: float = 20.0) -> list[Turn]:
    """The replies of a channel, once `count` of them are stored and marked as shown."""

    async def probe() -> list[Turn]:
        replies = [exchange.reply for exchange in await store.history(channel.id, _FOREVER)]
        return replies if len(replies) >= count and all(reply.delivered for reply in replies) else []

    return await eventually(probe, timeout)


def posts(sandbox: Sandbox, channel: Channel) -> list[Exchange]:
    return sandbox.wire.find("POST", f"/channels/{channel.id}/messages")


def writes(sandbox: Sandbox, message: Message) -> list[Exchange]:
    """The request that posted a message, and its edits."""
    created = [e for e in posts(sandbox, message.channel) if (e.answer or {}).get("id") == str(message.id)]
    return [*created, *sandbox.wire.edits(message.id)]


def gaps(exchanges: list[Exchange]) -> list[float]:
    """Seconds between the arrivals of requests."""
    return [later.at - earlier.at for earlier, later in pairwise(exchanges)]
