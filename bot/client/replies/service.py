"""From a question to its reply in the channel, and what happens to both later."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import discord

from bot.chat.assistant import Assistant
from bot.chat.ports import ModelInfo, ReasoningMode
from bot.chat.reply import Phase, Reply
from bot.chat.turns import Author, FinishReason, Incoming, Quote
from bot.client import words
from bot.client.access import Access
from bot.client.locales import Locales
from bot.client.replies.active import ActiveReplies
from bot.client.replies.content import Action, Button, MessageContent
from bot.client.replies.delivery import Position
from bot.client.replies.outlets import ChannelOutlet, Outlet, Page, typing
from bot.client.replies.revisions import Revisions
from bot.client.requests import Pacer, RequestError, attempts
from bot.client.services import Services
from bot.client.tasks import BackgroundTasks
from bot.errors import OvbotError, StoreError

logger = logging.getLogger(__name__)

# Questions that may wait for the model to be loaded.
_WAITING_FOR_MODEL = 32


@dataclass(frozen=True, slots=True)
class OneShot:
    """A question that joins no conversation and is stored nowhere.

    system: system prompt in place of the channel's. max_new_tokens: longest reply. quotes: what the
    text refers to. reasoning: whether the model reasons first, in place of what is set. notice: shown
    beside the reply.
    """

    author: Author
    text: str
    system: str | None = None
    max_new_tokens: int | None = None
    quotes: tuple[Quote, ...] = ()
    guild_id: int | None = None
    reasoning: ReasoningMode | None = None
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edited message says now. outlet: for what has to be said about the edit."""

    incoming: Incoming
    outlet: Outlet


