"""Admission to the model process: so many requests at a time, and only what the KV pool can hold."""

from __future__ import annotations

import asyncio
from collections import deque

from bot.engine.genai.kv_pool import KvPool
from bot.errors import PromptTooLongError


class Admission:
    """Admits requests in the order in which they came.

    A request takes room for all its tokens (prompt and longest reply): so none is ever preempted for
    the sake of another.

    concurrency: how many requests may be in. pool: None where there is none to share.
    spare_tokens: taken for each request besides its own.
    """

    def __init__(self, concurrency: int, pool: KvPool | None, spare_tokens: int = 0) -> None:
        self._slots = concurrency
        self._pool = pool
        self._spare_tokens = spare_tokens
        self._free_blocks = pool.blocks if pool else 0
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @property
    def max_tokens(self) -> int | None:
        """How many tokens one request may have at most; None for any number."""
        return self._pool.tokens - self._spare_tokens if self._pool else None

    async def enter(self, tokens: int) -> None:
        """Wait until a request of so many tokens may enter.

        Raises: PromptTooLongError where the pool can never hold it.
        """
        if self.max_tokens is not None and tokens > self.max_tokens:
            raise PromptTooLongError(tokens, self.max_tokens)
        blocks = self._blocks_for(tokens)
        if not self._waiting and self._has_room(blocks):
            self._take(blocks)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (blocks, turn)
        self._waiting.append(entry)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave(tokens)  # admitted and cancelled at the same moment
            else:
                self._waiting.remove(entry)
                self._admit()
            raise

    def leave(self, tokens: int) -> None:
        """Give back what `enter` with as many tokens took."""
        self._slots += 1
        self._free_blocks += self._blocks_for(tokens)
        self._admit()

    def _admit(self) -> None:
        while self._waiting and self._has_room(self._waiting[0][0]):
            blocks, turn = self._waiting.popleft()
            self._take(blocks)
            turn.set_result(None)

    def _has_room(self, blocks: int) -> bool:
        return self._slots > 0 and blocks <= self._free_blocks

    def _take(self, blocks: int) -> None:
        self._slots -= 1
        self._free_blocks -= blocks

    def _blocks_for(self, tokens: int) -> int:
        return self._pool.blocks_for(tokens + self._spare_tokens) if self._pool else 0
