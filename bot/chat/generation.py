"""Generating one reply: from its prompt to the stored turn."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from bot.chat.ports import (
    ChannelOptions,
    ChannelOptionsSource,
    ChatStore,
    Engine,
    Finish,
    ReasoningMode,
    SamplingParams,
    StreamChunk,
    Tokenizer,
)
from bot.chat.prompt import Prompt, PromptBuilder
from bot.chat.repetition import LoopDetector
from bot.chat.reply import Phase, Reply
from bot.chat.speakers import Speakers
from bot.chat.throughput import ThroughputMeter
from bot.chat.turns import Exchange, FinishReason, ReplyUsage, Turn
from bot.chat.watchdog import Watchdog
from bot.errors import EngineError, OvbotError
from bot.i18n import mark

logger = logging.getLogger(__name__)

_UNEXPECTED = mark("Something went wrong inside the bot; its log says what.")
# Where tokens are always the likeliest ones, another reply has to be drawn: at the model's own temperature if
# it has one, else at this one, and among the likelier tokens.
_RESAMPLING_TEMPERATURE = 0.7
_RESAMPLING_TOP_P = 0.95
# What decoders make of bytes that are no character, and how many characters may be lost at a joint.
_UNREADABLE = "\ufffd"
_LOST_AT_MOST = 2


@dataclass(frozen=True, slots=True)
class GenerationOptions:
    """How a reply is generated, where it is not simply the next one of its channel's conversation.

    resample: drawn anew, so that it differs from the one before. system: system prompt in place of the
    channel's. max_new_tokens: a limit beside the channel's. reasoning: in place of what is set.
    guild_id: the channel's server, where it is known before any message of the channel is stored.
    """

    resample: bool = False
    system: str | None = None
    max_new_tokens: int | None = None
    reasoning: ReasoningMode | None = None
    guild_id: int | None = None


@dataclass(eq=False, slots=True)
class Generation:
    """A reply on its way, and how it ended: with an `error` it failed; with neither that nor a `finish` it
    was stopped, by itself if it `looped`.

    guild_id: the server whose usage it counts for.
    """

    reply: Reply
    options: GenerationOptions = GenerationOptions()
    guild_id: int | None = None
    finish: Finish | None = None
    token_ids: tuple[int, ...] = ()
    looped: bool = False
    error: str | None = None

    @property
    def finish_reason(self) -> FinishReason:
        """Why the reply ended."""
        if self.finish is not None:
            return self.finish.finish_reason
        if self.looped:
            return FinishReason.LOOPED
        return FinishReason.STOPPED if self.error is None else FinishReason.FAILED

    @property
    def usage(self) -> ReplyUsage | None:
        """What it cost; None for nothing, and where nobody asked."""
        end, author = self.reply.snapshot, self.reply.prompt.author
        read = max(0, end.read_tokens - (end.reused_tokens or 0))
        if author is None or not (read or end.tokens):
            return None
        return ReplyUsage(author.id, self.guild_id, read, end.tokens)


class Generator:
    """Generates replies with an engine."""

    def __init__(
        self,
        engine: Engine,
        store: ChatStore,
        prompts: PromptBuilder,
        sampling: SamplingParams,
        meter: ThroughputMeter,
        watchdog: Watchdog,
        channel_options: ChannelOptionsSource | None = None,
    ) -> None:
        self._engine = engine
        self._store = store
        self._prompts = prompts
        self._sampling = sampling
        self._meter = meter
        self._watchdog = watchdog
        self._channel_options = channel_options
        self._erasures = 0

    def use(self, engine: Engine, prompts: PromptBuilder, sampling: SamplingParams) -> None:
        """Generate with another engine; to be called while nothing is being generated."""
        self._engine, self._prompts, self._sampling = engine, prompts, sampling

    async def generate(self, generation: Generation) -> None:
        """Build the prompt, stream the engine's answer into the reply, and note how it ended."""
        try:
            await self._generate(generation)
        except OvbotError as failure:
            generation.error = str(failure)
        except Exception:
            # Whatever it was, the person must hear of it, and the others go on.
            logger.exception("The reply to turn %d failed", generation.reply.prompt.id)
            generation.error = str(OvbotError(_UNEXPECTED))

    async def close(self, generation: Generation) -> None:
        """Store how the reply ended and what it cost; then it is DONE."""
        reply, ending = generation.reply, generation.finish_reason
        text = reply.snapshot.text.strip()
        try:
            await self._store_end(generation, text)
        except OvbotError as failure:
            logger.error("The reply to turn %d could not be stored: %s", reply.prompt.id, failure)
        reply.update(
            phase=Phase.DONE, wait_seconds=None, text=text, finish_reason=ending, error=generation.error
        )
        if generation.finish is not None:
            self._meter.record(reply.snapshot)
        _log(reply)

    async def build(
        self, turn: Turn, begun: Turn | None = None, generation: Generation | None = None
    ) -> Prompt | None:
        """The prompt for a user's turn in its channel; None where the turn is gone.

        begun: the reply that is to be continued. generation: what it is for; its reply gets the prompt as
        it is stored by now.

        Raises: NoRoomError where there is no room to continue; StoreError.
        """
        options = generation.options if generation is not None else GenerationOptions()
        channel = await self._options_for(turn.channel_id, options)
        while True:
            erasures = self._erasures
            found = await self._read(turn)
            if found is None:
                return None
            prompt, history = found
            built = await asyncio.to_thread(
                self._prompts.build,
                history,
                prompt,
                persona=channel.persona if options.system is None else options.system,
                max_reply_tokens=_smaller(channel.max_reply_tokens, options.max_new_tokens),
                begun=begun,
                reasoning=options.reasoning or channel.reasoning,
                follow_up=prompt.id >= 0,
            )
            if history and built.first_turn != history[0].prompt.id:
                await self._store.trim(prompt.channel_id, built.first_turn)
            # Nothing is awaited from here until the engine has the prompt.
            if erasures == self._erasures:
                break
        if generation is not None:
            generation.reply.prompt = prompt
            generation.guild_id = channel.guild_id or options.guild_id
        return built

    def history_erased(self) -> None:
        """Something was erased from conversations: prompts that are being built are built anew."""
        self._erasures += 1

    async def _generate(self, generation: Generation) -> None:
        reply = generation.reply
        begun = reply.turn if reply.turn.text else None
        built = await self.build(reply.prompt, begun, generation)
        if built is None:
            return
        reply.update(
            phase=Phase.PREFILL,
            wait_seconds=None,
            prompt_tokens=len(built.encoded),
            prompt_cut=built.cut,
            context_cut=built.context_cut,
            # What is begun anew has none yet; what is continued keeps it.
            reasoning=reply.snapshot.reasoning if begun else "",
        )
        text = ReplyText(self._engine.tokenizer, built.speakers, self._begun_ids(begun))
        sampling = self._sampling_for(built, generation.options)
        with self._watchdog.watching(reply):
            async with aclosing(self._engine.stream(built.encoded, sampling)) as stream:
                finish = await self._follow(stream, reply, text)
        final, ids = text.close(finish.answer_ids if finish else ())
        reply.update(text=final)
        generation.finish, generation.token_ids, generation.looped = finish, ids, finish is None

    async def _follow(
        self, stream: AsyncGenerator[StreamChunk, None], reply: Reply, text: ReplyText
    ) -> Finish | None:
        """Put what the stream yields into `reply`, up to its end; None where it loops before that."""
        started = time.monotonic()
        loop = LoopDetector()
        thought = reply.snapshot.reasoning
        async for piece in stream:
            self._watchdog.sign_of_life(reply)
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
            thought += piece.reasoning
            if piece.reasoning and thought.strip():  # told not to reason, some models write an empty block
                reply.update(phase=Phase.REASONING, reasoning=thought, reasoning_seconds=seconds)
            if piece.text and (shown := text.add(piece.text)):
                reply.update(phase=Phase.DECODE, text=shown)
            has_ended = piece.finish is not None and piece.finish.finish_reason is FinishReason.COMPLETE
            if loop.add(piece.text) and not has_ended:
                text.cut(loop.kept)
                return None
            if piece.finish:
                read, reused = reply.snapshot.prompt_tokens, piece.finish.reused_tokens
                reply.update(read_tokens=read, reused_tokens=reused)
                return piece.finish
        raise EngineError("The engine ended a reply without saying why.")

    async def _read(self, turn: Turn) -> tuple[Turn, list[Exchange]] | None:
        """A prompt as it is stored by now, and the history before it; a one-shot is stored nowhere."""
        return (turn, []) if turn.id < 0 else await self._store.prompt_with_history(turn.id)

    async def _options_for(self, channel_id: int, options: GenerationOptions) -> ChannelOptions:
        if self._channel_options is None:
            return ChannelOptions()
        return await self._channel_options.channel_options(channel_id, options.guild_id)

    def _sampling_for(self, built: Prompt, options: GenerationOptions) -> SamplingParams:
        sampling = replace(
            self._sampling,
            max_new_tokens=built.max_new_tokens,
            max_reasoning_tokens=built.max_reasoning_tokens,
            stop=(*self._sampling.stop, *built.speakers.stop),
        )
        if not options.resample:
            return sampling
        if not sampling.temperature:
            sampling = replace(
                sampling,
                temperature=self._engine.info.sampling.temperature or _RESAMPLING_TEMPERATURE,
                top_p=min(sampling.top_p, _RESAMPLING_TOP_P),
            )
        return replace(sampling, seed=random.getrandbits(62))

    def _begun_ids(self, turn: Turn | None) -> tuple[int, ...]:
        """The ids of a reply up to where it can be continued."""
        if turn is None:
            return ()
        tokenizer = self._engine.tokenizer
        same = turn.token_ids and turn.tokenizer == tokenizer.fingerprint
        return turn.token_ids if same else tuple(tokenizer.encode_text(turn.text))

    async def _store_end(self, generation: Generation, text: str) -> None:
        reply, ids, usage = generation.reply, generation.token_ids, generation.usage
        if not reply.is_one_shot:
            fingerprint = self._engine.tokenizer.fingerprint if ids else ""
            await self._store.close_reply(
                reply.turn.id,
                text,
                ids,
                fingerprint,
                generation.finish_reason,
                usage,
                reply.snapshot.reasoning.strip(),
            )
        elif usage is not None:
            await self._store.record_usage(usage)


