"""The messages that a message refers to: replied to, forwarded, the beginning of its thread."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import discord

from bot.chat.ports import ConversationStore
from bot.client.inbox.messages import AnyMessage
from bot.client.inbox.quoting import shown_name
from bot.client.requests import DeliveryError, translated

# Characters quoted of a message that the conversation has already, which is only to be recognized.
_REMINDER = 400


@dataclass(frozen=True, slots=True)
class Source:
    """A message that another one refers to.

    says: what it is, in one line. author: whose it is, as the model is told; "you" for the bot's.
    limit: characters to quote at most; None for all.
    """

    says: str
    author: str
    message: AnyMessage
    limit: int | None = None


class References:
    """Finds what messages refer to, and leaves out what the conversation has said just before."""

    def __init__(self, client: discord.Client, store: ConversationStore) -> None:
        self._client = client
        self._store = store

    async def of(self, message: discord.Message) -> list[Source]:
        """What `message` refers to, the most important first. Raises: StoreError."""
        asker = shown_name(message.author.display_name)
        sources = _forwarded(f"{asker} forwards this message:", message)
        if (target := await self._replied_to(message)) is not None:
            limit = await self._limit(target, message.channel.id)
            if limit != 0:
                whose = self._whose(target)
                said = "an earlier message of their own" if target.author == message.author else whose
                sources.append(Source(f"{asker} replies to {said}:", self._author(target), target, limit))
                sources += _forwarded("That message forwards this one:", target)
        elif (start := await self._thread_start(message)) is not None:
            says = f"This thread began with {self._whose(start)}:"
            sources.append(Source(says, self._author(start), start))
        return sources

    async def _replied_to(self, message: discord.Message) -> discord.Message | None:
        reference = message.reference
        if reference is None or reference.type is not discord.MessageReferenceType.reply:
            return None
        if reference.resolved is not None:
            return reference.resolved if isinstance(reference.resolved, discord.Message) else None
        if reference.message_id is not None:
            with suppress(DeliveryError), translated():
                return await message.channel.fetch_message(reference.message_id)
        return None

    async def _limit(self, target: discord.Message, channel_id: int) -> int | None:
        turn = await self._store.replied_message(target.id)
        if turn is None or turn.channel_id != channel_id:
            return None
        last = await self._store.last_exchange(channel_id)
        return 0 if last is not None and turn.id in (last.prompt.id, last.reply.id) else _REMINDER

    async def _thread_start(self, message: discord.Message) -> discord.Message | None:
        """The message from which a thread was begun, when its conversation begins."""
        thread = message.channel
        if not isinstance(thread, discord.Thread) or thread.id == message.id:
            return None
        if await self._store.last_exchange(thread.id) is not None:
            return None
        # It has the thread's id; in a forum it stands in the thread itself, else in the channel.
        home = thread.parent if isinstance(thread.parent, discord.TextChannel) else thread
        with suppress(DeliveryError), translated():
            return await home.fetch_message(thread.id)
        return None

    def _author(self, message: discord.Message) -> str:
        return "you" if message.author == self._client.user else shown_name(message.author.display_name)

    def _whose(self, message: discord.Message) -> str:
        author = self._author(message)
        return "this message of yours" if author == "you" else f"this message of {author}"


def _forwarded(says: str, message: discord.Message) -> list[Source]:
    return [Source(says, "somebody", snapshot) for snapshot in message.message_snapshots]
