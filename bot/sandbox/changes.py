"""Waiting for the world to be in some state, without polling."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Changes:
    """Wakes everybody who waits whenever something changed; each then looks for itself.

    Waiting looks at the state first, so what happened before the wait began is not missed.
    """

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Say that something changed."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def until(
        self, probe: Callable[[], T | None], timeout: float, describe: Callable[[], str] = lambda: ""
    ) -> T:
        """Return what `probe` finds as soon as it finds something other than None.

        Args:
            probe: looks at the state; is called now and after each change.
            timeout: seconds.
            describe: tells, for the error, how things stand.

        Raises:
            TimeoutError: nothing was found in time.
        """
        loop = asyncio.get_running_loop()
        try:
            # Not wait_for: in Python 3.11 it loses a cancellation that comes together with the result.
            async with asyncio.timeout(timeout):
                while (found := probe()) is None:
                    future = loop.create_future()
                    self._waiting.add(future)
                    try:
                        await future
                    finally:
                        self._waiting.discard(future)
        except TimeoutError:
            raise TimeoutError(f"not within {timeout} s; {describe()}".rstrip("; ")) from None
        return found
