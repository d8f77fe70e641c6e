"""How long messages are kept."""

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

DAYS = 30


class Store(SqlStore):
    """Tells how much was erased each time; the clock of its caller is as much ahead as `ahead`."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.ahead = timedelta()
        self.erased: asyncio.Queue[int] = asyncio.Queue(1)

    async def forget_before(self, moment: datetime) -> int:
        erased = await super().forget_before(moment + self.ahead)
        await self.erased.put(erased)
        return erased


async def test_what_grows_older_than_keep_days_is_erased_while_the_bot_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "_FORGET_SECONDS", 0)
    days = timedelta(days=DAYS)
    async with Store(f"sqlite+aiosqlite:///{(tmp_path / 'o.db').as_posix()}") as store:
        await answered(store, replace(message(100), created_at=now()))
        await answered(store, replace(message(101), created_at=now() - days))
        await answered(store, replace(message(102), created_at=now() - days + timedelta(hours=1)))
        forgetting = asyncio.create_task(app._forget_old(store, DAYS))
        # One more each time: a run that had begun before is over then.
        assert [await store.erased.get() for _ in range(2)] == [1, 0]
        store.ahead = timedelta(hours=2)
        assert 1 in [await store.erased.get() for _ in range(3)]
        assert [exchange.prompt.message_id for exchange in await store.transcript(7)] == [100]
        forgetting.cancel()
        with suppress(asyncio.CancelledError):
            await forgetting


async def test_without_keep_days_nothing_is_ever_erased(tmp_path: Path) -> None:
    async with Store(f"sqlite+aiosqlite:///{(tmp_path / 'o.db').as_posix()}") as store:
        await app._forget_old(store, None)
        assert store.erased.empty()
