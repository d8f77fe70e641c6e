"""The output collector between a request's generation and its reader: what the reader missed is merged."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator

from bot.chat.ports import Finish, StreamChunk
from bot.errors import EngineError


class OutputCollector:
    """Carries a stream of text from any thread to one reader on an event loop.

    Holds at most one piece: text that arrives before the reader comes back is joined to it, so the
    writer never waits and a slow reader costs no memory but the text itself. The stream ends by
    `finish` or by `fail`, whichever comes first; what is written after that is dropped.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._lock = threading.Lock()
        self._ready = asyncio.Event()
        self._signalled = False
        self._text: list[str] = []
        self._tokens = 0
        self._prompt_read: int | None = None
        self._finish: Finish | None = None
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

    def put(self, text: str, tokens: int) -> None:
        """Add text; `tokens` is how many have been generated so far. From any thread."""
        with self._lock:
            if self._ended:
                return
            if text:
                self._text.append(text)
            self._tokens = tokens
            wake = bool(text) and self._claim_wake()
        if wake:
            self._wake()

    def finish(self, text: str, finish: Finish) -> None:
        """Add the last text and how the stream ended. From any thread."""
        with self._lock:
            if self._ended:
                return
            self._text.append(text)
            self._tokens = len(finish.token_ids)
            self._finish = finish
            wake = self._claim_wake()
        if wake:
            self._wake()

    def fail(self, error: EngineError) -> None:
        """End the stream by an error, raised to the reader after the text so far. From any thread."""
        with self._lock:
            if self._ended:
                return
            self._error = error
            wake = self._claim_wake()
        if wake:
            self._wake()

    async def stream(self) -> AsyncGenerator[StreamChunk, None]:
        """What is written, merged where the reader was slow; of what was read, the newest count alone.
        The last piece has the finish.

        Raises: the error given to `fail`.
        """
        while True:
            await self._ready.wait()
            self._ready.clear()
            with self._lock:
                self._signalled = False
                text = "".join(self._text)
                self._text.clear()
                read = None if text or self._finish else self._prompt_read
                self._prompt_read = None
                piece = StreamChunk(text, self._tokens, self._finish, read)
                error = self._error
            if text or piece.finish is not None or read is not None:
                yield piece
            if piece.finish is not None:
                return
            if error is not None:
                raise error

    @property
    def _ended(self) -> bool:
        return self._finish is not None or self._error is not None

    def _claim_wake(self) -> bool:
        """Whether the reader still needs to be woken; with the lock held."""
        wake, self._signalled = not self._signalled, True
        return wake

    def _wake(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._ready.set)
        except RuntimeError:  # the loop is closed: nobody reads any more
            return
