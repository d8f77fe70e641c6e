"""The tables of conversations: their turns, and the Discord messages that show the turns."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Enum,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    UniqueConstraint,
    false,
    select,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, column_property, mapped_column

from bot.chat.turns import Author, Ending, Role, Turn
from bot.store.types import TokenIds, UtcDateTime

# SQLite counts up only where the key's type is literally INTEGER; it has 64 bits there all the same.
TurnId = BigInteger().with_variant(Integer, "sqlite")
EMPTY = text("''")


def _words(kind: type[StrEnum]) -> Enum:
    """A column that holds the words of `kind` as text, so that a new word needs no migration."""
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
    Turns below `reset_before` were put away by a person, those below `trimmed_before` by the token
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


class TurnRow(Base):
    """One turn. Ids are never used again, even where the newest turns were deleted.

    withdrawn: it says nothing any more; its row stays so that its messages stay known.
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
    role: Mapped[Role] = mapped_column(_words(Role))
    author_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    author_name: Mapped[str | None]
    text: Mapped[str] = mapped_column(default="")
    context: Mapped[str] = mapped_column(default="", server_default=EMPTY)
    token_ids: Mapped[tuple[int, ...]] = mapped_column(TokenIds, default=())
    tokenizer: Mapped[str] = mapped_column(default="")
    reply_to: Mapped[int | None] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), unique=True)
    ended: Mapped[Ending | None] = mapped_column(_words(Ending))
    delivered: Mapped[bool] = mapped_column(default=False)
    withdrawn: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

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
            context=self.context,
        )

    message_id: Mapped[int | None] = column_property(
        select(MessageRow.id)
        .where(MessageRow.turn_id == id, MessageRow.page == 0)
        .correlate_except(MessageRow)
        .scalar_subquery()
    )
