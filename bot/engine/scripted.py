"""An engine whose replies are written beforehand: for tests and for trying the bot without a model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence

from bot.chat.engine_state import EngineState, StateFeed
from bot.chat.ports import Finish, ModelInfo, PromptPart, SamplingParams, StreamChunk
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

    def encode_text(self, text: str) -> list[int]:
        """The bytes of `text` in UTF-8."""
        return list(text.encode())

    def decode(self, token_ids: Sequence[int]) -> str:
        """The text of the bytes among `token_ids`."""
        return bytes(i for i in token_ids if i < _BYTES).decode(errors="replace")

    def cut(self, text: str, max_tokens: int) -> str:
        """The beginning of `text` with at most `max_tokens` bytes."""
        return text.encode()[: max(max_tokens, 0)].decode(errors="ignore")

    def encode_chat(self, parts: Sequence[PromptPart]) -> list[int]:
        """The parts one after the other, then the assistant's control token."""
        ids: list[int] = []
        for part in parts:
            content = [i for i in part.token_ids if i < _BYTES] or self.encode_text(part.text)
            ids += [_PARTS[part.kind], *content, _END]
        return [*ids, _PARTS["assistant"]]


class ScriptedEngine:
    """Streams what `script` gives for a prompt.

    script: takes the prompt as text (speakers' control tokens left out) and gives the pieces of the
        reply; a number is how many tokens of the prompt have been read by then; an exception among the
        pieces is raised at its place. Stop strings end it like any other engine's.
    gate: awaited before each piece, to hold a stream where a test wants it.
    """

    def __init__(
        self,
        script: Callable[[str], Iterable[str | int | EngineError]],
        *,
        concurrency: int = 4,
        context_length: int = 4096,
        gate: Callable[[], asyncio.Future[None] | None] = lambda: None,
    ) -> None:
        self._script = script
        self._gate = gate
        self.concurrency = concurrency
        self.tokenizer = ByteTokenizer()
        self.info = ModelInfo("scripted", "Scripted", "none", "CPU", "scripted", context_length, None)
        self.state = StateFeed(EngineState.READY)
        self.prompts: list[list[int]] = []
        self.samplings: list[SamplingParams] = []
        self.cancelled = 0

    async def stream(
        self, prompt_ids: Sequence[int], sampling: SamplingParams
    ) -> AsyncGenerator[StreamChunk, None]:
        """Stream the scripted reply; one token a byte, `sampling.max_new_tokens` at most."""
        if len(prompt_ids) >= self.info.context_length:
            raise PromptTooLongError(len(prompt_ids), self.info.context_length - 1)
        self.prompts.append(list(prompt_ids))
        self.samplings.append(sampling)
        stop = StopStrings(sampling.stop)
        ids: list[int] = []
        ending = FinishReason.COMPLETE
        try:
            yield StreamChunk("", 0, prompt_read=0)
            for piece in self._script(self.tokenizer.decode(prompt_ids)):
                if (held := self._gate()) is not None:
                    await held
                await asyncio.sleep(0)
                if isinstance(piece, EngineError):
                    raise piece
                if isinstance(piece, int):
                    yield StreamChunk("", len(ids), prompt_read=piece)
                    continue
                text = self.tokenizer.cut(piece, sampling.max_new_tokens - len(ids))
                ids += self.tokenizer.encode_text(text)
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
        yield StreamChunk(stop.push("", last=True), len(ids), Finish(ending, tuple(ids), len(prompt_ids)))

    async def warm(self, prompt_ids: Sequence[int]) -> None:
        """Nothing to compute."""

    async def __aenter__(self) -> ScriptedEngine:
        return self

    async def __aexit__(self, *exc: object) -> None:
        return
