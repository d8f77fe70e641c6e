"""Conversations on disk: SQLAlchemy over SQLite or PostgreSQL, migrated by Alembic when opened."""

from bot.store.store import SqlStore

__all__ = ["SqlStore"]
