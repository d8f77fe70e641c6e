"""Conversations on disk: SQLAlchemy over SQLite or PostgreSQL, migrated by Alembic when opened."""

from bot.store.sql import SqlStore

__all__ = ["SqlStore"]
