"""Making one reply: wait for the turn, generate, write down how it ended."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial

from bot.chat.draft import Draft
from bot.chat.ports import ConversationStore, Engine, Finish, Guidance, Guide, Piece, Sampling
from bot.chat.prompt import Prompt, PromptBuilder
from bot.chat.queue import Ticket
from bot.chat.reply import Phase, Reply, Snapshot
from bot.chat.speed import Speed
from bot.chat.turns import Ending, Turn, Used
from bot.chat.watchdog import Watchdog
from bot.errors import EngineError, OvbotError
from bot.i18n import mark

logger = logging.getLogger(__name__)

OnUsed = Callable[[int, int | None, Used], Awaitable[None]]

_UNEXPECTED = mark("Something went wrong inside the bot; its log says what.")
# Where tokens are always the likeliest ones, another reply has to be drawn.
_OTHER_TEMPERATURE = 0.7


@dataclass(frozen=True, slots=True)
class Plan:
    """How a reply is made, where it is not simply the next one of its channel's conversation.

    another: drawn anew, so that it differs from the one before. system, max_new_tokens: in place of
    what is set for the channel, and as a bound beside it. guild_id: the channel's server, where it is
    known before any message of the channel was written down.
    """

    another: bool = False
    system: str | None = None
    max_new_tokens: int | None = None
    guild_id: int | None = None


@dataclass(frozen=True, slots=True)
class _End:
    """How a reply ended: where an error is there it failed, where neither is it was stopped."""

    finish: Finish | None = None
    token_ids: tuple[int, ...] = ()
    error: str | None = None

    @property
    def ending(self) -> Ending:
        if self.finish is not None:
            return self.finish.ending
        return Ending.STOPPED if self.error is None else Ending.FAILED


class ReplyMaker:
    """Makes replies with one engine.

    on_used: told after each reply whose it was, in which server, and what it cost.
    """

    def __init__(
        self,
        engine: Engine,
        store: ConversationStore,
        prompts: PromptBuilder,
        sampling: Sampling,
        speed: Speed,
        watchdog: Watchdog,
        guidance: Guidance | None = None,
        on_used: OnUsed | None = None,
    ) -> None:
        self._engine = engine
        self._store = store
        self._prompts = prompts
        self._sampling = sampling
        self._speed = speed
        self._watchdog = watchdog
        self._guidance = guidance
        self._on_used = on_used

    async def make(self, reply: Reply, ticket: Ticket, plan: Plan) -> None:
        """Make `reply` once its turn has come, up to DONE. Whoever cancels this leaves it open."""
        try:
            end = await self._try(reply, ticket, plan)
            await self._close(reply, end, plan)
        finally:
            ticket.leave()

    async def build(self, prompt: Turn, begun: Turn | None = None, plan: Plan | None = None) -> Prompt:
        """The prompt for a user's turn in its channel. `begun`: its reply, from which to go on.

        Raises: NoRoomError where there is no room to go on; StoreError.
        """
        plan = plan or Plan()
        guide = await self._guide(prompt.channel_id, plan)
        history = [] if prompt.id < 0 else await self._store.history(prompt.channel_id, prompt.id)
        bounds = [n for n in (guide.max_reply_tokens, plan.max_new_tokens) if n is not None]
        built = await asyncio.to_thread(
            partial(
                self._prompts.build,
                history,
                prompt,
                persona=guide.persona if plan.system is None else plan.system,
                max_reply_tokens=min(bounds, default=None),
                begun=self._ids(begun) if begun else (),
                follow_up=prompt.id >= 0,
            )
        )
        if history and built.first_turn != history[0].prompt.id:
            await self._store.trim(prompt.channel_id, built.first_turn)
        return built

    async def _try(self, reply: Reply, ticket: Ticket, plan: Plan) -> _End:
        try:
            with reply.stoppable():
                await ticket.turn()
                reply.started_at = time.monotonic()
                return await self._generate(reply, plan)
        except OvbotError as failure:
            return _End(error=str(failure))
        except Exception:
            # Whatever it was, the person must hear of it, and the others go on.
            logger.exception("The reply to turn %d failed", reply.prompt.id)
            return _End(error=str(OvbotError(_UNEXPECTED)))
        return _End()

    async def _generate(self, reply: Reply, plan: Plan) -> _End:
        """Stream the model's answer into `reply`."""
        begun = reply.turn if reply.turn.text else None
        built = await self.build(reply.prompt, begun, plan)
        reply.update(
            phase=Phase.READING,
            wait_seconds=None,
            prompt_tokens=len(built.token_ids),
            prompt_cut=built.cut,
            context_cut=built.context_cut,
        )
        draft = Draft(self._engine.tokenizer, built.speakers, self._ids(begun) if begun else ())
        sampling = self._sampling_for(built, plan)
        with self._watchdog.watching(reply) as sign:
            async with aclosing(self._engine.stream(built.token_ids, sampling)) as stream:
                finish = await _follow(stream, reply, draft, sign)
        text, ids = draft.close(finish.token_ids)
        reply.update(text=text)
        return _End(finish, ids)

    def _sampling_for(self, built: Prompt, plan: Plan) -> Sampling:
        sampling = replace(
            self._sampling,
            max_new_tokens=built.max_new_tokens,
            stop=(*self._sampling.stop, *built.speakers.stop),
        )
        if not plan.another:
            return sampling
        temperature = sampling.temperature or _OTHER_TEMPERATURE
        return replace(sampling, seed=random.getrandbits(62), temperature=temperature)

    async def _guide(self, channel_id: int, plan: Plan) -> Guide:
        return Guide() if self._guidance is None else await self._guidance.guide(channel_id, plan.guild_id)

    def _ids(self, turn: Turn) -> tuple[int, ...]:
        """The ids of a reply up to where it can go on."""
        tokenizer = self._engine.tokenizer
        same = turn.token_ids and turn.tokenizer == tokenizer.fingerprint
        ids = turn.token_ids if same else tokenizer.encode_text(turn.text)
        return tuple(id_ for id_ in ids if id_ not in tokenizer.control_ids)

    async def _close(self, reply: Reply, end: _End, plan: Plan) -> None:
        text = reply.snapshot.text.strip()
        if not reply.is_aside:
            fingerprint = self._engine.tokenizer.fingerprint if end.token_ids else ""
            try:
                await self._store.close_reply(reply.turn.id, text, end.token_ids, fingerprint, end.ending)
            except OvbotError as failure:
                logger.error("The reply to turn %d could not be written down: %s", reply.prompt.id, failure)
        await self._tell_used(reply, plan)
        reply.update(phase=Phase.DONE, wait_seconds=None, text=text, ending=end.ending, error=end.error)
        if end.finish is not None:
            self._speed.record(reply.snapshot)
        _log(reply)

    async def _tell_used(self, reply: Reply, plan: Plan) -> None:
        """Trouble with the counting must not keep a reply from its reader."""
        used = _used(reply.snapshot)
        if self._on_used is None or reply.prompt.author is None or used == Used(0, 0):
            return
        try:
            guide = await self._guide(reply.prompt.channel_id, plan)
            await self._on_used(reply.prompt.author.id, guide.guild_id or plan.guild_id, used)
        except OvbotError as failure:
            logger.error("What turn %d used could not be counted: %s", reply.prompt.id, failure)
        except Exception:
            logger.exception("What turn %d used could not be counted", reply.prompt.id)


