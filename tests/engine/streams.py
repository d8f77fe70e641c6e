"""Reading streams in tests."""

from collections.abc import AsyncGenerator

from bot.chat.ports import StreamChunk


async def first_text(stream: AsyncGenerator[StreamChunk, None]) -> StreamChunk:
    """The first piece that is not about reading the prompt."""
    async for piece in stream:
        if piece.prompt_read is None:
            return piece
    raise AssertionError("the stream ended without text")
