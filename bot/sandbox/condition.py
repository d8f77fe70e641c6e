"""Waiting for a state, without polling."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Condition:
    """Wakes everyone who waits whenever the state changed; each then looks at it again.

    Like `asyncio.Condition` without the lock: everything happens on one event loop.
    """

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Say that the state changed."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def until(
        self, probe: Callable[[], T | None], timeout: float, describe: Callable[[], str] = lambda: ""
    ) -> T:
        """Return what `probe` finds in the state, now or after a change.

        probe: returns None as long as there is nothing yet. timeout: seconds.
        describe: the state in words, for the error.

        Raises: TimeoutError where `probe` found nothing in time.
        """
        try:
            async with asyncio.timeout(timeout):
                while (found := probe()) is None:
                    await self._changed()
        except TimeoutError:
            raise TimeoutError(f"not within {timeout} s; {describe()}".rstrip("; ")) from None
        return found

    async def _changed(self) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)
