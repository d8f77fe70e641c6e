"""Messages and exchanges for the tests of the store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from bot.chat.turns import Author, Ending, Exchange, Incoming, Turn
from bot.store import SqlStore

MIKA = Author(id=810_000_000_000_000_001, name="Mika")
POSTED = datetime(2026, 8, 6, 21, 30, tzinfo=timezone(timedelta(hours=9)))


def message(message_id: int, channel_id: int = 7, text: str = "hello", author: Author = MIKA) -> Incoming:
    return Incoming(
        channel_id=channel_id, message_id=message_id, author=author, text=text, guild_id=1, created_at=POSTED
    )


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
