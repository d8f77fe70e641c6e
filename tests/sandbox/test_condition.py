"""Waiting for the world to be in some state."""

from __future__ import annotations

import asyncio

import pytest

from bot.sandbox.condition import Condition


def nothing_yet() -> str | None:
    return None


async def test_a_wait_that_is_cancelled_as_something_changes_is_cancelled() -> None:
    condition = Condition()
    waiting = asyncio.create_task(condition.until(nothing_yet, timeout=5))
    await asyncio.sleep(0)
    condition.notify()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_state_that_does_not_come_in_time_is_described() -> None:
    with pytest.raises(TimeoutError, match="it is as it was"):
        await Condition().until(nothing_yet, timeout=0.01, describe=lambda: "it is as it was")
