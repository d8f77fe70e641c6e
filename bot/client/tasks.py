"""Tasks that the client owns: an error ends its own task and the log says so, the bot goes on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self

logger = logging.getLogger(__name__)


class BackgroundTasks:
    """Runs coroutines in tasks of its own; leaving the `async with` cancels what still runs.

    From then on, what is started is cancelled at once: discord.py still hands out the events that it has.
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_over = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over = True
        while self._tasks:
            running = list(self._tasks)
            for task in running:
                task.cancel()
            await asyncio.wait(running)

    def start(self, work: Coroutine[Any, Any, object], name: str) -> asyncio.Task[None]:
        """Run `work` in a task, which is cancelled by the end of the `async with`. name: what the log calls
        it."""
        task = asyncio.create_task(_logged(work, name), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: work.close())  # it may never have begun
        if self._is_over:
            task.cancel()
        return task


async def _logged(work: Coroutine[Any, Any, object], name: str) -> None:
    try:
        await work
    except Exception:
        # One message must not end the bot.
        logger.exception("Something went wrong with %s", name)
