"""A store on a real database, and a clock that goes when told to."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.store import SqlStore
from tests.store.conftest import migrated

__all__ = ["migrated"]


class Clock:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 21, 0, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(tmp_path: Path, migrated: Path) -> AsyncIterator[SqlStore]:
    path = tmp_path / "o.db"
    shutil.copyfile(migrated, path)
    async with SqlStore(f"sqlite+aiosqlite:///{path.as_posix()}") as store:
        yield store
