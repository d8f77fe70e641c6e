"""What an engine is doing, for whoever shows it to people."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from enum import StrEnum


class EngineState(StrEnum):
    """Whether an engine can answer."""

    LOADING = "loading"
    READY = "ready"
    RESTARTING = "restarting"  # open replies continue when it is ready again
    FAILED = "failed"  # for good


class StateFeed:
    """A state that anyone can follow. For one event loop."""

    def __init__(self, state: EngineState = EngineState.LOADING) -> None:
        self._state = state
        self._changed = asyncio.Event()

    @property
    def now(self) -> EngineState:
        """The state now."""
        return self._state

    def set(self, state: EngineState) -> None:
        """Change the state."""
        self._state = state
        self._changed.set()
        self._changed = asyncio.Event()

    async def follow(self) -> AsyncGenerator[EngineState, None]:
        """The state now, then each new one; a slow reader misses some in between, never the last."""
        shown = None
        while True:
            changed = self._changed
            if self._state is not shown:
                shown = self._state
                yield shown
            if changed is self._changed:
                await changed.wait()
