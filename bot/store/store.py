"""The whole store."""

from __future__ import annotations

from bot.store.conversations import Conversations
from bot.store.cursors import Cursors
from bot.store.erasure import Erasure
from bot.store.policies import Policies
from bot.store.settings import StoredSettings
from bot.store.usage import UsageRecords


class SqlStore(Conversations, Erasure, Cursors, Policies, UsageRecords, StoredSettings):
    """All that the bot keeps, in the database that an SQLAlchemy URL names.

    The URL has an asyncio driver: `sqlite+aiosqlite:///path`, or `postgresql+asyncpg://…`. Every
    method is one transaction and raises StoreError where the database fails. When a caller is
    cancelled in the middle of one, it still runs to its end: it happens as a whole. Writing to a turn
    that is gone does nothing: it was deleted while its reply was being generated.

    Raises: StoreError for a URL that names no such database.
    """
