"""What was said while the bot was away: while the connection was lost, or the program did not run."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import timedelta

import discord

from bot.client import words
from bot.client.bot_permissions import missing_to_answer_well
from bot.client.inbox.listener import MessageListener
from bot.client.inbox.read_positions import EVERYWHERE, ReadPositions
from bot.client.replies.content import Action, MessageContent
from bot.client.replies.service import ReplyService
from bot.client.requests import RequestError, TransientError, translate_errors

logger = logging.getLogger(__name__)

# Messages a request.
_PAGE = 100
# Channels that Discord does not list when the bot connects (direct messages, archived threads).
_UNLISTED = 200
# Replies waiting or being generated above which the backlog waits. It comes all at once, and must neither
# crowd out what people say now nor be refused.
_AT_ONCE = 8

_Channel = (
    discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread | discord.DMChannel
)


class Backlog:
    """Reads what came after the last message that was read, in each channel.

    age: how old messages may be. pauses: seconds between attempts at what cannot be read; the last one
    repeats.
    """

    def __init__(
        self,
        client: discord.Client,
        listener: MessageListener,
        replies: ReplyService,
        positions: ReadPositions,
        age: timedelta,
        pauses: Sequence[float],
    ) -> None:
        self._client = client
        self._listener = listener
        self._replies = replies
        self._positions = positions
        self._age = age
        self._pauses = pauses
        self._due = asyncio.Event()

    def begin(self) -> None:
        """The servers of a new session are known: there may be something to read."""
        self._due.set()

    async def run(self) -> None:
        """Have missed messages answered, one after the other, until cancelled."""
        while True:
            await self._due.wait()
            self._due.clear()
            try:
                await self._read_all()
            except Exception:
                # It must not end the bot, and is tried again with the next session.
                logger.exception("Reading the backlog failed")

    async def _read_all(self) -> None:
        """Read all channels, again and again those that could not be read, up to the next session."""
        session, floors = self._positions.session, self._positions.floors()
        if EVERYWHERE not in floors:  # the first time
            return
        pending = list(self._to_read(floors))
        for pause in itertools.chain(self._pauses, itertools.repeat(self._pauses[-1])):
            pending = [one for one in pending if not await self._try_to_read(one, session)]
            if self._positions.session != session:
                return  # which begins anew
            if not pending:
                self._positions.backlog_done(session)
                return
            logger.warning(
                "What was said meanwhile in %d channels cannot be read yet, next attempt in %g s",
                len(pending), pause,
            )  # fmt: skip
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._due.wait()
                    return

    def _to_read(self, floors: dict[int, int]) -> Collection[int]:
        """The channels in which something may have been said since."""
        listed: set[int] = set()
        newer: list[int] = []
        for guild in self._client.guilds:
            for kind in (guild.text_channels, guild.voice_channels, guild.stage_channels, guild.threads):
                for channel in kind:
                    listed.add(channel.id)
                    if (channel.last_message_id or 0) > floors.get(channel.id, floors[EVERYWHERE]):
                        newer.append(channel.id)
        unlisted = sorted(floors.keys() - listed - {EVERYWHERE}, key=lambda channel_id: floors[channel_id])
        return [*newer, *unlisted[-_UNLISTED:]]

    async def _try_to_read(self, channel_id: int, session: int) -> bool:
        """Read a channel's backlog to its end; False where it has to be tried again."""
        if self._positions.session != session:
            return False
        try:
            with translate_errors():
                channel = self._client.get_channel(channel_id) or await self._client.fetch_channel(channel_id)
            if isinstance(channel, _Channel):
                await self._read(channel, session)
        except TransientError as error:
            logger.info("Channel %d cannot be read yet: %s", channel_id, error)
            return False
        except RequestError as error:
            logger.warning("Missed messages in channel %d cannot be read: %s", channel_id, error)
        except Exception:
            logger.exception("Reading missed messages in channel %d failed", channel_id)
            return False
        self._positions.backlog_done(session, channel_id)
        return True

    async def _read(self, channel: _Channel, session: int) -> None:
        """Have a channel's messages answered page by page, from oldest to newest. Raises: RequestError."""
        if not isinstance(channel, discord.DMChannel) and "read_message_history" in missing_to_answer_well(
            channel
        ):
            # Discord would say that there is nothing.
            logger.warning(
                "What was said meanwhile in #%s of %s (channel %d) cannot be read: the bot lacks %s",
                channel.name, channel.guild.name, channel.id,
                words.permissions.in_english(["read_message_history"]),
            )  # fmt: skip
            return
        floors = self._positions.floors()
        oldest = discord.utils.time_snowflake(discord.utils.utcnow() - self._age)
        after = max(floors.get(channel.id, floors[EVERYWHERE]), oldest)
        while True:
            with translate_errors():
                history = channel.history(limit=_PAGE, after=discord.Object(after), oldest_first=True)
                page = [message async for message in history]
            if page:
                logger.info("Channel %d: reading %d messages after %d", channel.id, len(page), after)
            last_words = _last_words(page, self._client.user)
            for message in page:
                if message.author == self._client.user:
                    await self._replies.end_interrupted(message)
                if _is_after(last_words.get(message.id), message):
                    self._positions.passed(channel.id, message.id)
                    continue
                await self._replies.active.below(_AT_ONCE)
                if (task := self._listener.receive(message, was_missed=True)) is not None:
                    await asyncio.wait([task])
            if len(page) < _PAGE:
                return
            after = page[-1].id
            self._positions.backlog_read(session, channel.id, after)


def _last_words(
    page: Iterable[discord.Message], own: discord.ClientUser | None
) -> dict[int, discord.Message]:
    """What the bot said to each message and will not change by itself: no Stop button stands below it.

    An earlier run may have refused a message, or been told to stop, and been killed before it stored that.
    """
    return {
        message.reference.message_id: message
        for message in page
        if message.author == own
        and message.reference is not None
        and message.reference.message_id is not None
        and not message.flags.loading
        and all(button.action is not Action.STOP for button in MessageContent.of(message).buttons)
    }


def _is_after(answer: discord.Message | None, question: discord.Message) -> bool:
    """Whether a question was answered as it reads now."""
    return answer is not None and (question.edited_at is None or question.edited_at < answer.created_at)
