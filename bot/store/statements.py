"""Statements that SQLAlchemy has for each database apart."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import CursorResult
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.models import Base


def insert(session: AsyncSession, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what to do where its key is taken (both databases say it in one way)."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


async def insert_if_absent(session: AsyncSession, table: type[Base], **values: Any) -> bool:
    """Insert a row unless its key is taken; whether it was inserted."""
    result = await session.execute(insert(session, table).values(**values).on_conflict_do_nothing())
    return cast(CursorResult[Any], result).rowcount == 1
