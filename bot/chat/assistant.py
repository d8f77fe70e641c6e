"""The assistant: takes messages in, has them answered one after the other, writes down what was said."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from types import TracebackType

from bot.chat.ports import ConversationStore, Engine, Finish, Guidance, Piece, Sampling
from bot.chat.prompt import PromptBuilder
from bot.chat.queue import FairQueue, Ticket
from bot.chat.reply import Phase, Reply
from bot.chat.turns import Ending, Incoming, Used
from bot.errors import EngineError, OvbotError

logger = logging.getLogger(__name__)

_UNEXPECTED = "Something went wrong inside the bot; its log says what."


class Assistant:
    """Answers messages. Owns every reply that is being made; closing it ends them.

    A reply that is cut off by closing stays open in the store, and `resume` takes it up the next
    time.
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
        on_used: Callable[[int, int | None, Used], Awaitable[None]] | None = None,
    ) -> None:
        self._engine = engine
        self._store = store
        self._prompts = prompts
        self._sampling = sampling
        self._queue = queue
        self._tasks: dict[asyncio.Task[None], Reply] = {}

    async def __aenter__(self) -> Assistant:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def engine(self) -> Engine:
        """The engine that answers."""
        return self._engine

    @property
    def busy(self) -> int:
        """How many replies are waiting or being made."""
        return len(self._tasks)

    def active(self, channel_id: int) -> list[Reply]:
        """The channel's replies that have not ended, in the order in which they came."""
        return [reply for reply in self._tasks.values() if reply.prompt.channel_id == channel_id]

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
        return self._begin(Reply(prompt, turn), ticket)

    async def resume(self) -> list[Reply]:
        """Take up the messages whose replies never ended. `reply.turn.message_id` is the message
        that shows a part of it already, if there is one.
        """
        replies = []
        for prompt in await self._store.unanswered():
            user_id = prompt.author.id if prompt.author else 0
            ticket = self._queue.enter(prompt.channel_id, user_id, admitted=True)
            try:
                turn = await self._store.open_reply(prompt)
            except BaseException:
                ticket.leave()
                raise
            replies.append(self._begin(Reply(prompt, turn), ticket))
        return replies

    async def reset(self, channel_id: int) -> int:
        """Stop what is being answered and start the conversation anew; how many turns were put away."""
        for reply in self.active(channel_id):
            reply.stop()
            await reply.finished()
        return await self._store.reset(channel_id)

    async def posted(self, reply: Reply, message_id: int, page: int = 0) -> None:
        """Note the Discord message that shows page `page` (from 0) of the reply."""
        if page == 0:
            reply.turn = replace(reply.turn, message_id=message_id)
        await self._store.mark_posted(reply.turn.id, message_id, page)

    async def delivered(self, reply: Reply) -> None:
        """Note that the reply's final text is shown."""
        await self._store.mark_delivered(reply.turn.id)

    def _begin(self, reply: Reply, ticket: Ticket) -> Reply:
        ticket.watch(lambda ahead: reply.update(ahead=ahead))
        task = asyncio.create_task(self._run(reply, ticket), name=f"reply to turn {reply.prompt.id}")
        self._tasks[task] = reply
        task.add_done_callback(self._tasks.pop)
        return reply

    async def _run(self, reply: Reply, ticket: Ticket) -> None:
        """Wait for the turn, generate, write down how it ended, in that order."""
        try:
            finish, error = await self._try(reply, ticket)
            ending = finish.ending if finish else Ending.FAILED if error else Ending.STOPPED
            await self._close(reply, ending, finish, error)
        finally:
            ticket.leave()

    async def _try(self, reply: Reply, ticket: Ticket) -> tuple[Finish | None, str | None]:
        """How the stream finished, or one line for the person; neither where it was stopped."""
        finish = None
        try:
            with reply.stoppable():
                await ticket.turn()
                finish = await self._generate(reply)
        except OvbotError as failure:
            return None, str(failure)
        except Exception:
            # Whatever it was, the person must hear of it, and the others go on.
            logger.exception("The reply to turn %d failed", reply.prompt.id)
            return None, _UNEXPECTED
        return finish, None

    async def _generate(self, reply: Reply) -> Finish:
        """Stream the model's answer into `reply`."""
        prompt = reply.prompt
        history = await self._store.history(prompt.channel_id, prompt.id)
        built = await asyncio.to_thread(self._prompts.build, history, prompt)
        if history and built.first_turn != history[0].prompt.id:
            await self._store.trim(prompt.channel_id, built.first_turn)
        reply.update(phase=Phase.READING, prompt_tokens=len(built.token_ids), prompt_cut=built.cut)
        sampling = replace(self._sampling, max_new_tokens=built.max_new_tokens)
        async with aclosing(self._engine.stream(built.token_ids, sampling)) as stream:
            return await _follow(stream, reply)

    async def _close(self, reply: Reply, ending: Ending, finish: Finish | None, error: str | None) -> None:
        text = reply.snapshot.text.strip()
        ids = finish.token_ids if finish else ()
        fingerprint = self._engine.tokenizer.fingerprint if ids else ""
        try:
            await self._store.close_reply(reply.turn.id, text, ids, fingerprint, ending)
        except OvbotError as failure:
            logger.error("The reply to turn %d could not be written down: %s", reply.prompt.id, failure)
        reply.update(phase=Phase.DONE, text=text, ending=ending, error=error)
        _log(reply)


async def _follow(stream: AsyncGenerator[Piece, None], reply: Reply) -> Finish:
    """Put what the stream yields into `reply`, up to its end."""
    text, started = "", time.monotonic()
    async for piece in stream:
        text += piece.text
        seconds = time.monotonic() - started
        if shown := text.lstrip():
            first = reply.snapshot.first_token_seconds or seconds
            reply.update(
                phase=Phase.WRITING,
                text=shown,
                tokens=piece.tokens,
                first_token_seconds=first,
                seconds=seconds,
            )
        if piece.finish:
            reply.update(tokens=piece.tokens, seconds=seconds, reused_tokens=piece.finish.reused_tokens)
            return piece.finish
    raise EngineError("The engine ended without saying how.")


def _log(reply: Reply) -> None:
    """Say how a reply went; never what was said."""
    end, turn = reply.snapshot, reply.prompt
    reused = "unknown" if end.reused_tokens is None else end.reused_tokens
    logger.info(
        "Turn %d in channel %d: %s, %d tokens in %.1f s",
        turn.id, turn.channel_id, end.ending, end.tokens, end.seconds,
    )  # fmt: skip
    logger.debug("Turn %d: %d prompt tokens, %s reused", turn.id, end.prompt_tokens, reused)
