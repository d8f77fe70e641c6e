"""What engines that take token ids have in common: prompts and replies in ids, texts out of them."""

from __future__ import annotations

import itertools
import secrets
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from bot.chat.ports import EncodedPrompt, Finish, PartKind, PromptPart, SamplingParams, StreamChunk
from bot.chat.turns import FinishReason, Image
from bot.engine.reply_reader import NewText, ReplyReader
from bot.engine.tokenizer import ChatTokenizer, TokenPrompt
from bot.errors import EngineError, PromptTooLongError
from bot.i18n import mark

NO_TEXT = mark("The model's reply is no text: {reason}")
# A model that begins to reason once more after so many times is left to it: what it writes is its answer.
_MOST_CLOSINGS = 3


@dataclass(frozen=True, slots=True)
class TokenChunk:
    """What is new of the ids that a model makes.

    prompt_read: how many of the prompt's tokens the model has read; in a chunk without ids. The first
        chunk has 0.
    ended: with the last chunk, why. reused_tokens: with it, how many of the prompt's tokens came from the
        prefix cache; None where that cannot be told.
    """

    token_ids: tuple[int, ...] = ()
    prompt_read: int | None = None
    ended: FinishReason | None = None
    reused_tokens: int | None = None


class TokenEngine(ABC):
    """Streams replies out of a model that makes ids out of ids; see `bot.chat.ports.Engine`."""

    @property
    @abstractmethod
    def tokenizer(self) -> ChatTokenizer:
        """The model's tokenizer."""

    @property
    @abstractmethod
    def capacity(self) -> int:
        """Tokens of prompt and reply together, at most."""

    @property
    def image_tokens(self) -> int:
        """Tokens that a picture takes of a prompt, at most; 0 where the model sees none."""
        return self.tokenizer.image_tokens

    @abstractmethod
    def generate(
        self, prompt_ids: Sequence[int], sampling: SamplingParams, images: Sequence[Image] = ()
    ) -> AsyncGenerator[TokenChunk, None]:
        """Generate ids after `prompt_ids`, shape [n]. `sampling` has a seed and fits the capacity; its stop
        strings are not for the model. images: those that stand in the prompt by `image_id`.

        Raises: EngineError.
        """

    @abstractmethod
    async def read_ahead(self, prompt_ids: Sequence[int]) -> None:
        """Fill the prefix cache with the beginning of prompts, where there is one. Raises: EngineError."""

    async def warm(self, parts: Sequence[PromptPart]) -> None:
        """Read what prompts that begin with `parts` have in common; see `bot.chat.ports.Engine.warm`."""
        one, other = (
            self.tokenizer.encode([*parts, PromptPart(PartKind.USER, word)]).token_ids for word in "ab"
        )
        same = [
            a for a, _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
        ]
        if same:
            await self.read_ahead(same)

    async def stream(
        self, prompt: EncodedPrompt, sampling: SamplingParams
    ) -> AsyncGenerator[StreamChunk, None]:
        """Generate a reply; see `bot.chat.ports.Engine.stream`."""
        assert isinstance(prompt, TokenPrompt)  # as its own tokenizer makes them
        room = self.capacity - len(prompt)
        if room < 1 or not prompt.token_ids:
            raise PromptTooLongError(len(prompt), self.capacity - 1)
        run = _Run(self, prompt, sampling, room)
        async with aclosing(run.chunks()) as chunks:
            async for chunk in chunks:
                yield chunk