class ReplyText:
    """The text of a reply while it grows, and the generated ids that stand for it.

    speakers: the people in whose names the reply must not speak. begun: ids that are there already,
    where an earlier reply is continued. A space between these and what comes may be missing until
    `close`.
    """

    def __init__(self, tokenizer: Tokenizer, speakers: Speakers, begun: Sequence[int] = ()) -> None:
        self._tokenizer = tokenizer
        self._speakers = speakers
        self._begun = tuple(begun)
        self._before = tokenizer.decode(begun).lstrip() if begun else ""
        self._new = ""

    def add(self, text: str) -> str:
        """Add new text from the stream; the whole text that may be shown now."""
        self._new += text
        return self._speakers.own_words(self._before + self._new, last=False)

    def cut(self, length: int) -> None:
        """Keep so many characters of what the stream added."""
        self._new = self._new[:length]

    def close(self, token_ids: Sequence[int]) -> tuple[str, tuple[int, ...]]:
        """The final text for the ids of the answer, and the ids that stand for it:
        none where they say something else, for instance a name that was removed.
        """
        ids = (*self._begun, *token_ids)
        text = self._speakers.own_words(self._before + self._new, last=True)
        if self._begun:
            text = self._joined(self._tokenizer.decode(ids).lstrip()) or text
        text = text.strip()
        return text, self._ids_of(text, ids)

    def _joined(self, whole: str) -> str | None:
        """The text as `whole` has it, where nothing is lost at the joint: neither a space, which decoders
        leave out in front, nor a character of which each part had some bytes.
        """
        before, new = self._before.rstrip(_UNREADABLE), self._new.lstrip(_UNREADABLE)
        if not new or not whole.startswith(before):
            return None
        start = whole.find(new, len(before), len(before) + _LOST_AT_MOST + len(new))
        return whole[: start + len(new)] if start >= 0 else None

    def _ids_of(self, text: str, ids: tuple[int, ...]) -> tuple[int, ...]:
        """The longest prefix of `ids` that decodes to `text`; whatever follows was cut off."""
        if self._tokenizer.decode(ids).strip() == text:
            return ids
        low, high = 0, len(ids)
        while low < high:
            middle = (low + high + 1) // 2
            if len(self._tokenizer.decode(ids[:middle]).strip()) <= len(text):
                low = middle
            else:
                high = middle - 1
        return ids[:low] if self._tokenizer.decode(ids[:low]).strip() == text else ()


def _smaller(one: int | None, other: int | None) -> int | None:
    return min((limit for limit in (one, other) if limit is not None), default=None)


def _log(reply: Reply) -> None:
    """Log how a reply went; never what was said."""
    end, turn = reply.snapshot, reply.prompt
    reused = "unknown" if end.reused_tokens is None else end.reused_tokens
    logger.info(
        "Turn %d in channel %d: %s, %d tokens in %.1f s",
        turn.id, turn.channel_id, end.finish_reason, end.tokens, end.seconds,
    )  # fmt: skip
    logger.debug("Turn %d: %d prompt tokens, %s reused", turn.id, end.prompt_tokens, reused)
