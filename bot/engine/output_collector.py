"""The output collector between a request's generation and its reader: what the reader missed is merged."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Sequence

from bot.chat.turns import FinishReason
from bot.engine.token_engine import TokenChunk
from bot.errors import EngineError


class OutputCollector:
    """Carries a stream of token ids from any thread to one reader on an event loop.

    Holds at most one chunk: ids that arrive before the reader comes back are joined to it, so the
    writer never waits and a slow reader costs no memory but the ids themselves. The stream ends by
    `finish` or by `fail`, whichever comes first; what is written after that is dropped.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._lock = threading.Lock()
        self._ready = asyncio.Event()
        self._signalled = False
        self._ids: list[int] = []
        self._prompt_read: int | None = None
        self._ending: FinishReason | None = None
        self._reused: int | None = None
        self._error: EngineError | None = None

    def put_progress(self, tokens: int) -> None:
        """Say how many of the prompt's tokens have been read. From any thread."""
        with self._lock:
            if self._ended:
                return
            self._prompt_read = tokens
            wake = self._claim_wake()
        if wake:
            self._wake()

    def put(self, token_ids: Sequence[int]) -> None:
        """Add ids. From any thread."""
        with self._lock:
            if self._ended or not token_ids:
                return
            self._ids += token_ids
            wake = self._claim_wake()
        if wake:
            self._wake()

    def finish(self, token_ids: Sequence[int], ending: FinishReason, reused_tokens: int | None) -> None:
        """Add the last ids, how the stream ended, and how many of the prompt's tokens came from the prefix
        cache. From any thread.
        """
        with self._lock:
            if self._ended:
                return
            self._ids += token_ids
            self._ending, self._reused = ending, reused_tokens
            wake = self._claim_wake()
        if wake:
            self._wake()

    def fail(self, error: EngineError) -> None:
        """End the stream by an error, raised to the reader after the ids so far. From any thread."""
        with self._lock:
            if self._ended:
                return
            self._error = error
            wake = self._claim_wake()
        if wake:
            self._wake()

    async def stream(self) -> AsyncGenerator[TokenChunk, None]:
        """What is written, merged where the reader was slow; of what was read, the newest count alone.
        The last chunk has `ended`.

        Raises: the error given to `fail`.
        """
        while True:
            await self._ready.wait()
            self._ready.clear()
            with self._lock:
                self._signalled = False
                ids, self._ids = tuple(self._ids), []
                read = None if ids or self._ending else self._prompt_read
                self._prompt_read = None
                chunk = TokenChunk(ids, read, self._ending, self._reused)
                error = self._error
            if ids or chunk.ended is not None or read is not None:
                yield chunk
            if chunk.ended is not None:
                return
            if error is not None:
                raise error

    @property
    def _ended(self) -> bool:
        return self._ending is not None or self._error is not None

    def _claim_wake(self) -> bool:
        """Whether the reader still needs to be woken; with the lock held."""
        wake, self._signalled = not self._signalled, True
        return wake

    def _wake(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._ready.set)
        except RuntimeError:  # the loop is closed: nobody reads any more
            return
