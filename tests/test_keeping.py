"""How long what was said is kept."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import app
from bot.store import SqlStore
from tests.store.people import answered, message, now


class Store(SqlStore):
    """Says how much was erased, each time that something was."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.erased: asyncio.Queue[int] = asyncio.Queue()

    async def forget_before(self, moment: datetime) -> int:
        erased = await super().forget_before(moment)
        if erased:
            await self.erased.put(erased)
        return erased


async def test_what_grows_older_than_keep_days_is_erased_while_the_bot_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "_FORGET_SECONDS", 0.01)
    days = timedelta(days=30)
    async with Store(f"sqlite+aiosqlite:///{(tmp_path / 'o.db').as_posix()}") as store:
        await answered(store, replace(message(100), created_at=now()))
        await answered(store, replace(message(101), created_at=now() - days))
        forgetting = asyncio.create_task(app._forget_old(store, days.days))
        assert await store.erased.get() == 1
        await answered(store, replace(message(102), created_at=now() - days))
        assert await store.erased.get() == 1
        assert [exchange.prompt.message_id for exchange in await store.transcript(7)] == [100]
        forgetting.cancel()
        with suppress(asyncio.CancelledError):
            await forgetting
