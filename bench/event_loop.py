"""How far an event loop falls behind."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType
from typing import Self

_TICK = 0.002


class LoopLag:
    """Watches the running event loop while it is open.

    worst: the most seconds that a timer of 2 ms came late.
    """

    def __init__(self) -> None:
        self.worst = 0.0
        self._watching: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._watching = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._watching is not None
        self._watching.cancel()
        await asyncio.wait([self._watching])

    async def _watch(self) -> None:
        while True:
            due = time.perf_counter() + _TICK
            await asyncio.sleep(_TICK)
            self.worst = max(self.worst, time.perf_counter() - due)
