"""From a Discord message to a question for the bot: is it meant, may the person ask, what does it say."""

from __future__ import annotations

import asyncio
import logging
from contextlib import nullcontext
from datetime import timedelta
from weakref import WeakValueDictionary

import discord
from cachetools import LRUCache
from discord.utils import time_snowflake, utcnow

from bot.chat.turns import Author, Incoming, Role
from bot.client import words
from bot.client.access import Access, NotAllowedError, Throttle
from bot.client.inbox.addressing import Addressed, JoinedThreads, addressed_by, is_from_person
from bot.client.inbox.attachments import FileState, why_unread
from bot.client.inbox.permission_notices import PermissionNotices
from bot.client.inbox.read_positions import ReadPositions
from bot.client.inbox.reader import MessageReader, Reading
from bot.client.locales import Locales
from bot.client.replies.outlets import ChannelOutlet, typing
from bot.client.replies.service import Edit, Question, ReplyService
from bot.client.services import Services
from bot.client.tasks import BackgroundTasks
from bot.errors import OvbotError, StoreError
from bot.i18n import speak
from bot.policy.quotas import QuotaError

logger = logging.getLogger(__name__)

# A message that does not mention the bot is not answered any more when it is found this late.
_UNADDRESSED_AGE = timedelta(minutes=10)
# An edit may address a message to the bot for this long.
_LATE_MENTION = timedelta(minutes=5)
# Seconds between two times that the same person is told in the same channel why they may not ask.
_REFUSED_AGAIN = 600.0
_REMEMBERED = 4096
_MEDIA = (FileState.PICTURE, FileState.SOUND, FileState.VIDEO)


