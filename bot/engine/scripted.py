"""An engine whose replies are written beforehand: for tests and for trying the bot without a model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.chat.engine_state import EngineState, StateFeed
from bot.chat.ports import (
    EncodedPrompt,
    Finish,
    ModelInfo,
    PartKind,
    PromptPart,
    ReasoningMode,
    SamplingParams,
    StreamChunk,
)
from bot.chat.turns import FinishReason
from bot.engine.detokenizer import StopStrings
from bot.errors import EngineError, PromptTooLongError

_BYTES = 256
_PARTS = {"system": 256, "user": 257, "assistant": 258}
_END = 259


class ByteTokenizer:
    """One token a byte, and a control token for each speaker: `<speaker> text <end>`."""

    fingerprint = "bytes"
    control_ids = frozenset({*_PARTS.values(), _END})

    def count(self, text: str) -> int:
        """How many bytes `text` has in UTF-8."""
        return len(text.encode())

    def encode_text(self, text: str) -> list[int]:
        """The bytes of `text` in UTF-8."""
        return list(text.encode())

    def decode(self, token_ids: Sequence[int]) -> str:
        """The text of the bytes among `token_ids`."""
        return bytes(i for i in token_ids if i < _BYTES).decode(errors="replace")

    def cut(self, text: str, max_tokens: int) -> str:
        """The beginning of `text` with at most `max_tokens` bytes."""
        return text.encode()[: max(max_tokens, 0)].decode(errors="ignore")

    def encode(self, parts: Sequence[PromptPart], reasoning: ReasoningMode = ReasoningMode.AUTO) -> list[int]:
        """The parts one after the other, with a word for each picture, then the assistant's control token,
        and what it has begun to say.
        """
        ids: list[int] = []
        for number, part in enumerate(parts):
            text = "[picture]" * len(part.images) + part.text
            content = [i for i in part.token_ids if i < _BYTES] or self.encode_text(text)
            if part.kind is PartKind.ASSISTANT and number == len(parts) - 1:
                return [*ids, _PARTS[part.kind], *content]
            ids += [_PARTS[part.kind], *content, _END]
        return [*ids, _PARTS["assistant"]]


@dataclass(frozen=True, slots=True)
class Thought:
    """A piece of a script that is reasoning."""

    text: str


class ScriptedEngine:
    """Streams what `script` gives for a prompt.

    script: takes the prompt as text (speakers' control tokens left out) and gives the pieces of the
        reply; a `Thought` is reasoning; a number is how many tokens of the prompt have been read by then; an
        exception among the pieces is raised at its place. Stop strings end it like any other engine's.
    capacity: tokens of prompt and reply; None for the context's.
    image_tokens: what a picture takes of a prompt; 0 where it sees none.
    gate: awaited before each piece, to hold a stream where a test wants it.
    """

    def __init__(
        self,
        script: Callable[[str], Iterable[str | int | Thought | EngineError]],
        *,
        concurrency: int = 4,
        context_length: int = 4096,
        capacity: int | None = None,
        reasons: bool = False,
        image_tokens: int = 0,
        gate: Callable[[], asyncio.Future[None] | None] = lambda: None,
    ) -> None:
        self._script = script
        self._gate = gate
        self.concurrency = concurrency
        self.tokenizer = ByteTokenizer()
        self.info = ModelInfo(
            "scripted",
            "Scripted",
            "none",
            "CPU",
            "scripted",
            context_length,
            None,
            reasons=reasons,
            sees=image_tokens > 0,
        )
        self.image_tokens = image_tokens
        self.capacity = capacity or context_length
        self.state = StateFeed(EngineState.READY)
        self.prompts: list[list[int]] = []
        self.samplings: list[SamplingParams] = []
        self.cancelled = 0

    async def stream(
        self, prompt: EncodedPrompt, sampling: SamplingParams
    ) -> AsyncGenerator[StreamChunk, None]:
        """Stream the scripted reply; one token a byte, `sampling.max_new_tokens` of the answer at most."""
        assert isinstance(prompt, list)  # as its own tokenizer makes them
        if len(prompt) >= self.capacity:
            raise PromptTooLongError(len(prompt), self.capacity - 1)
        self.prompts.append(prompt)
        self.samplings.append(sampling)
        stop = StopStrings(sampling.stop)
        ids: list[int] = []
        answer: list[int] = []
        ending = FinishReason.COMPLETE
        try:
            yield StreamChunk("", 0, prompt_read=0)
            for piece in self._script(self.tokenizer.decode(prompt)):
                if (held := self._gate()) is not None:
                    await held
                await asyncio.sleep(0)
                if isinstance(piece, EngineError):
                    raise piece
                if isinstance(piece, int):
                    yield StreamChunk("", len(ids), prompt_read=piece)
                    continue
                if isinstance(piece, Thought):
                    ids += self.tokenizer.encode_text(piece.text)
                    yield StreamChunk("", len(ids), reasoning=piece.text)
                    continue
                text = self.tokenizer.cut(piece, sampling.max_new_tokens - len(answer))
                ids += self.tokenizer.encode_text(text)
                answer += self.tokenizer.encode_text(text)
                yield StreamChunk(stop.push(text), len(ids))
                if stop.met:
                    break
                if text != piece:
                    ending = FinishReason.LENGTH
                    break
        except (GeneratorExit, asyncio.CancelledError):
            self.cancelled += 1
            raise
        if ending is FinishReason.COMPLETE and not stop.met:
            ids.append(_END)
        finish = Finish(ending, tuple(ids), len(prompt), answer_ids=tuple(answer))
        yield StreamChunk(stop.push("", last=True), len(ids), finish)

    async def warm(self, parts: Sequence[PromptPart]) -> None:
        """Nothing to compute."""

    async def __aenter__(self) -> ScriptedEngine:
        return self

    async def __aexit__(self, *exc: object) -> None:
        return
