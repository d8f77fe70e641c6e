"""Reading streams in tests."""

from collections.abc import AsyncGenerator, Sequence

from bot.chat.ports import Engine, PromptPart, SamplingParams, StreamChunk
from bot.engine.tokenizer import TokenPrompt


def ids_of(engine: Engine, parts: Sequence[PromptPart]) -> list[int]:
    """A prompt as the engine's tokenizer encodes it."""
    encoded = engine.tokenizer.encode(parts)
    assert isinstance(encoded, TokenPrompt)
    return list(encoded.token_ids)


def stream_of(
    engine: Engine, prompt_ids: Sequence[int], sampling: SamplingParams
) -> AsyncGenerator[StreamChunk, None]:
    """A reply to a prompt that is given by its ids."""
    return engine.stream(TokenPrompt(tuple(prompt_ids)), sampling)


async def first_text(stream: AsyncGenerator[StreamChunk, None]) -> StreamChunk:
    """The first piece that is not about reading the prompt."""
    async for piece in stream:
        if piece.prompt_read is None:
            return piece
    raise AssertionError("the stream ended without text")
