"""Tasks that the client owns end with it."""

from __future__ import annotations

import asyncio

from bot.client.tasks import BackgroundTasks


async def test_what_runs_is_cancelled_at_the_end() -> None:
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.Event().wait()

    async with BackgroundTasks() as tasks:
        running = tasks.start(work(), "work")
        await begun.wait()
        waiting = tasks.start(work(), "work that has not begun")
    assert running.cancelled()
    assert waiting.cancelled()


async def test_what_is_started_after_the_end_never_runs() -> None:
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()

    async with BackgroundTasks() as tasks:
        pass
    late = tasks.start(work(), "work")
    await asyncio.wait([late])
    assert late.cancelled()
    assert not begun.is_set()
