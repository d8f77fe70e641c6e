"""The assistant: accepts messages, has them answered one after the other, withdraws what was said."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import TracebackType

from bot.chat.engine_state import EngineState, StateFeed
from bot.chat.generation import GenerationOptions, Generator
from bot.chat.ports import ChannelOptionsSource, ChatStore, Engine, ReasoningMode, SamplingParams
from bot.chat.prompt import Limit, PromptBuilder
from bot.chat.queue import FairQueue
from bot.chat.reply import Reply
from bot.chat.scheduler import Scheduler
from bot.chat.throughput import Throughput, ThroughputMeter
from bot.chat.turns import Author, Exchange, FinishReason, Incoming, Quote, Role, Turn, Withdrawn
from bot.chat.watchdog import Watchdog

# An older prompt that is edited gets no new reply, unless nothing was said after it.
_REDO_WITHIN = timedelta(minutes=15)
# Ids of one-shots count down from a random number below 0, so that those of an earlier run do not come again.
_ONE_SHOT_ID_BITS = 62


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model that can answer: its engine, what builds its prompts, and how its tokens are chosen."""

    engine: Engine
    prompts: PromptBuilder
    sampling: SamplingParams


class Assistant:
    """Answers messages. Owns every reply that waits or is being generated; closing it ends them.

    A reply that is cut off by closing stays open in the store: it is among the `unanswered` of the next
    run. The engine may be changed meanwhile, by `paused` and `use`; opening and closing engines is the
    caller's.

    channel_options: what moderators have set for channels.
    patience: seconds of silence of the engine that never count as stalled.
    interval: seconds between two estimates of how long those in the queue will wait.
    """

    def __init__(
        self,
        engine: Engine,
        store: ChatStore,
        prompts: PromptBuilder,
        sampling: SamplingParams,
        queue: FairQueue,
        *,
        channel_options: ChannelOptionsSource | None = None,
        patience: float = 20.0,
        interval: float = 1.0,
    ) -> None:
        self._engine = engine
        self._store = store
        self._prompts = prompts
        self._sampling = sampling
        self._queue = queue
        self._meter = ThroughputMeter()
        watchdog = Watchdog(self._meter, patience)
        self._generator = Generator(engine, store, prompts, sampling, self._meter, watchdog, channel_options)
        self._scheduler = Scheduler(self._generator, queue, self._meter, watchdog, interval)
        self._state = StateFeed(engine.state.now)
        self._following: asyncio.Task[None] | None = None
        self._revising = asyncio.Lock()
        self._one_shot_ids = itertools.count(-1 - secrets.randbits(_ONE_SHOT_ID_BITS), -1)

    async def __aenter__(self) -> Assistant:
        await self._scheduler.__aenter__()
        self._follow(self._engine)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._unfollow()
        await self._scheduler.__aexit__(kind, error, trace)
        if self._following is not None:
            await asyncio.wait([self._following])

    @property
    def engine(self) -> Engine:
        """The engine that answers, or did last where the state says that there is none."""
        return self._engine

    @property
    def state(self) -> StateFeed:
        """Whether the engine can answer, whichever it is by now."""
        return self._state

    @property
    def sampling(self) -> SamplingParams:
        """How tokens are chosen, where a channel has no options of its own."""
        return self._sampling

    @property
    def limit(self) -> tuple[int, Limit]:
        """Tokens of prompt and reply together, and what limits them."""
        return self._prompts.limit

    @property
    def throughput(self) -> Throughput:
        """How fast the engine has been lately."""
        return self._meter.measured

    @property
    def busy(self) -> int:
        """How many replies wait or are being generated."""
        return len(self._scheduler.replies)

    def active(self, channel_id: int) -> list[Reply]:
        """The channel's replies that have not ended, in the order in which they came."""
        return [reply for reply in self._scheduler.replies if reply.prompt.channel_id == channel_id]

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """Inside, nothing is generated, and the engine may be changed: the replies that run end first, those
        that are queued wait. One block at a time."""
        async with self._scheduler.paused():
            yield

    def use(self, model: LoadedModel) -> None:
        """Answer with another model from here on; only while `paused`.

        Conversations go on: the ids of earlier replies are made anew from their text where the vocabulary
        is another one.
        """
        self._engine, self._prompts, self._sampling = model.engine, model.prompts, model.sampling
        self._generator.use(model.engine, model.prompts, model.sampling)
        self._meter.reset()
        self._queue.concurrency = model.engine.concurrency
        self._follow(model.engine)

    def engine_gone(self, state: EngineState) -> None:
        """The engine is being closed; only while `paused`. state: LOADING where another will be there by
        `use`, FAILED where none will."""
        self._unfollow()
        self._state.set(state)

    def _follow(self, engine: Engine) -> None:
        self._unfollow()
        self._state.set(engine.state.now)
        self._following = asyncio.create_task(self._copy_state(engine), name="engine state")

    def _unfollow(self) -> None:
        if self._following is not None:
            self._following.cancel()

    async def _copy_state(self, engine: Engine) -> None:
        async for state in engine.state.follow():
            if state is not self._state.now:
                self._state.set(state)

    async def answer(self, incoming: Incoming, *, admitted: bool = False) -> Reply | None:
        """Have a message answered. None where it is known already: it was, or will be, answered.

        admitted: it gets a place even if the queue is full.

        Raises: QueueFullError where too many wait; StoreError where it cannot be stored.
        """
        with self._scheduler.place(incoming.channel_id, incoming.author.id, admitted=admitted) as ticket:
            accepted = await self._store.accept(incoming)
            if accepted is None:
                return None
            reply = Reply(accepted.prompt, accepted.reply)
            return self._scheduler.start(reply, ticket, GenerationOptions(guild_id=incoming.guild_id))

    async def one_shot(
        self,
        channel_id: int,
        author: Author,
        text: str,
        *,
        system: str | None = None,
        max_new_tokens: int | None = None,
        quotes: Sequence[Quote] = (),
        guild_id: int | None = None,
        reasoning: ReasoningMode | None = None,
    ) -> Reply:
        """Have a question answered that joins no conversation and is not stored; it waits in the same
        queue. system: the system prompt in place of the channel's. quotes: what the question refers to.
        reasoning: whether the model reasons first, in place of what is set.

        Raises: QueueFullError where too many wait.
        """
        number, reply_number = next(self._one_shot_ids), next(self._one_shot_ids)
        prompt = Turn(number, channel_id, Role.USER, author, text, quotes=tuple(quotes))
        turn = Turn(reply_number, channel_id, Role.ASSISTANT, None, "", reply_to=number)
        options = GenerationOptions(
            system=system, max_new_tokens=max_new_tokens, reasoning=reasoning, guild_id=guild_id
        )
        with self._scheduler.place(channel_id, author.id) as ticket:
            return self._scheduler.start(Reply(prompt, turn), ticket, options)

    async def unanswered(self) -> list[Turn]:
        """The prompts of an earlier run whose replies never ended, oldest first: each is for
        `resume_reply`, or for `drop` (or `withdraw`, where its message was deleted).
        """
        waiting = await self._store.unanswered()
        return [prompt for prompt in waiting if not self._scheduler.has(prompt.id)]

    async def expire_unanswered(self, before: datetime) -> list[Exchange]:
        """Give up those that were asked for before a moment; to be called before anything is answered.
        Where the reply has a `message_id`, that message still shows it as unfinished.
        """
        return await self._store.expire_unanswered(before)

    async def drop(self, prompt: Turn) -> Exchange | None:
        """Give up an unanswered prompt; what is left of it as for `expire_unanswered`, None where it is
        gone.
        """
        await self._scheduler.end(prompt.id)
        return await self._store.drop_reply(prompt.id)

    async def resume_reply(self, prompt: Turn) -> Reply:
        """Answer an unanswered prompt. `reply.turn.message_id` is the message that shows a part of the
        reply already, if there is one.

        Raises: StoreError where the prompt is gone.
        """
        with self._scheduler.place(prompt.channel_id, _user_id(prompt), admitted=True) as ticket:
            turn = await self._store.open_reply(prompt)
            return self._scheduler.start(Reply(prompt, turn), ticket, GenerationOptions())

    async def regenerate(self, message_id: int) -> Reply | None:
        """Generate another reply in place of one, from the history before its prompt; None where the
        message is not known. message_id: the prompt's, or that of any page of the reply.

        Raises: QueueFullError, StoreError.
        """
        exchange = await self._store.exchange(message_id)
        return await self._regenerate(exchange, GenerationOptions(resample=True)) if exchange else None

    async def regenerate_last(self, channel_id: int) -> Reply | None:
        """The same for the newest reply of a conversation; None where there is none."""
        exchange = await self._store.last_exchange(channel_id)
        return await self._regenerate(exchange, GenerationOptions(resample=True)) if exchange else None

    async def continue_reply(self, message_id: int) -> Reply | None:
        """Continue a reply that was cut off for its length; None where the message is not known, or its
        reply did not end so.

        Raises: NoRoomError where the context has no room for more; QueueFullError, StoreError.
        """
        exchange = await self._store.exchange(message_id)
        if exchange is None or exchange.reply.ended is not FinishReason.LENGTH:
            return None
        await self._generator.build(exchange.prompt, exchange.reply)
        return await self._regenerate(exchange, GenerationOptions(), keep=True)

    async def redo(self, message_id: int, incoming: Incoming) -> Reply | None:
        """A prompt was edited: store what it says now, and generate its reply again. None where the
        message is no prompt or says the same, and where it was answered a while ago and others came
        since: then it is only stored.

        Raises: QueueFullError, StoreError.
        """
        exchange = await self._store.exchange(message_id)
        if exchange is None or exchange.prompt.message_id != message_id:
            return None
        prompt = exchange.prompt
        if incoming.text == prompt.text:
            return None
        if not await self._is_fresh(exchange):
            await self._store.rewrite_prompt(prompt.id, incoming.text, incoming.quotes, incoming.images)
            return None
        edited = replace(prompt, text=incoming.text, quotes=incoming.quotes, images=incoming.images)
        options = GenerationOptions(guild_id=incoming.guild_id)
        return await self._regenerate(replace(exchange, prompt=edited), options)

    async def withdraw(self, message_ids: Collection[int]) -> list[Withdrawn]:
        """Prompts or replies were deleted: stop their replies, and remove both from their conversations.
        Raises: StoreError.
        """
        withdrawn: dict[int, Withdrawn] = {}
        for message_id in message_ids:
            exchange = await self._store.exchange(message_id)
            prompt = exchange.prompt if exchange else await self._store.replied_message(message_id)
            if prompt is None or prompt.role is not Role.USER or prompt.id in withdrawn:
                continue
            async with self._revising:
                await self._scheduler.end(prompt.id)
                shown = await self._store.withdraw(prompt.id)
            withdrawn[prompt.id] = Withdrawn(prompt.channel_id, tuple(shown))
        return list(withdrawn.values())

    async def stop(self, channel_id: int | None = None, *, asked_by: int | None = None) -> int:
        """Stop the replies that wait or are being generated; how many they were.

        channel_id: only there. asked_by: only those that this person asked for.
        """
        return await _stop(
            reply
            for reply in self._scheduler.replies
            if channel_id is None or reply.prompt.channel_id == channel_id
            if asked_by is None or _user_id(reply.prompt) == asked_by
        )

    async def reset(self, channel_id: int) -> int:
        """Stop the channel's replies and start its conversation anew; how many turns were put aside."""
        await _stop(reply for reply in self.active(channel_id) if not reply.is_one_shot)
        return await self._store.reset(channel_id)

    async def forget_channel(self, channel_id: int) -> int:
        """Stop the channel's replies and erase its conversation; how many turns there were.
        Raises: StoreError.
        """
        await _stop(self.active(channel_id))
        erased = await self._store.forget_channel(channel_id)
        self._generator.history_erased()
        return erased

    async def forget_person(self, user_id: int) -> int:
        """Stop a person's replies and erase what they said, the replies to it, and where others quote it;
        how many turns there were. One-shots that wait and may quote them are stopped as well: what they
        hold is in no database. Raises: StoreError.
        """
        await _stop(reply for reply in self._scheduler.replies if _is_about(reply, user_id))
        erased = await self._store.forget_person(user_id)
        self._generator.history_erased()
        return erased

    async def posted(self, reply: Reply, message_id: int, page: int = 0) -> None:
        """Note the Discord message that shows page `page` (from 0) of the reply."""
        if page == 0:
            reply.turn = replace(reply.turn, message_id=message_id)
        if not reply.is_one_shot:
            await self._store.mark_posted(reply.turn.id, message_id, page)

    def check_persona(self, persona: str) -> None:
        """Raise NoRoomError where a persona is too long for the model."""
        self._prompts.check_persona(persona)

    async def newest_that_fit(
        self, lines: Sequence[str], text: str, *, system: str | None = None
    ) -> list[str]:
        """The newest of `lines` (oldest first) that fit as the context of a one-shot that says `text`."""
        return await asyncio.to_thread(self._prompts.newest_that_fit, lines, text, persona=system)

    async def _is_fresh(self, exchange: Exchange) -> bool:
        """Whether an edited prompt is worth a new reply."""
        finished = exchange.reply.finished_at
        if exchange.reply.ended is None or finished is None:
            return True
        if datetime.now(UTC) - finished <= _REDO_WITHIN:
            return True
        last = await self._store.last_exchange(exchange.prompt.channel_id)
        return last is not None and last.prompt.id == exchange.prompt.id

    async def _regenerate(
        self, exchange: Exchange, options: GenerationOptions, *, keep: bool = False
    ) -> Reply:
        """Generate the reply of `exchange` again, for its prompt as it is there; keep: after its text."""
        prompt = exchange.prompt
        admitted = self._scheduler.has(prompt.id)
        with self._scheduler.place(prompt.channel_id, _user_id(prompt), admitted=admitted) as ticket:
            async with self._revising:
                await self._scheduler.end(prompt.id)
                if not keep and not options.resample:
                    await self._store.rewrite_prompt(prompt.id, prompt.text, prompt.quotes, prompt.images)
                turn = await self._store.reopen_reply(exchange.reply.id, keep=keep)
                return self._scheduler.start(Reply(prompt, turn), ticket, options)


async def _stop(replies: Iterable[Reply]) -> int:
    """Stop replies and wait for their ends; how many they were."""
    stopped = list(replies)
    for reply in stopped:
        reply.stop()
    for reply in stopped:
        await reply.finished()
    return len(stopped)


def _is_about(reply: Reply, user_id: int) -> bool:
    """Whether a person asked for a reply, or it is a one-shot that may quote them."""
    quotes = reply.prompt.quotes if reply.is_one_shot else ()
    return _user_id(reply.prompt) == user_id or any(quote.author_id in (None, user_id) for quote in quotes)


def _user_id(prompt: Turn) -> int:
    return prompt.author.id if prompt.author else 0
