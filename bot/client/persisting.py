"""Going on in spite of trouble that passes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from bot.client.requests import PassingError
from bot.errors import OvbotError

logger = logging.getLogger(__name__)

T = TypeVar("T")


async def persistently(request: Callable[[], Awaitable[T]], pauses: Iterable[float], channel_id: int) -> T:
    """Make a request, again and again while Discord or the network is in trouble.

    pauses: seconds between the attempts; what the one after the last pause raises goes through.
    """
    for pause in pauses:
        try:
            return await request()
        except PassingError as error:
            logger.warning(
                "Discord is in trouble in channel %d, next attempt in %g s: %s", channel_id, pause, error
            )
            await asyncio.sleep(pause)
    return await request()


@contextmanager
def store_trouble_logged() -> Iterator[None]:
    """Trouble with the store must not keep a reply from being shown."""
    try:
        yield
    except OvbotError as error:
        logger.error("What was shown could not be written down: %s", error)
