"""Who may enter the model process: so many at a time, and only what the KV pool can hold."""

from __future__ import annotations

import asyncio
from collections import deque


class Admission:
    """Places for requests, given in the order in which they were asked for.

    A request takes one of `places`, and room for all its tokens (prompt and longest reply): so none
    is ever put out of the pool for the sake of another.

    pool_tokens: capacity of the pool, or None where there is none to share.
    block_tokens: the pool gives room in blocks of so many tokens.
    spare_tokens: taken for each request beside its own.
    """

    def __init__(
        self, places: int, pool_tokens: int | None, block_tokens: int, spare_tokens: int = 0
    ) -> None:
        self._places = places
        self._block_tokens = block_tokens
        self._spare_tokens = spare_tokens
        self._blocks = None if pool_tokens is None else pool_tokens // block_tokens
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def enter(self, tokens: int) -> None:
        """Wait for a place and for room for `tokens`, which with the spare ones the pool must have."""
        blocks = self._blocks_of(tokens)
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
        self._places += 1
        if self._blocks is not None:
            self._blocks += self._blocks_of(tokens)
        self._admit()

    def _admit(self) -> None:
        while self._waiting and self._has_room(self._waiting[0][0]):
            blocks, turn = self._waiting.popleft()
            self._take(blocks)
            turn.set_result(None)

    def _has_room(self, blocks: int) -> bool:
        return self._places > 0 and (self._blocks is None or blocks <= self._blocks)

    def _take(self, blocks: int) -> None:
        self._places -= 1
        if self._blocks is not None:
            self._blocks -= blocks

    def _blocks_of(self, tokens: int) -> int:
        return -(-(tokens + self._spare_tokens) // self._block_tokens)
