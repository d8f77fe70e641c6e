"""Discord's "is typing"."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from bot.client.replies.outlets import Outlet
from bot.client.requests import DeliveryError

# Discord shows it for 10 s.
_INTERVAL = 8.0


@asynccontextmanager
async def typing(outlet: Outlet, is_making: Callable[[], bool]) -> AsyncIterator[None]:
    """Show typing within, as long as something is being made."""

    async def repeat() -> None:
        while is_making():
            with suppress(DeliveryError):
                await outlet.typing()
            await asyncio.sleep(_INTERVAL)

    task = asyncio.create_task(repeat(), name=f"typing in {outlet.channel_id}")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
