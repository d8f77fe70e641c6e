"""How long what was said is kept."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import app
from bot.store import SqlStore
from tests.store.people import answered, message, now


async def test_what_is_older_than_keep_days_is_erased_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(app, "_FORGET_SECONDS", 0.01)
    caplog.set_level(logging.INFO)
    async with SqlStore(f"sqlite+aiosqlite:///{(tmp_path / 'o.db').as_posix()}") as store:
        await answered(store, replace(message(100), created_at=now()))
        forgetting = asyncio.create_task(app._forget_old(store, 30))
        for message_id in (101, 102):
            old = replace(message(message_id, text="old"), created_at=now() - timedelta(days=30))
            await answered(store, old)
            while len(await store.transcript(7)) > 1:
                await asyncio.sleep(0.01)
        forgetting.cancel()
        with suppress(asyncio.CancelledError):
            await forgetting
    assert caplog.messages.count("Erased 1 messages older than 30 days, and the replies to them") == 2
