"""Replies that are generated again, continued, or taken up after a restart, in their own messages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto

import discord

from bot.chat.assistant import Assistant
from bot.chat.reply import Phase, Reply
from bot.chat.turns import Exchange, Incoming, Turn
from bot.client.access import Access, NotAllowedError
from bot.client.locales import Locales
from bot.client.replies.active import ActiveReplies
from bot.client.replies.delivery import Position
from bot.client.replies.outlets import ChannelOutlet
from bot.client.requests import GoneError, RequestError, attempts, translate_errors
from bot.client.services import Services
from bot.errors import StoreError

logger = logging.getLogger(__name__)


class _Wanted(Enum):
    """Whether a question is still to be answered: no longer, or it was even deleted."""

    YES = auto()
    NO = auto()
    DELETED = auto()


@dataclass(slots=True)
class _Revision:
    """A reply that is being revised. reply: the new one; None as long as there is none."""

    assistant: Assistant
    reply: Reply | None = None


class Revisions:
    """Keeps what is shown and what is stored together when a reply is revised; one revision at a time
    for each reply.

    assistant: becomes the assistant when its model is loaded.
    """

    def __init__(
        self,
        client: discord.Client,
        services: Services,
        access: Access,
        locales: Locales,
        active: ActiveReplies,
        assistant: asyncio.Future[Assistant],
    ) -> None:
        self._client = client
        self._store = services.store
        self._pauses = services.delays.pauses
        self._max_age = services.catch_up
        self._access = access
        self._locales = locales
        self._active = active
        self._assistant = assistant
        self._edits: dict[int, Incoming] = {}  # what edited questions say by now, by message

    async def regenerate(self, message_id: int) -> bool:
        """Generate a reply again; False where it is not known. message_id: the question's or a page's.

        Raises: OvbotError where that is not possible now; everything is as it was then.
        """
        async with self._revise(message_id) as revision:
            if revision is not None:
                revision.reply = await revision.assistant.regenerate(message_id)
        return revision is not None and revision.reply is not None

    async def continue_reply(self, message_id: int) -> bool:
        """Continue a reply that was cut off for its length; False where it is not known or ended otherwise.

        Raises: OvbotError where it cannot go on.
        """
        async with self._revise(message_id) as revision:
            if revision is not None:
                revision.reply = await revision.assistant.continue_reply(message_id)
        return revision is not None and revision.reply is not None

    async def redo(self, incoming: Incoming) -> None:
        """Answer an edited question again, by what it says when its turn has come.

        Raises: OvbotError where that is not possible now; everything is as it was then.
        """
        message_id = incoming.message_id
        self._edits[message_id] = incoming
        try:
            async with self._revise(message_id) as revision:
                newest = self._edits.pop(message_id, None)
                if revision is not None and newest is not None:
                    revision.reply = await revision.assistant.redo(message_id, newest)
        finally:
            if self._edits.get(message_id) is incoming:
                del self._edits[message_id]

    @asynccontextmanager
    async def _revise(self, message_id: int) -> AsyncIterator[_Revision | None]:
        """Hold back what shows a reply; show the new one afterwards, or the old one again if there is none.

        Gives None where the message is not known.
        """
        assistant = await asyncio.shield(self._assistant)
        exchange = await self._store.exchange(message_id)
        if exchange is None:
            yield None
            return
        async with self._active.lock(exchange.prompt.id):
            previous = self._active.of_prompt(exchange.prompt.id)
            if previous is not None:
                await self._active.halt(previous)
            revision = _Revision(assistant)
            try:
                yield revision
            finally:
                if revision.reply is None and previous is not None:
                    await self._active.show_again(previous.reply, regenerated=False, previous=previous)
            if revision.reply is not None:
                await self._active.show_again(revision.reply, regenerated=True, previous=previous)

    async def restore(self, assistant: Assistant) -> None:
        """Take up what an earlier run left: first replies that were never fully shown, then questions that
        were never fully answered, if they are recent and the person may still ask."""
        oldest = datetime.now(UTC) - self._max_age
        await assistant.expire_unanswered(oldest)
        prompts = await assistant.unanswered()
        wanted = await asyncio.gather(*map(self._is_still_wanted, prompts))
        resumed = []
        for prompt, verdict in zip(prompts, wanted, strict=True):
            try:
                match verdict:
                    case _Wanted.YES:
                        resumed.append(await assistant.resume_reply(prompt))
                    case _Wanted.DELETED:
                        await self._active.withdraw_before_loading(assistant, prompt)
                    case _Wanted.NO:
                        await assistant.drop(prompt)
            except StoreError as error:  # it may have been erased in the meantime
                logger.warning("Turn %d is not answered: %s", prompt.id, error)
        # Among these is what shows the beginning of a reply that was given up just now.
        for reply in [*await self._owed_replies(oldest), *resumed]:
            await self._show(reply)

    async def show_owed(self, *, guild_id: int | None = None, before: Position | None = None) -> None:
        """Show the replies that could not be shown so far, but for those that are too old by now.

        guild_id: only in that server. before: only in that position's channel, right before it.
        """
        for reply in await self._owed_replies(datetime.now(UTC) - self._max_age):
            channel = self._client.get_channel(reply.prompt.channel_id)
            server = channel.guild if isinstance(channel, discord.abc.GuildChannel | discord.Thread) else None
            elsewhere = guild_id is not None and (server is None or server.id != guild_id)
            if elsewhere or (before is not None and before.channel_id != reply.prompt.channel_id):
                continue
            # One that is being revised is shown by its revision.
            if self._active.lock(reply.prompt.id).locked():
                continue
            async with self._active.lock(reply.prompt.id):
                if self._active.of_prompt(reply.prompt.id) is None:
                    await self._show(reply, before)

    async def _owed_replies(self, oldest: datetime) -> list[Reply]:
        return [_ended_reply(exchange) for exchange in await self._store.undelivered(oldest)]

    async def _is_still_wanted(self, prompt: Turn) -> _Wanted:
        """Whether a question of an earlier run is still to be answered."""
        if prompt.author is None:
            return _Wanted.NO
        try:
            channel = await self._channel(prompt.channel_id)
            guild = getattr(channel, "guild", None)
            person = discord.Object(prompt.author.id)
            await self._access.check(guild, channel, person, asks=False)
            return _Wanted.YES if await self._exists(channel, prompt) else _Wanted.DELETED
        except GoneError:
            return _Wanted.DELETED
        except NotAllowedError as refusal:
            logger.info("Message %s is not answered any more: %s", prompt.message_id, refusal)
            return _Wanted.NO
        except (RequestError, StoreError) as error:
            logger.warning(
                "Whether message %s is still to be answered is unknown: %s", prompt.message_id, error
            )
            return _Wanted.YES

    async def _channel(self, channel_id: int) -> discord.abc.MessageableChannel | None:
        """A question's channel; None where the bot may not know it. Raises: RequestError."""
        channel = self._client.get_channel(channel_id)
        if channel is None:
            async for attempt in attempts(self._pauses, channel_id):
                with attempt, translate_errors():
                    channel = await self._client.fetch_channel(channel_id)
        return channel if isinstance(channel, discord.abc.Messageable) else None

    async def _exists(self, channel: discord.abc.MessageableChannel | None, prompt: Turn) -> bool:
        """Whether a question was not deleted, as far as that can be found out. Raises: RequestError."""
        if channel is None or prompt.message_id is None:
            return True
        if await self._fetch(channel, prompt.message_id) is not None:
            return True
        # A command has no message of its own, but a response, or what a restart posted in its place.
        exchange = await self._store.exchange(prompt.message_id)
        pages = await self._store.pages(exchange.reply.id) if exchange is not None else []
        if pages:
            first = await self._fetch(channel, pages[0])
            return first is not None and first.type is not discord.MessageType.reply
        outlet = ChannelOutlet(self._client, prompt.channel_id, prompt.message_id)
        async for attempt in attempts(self._pauses, prompt.channel_id):
            with attempt, translate_errors():
                response = await outlet.find_response()
        return response is not None

    async def _fetch(
        self, channel: discord.abc.MessageableChannel, message_id: int
    ) -> discord.Message | None:
        """A message; None where it does not exist. Raises: RequestError."""
        async for attempt in attempts(self._pauses, channel.id):
            with attempt, translate_errors(), suppress(discord.NotFound):
                return await channel.fetch_message(message_id)
        return None

    async def _show(self, reply: Reply, before: Position | None = None) -> None:
        prompt = reply.prompt
        channel = self._client.get_channel(prompt.channel_id)
        guild = channel.guild if isinstance(channel, (discord.abc.GuildChannel, discord.Thread)) else None
        author_id = prompt.author.id if prompt.author is not None else None
        async with self._locales.speaking(author_id, guild.id if guild is not None else None):
            await self._active.show_again(reply, regenerated=False, before=before)


def _ended_reply(exchange: Exchange) -> Reply:
    """A reply that is not generated any more, to be shown."""
    reply = Reply(exchange.prompt, exchange.reply)
    reply.update(phase=Phase.DONE, text=exchange.reply.text, finish_reason=exchange.reply.ended)
    return reply
