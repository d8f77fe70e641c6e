"""The composition root: what is logged while a model loads."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot import app
from bot.settings import load_settings


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was slept each time, which takes no time here; the eighth sleep is cancelled."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 8:
            raise asyncio.CancelledError

    monkeypatch.setattr("bot.app.asyncio.sleep", sleep)
    return pauses


async def test_how_long_a_model_has_been_loading_is_logged_at_growing_intervals(
    slept: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.app")
    with pytest.raises(asyncio.CancelledError):
        await app._log_loading(load_settings(None), "the demo model")
    assert sum(slept) == 240
    messages = [record.getMessage() for record in caplog.records]
    assert messages[0] == "Loading the demo model on CPU, engine genai"
    assert messages[1:] == [
        f"Still loading the demo model: {seconds} s" for seconds in (5, 10, 20, 30, 60, 120, 180)
    ]