class _Run:
    """One reply: the model's ids, taken as text. A model that reasons for too long, or ends its reply before
    it has begun to answer, is made to answer: its reasoning is closed, and it goes on from there.
    """

    def __init__(self, engine: TokenEngine, prompt: TokenPrompt, sampling: SamplingParams, room: int) -> None:
        tokenizer = engine.tokenizer
        self._engine = engine
        self._prompt = prompt
        self._reader = ReplyReader(tokenizer, prompt.opening, sampling.stop)
        self._closing_ids = tokenizer.closing_ids
        self._skipping_ids = tokenizer.skipping_ids
        reply_format = tokenizer.reply_format
        self._end_ids = tokenizer.control_ids - {reply_format.opening_id}
        if reply_format.harmony is not None:
            self._end_ids -= {reply_format.harmony.message}
        self._closings = 0
        self._ids: list[int] = []
        self._new = NewText()
        self._reused: int | None = None
        seed = secrets.randbits(62) if sampling.seed is None else sampling.seed
        self._sampling = replace(sampling, stop=(), seed=seed)
        self._most_answer = sampling.max_new_tokens
        self._most = min(room, sampling.max_new_tokens)
        self._most_reasoning: int | None = None
        if sampling.max_reasoning_tokens is not None:
            most_reasoning, closing = sampling.max_reasoning_tokens, len(self._closing_ids)
            if reply_format.reasons:
                self._most = min(room, self._most + most_reasoning + closing)
            # At least half of the room is for the answer.
            self._most_reasoning = min(most_reasoning, max(self._most - closing, 0) // 2)

    async def chunks(self) -> AsyncGenerator[StreamChunk, None]:
        """The reply as it comes."""
        ended: FinishReason | None = None
        while ended is None:
            prompt_ids = (*self._prompt.token_ids, *self._ids)
            images = self._prompt.images
            async with aclosing(self._engine.generate(prompt_ids, self._sampling_now(), images)) as chunks:
                async for chunk in chunks:
                    if chunk.prompt_read is not None:
                        if not self._ids:
                            yield StreamChunk("", 0, prompt_read=min(chunk.prompt_read, len(self._prompt)))
                        continue
                    self._read(chunk)
                    if self._must_close(chunk.ended):
                        self._close_reasoning(has_ended=chunk.ended is FinishReason.COMPLETE)
                        break
                    ended = self._end(chunk.ended)
                    if ended is not None:
                        break
                    if self._new.answer or self._new.reasoning:
                        yield self._chunk()
                else:
                    raise EngineError("The engine ended a reply without saying why.")
        self._add(self._reader.finish())
        yield self._chunk(self._finish(ended))

    def _read(self, chunk: TokenChunk) -> None:
        """Take up new ids; those behind the end of the reply, or of its reasoning, are left out."""
        if self._reused is None:
            self._reused = chunk.reused_tokens
        for id_ in chunk.token_ids:
            if self._reader.ended or self._reasons_too_long() or self._is_full():
                return
            self._ids.append(id_)
            try:
                self._add(self._reader.push((id_,)))
            except Exception as error:  # tokenizers raises no narrower one
                raise EngineError(NO_TEXT, reason=error) from error

    def _end(self, ended: FinishReason | None) -> FinishReason | None:
        """Why the reply has ended, if it has."""
        if self._reader.ended:
            return FinishReason.COMPLETE
        if ended is None and self._is_full():
            return FinishReason.LENGTH
        return ended

    def _must_close(self, ended: FinishReason | None) -> bool:
        """Whether the reasoning is to be closed."""
        if self._closings > _MOST_CLOSINGS or self._most_reasoning is None or self._room() < 1:
            return False
        between = self._reader.header_tokens is not None
        return self._reasons_too_long() or (ended is not None and (self._reader.reasons or between))

    def _close_reasoning(self, *, has_ended: bool) -> None:
        """Write the end of the reasoning for the model."""
        self._closings += 1
        if self._closings > _MOST_CLOSINGS:
            self._reader.answer_only()
        closing = self._closing_ids
        if self._reader.header_tokens is not None:
            # What it wrote of the next message's header goes; the end of the last one is there already.
            del self._ids[len(self._ids) - self._reader.header_tokens :]
            closing = closing[1:] if self._ids else self._skipping_ids
        elif has_ended and self._ids and self._ids[-1] in self._end_ids:  # of a reply without an answer
            self._ids.pop()
        self._ids += closing
        self._add(self._reader.push(closing))

    def _reasons_too_long(self) -> bool:
        if self._most_reasoning is None or not self._reader.reasons:
            return False
        return self._closings <= _MOST_CLOSINGS and self._reader.reasoning_tokens >= self._most_reasoning

    def _is_full(self) -> bool:
        """Whether the answer has as many tokens as it may have."""
        return self._reader.answer_tokens >= self._most_answer

    def _room(self) -> int:
        """How many more tokens there may be once the reasoning is closed."""
        return self._most - len(self._ids) - len(self._closing_ids)

    def _sampling_now(self) -> SamplingParams:
        seed = (self._sampling.seed or 0) + len(self._ids)
        return replace(self._sampling, max_new_tokens=self._most - len(self._ids), seed=seed % 2**63)

    def _add(self, new: NewText) -> None:
        self._new.answer += new.answer
        self._new.reasoning += new.reasoning

    def _chunk(self, finish: Finish | None = None) -> StreamChunk:
        new, self._new = self._new, NewText()
        return StreamChunk(new.answer, len(self._ids), finish, reasoning=new.reasoning)

    def _finish(self, ended: FinishReason) -> Finish:
        reused = None if self._reused is None else min(self._reused, len(self._prompt))
        return Finish(ended, tuple(self._ids), len(self._prompt), reused, self._reader.answer_ids)
