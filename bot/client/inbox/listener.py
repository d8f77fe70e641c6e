"""From a message on Discord to one that is answered: whether the bot is meant, may answer, and of what."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import replace
from datetime import timedelta
from functools import partial
from weakref import WeakValueDictionary

import discord
from discord.utils import time_snowflake, utcnow

from bot.chat.turns import Author, Incoming, Role
from bot.client import words
from bot.client.inbox.access import Access, NotAllowedError
from bot.client.inbox.addressing import Addressed, Heard, addressed, leading_mention
from bot.client.inbox.attachments import why_unread
from bot.client.inbox.bot_permissions import PermissionNotices
from bot.client.inbox.reader import Reader, Reading
from bot.client.inbox.threads import CalledThreads
from bot.client.inbox.throttle import Throttle
from bot.client.locales import Locales
from bot.client.replies.outlets import ChannelOutlet
from bot.client.replies.service import ReplyService
from bot.client.replies.typing_shown import typing
from bot.client.services import Services
from bot.errors import OvbotError, StoreError
from bot.i18n import speak
from bot.policy.quotas import QuotaError

logger = logging.getLogger(__name__)

_FROM_PEOPLE = (discord.MessageType.default, discord.MessageType.reply)

# A message that nobody was called in is not answered any more when it is found this late.
_AMBIENT_AGE = timedelta(minutes=10)
# A message may be made one for the bot by an edit for so long.
_LATE_CALL = timedelta(minutes=5)
# Seconds between two times that the same person is told in the same channel why they may not.
_REFUSED_AGAIN = 600.0
_REMEMBERED = 4096


class MessageListener:
    """Hears messages and hands those that are for the bot to `answering`.

    The messages of a channel are prepared one after the other, so that they are answered in the
    order in which they came however long a file takes to read.
    """

    def __init__(
        self,
        client: discord.Client,
        services: Services,
        answering: ReplyService,
        gate: Access,
        locales: Locales,
        reader: Reader,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._client = client
        self._services = services
        self._answering = answering
        self._gate = gate
        self._locales = locales
        self._reader = reader
        self._tasks = tasks
        self._called = CalledThreads(client, services.store)
        self._lacking = PermissionNotices(client, answering)
        self._refused = Throttle(_REFUSED_AGAIN)
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()  # by channel
        self._recent: OrderedDict[int, asyncio.Task[None] | None] = OrderedDict()  # by message

    def hear(self, message: discord.Message, verdict: Addressed) -> asyncio.Task[None] | None:
        """Have a message answered where the bot is meant, the first time that it is heard. Returns at
        once: a task that ends when the message is written down, refused, or not for the bot after all.
        """
        if verdict is Addressed.NO or message.id in self._recent:
            return self._recent.get(message.id)
        outlet = self._outlet(message)
        # As it is now: the bot may be called into the thread while the message waits for its turn.
        is_in = isinstance(message.channel, discord.Thread) and self._called.is_in(message.channel)
        prepare = partial(self._prepare, message, outlet, verdict, is_in)
        task = self._answering.take(_incoming(message), outlet, prepare=prepare)
        self._recent[message.id] = task
        while len(self._recent) > _REMEMBERED:
            self._recent.popitem(last=False)
        return task

    def edited(self, message: discord.Message) -> None:
        """Have an edited message answered anew, or for the first time where the edit calls the bot.
        Returns at once."""
        # Without a time, Discord has added the preview of a link.
        if message.edited_at is not None and not _is_from_machine(message):
            self._tasks.create_task(self._edited(message), name=f"edited message {message.id}")

    async def _edited(self, message: discord.Message) -> None:
        try:
            await self._hear_again(message)
        except Exception:
            # One message must not end the bot.
            logger.exception("Something went wrong with the edited message %d", message.id)

    async def _hear_again(self, message: discord.Message) -> None:
        verdict = self.verdict(message)
        async with self._turn(message.channel.id):
            pass  # what it said before is prepared by now
        turn = await self._services.store.replied_message(message.id)
        task = self._recent.get(message.id)
        if (turn is not None and turn.role is Role.USER) or (task is not None and not task.done()):
            await self._answer_anew(message, turn.text if turn is not None else "")
        elif verdict is Addressed.YES and utcnow() - message.created_at <= _LATE_CALL:
            self._recent.pop(message.id, None)
            self.hear(message, verdict)

    def verdict(self, message: discord.Message) -> Addressed:
        """Whether a message is for the bot, as far as that can be told at once."""
        own = self._client.user
        if own is None or _is_from_machine(message):
            return Addressed.NO
        # A role that may not be pinged is written out all the same, by whoever takes it for the bot.
        my_role = message.guild.self_role if message.guild else None
        called = any(user.id == own.id for user in message.mentions)
        called = called or (my_role is not None and my_role.mention in message.content)
        leads_with = leading_mention(message.content)
        return addressed(
            Heard(
                me=own.id,
                direct=message.guild is None,
                mentions_me=called,
                replied_to=_replied_to(message),
                leads_with=leads_with,
            )
        )

    async def _prepare(
        self, message: discord.Message, outlet: ChannelOutlet, verdict: Addressed, is_in: bool
    ) -> Incoming | None:
        """The message with all that it refers to; None where there is nothing to answer.

        Raises: OvbotError with what keeps it from being answered.
        """
        async with self._turn(message.channel.id):
            if verdict is Addressed.IF_INVITED and not is_in and not await self._invited(message):
                return None
            speak(*await self._locales.wanted(message.author.id, _guild_id(message)))
            called = verdict is Addressed.YES
            if await self._lacking.keeps_from_answering(message, tell=called):
                return None
            if not await self._let_in(message, called=called):
                return None
            if isinstance(message.channel, discord.Thread):
                self._called.note(message.channel.id)
            async with typing(outlet, lambda: bool(message.attachments)):
                reading = await self._reader.read(message)
            self._tell_unread(message, reading)
            if not reading.text:
                if called or not await self._is_free(message):
                    self._answering.hint(outlet, _hint(message))
                return None
            self._lacking.ask_for_more(message)
            return replace(_incoming(message), text=reading.text, context=reading.context)

    async def _invited(self, message: discord.Message) -> bool:
        """Whether no mention is needed where the message is; where that cannot be told, nobody who may
        not have meant the bot hears of it."""
        try:
            return await self._is_invited(message)
        except StoreError as failure:
            logger.error("Whether message %d is for the bot cannot be told: %s", message.id, failure)
            return False

    async def _is_invited(self, message: discord.Message) -> bool:
        if await self._is_free(message) and utcnow() - message.created_at <= _AMBIENT_AGE:
            return True
        return isinstance(message.channel, discord.Thread) and await self._called.called_into(message.channel)

    async def _is_free(self, message: discord.Message) -> bool:
        """Whether nobody needs to mention the bot in the channel, so that not all is said to it."""
        if message.guild is None:
            return False
        policy = await self._services.policies.policy(message.guild.id)
        thread = message.channel if isinstance(message.channel, discord.Thread) else None
        return bool({message.channel.id, thread.parent_id if thread else None} & policy.free_channels)

    async def _let_in(self, message: discord.Message, *, called: bool) -> bool:
        """Whether the person may ask here; False where they may not and are not told so: they did not
        call the bot, or were told lately.

        Raises: NotAllowedError, QuotaError, StoreError.
        """
        try:
            await self._gate.check(message.guild, message.channel, message.author)
        except (NotAllowedError, QuotaError) as refusal:
            is_rule = isinstance(refusal, NotAllowedError)
            told = partial(self._refused.may_say, message.channel.id, message.author.id, refusal.args)
            if (is_rule and not called) or ((is_rule or not called) and not told()):
                logger.info("Message %d in channel %d is left alone", message.id, message.channel.id)
                return False
            raise
        return True

    async def _answer_anew(self, message: discord.Message, before: str) -> None:
        speak(*await self._locales.wanted(message.author.id, _guild_id(message)))
        text = await self._reader.text(message)
        if not text or text == before:
            return
        try:
            await self._gate.check(message.guild, message.channel, message.author)
            reading = await self._reader.read(message)
        except OvbotError as refusal:
            edit = time_snowflake(message.edited_at or utcnow())
            self._answering.hint(self._outlet(message, nonce=edit), words.note(str(refusal)))
            return
        incoming = replace(_incoming(message), text=reading.text, context=reading.context)
        self._answering.message_edited(message.id, incoming)

    def _tell_unread(self, message: discord.Message, reading: Reading) -> None:
        if reading.text and reading.unread:
            limit = self._services.attachment_bytes
            said = "\n".join(words.note(why_unread(file, limit)) for file in reading.unread)
            self._answering.hint(self._outlet(message, nonce=-message.id), said)

    def _outlet(self, message: discord.Message, nonce: int | None = None) -> ChannelOutlet:
        return ChannelOutlet(self._client, message.channel.id, message.id, _guild_id(message), nonce=nonce)

    def _turn(self, channel_id: int) -> asyncio.Lock:
        lock = self._turns.get(channel_id)
        if lock is None:
            lock = self._turns[channel_id] = asyncio.Lock()
        return lock


def _incoming(message: discord.Message) -> Incoming:
    thread = message.channel if isinstance(message.channel, discord.Thread) else None
    return Incoming(
        channel_id=message.channel.id,
        message_id=message.id,
        author=Author(message.author.id, message.author.display_name),
        text=message.content,
        guild_id=_guild_id(message),
        created_at=message.created_at,
        parent_id=thread.parent_id if thread else None,
    )


def _guild_id(message: discord.Message) -> int | None:
    return message.guild.id if message.guild else None


def _is_from_machine(message: discord.Message) -> bool:
    return message.author.bot or message.webhook_id is not None or message.type not in _FROM_PEOPLE


def _replied_to(message: discord.Message) -> int | None:
    """The author of the message replied to; 0 where that is not known, None where it is no reply."""
    reference = message.reference
    if reference is None or reference.type is not discord.MessageReferenceType.reply:
        return None
    return reference.resolved.author.id if isinstance(reference.resolved, discord.Message) else 0


def _hint(message: discord.Message) -> str:
    """What is said to a message without text."""
    other = message.attachments or message.embeds or message.message_snapshots
    return words.hearing.only_text() if other else words.hearing.no_text()
