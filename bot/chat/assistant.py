"""The assistant: takes messages in, has them answered one after the other, takes back what was said."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from types import TracebackType

from bot.chat.jobs import Jobs, stop
from bot.chat.making import OnUsed, Plan, ReplyMaker
from bot.chat.ports import ConversationStore, Engine, Guidance, Sampling
from bot.chat.prompt import PromptBuilder
from bot.chat.queue import FairQueue, Ticket
from bot.chat.reply import Reply
from bot.chat.speed import Measured, Speed
from bot.chat.turns import Author, Ending, Exchange, Incoming, Role, Turn, Withdrawn
from bot.chat.watchdog import Watchdog

# An older prompt that is edited is not answered anew, unless nothing was said after it.
_REDO_WITHIN = timedelta(minutes=15)


class Assistant:
    """Answers messages. Owns every reply that is being made; closing it ends them.

    A reply that is cut off by closing stays open in the store, and `resume` takes it up the next
    time.

    guidance: what is set for channels. on_used: told after each reply whose it was, in which server,
    and what it cost. patience: seconds of silence that never count as stuck. beat: seconds between
    two estimates of how long those in line will wait yet.
    """

    def __init__(
        self,
        engine: Engine,
        store: ConversationStore,
        prompts: PromptBuilder,
        sampling: Sampling,
        queue: FairQueue,
        *,
        guidance: Guidance | None = None,
        on_used: OnUsed | None = None,
        patience: float = 20.0,
        beat: float = 1.0,
    ) -> None:
        self._engine = engine
        self._store = store
        self._prompts = prompts
        self._queue = queue
        self._speed = Speed()
        watchdog = Watchdog(self._speed, patience)
        self._maker = ReplyMaker(engine, store, prompts, sampling, self._speed, watchdog, guidance, on_used)
        self._jobs = Jobs(self._maker, queue.concurrency, self._speed, watchdog, beat)
        self._revising = asyncio.Lock()
        self._aside_ids = itertools.count(-1, -1)

    async def __aenter__(self) -> Assistant:
        await self._jobs.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._jobs.__aexit__(kind, error, trace)

    @property
    def engine(self) -> Engine:
        """The engine that answers."""
        return self._engine

    @property
    def speed(self) -> Measured:
        """How fast the engine was of late."""
        return self._speed.measured

    @property
    def busy(self) -> int:
        """How many replies are waiting or being made."""
        return len(self._jobs.replies)

    def active(self, channel_id: int) -> list[Reply]:
        """The channel's replies that have not ended, in the order in which they came."""
        return [reply for reply in self._jobs.replies if reply.prompt.channel_id == channel_id]

    async def answer(self, incoming: Incoming) -> Reply | None:
        """Have a message answered. None where it is known already: it was, or will be, answered.

        Raises: QueueFullError where too many wait; StoreError where it cannot be written down.
        """
        # The place is taken before anything is awaited, so that the order of arrival is kept.
        ticket = self._queue.enter(incoming.channel_id, incoming.author.id)
        try:
            prompt = await self._store.claim(incoming)
            turn = await self._store.open_reply(prompt) if prompt else None
        except BaseException:
            ticket.leave()
            raise
        if prompt is None or turn is None:
            ticket.leave()
            return None
        return self._jobs.begin(Reply(prompt, turn), ticket, Plan(guild_id=incoming.guild_id))

    async def aside(
        self,
        channel_id: int,
        author: Author,
        text: str,
        *,
        system: str | None = None,
        max_new_tokens: int | None = None,
        context: str = "",
        guild_id: int | None = None,
    ) -> Reply:
        """Have a question answered that joins no conversation and is stored nowhere; it waits in the
        same line. system: the system prompt in place of the channel's.

        Raises: QueueFullError where too many wait.
        """
        ticket = self._queue.enter(channel_id, author.id)
        number, reply_number = next(self._aside_ids), next(self._aside_ids)
        prompt = Turn(number, channel_id, Role.USER, author, text, context=context)
        turn = Turn(reply_number, channel_id, Role.ASSISTANT, None, "", reply_to=number)
        plan = Plan(system=system, max_new_tokens=max_new_tokens, guild_id=guild_id)
        return self._jobs.begin(Reply(prompt, turn), ticket, plan)

    async def resume(self) -> list[Reply]:
        """Take up the messages whose replies never ended. `reply.turn.message_id` is the message
        that shows a part of it already, if there is one.
        """
        replies = []
        for prompt in await self._store.unanswered():
            ticket = self._enter_again(prompt)
            try:
                turn = await self._store.open_reply(prompt)
            except BaseException:
                ticket.leave()
                raise
            replies.append(self._jobs.begin(Reply(prompt, turn), ticket, Plan()))
        return replies

    async def regenerate(self, message_id: int) -> Reply | None:
        """Make a reply again, so that it is another one, with the history before its prompt; None where
        the message is not known. message_id: the prompt's, or that of any page of the reply.

        Raises: QueueFullError, StoreError.
        """
        exchange = await self._store.exchange(message_id)
        return await self._make_again(exchange, Plan(another=True)) if exchange else None

    async def regenerate_last(self, channel_id: int) -> Reply | None:
        """The same for the newest reply of a conversation; None where there is none."""
        exchange = await self._store.last_exchange(channel_id)
        return await self._make_again(exchange, Plan(another=True)) if exchange else None

    async def continue_reply(self, message_id: int) -> Reply | None:
        """Let a reply that was cut off for its length go on; None where the message is not known, or
        its reply did not end so.

        Raises: NoRoomError where the context has no room for more; QueueFullError, StoreError.
        """
        exchange = await self._store.exchange(message_id)
        if exchange is None or exchange.reply.ended is not Ending.LENGTH:
            return None
        await self._maker.build(exchange.prompt, exchange.reply)
        return await self._make_again(exchange, Plan(), keep=True)

    async def redo(self, message_id: int, incoming: Incoming) -> Reply | None:
        """A prompt was edited: write down what it says now, and make its reply again. None where the
        message is no prompt or says the same, and where it was answered a while ago and others were
        since: then it is only written down.

        Raises: QueueFullError, StoreError.
        """
        exchange = await self._store.exchange(message_id)
        if exchange is None or exchange.prompt.message_id != message_id:
            return None
        prompt = exchange.prompt
        if incoming.text == prompt.text:
            return None
        if not await self._is_fresh(exchange):
            await self._store.rewrite_prompt(prompt.id, incoming.text, incoming.context)
            return None
        edited = replace(prompt, text=incoming.text, context=incoming.context)
        return await self._make_again(replace(exchange, prompt=edited), Plan(guild_id=incoming.guild_id))

    async def withdraw(self, message_ids: Collection[int]) -> list[Withdrawn]:
        """Prompts or replies were deleted: stop what is being made of them, and take them out of their
        conversations. Raises: StoreError.
        """
        withdrawn: dict[int, Withdrawn] = {}
        for message_id in message_ids:
            exchange = await self._store.exchange(message_id)
            prompt = exchange.prompt if exchange else await self._store.replied_message(message_id)
            if prompt is None or prompt.role is not Role.USER or prompt.id in withdrawn:
                continue
            async with self._revising:
                await self._jobs.end(prompt.id)
                shown = await self._store.withdraw(prompt.id)
            withdrawn[prompt.id] = Withdrawn(prompt.channel_id, tuple(shown))
        return list(withdrawn.values())

    async def stop(self, channel_id: int | None = None, *, asked_by: int | None = None) -> int:
        """Stop what is being made and what waits; how many replies that was.

        channel_id: only there. asked_by: only what this person asked.
        """
        return await stop(
            reply
            for reply in self._jobs.replies
            if channel_id is None or reply.prompt.channel_id == channel_id
            if asked_by is None or (reply.prompt.author and reply.prompt.author.id == asked_by)
        )

    async def reset(self, channel_id: int) -> int:
        """Stop what is being answered and start the conversation anew; how many turns were put away."""
        await stop(reply for reply in self.active(channel_id) if not reply.is_aside)
        return await self._store.reset(channel_id)

    async def posted(self, reply: Reply, message_id: int, page: int = 0) -> None:
        """Note the Discord message that shows page `page` (from 0) of the reply."""
        if page == 0:
            reply.turn = replace(reply.turn, message_id=message_id)
        if not reply.is_aside:
            await self._store.mark_posted(reply.turn.id, message_id, page)

    def check_persona(self, persona: str) -> None:
        """Raise NoRoomError where a persona is too long for the model."""
        self._prompts.check_persona(persona)

    async def newest_that_fit(
        self, lines: Sequence[str], text: str, *, system: str | None = None
    ) -> list[str]:
        """The newest of `lines` (oldest first) that fit as the context of an aside that says `text`."""
        return await asyncio.to_thread(partial(self._prompts.newest_that_fit, lines, text, persona=system))

    async def _is_fresh(self, exchange: Exchange) -> bool:
        """Whether an edited prompt is worth a new reply."""
        finished = exchange.reply.finished_at
        if exchange.reply.ended is None or finished is None:
            return True
        if datetime.now(UTC) - finished <= _REDO_WITHIN:
            return True
        last = await self._store.last_exchange(exchange.prompt.channel_id)
        return last is not None and last.prompt.id == exchange.prompt.id

    async def _make_again(self, exchange: Exchange, plan: Plan, *, keep: bool = False) -> Reply:
        """Make the reply of `exchange` again, for its prompt as it is there; keep: from what it says."""
        prompt = exchange.prompt
        ticket = self._enter_again(prompt, admitted=self._jobs.has(prompt.id))
        try:
            async with self._revising:
                await self._jobs.end(prompt.id)
                if not keep and not plan.another:
                    await self._store.rewrite_prompt(prompt.id, prompt.text, prompt.context)
                turn = await self._store.reopen_reply(exchange.reply.id, keep=keep)
                return self._jobs.begin(Reply(prompt, turn), ticket, plan)
        except BaseException:
            ticket.leave()
            raise

    def _enter_again(self, prompt: Turn, *, admitted: bool = True) -> Ticket:
        return self._queue.enter(
            prompt.channel_id, prompt.author.id if prompt.author else 0, admitted=admitted
        )
