"""The composition root: what is logged while a model loads, and the health file at the end."""

from __future__ import annotations

import asyncio
import logging
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from bot import app, health
from bot.chat.ports import SamplingParams
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


async def test_a_stop_while_health_is_written_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    writing, may_go_on = threading.Event(), threading.Event()
    write = health.write

    def slow_write(connected: bool, state: str) -> None:
        writing.set()
        assert may_go_on.wait(20)
        write(connected, state)

    monkeypatch.setattr(health, "write", slow_write)
    reporting = asyncio.create_task(app._report_health(lambda: (True, "ready")))
    assert await asyncio.to_thread(writing.wait, 20)
    reporting.cancel()
    asyncio.get_running_loop().call_later(0.05, may_go_on.set)
    with pytest.raises(asyncio.CancelledError):
        await reporting

    assert (tmp_path / "data").is_dir()
    assert not (tmp_path / "data" / "health.json").exists()


MODEL = SamplingParams(temperature=0.6, top_p=0.95, top_k=20, min_p=0.1, repetition_penalty=1.05)


def test_tokens_are_chosen_as_the_model_says_where_nothing_is_set() -> None:
    settings = load_settings(None, max_new_tokens=7, seed=3)
    assert app.make_sampling(settings, MODEL) == replace(MODEL, max_new_tokens=7, seed=3)


def test_a_setting_that_is_set_wins_over_the_model() -> None:
    chosen = {"temperature": 0.0, "top_p": 1.0, "top_k": 0, "min_p": 0.0, "repetition_penalty": 1.0}
    for name, value in chosen.items():
        settings = load_settings(None, **{name: value})
        assert app.make_sampling(settings, MODEL) == replace(MODEL, **{name: value})  # type: ignore[arg-type]


def test_a_temperature_on_a_greedy_model_takes_the_rest_from_the_model() -> None:
    greedy = replace(MODEL, temperature=0.0)
    assert app.make_sampling(load_settings(None, temperature=0.6), greedy) == MODEL
