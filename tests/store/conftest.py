"""A store on a real database: SQLite in a file; PostgreSQL where TEST_POSTGRES_URL names one to empty."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
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


@pytest.fixture
async def store(url: str) -> AsyncIterator[SqlStore]:
    """An open store, empty."""
    async with SqlStore(url) as store:
        yield store
