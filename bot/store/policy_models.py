"""The tables beside the conversations: what moderators set, what people used, what was heard."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.models import Base

DIRECT_MESSAGES = 0
"""Stands for direct messages in keys, which cannot be NULL; no server has this id."""


class PolicyRow(Base):
    """A server's policy, as the JSON of `ServerPolicy`."""

    __tablename__ = "policies"

    guild_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    policy: Mapped[str]


class PersonaRow(Base):
    """The persona of a channel or thread. guild_id: None for direct messages."""

    __tablename__ = "personas"

    channel_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    guild_id: Mapped[int | None] = mapped_column(BigInteger)
    persona: Mapped[str]


class UsageRow(Base):
    """What a person used in a server, or in `DIRECT_MESSAGES`, on one day, UTC."""

    __tablename__ = "usage"

    guild_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, index=True)
    replies: Mapped[int] = mapped_column(BigInteger)
    read_tokens: Mapped[int] = mapped_column(BigInteger)
    written_tokens: Mapped[int] = mapped_column(BigInteger)


class CursorRow(Base):
    """The newest message of a channel that needs no second look."""

    __tablename__ = "cursors"

    channel_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(BigInteger)