@dataclass(eq=False, slots=True)
class Question:
    """Something asked, until its reply is being shown.

    asked: the message, as far as it was read by now, or the one-shot. response_id: the message that will
    show the reply, if it exists already. was_missed: it was asked while the bot was away, and an earlier
    run may have left something in the channel. edited: what the message says by now, if it was edited
    after it was queued. notice: the message that says that the model is loading. position: among the
    replies of the channel, once it is queued. stopped, deleted: it is not to be answered any more.
    is_addressed: whether it is known to be for the bot.
    """

    outlet: Outlet
    asked: Incoming | OneShot
    response_id: int | None = None
    was_missed: bool = False
    is_addressed: bool = True
    edited: Edit | None = None
    notice: Page | None = None
    position: Position | None = None
    stopped: bool = False
    deleted: bool = False
    withdrawn: asyncio.Future[None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    @property
    def message_id(self) -> int | None:
        """The message that asks; None for a one-shot."""
        return self.asked.message_id if isinstance(self.asked, Incoming) else None

    def stop(self) -> None:
        """Someone stopped it before it was queued."""
        self.stopped = True
        self._withdraw()

    def delete(self) -> None:
        """Its message was deleted."""
        self.deleted = True
        self._withdraw()

    def _withdraw(self) -> None:
        if not self.withdrawn.done():
            self.withdrawn.set_result(None)


class ReplyService:
    """Answers questions, and knows the replies to them.

    tasks: own what goes on beside the callers.
    """

    def __init__(
        self,
        client: discord.Client,
        services: Services,
        access: Access,
        locales: Locales,
        pacer: Pacer,
        tasks: BackgroundTasks,
    ) -> None:
        self._client = client
        self._locales = locales
        self._store = services.store
        self._delays = services.delays
        self._pacer = pacer
        self._tasks = tasks
        self._assistant: asyncio.Future[Assistant] = asyncio.get_running_loop().create_future()
        self._noted: ModelInfo | None = None
        self._questions: set[Question] = set()
        self._waiting = 0
        self.active = ActiveReplies(client, services, pacer, tasks, self._assistant)
        self._revisions = Revisions(client, services, access, locales, self.active, self._assistant)

    @property
    def assistant(self) -> Assistant | None:
        """The assistant, once its model is loaded."""
        return self._assistant.result() if self._assistant.done() else None

    async def start_answering(self, assistant: Assistant) -> None:
        """The model is loaded: take up what an earlier run left, then what was asked meanwhile."""
        await self._revisions.restore(assistant)
        self._assistant.set_result(assistant)

    async def show_owed(self, *, guild_id: int | None = None) -> None:
        """Show the replies that could not be shown so far. guild_id: only in that server."""
        if self._assistant.done():
            await self._revisions.show_owed(guild_id=guild_id)

    # A question on its way to its reply.

    @contextmanager
    def tracked(self, question: Question) -> Iterator[None]:
        """Inside, edits and deletions of the question's message and /stop reach the question."""
        self._questions.add(question)
        try:
            yield
        finally:
            self._questions.discard(question)

    def start(
        self, incoming: Incoming, outlet: Outlet, *, response_id: int | None = None
    ) -> asyncio.Task[None]:
        """Answer a message in `outlet`, in a task that ends when it is queued or refused in words.

        response_id: the message that will show the reply, if it exists already.
        """
        question = Question(outlet, incoming, response_id)
        return self._tasks.start(self._serve(question), f"message {incoming.message_id}")

    def one_shot(
        self,
        outlet: Outlet,
        author: Author,
        text: str,
        *,
        system: str | None = None,
        max_new_tokens: int | None = None,
        quotes: tuple[Quote, ...] = (),
        guild_id: int | None = None,
        reasoning: ReasoningMode | None = None,
        notice: str = "",
    ) -> None:
        """Answer `text` in `outlet`, apart from the channel's conversation: nothing is stored, and a
        restart ends it. Returns at once.

        Shown like any reply, with a Stop button. For an answer that the person alone sees, the outlet is
        an InteractionOutlet with `private`. reasoning: whether the model reasons first, in place of what is
        set. notice: shown beside the reply.
        """
        asked = OneShot(author, text, system, max_new_tokens, quotes, guild_id, reasoning, notice)
        self._tasks.start(self._serve(Question(outlet, asked)), f"one-shot in channel {outlet.channel_id}")

    async def _serve(self, question: Question) -> None:
        with self.tracked(question):
            try:
                await self.answer(question)
            except OvbotError as refusal:
                await self.refuse(question, refusal)

    async def answer(self, question: Question) -> None:
        """Queue a question as soon as the model is loaded, and show its reply. Returns when it is queued, or
        when nothing needs to be done: it was answered before, stopped or deleted.

        Raises: OvbotError where it cannot be queued or stored.
        """
        if self._assistant.done():
            reply = await self._queue(question)
        elif self._waiting < _WAITING_FOR_MODEL:
            reply = await self._queue_when_loaded(question)
        else:
            raise OvbotError(words.replies.LOADING_FULL, count=self._waiting)
        if reply is not None:
            await self._show(question, reply)
        else:
            await self._end_unanswered(question)

    async def _queue_when_loaded(self, question: Question) -> Reply | None:
        """Wait for the model, then queue. Nothing is awaited between the two, so that the order of arrival
        is kept."""
        async with self._loading_notice(question):
            self._waiting += 1
            try:
                await self._loaded_or_withdrawn(question)
            finally:
                self._waiting -= 1
            return await self._queue(question) if self._assistant.done() else None

    async def _loaded_or_withdrawn(self, question: Question, timeout: float | None = None) -> None:
        """Wait until the model is loaded or nobody wants the answer any more. timeout: in seconds."""
        waiting: set[asyncio.Future[Any]] = {self._assistant, question.withdrawn}
        await asyncio.wait(waiting, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)

    async def _queue(self, question: Question) -> Reply | None:
        """Take a position among the channel's replies and one in the assistant's queue, in that moment."""
        if question.stopped or question.deleted:
            return None
        reply, channel_id = None, question.outlet.channel_id
        if question.edited is not None:
            question.asked, question.edited = question.edited.incoming, None
        position = question.position = self.active.order.join(channel_id)
        try:
            assistant, asked = self._assistant.result(), question.asked
            if isinstance(asked, Incoming):
                reply = await assistant.answer(asked, admitted=question.was_missed)
            else:
                reply = await assistant.one_shot(
                    channel_id,
                    asked.author,
                    asked.text,
                    system=asked.system,
                    max_new_tokens=asked.max_new_tokens,
                    quotes=asked.quotes,
                    guild_id=asked.guild_id,
                    reasoning=asked.reasoning,
                )
        finally:
            if reply is None:
                self.active.order.leave(position)
        return reply

    async def _show(self, question: Question, reply: Reply) -> None:
        """Show a reply that was queued, and do what was asked for in the meantime."""
        assert question.position is not None, "not queued"
        self._note_model(self._assistant.result().engine.info)
        if self.active.take_owed(question.outlet.channel_id):
            try:
                await self._revisions.show_owed(before=question.position)
            except StoreError as error:
                logger.error("What is owed in channel %d is unknown: %s", question.outlet.channel_id, error)
                self.active.remember_owed(question.outlet.channel_id)
        notice = question.asked.notice if isinstance(question.asked, OneShot) else ""
        self.active.show(
            reply,
            question.outlet,
            question.position,
            first_page=question.notice,
            notice=notice,
            look_up=question.was_missed,
        )
        if question.response_id is not None:
            with suppress(StoreError):  # the store has said so in the log
                await self._assistant.result().posted(reply, question.response_id)
        if question.stopped:
            reply.stop()
        if question.deleted and question.message_id is not None:
            self.messages_deleted([question.message_id])
        elif question.edited is not None:
            self._redo(question.edited)

    def _note_model(self, model: ModelInfo) -> None:
        """Have the first reply by the demo model say which model that is."""
        if model != self._noted:
            self._noted = model
            self.active.notice = words.replies.demo_model() if model.is_demo else ""

    def _redo(self, edit: Edit) -> None:
        self._tasks.start(self._answer_again(edit), f"edited message {edit.incoming.message_id}")

    async def _answer_again(self, edit: Edit) -> None:
        try:
            await self._revisions.redo(edit.incoming)
        except OvbotError as refusal:
            logger.info("Edited message %d is not answered again", edit.incoming.message_id)
            await self._say(edit.outlet, words.note(str(refusal)), None)

    @asynccontextmanager
    async def _loading_notice(self, question: Question) -> AsyncIterator[None]:
        """Inside, show "is typing", and say that the model is loading if that takes a while."""
        notice = asyncio.create_task(self._post_notice(question), name="loading notice")
        try:
            async with typing(question.outlet):
                yield
        except asyncio.CancelledError:
            notice.cancel()
            raise
        finally:
            await asyncio.gather(notice, return_exceptions=True)

    async def _post_notice(self, question: Question) -> None:
        await self._loaded_or_withdrawn(question, self._delays.patience)
        if self._assistant.done() or question.withdrawn.done():
            return
        if await self._is_known(question):
            return
        stop = [Button(Action.STOP, key) for key in [question.message_id] if key is not None]
        outlet, text = question.outlet, words.note(words.replies.loading())
        content = MessageContent(text, tuple(stop))
        with suppress(RequestError):
            async for attempt in attempts(self._delays.pauses, outlet.channel_id):
                with attempt:
                    async with self._pacer.slot(outlet.channel_id, edit=False):
                        page = await outlet.create(content, 0)
            # With a nonce that Discord knows, it gives back what was posted before: that is no notice.
            question.notice = page if page.content == content else None

    async def _is_known(self, question: Question) -> bool:
        """Whether a question was stored by an earlier run, and will be answered for that."""
        return question.message_id is not None and await self._store_knows(question.message_id)

    async def _store_knows(self, message_id: int) -> bool:
        try:
            return await self._store.message_owner(message_id) is not None
        except StoreError:
            return False

    async def _end_unanswered(self, question: Question) -> None:
        """Leave nothing behind that says that a reply is coming; one that was there already is redone if
        its question was edited."""
        if question.edited is not None:
            self._redo(question.edited)
        outlet, notice = question.outlet, question.notice
        if question.stopped and not question.deleted and (notice is not None or outlet.has_response):
            stopped = words.replies.ended(FinishReason.STOPPED, None)
            await self._say(outlet, words.note(stopped or ""), notice)
        elif notice is not None:
            await self.active.delete_messages(outlet.channel_id, [notice.id])
        elif question.response_id is not None:
            await self.active.delete_messages(outlet.channel_id, [question.response_id])

    async def refuse(self, question: Question, refusal: OvbotError) -> None:
        """Say why there is no reply."""
        outlet = question.outlet
        logger.info("Message %s in channel %d is refused", question.message_id, outlet.channel_id)
        await self._say(outlet, words.note(str(refusal)), question.notice)

    def notify(self, outlet: Outlet, text: str) -> None:
        """Say `text` where there is nothing to answer. Returns at once."""
        self._tasks.start(self._say(outlet, text, None), f"notice in channel {outlet.channel_id}")

    async def _say(self, outlet: Outlet, text: str, page: Page | None) -> None:
        """Say something in place of a reply. page: a message to say it in."""
        try:
            async for attempt in attempts(self._delays.pauses, outlet.channel_id):
                with attempt:
                    async with self._pacer.slot(outlet.channel_id, edit=page is not None):
                        if page is not None:
                            await outlet.edit(page, MessageContent(text))
                        else:
                            await outlet.refuse(text)
        except RequestError as error:
            logger.warning("Nothing could be said in %s: %s", outlet.description, error)

    # What happens to a question or a reply later.

    def messages_deleted(self, message_ids: Iterable[int]) -> None:
        """Questions or pages of replies were deleted: stop their replies, delete the rest of their
        messages, take them out of the conversation. Returns at once."""
        deleted = self.active.deleted_by_others(message_ids)
        for question in self._questions:
            if question.message_id in deleted:
                question.delete()
        halted = self.active.of_messages(deleted)
        for delivery in halted:
            delivery.reply.stop()
            delivery.halt()
        if deleted:
            self._tasks.start(
                self.active.withdraw(deleted, deleted=deleted, halted=halted),
                f"deletion of {len(deleted)} messages",
            )

    def question_edited(self, edit: Edit) -> None:
        """A question was edited that was answered or is about to be: answer it again in the same messages.
        Returns at once."""
        for question in self._questions:
            if question.message_id == edit.incoming.message_id:
                question.edited = edit
                return
        self._redo(edit)

    async def regenerate(self, message_id: int) -> bool:
        """Generate a reply again, in the same messages; False where it is not known.

        message_id: the question's, or that of any page of the reply.

        Raises: OvbotError where that is not possible now.
        """
        self._check_loaded()
        return await self._revisions.regenerate(message_id)

    async def continue_reply(self, message_id: int) -> bool:
        """Continue a reply that was cut off for its length, below what is there; False where it is not
        known or ended otherwise.

        Raises: OvbotError where it cannot go on.
        """
        self._check_loaded()
        return await self._revisions.continue_reply(message_id)

    async def delete_reply(self, message_id: int) -> bool:
        """Take a question and its reply out of the conversation and delete the reply's messages; False
        where it is not known. message_id: the question's, or that of any page.

        Raises: OvbotError.
        """
        self._check_loaded()
        return await self.active.withdraw([message_id])

    async def stop(self, channel_id: int, *, asked_by: int | None = None) -> int:
        """Stop what is being answered in a channel, and what waits there; how many replies that was.

        asked_by: only what this person asked.
        """
        stopped = 0
        for question in self._questions:
            is_here = question.outlet.channel_id == channel_id and question.position is None
            is_theirs = question.is_addressed and asked_by in (None, question.asked.author.id)
            if is_here and is_theirs and not question.withdrawn.done():
                question.stop()
                stopped += 1
        if (assistant := self.assistant) is not None:
            stopped += await assistant.stop(channel_id, asked_by=asked_by)
        return stopped

    def is_answering(self, channel_id: int) -> bool:
        """Whether anything is being answered in a channel, or waits there."""
        waiting = any(
            question.outlet.channel_id == channel_id
            and question.is_addressed
            and not question.withdrawn.done()
            for question in self._questions
        )
        assistant = self.assistant
        return waiting or (assistant is not None and bool(assistant.active(channel_id)))

    async def end_interrupted(self, message: discord.Message) -> None:
        """Say in a command's response that no reply will come, where an earlier run of the bot was killed
        before it stored the command.

        message: one of the bot's own; nothing happens to any other.
        """
        keys = [b.key for b in MessageContent.of(message).buttons if b.action is Action.STOP]
        if message.interaction_metadata is None or not keys or self.active.of_messages([message.id]):
            return
        if self._waiting_question(keys[0]) is not None or await self._store_knows(keys[0]):
            return
        asker, guild_id = message.interaction_metadata.user.id, message.guild.id if message.guild else None
        outlet = ChannelOutlet(self._client, message.channel.id, None)
        async with self._locales.speaking(asker, guild_id):
            note = words.note(words.replies.interrupted())
        await self._say(outlet, note, Page(message.id, None))

    def stop_reply(self, key: int) -> bool:
        """Stop the reply with this key in its buttons; False where it is not being generated."""
        if (question := self._waiting_question(key)) is not None:
            question.stop()
            return True
        delivery = self.active.of_key(key)
        if delivery is None or not self.is_generating(key):
            return False
        delivery.reply.stop()
        return True

    def is_generating(self, key: int) -> bool:
        """Whether the reply with this key in its buttons waits or is being generated."""
        delivery = self.active.of_key(key)
        waits = self._waiting_question(key) is not None
        return waits or (delivery is not None and delivery.reply.snapshot.phase is not Phase.DONE)

    async def asker(self, key: int) -> int | None:
        """Who asked for the reply with this key in its buttons; None where it is not known."""
        author: Author | None
        if (question := self._waiting_question(key)) is not None:
            author = question.asked.author
        elif (delivery := self.active.of_key(key)) is not None:
            author = delivery.reply.prompt.author
        else:
            exchange = await self._store.exchange(key) if key > 0 else None
            author = exchange.prompt.author if exchange is not None else None
        return author.id if author is not None else None

    async def reasoning(self, key: int) -> str:
        """What the model thought before the reply with this key in its buttons; empty where it did not
        reason, and where that is not kept any more. Raises: StoreError."""
        exchange = await self._store.exchange(key) if key > 0 else None
        return exchange.reply.reasoning if exchange is not None else ""

    def _waiting_question(self, key: int) -> Question | None:
        """The question with this key that waits for the model."""
        for question in self._questions:
            if question.message_id == key and question.position is None and not question.withdrawn.done():
                return question
        return None

    def _check_loaded(self) -> None:
        if not self._assistant.done():
            raise OvbotError(words.replies.STILL_LOADING)
