"""The history of the tables, by Alembic. Each step is a file in `versions`, in the order of their numbers.

A new step: `alembic revision -m "…" --rev-id 0002` makes the file to fill in; a test compares what
the steps make with `bot.store.models` and names every difference.
"""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreError

# Any number will do that no other program takes on the same PostgreSQL server.
ADVISORY_LOCK = 0x6F76626F74

# Alembic keeps the migration in progress in module globals: one at a time in each event loop.
_locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


async def migrate(connection: AsyncConnection, database: str) -> None:
    """Bring the tables up to date, within the transaction that `connection` is in.

    `database` is its name for people. On SQLite the transaction holds the write lock already; on
    PostgreSQL a lock is taken here: of several processes one migrates, the others find it done.

    Raises: StoreError where the tables come from a newer version of this program.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    script = ScriptDirectory.from_config(config)
    known = {step.revision for step in script.walk_revisions()}
    current = await connection.run_sync(_revisions)
    if unknown := current - known:
        raise StoreError(
            f"The database {database} was written by a newer version of this program (its tables are at "
            f"{', '.join(sorted(unknown))}, this version knows {script.get_current_head()}): "
            "update ovbot, or set DATABASE_URL to another database."
        )
    if current != set(script.get_heads()):
        async with _locks.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
            await connection.run_sync(_upgrade, config)


def _revisions(connection: Connection) -> set[str]:
    return set(MigrationContext.configure(connection).get_current_heads())


def _upgrade(connection: Connection, config: Config) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