class MessageListener:
    """Receives messages and has those answered that are for the bot.

    The messages of a channel are read one after the other, so that they are answered in the order in
    which they came however long an attached file takes.
    """

    def __init__(
        self,
        client: discord.Client,
        services: Services,
        replies: ReplyService,
        access: Access,
        locales: Locales,
        reader: MessageReader,
        positions: ReadPositions,
        tasks: BackgroundTasks,
    ) -> None:
        self._client = client
        self._services = services
        self._replies = replies
        self._access = access
        self._locales = locales
        self._reader = reader
        self._positions = positions
        self._tasks = tasks
        self._threads = JoinedThreads(client, services.store)
        self._permission_notices = PermissionNotices(client, replies)
        self._refused = Throttle(_REFUSED_AGAIN)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()  # by channel
        self._received: LRUCache[int, asyncio.Task[None] | None] = LRUCache(_REMEMBERED)  # by message

    def receive(self, message: discord.Message, *, was_missed: bool = False) -> asyncio.Task[None] | None:
        """Have a message answered if it is for the bot, the first time that it is received. Returns at
        once: a task that ends when the message is queued, refused, or not for the bot after all.

        was_missed: it came while the bot was away.
        """
        own, channel = self._client.user, message.channel
        meant = addressed_by(message, own) if own is not None else Addressed.NO
        if meant is Addressed.NO:
            self._positions.passed(channel.id, message.id)
            return None
        if message.id in self._received:
            return self._received[message.id]
        # As it is now: the bot may be called into the thread while the message waits for its turn.
        is_member = isinstance(channel, discord.Thread) and self._threads.is_member(channel)
        self._positions.opened(channel.id, message.id)
        question = Question(
            self._outlet(message),
            _incoming(message),
            was_missed=was_missed,
            is_addressed=meant is Addressed.YES,
        )
        task = self._tasks.start(self._handle(message, question, meant, is_member), f"message {message.id}")
        self._received[message.id] = task
        return task

    def edited(self, message: discord.Message) -> None:
        """Have an edited message answered again, or for the first time if the edit addresses it to the bot.
        Returns at once."""
        # Without a time, Discord has added the preview of a link.
        if message.edited_at is not None and is_from_person(message):
            self._tasks.start(self._handle_edit(message), f"edited message {message.id}")

    async def _handle(
        self, message: discord.Message, question: Question, meant: Addressed, is_member: bool
    ) -> None:
        urgent = meant is Addressed.YES
        with (
            self._positions.handling(message.channel.id, message.id, urgent=urgent),
            self._replies.tracked(question),
        ):
            try:
                incoming = await self._read(
                    message, meant, is_member=is_member, was_missed=question.was_missed
                )
                if incoming is not None:
                    question.asked, question.is_addressed = incoming, True
                    await self._replies.answer(question)
            except OvbotError as refusal:
                await self._replies.refuse(question, refusal)

    async def _read(
        self, message: discord.Message, meant: Addressed, *, is_member: bool, was_missed: bool
    ) -> Incoming | None:
        """The message with all that it refers to; None if there is nothing to answer.

        Raises: OvbotError with why it is not answered.
        """
        async with self._lock(message.channel.id):
            if meant is Addressed.WHERE_FREE and not is_member and not await self._is_free(message):
                return None
            speak(*await self._locales.wanted(message.author.id, _guild_id(message)))
            mentioned = meant is Addressed.YES
            if await self._permission_notices.keeps_from_answering(message, tell=mentioned):
                return None
            if not await self._may_ask(message, mentioned=mentioned, was_missed=was_missed):
                return None
            if isinstance(message.channel, discord.Thread):
                self._threads.remember(message.channel.id)
            async with typing(self._outlet(message)) if message.attachments else nullcontext():
                reading = await self._reader.read(message)
            self._report_unread(message, reading)
            if not reading.text:
                if mentioned or not await self._is_free_channel(message):
                    self._replies.notify(self._outlet(message), self._nothing_to_answer(message, reading))
                return None
            self._permission_notices.ask_for_more(message)
            return _incoming(message, reading)

    async def _is_free(self, message: discord.Message) -> bool:
        """Whether no mention is needed where the message is. If that is unknown, nobody who may not have
        meant the bot is told."""
        try:
            if await self._is_free_channel(message) and utcnow() - message.created_at <= _UNADDRESSED_AGE:
                return True
            channel = message.channel
            return isinstance(channel, discord.Thread) and await self._threads.has_joined(channel)
        except StoreError as failure:
            logger.error("Whether message %d is for the bot is unknown: %s", message.id, failure)
            return False

    async def _is_free_channel(self, message: discord.Message) -> bool:
        """Whether moderators chose the channel as one where no mention is needed. Raises: StoreError."""
        if message.guild is None:
            return False
        policy = await self._services.policies.policy(message.guild.id)
        thread = message.channel if isinstance(message.channel, discord.Thread) else None
        return bool({message.channel.id, thread.parent_id if thread else None} & policy.free_channels)

    async def _may_ask(self, message: discord.Message, *, mentioned: bool, was_missed: bool) -> bool:
        """Whether the person may ask here; False if they may not and are not told so: they did not
        mention the bot, or were told recently.

        Raises: NotAllowedError, QuotaError, StoreError.
        """
        try:
            await self._access.check(message.guild, message.channel, message.author, was_missed=was_missed)
        except (NotAllowedError, QuotaError) as refusal:
            is_quiet = not mentioned and isinstance(refusal, NotAllowedError)
            is_limited = isinstance(refusal, NotAllowedError) or not mentioned
            reason = (message.channel.id, message.author.id, refusal.args)
            if is_quiet or (is_limited and not self._refused.allows(*reason)):
                logger.info("Message %d in channel %d is ignored", message.id, message.channel.id)
                return False
            raise
        return True

    async def _handle_edit(self, message: discord.Message) -> None:
        own = self._client.user
        # After what the message said before has been read, and one edit after the other.
        async with self._lock(message.channel.id):
            task = self._received.get(message.id)
            is_pending = task is not None and not task.done()  # before the store is asked, which takes time
            turn = await self._services.store.replied_message(message.id)
            if is_pending or (turn is not None and turn.role is Role.USER):
                await self._answer_again(message, turn.text if turn is not None else "")
                return
        is_recent = utcnow() - message.created_at <= _LATE_MENTION
        if is_recent and own is not None and addressed_by(message, own) is Addressed.YES:
            self._received.pop(message.id, None)
            self.receive(message)

    async def _answer_again(self, message: discord.Message, before: str) -> None:
        speak(*await self._locales.wanted(message.author.id, _guild_id(message)))
        text = await self._reader.text(message)
        if not text or text == before:
            return
        outlet = self._outlet(message, time_snowflake(message.edited_at or utcnow()))
        try:
            await self._access.check(message.guild, message.channel, message.author)
            reading = await self._reader.read(message)
        except OvbotError as refusal:
            self._replies.notify(outlet, words.note(str(refusal)))
            return
        incoming = _incoming(message, reading)
        self._replies.question_edited(Edit(incoming, outlet))

    def _report_unread(self, message: discord.Message, reading: Reading) -> None:
        """Say which attached files could not be read, if the rest is answered."""
        if reading.text and reading.unread:
            self._replies.notify(self._outlet(message, -message.id), self._why_unread(reading))

    def _nothing_to_answer(self, message: discord.Message, reading: Reading) -> str:
        """What is said to a message without text."""
        if any(file.state not in _MEDIA for file in reading.unread):
            return self._why_unread(reading)
        other = message.attachments or message.embeds or message.message_snapshots
        return words.inbox.only_text() if other else words.inbox.no_text()

    def _why_unread(self, reading: Reading) -> str:
        limit = self._services.attachment_bytes
        return "\n".join(words.note(why_unread(file, limit)) for file in reading.unread)

    def _outlet(self, message: discord.Message, nonce: int | None = None) -> ChannelOutlet:
        return ChannelOutlet(self._client, message.channel.id, message.id, _guild_id(message), nonce=nonce)

    def _lock(self, channel_id: int) -> asyncio.Lock:
        return self._locks.setdefault(channel_id, asyncio.Lock())


def _incoming(message: discord.Message, reading: Reading | None = None) -> Incoming:
    thread = message.channel if isinstance(message.channel, discord.Thread) else None
    return Incoming(
        channel_id=message.channel.id,
        message_id=message.id,
        author=Author(message.author.id, message.author.display_name),
        text=message.content if reading is None else reading.text,
        guild_id=_guild_id(message),
        created_at=message.created_at,
        parent_id=thread.parent_id if thread else None,
        quotes=reading.quotes if reading else (),
        images=reading.images if reading else (),
    )


def _guild_id(message: discord.Message) -> int | None:
    return message.guild.id if message.guild else None
