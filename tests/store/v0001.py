"""A database as the first version of the tables had it, with a conversation in it."""

from __future__ import annotations

from datetime import datetime

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, bindparam, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.models import UtcDateTime

ROWS = (
    "INSERT INTO conversations VALUES (7, 1, 0, 0), (8, NULL, 0, 0), (9, 1, 8, 0)",
    "INSERT INTO turns (id, channel_id, role, author_id, author_name, text, token_ids, tokenizer, reply_to,"
    " ended, delivered, created_at, finished_at) VALUES"
    " (1, 7, 'user', 50, 'Ana', 'hello', :none, '', NULL, NULL, false, :at, NULL),"
    " (2, 7, 'assistant', NULL, NULL, 'hi', :ids, 'abc', 1, 'complete', true, :at, :at),"
    " (3, 8, 'user', 51, 'Ben', 'are you there?', :none, '', NULL, NULL, false, :at, NULL),"
    " (4, 8, 'assistant', NULL, NULL, '', :none, '', 3, NULL, false, :at, NULL),"
    " (5, 7, 'user', 51, 'Ben', 'and me?', :none, '', NULL, NULL, false, :at, NULL),"
    " (6, 7, 'assistant', NULL, NULL, 'you too', :ids, 'abc', 5, 'length', false, :at, :at),"
    " (7, 9, 'user', 50, 'Ana', 'put away', :none, '', NULL, NULL, false, :at, NULL)",
    "INSERT INTO messages VALUES (100, 1, 0), (101, 2, 0), (102, 3, 0), (104, 5, 0), (105, 6, 0),"
    " (106, 6, 1)",
    # The newest turn was deleted: its id must not come again.
    "DELETE FROM turns WHERE id = 7",
)


async def make(url: str, at: datetime, ids: bytes, revision: str = "0001") -> None:
    """Fill an empty database: turns 1 to 6 in channels 7 and 8; 3 is unanswered, 6 not delivered. Then
    bring it to another version's `revision`.
    """
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade, "0001")
        for statement in ROWS:
            bound = text(statement)
            if ":at" in statement:
                bound = bound.bindparams(bindparam("at", at, UtcDateTime), ids=ids, none=b"")
            await connection.execute(bound)
        if engine.dialect.name == "postgresql":
            await connection.execute(text("SELECT setval('turns_id_seq', 7)"))
        await connection.run_sync(_upgrade, revision)
    await engine.dispose()


def _upgrade(connection: Connection, revision: str) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "bot.store:migrations")
    command.upgrade(config, revision)