async def _follow(
    stream: AsyncGenerator[Piece, None], reply: Reply, draft: Draft, sign: Callable[[], None]
) -> Finish:
    """Put what the stream yields into `reply`, up to its end."""
    started = time.monotonic()
    async for piece in stream:
        sign()
        seconds = time.monotonic() - started
        if piece.prompt_read is not None:
            reply.update(read_tokens=piece.prompt_read)
        if piece.tokens:
            first = reply.snapshot.first_token_seconds or seconds
            reply.update(
                tokens=piece.tokens,
                read_tokens=reply.snapshot.prompt_tokens,
                first_token_seconds=first,
                seconds=seconds,
            )
        if piece.text and (text := draft.add(piece.text)):
            reply.update(phase=Phase.WRITING, text=text)
        if piece.finish:
            read, reused = reply.snapshot.prompt_tokens, piece.finish.reused_tokens
            reply.update(read_tokens=read, reused_tokens=reused)
            return piece.finish
    raise EngineError("The engine ended without saying how.")


def _used(end: Snapshot) -> Used:
    return Used(max(0, end.read_tokens - (end.reused_tokens or 0)), end.tokens)


def _log(reply: Reply) -> None:
    """Say how a reply went; never what was said."""
    end, turn = reply.snapshot, reply.prompt
    reused = "unknown" if end.reused_tokens is None else end.reused_tokens
    logger.info(
        "Turn %d in channel %d: %s, %d tokens in %.1f s",
        turn.id, turn.channel_id, end.ending, end.tokens, end.seconds,
    )  # fmt: skip
    logger.debug("Turn %d: %d prompt tokens, %s reused", turn.id, end.prompt_tokens, reused)
