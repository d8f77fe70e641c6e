"""Messages and exchanges for the tests of the store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat.turns import Author, Ending, Exchange, Incoming, Turn
from bot.store import SqlStore
from bot.store.models import Base

MIKA = Author(id=810_000_000_000_000_001, name="Mika")
POSTED = datetime(2026, 8, 6, 21, 30, tzinfo=timezone(timedelta(hours=9)))


def message(
    message_id: int,
    channel_id: int = 7,
    text: str = "hello",
    author: Author = MIKA,
    guild_id: int | None = 1,
    parent_id: int | None = None,
    context: str = "",
) -> Incoming:
    return Incoming(channel_id, message_id, author, text, guild_id, POSTED, context, parent_id)


async def asked(store: SqlStore, incoming: Incoming) -> Turn:
    turn = await store.claim(incoming)
    assert turn is not None
    return turn


async def answered(
    store: SqlStore, incoming: Incoming, text: str = "hi", ended: Ending = Ending.COMPLETE
) -> Exchange:
    """A whole exchange, as the assistant writes it, but for its delivery."""
    prompt = await asked(store, incoming)
    reply = await store.open_reply(prompt)
    await store.close_reply(reply.id, text, [5, 6, 32007], "abc", ended)
    return Exchange(prompt, reply)


def now() -> datetime:
    return datetime.now(UTC)


async def dump(session: AsyncSession) -> str:
    """Everything that stands in any table."""
    rows = [(await session.execute(select(table))).all() for table in Base.metadata.sorted_tables]
    return repr(rows)
