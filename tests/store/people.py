"""Messages and exchanges for the tests of the store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from sqlalchemy import Connection, event, select

from bot.chat.turns import Author, Exchange, FinishReason, Image, Incoming, Quote, Turn
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
    quotes: tuple[Quote, ...] = (),
    images: tuple[Image, ...] = (),
) -> Incoming:
    return Incoming(channel_id, message_id, author, text, guild_id, POSTED, parent_id, quotes, images)


async def asked(store: SqlStore, incoming: Incoming) -> Turn:
    """The prompt that a message becomes; its reply is open."""
    accepted = await store.accept(incoming)
    assert accepted is not None
    return accepted.prompt


async def answered(
    store: SqlStore,
    incoming: Incoming,
    text: str = "hi",
    ended: FinishReason = FinishReason.COMPLETE,
    reasoning: str = "",
) -> Exchange:
    """A whole exchange, as the assistant writes it, but for its delivery."""
    prompt = await asked(store, incoming)
    reply = await store.open_reply(prompt)
    await store.close_reply(reply.id, text, [5, 6, 32007], "abc", ended, reasoning=reasoning)
    return Exchange(prompt, reply)


def now() -> datetime:
    return datetime.now(UTC)


async def dump(store: SqlStore) -> str:
    """Everything that stands in any table."""
    async with store.transaction(write=False) as session:
        rows = [(await session.execute(select(table))).all() for table in Base.metadata.sorted_tables]
    return repr(rows)


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Transactions:
    """How many there were."""

    count: int = 0


@contextmanager
def counting(store: SqlStore) -> Iterator[Transactions]:
    """Count the store's transactions within the block."""
    transactions = Transactions()

    def begin(_: Connection) -> None:
        transactions.count += 1

    event.listen(store._engine.sync_engine, "begin", begin)
    try:
        yield transactions
    finally:
        event.remove(store._engine.sync_engine, "begin", begin)
