"""The tables, their column types, and text as every database takes it."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    UniqueConstraint,
    false,
    select,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, column_property, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from bot.chat.turns import Author, FinishReason, Quote, Role, Turn

# SQLite counts up only where the key's type is literally INTEGER; it has 64 bits there all the same.
TurnId = BigInteger().with_variant(Integer, "sqlite")

DIRECT_MESSAGES = 0
"""Stands for direct messages in keys, which cannot be NULL; no server has this id."""


class TokenIds(TypeDecorator[tuple[int, ...]]):
    """Token ids as binary: four bytes an id, unsigned, little-endian, nothing else."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> bytes | None:
        """Pack ids, each in 0 ≤ id < 2³²."""
        return None if value is None else struct.pack(f"<{len(value)}I", *value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> tuple[int, ...] | None:
        """Unpack ids."""
        return None if value is None else struct.unpack(f"<{len(value) // 4}I", value)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept and given back in UTC. SQLite keeps no time zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any moment with a time zone into UTC; one without says nothing certain and is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Put the time zone back where the database keeps none."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _column_of(kind: type[StrEnum]) -> Enum:
    """A column that holds the values of `kind` as text, so that a new one needs no migration."""
    return Enum(
        kind, native_enum=False, length=16, values_callable=lambda members: [m.value for m in members]
    )


class Base(DeclarativeBase):
    """Names every constraint, so that later migrations can name them too."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class ConversationRow(Base):
    """A channel, thread or direct message, where it belongs, and from which turn on its history counts.

    guild_id: None for direct messages. parent_id: the channel of a thread, None for all others.
    Turns below `reset_before` were put aside by a person, those below `trimmed_before` by the token
    budget; both stay in the table.
    """

    __tablename__ = "conversations"

    channel_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    guild_id: Mapped[int | None] = mapped_column(BigInteger)
    parent_id: Mapped[int | None] = mapped_column(BigInteger)
    reset_before: Mapped[int] = mapped_column(BigInteger, default=0)
    trimmed_before: Mapped[int] = mapped_column(BigInteger, default=0)


class MessageRow(Base):
    """A Discord message that shows a turn: the prompt itself, or one page of a reply.

    The primary key is what keeps a message from being answered twice. `page` counts from 0.
    """

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("turn_id", "page"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"))
    page: Mapped[int] = mapped_column(default=0)


class QuoteRow(Base):
    """A part of what a prompt refers to, in the order of `part`. author_id: whose words they are; NULL where
    that is not known.
    """

    __tablename__ = "quotes"

    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    text: Mapped[str]


class ImageRow(Base):
    """A picture that a prompt shows, a JPEG file, in the order of `part`. author_id: who showed it; NULL
    where that is not known.
    """

    __tablename__ = "images"

    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


# As text, or the comparison of tables and models would take it for another one than SQLite's.
_EMPTY = text("''")


class TurnRow(Base):
    """One turn. Ids are never used again, even where the newest turns were deleted.

    created_at: for replies, when they were last asked for. withdrawn: it says nothing any more; its row
    stays so that its messages stay known.
    """

    __tablename__ = "turns"
    __table_args__ = (
        Index(None, "channel_id", "id"),
        Index(
            "ix_turns_undelivered",
            "finished_at",
            sqlite_where=text("ended IS NOT NULL AND delivered = 0"),
            postgresql_where=text("ended IS NOT NULL AND NOT delivered"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(TurnId, primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("conversations.channel_id", ondelete="CASCADE"))
    role: Mapped[Role] = mapped_column(_column_of(Role))
    author_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    author_name: Mapped[str | None]
    text: Mapped[str] = mapped_column(default="")
    reasoning: Mapped[str] = mapped_column(default="", server_default=_EMPTY)
    token_ids: Mapped[tuple[int, ...]] = mapped_column(TokenIds, default=())
    tokenizer: Mapped[str] = mapped_column(default="")
    reply_to: Mapped[int | None] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), unique=True)
    ended: Mapped[FinishReason | None] = mapped_column(_column_of(FinishReason))
    delivered: Mapped[bool] = mapped_column(default=False)
    withdrawn: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    quotes: Mapped[list[QuoteRow]] = relationship(
        order_by="QuoteRow.part", lazy="selectin", cascade="all, delete-orphan", passive_deletes=True
    )

    def to_turn(self) -> Turn:
        """The turn as the domain knows it."""
        author = None
        if self.author_id is not None:
            author = Author(self.author_id, self.author_name or "")
        return Turn(
            id=self.id,
            channel_id=self.channel_id,
            role=self.role,
            author=author,
            text=self.text,
            message_id=self.message_id,
            token_ids=self.token_ids,
            tokenizer=self.tokenizer,
            reply_to=self.reply_to,
            ended=self.ended,
            delivered=self.delivered,
            created_at=self.created_at,
            finished_at=self.finished_at,
            quotes=tuple(Quote(row.author_id, row.text) for row in self.quotes),
            reasoning=self.reasoning,
        )

    message_id: Mapped[int | None] = column_property(
        select(MessageRow.id)
        .where(MessageRow.turn_id == id, MessageRow.page == 0)
        .correlate_except(MessageRow)
        .scalar_subquery()
    )


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
    """The newest message of a channel that needs no second look; under 0, of all channels without a row."""

    __tablename__ = "cursors"

    channel_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(BigInteger)


class SettingRow(Base):
    """A text that was chosen while the bot ran, by its name."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


def storable(text: str) -> str:
    """`text` as every database takes it: surrogate pairs joined, lone surrogates and NUL made U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
