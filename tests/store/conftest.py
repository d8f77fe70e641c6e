"""A store on a real database: SQLite in a file; PostgreSQL where TEST_POSTGRES_URL names one to empty."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store import SqlStore

POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL")


async def _emptied(url: str) -> str:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text("DROP SCHEMA public CASCADE"))
        await connection.execute(text("CREATE SCHEMA public"))
    await engine.dispose()
    return url


@pytest.fixture(params=["sqlite", *(["postgresql"] if POSTGRES_URL else [])])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "postgresql":
        assert POSTGRES_URL
        return await _emptied(POSTGRES_URL)
    return f"sqlite+aiosqlite:///{tmp_path / 'data' / 'ovbot.sqlite3'}"


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of SQLite's, to be copied: making its tables takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "o.db"

    async def make() -> None:
        async with SqlStore(f"sqlite+aiosqlite:///{path.as_posix()}"):
            pass

    asyncio.run(make())
    return path


@pytest.fixture
async def store(url: str, migrated: Path) -> AsyncIterator[SqlStore]:
    """An open store, empty."""
    if (path := make_url(url).database) and url.startswith("sqlite"):
        Path(path).parent.mkdir()
        shutil.copyfile(migrated, path)
    async with SqlStore(url) as store:
        yield store
