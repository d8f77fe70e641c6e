"""The conversation store over SQLAlchemy. Each method is one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, and_, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.chat.turns import Ending, Exchange, Incoming, Role, Turn
from bot.store.database import Database, reading, writing
from bot.store.models import Base, ConversationRow, MessageRow, TurnRow
from bot.store.types import storable


class SqlStore(Database):
    """`ConversationStore` in the database that an SQLAlchemy URL names.

    The URL has an asyncio driver: `sqlite+aiosqlite:///path`, or `postgresql+asyncpg://…`. Every
    method raises StoreError where the database fails. A caller that is cancelled in the middle of
    one leaves it to finish on its own: it happens as a whole. Writing to a turn that is gone does
    nothing: it was deleted while its reply was being made.

    Raises: StoreError for a URL that names no such database.
    """

    @writing
    async def claim(self, session: AsyncSession, incoming: Incoming) -> Turn | None:
        """Write the message as a user turn; None where its message id is known already."""
        if await session.get(MessageRow, incoming.message_id) is not None:
            return None
        await _insert_if_absent(
            session, ConversationRow, channel_id=incoming.channel_id, guild_id=incoming.guild_id
        )
        turn = TurnRow(
            channel_id=incoming.channel_id,
            role=Role.USER,
            author_id=incoming.author.id,
            author_name=storable(incoming.author.name),
            text=storable(incoming.text),
            created_at=incoming.created_at,
        )
        session.add(turn)
        await session.flush()
        # On PostgreSQL another transaction may have written the same message since the look above.
        if not await _insert_if_absent(session, MessageRow, id=incoming.message_id, turn_id=turn.id):
            await session.delete(turn)
            return None
        await session.refresh(turn)
        return turn.to_turn()

    @reading
    async def history(self, session: AsyncSession, channel_id: int, before: int) -> list[Exchange]:
        """The exchanges that a prompt may show, oldest first."""
        prompt, reply = aliased(TurnRow), aliased(TurnRow)
        found = await session.execute(
            select(prompt, reply)
            .join(reply, reply.reply_to == prompt.id)
            .join(ConversationRow, ConversationRow.channel_id == prompt.channel_id)
            .where(
                prompt.channel_id == channel_id,
                prompt.id < before,
                prompt.id >= ConversationRow.reset_before,
                prompt.id >= ConversationRow.trimmed_before,
                reply.ended.is_not(None),
                reply.text != "",
            )
            .order_by(prompt.id)
        )
        return [Exchange(asked.to_turn(), answered.to_turn()) for asked, answered in found]

    @writing
    async def trim(self, session: AsyncSession, channel_id: int, first_turn: int) -> None:
        """Leave the turns before `first_turn` out of later histories (they stay on disk)."""
        await session.execute(
            update(ConversationRow)
            .where(ConversationRow.channel_id == channel_id, ConversationRow.trimmed_before < first_turn)
            .values(trimmed_before=first_turn)
        )

    @writing
    async def reset(self, session: AsyncSession, channel_id: int) -> int:
        """Start the conversation anew; how many turns were put away."""
        conversation = await session.get(ConversationRow, channel_id, with_for_update=True)
        if conversation is None:
            return 0
        found = await session.execute(
            select(func.count(), func.max(TurnRow.id)).where(
                TurnRow.channel_id == channel_id, TurnRow.id >= conversation.reset_before
            )
        )
        count, newest = found.one()
        if count:
            conversation.reset_before = newest + 1
        return count

    @writing
    async def open_reply(self, session: AsyncSession, prompt: Turn) -> Turn:
        """Begin the reply to `prompt`; one that is there already is given back as it is."""
        await _insert_if_absent(
            session,
            TurnRow,
            channel_id=prompt.channel_id,
            role=Role.ASSISTANT,
            reply_to=prompt.id,
            created_at=datetime.now(UTC),
        )
        return (await session.scalars(select(TurnRow).where(TurnRow.reply_to == prompt.id))).one().to_turn()

    @writing
    async def mark_posted(self, session: AsyncSession, turn_id: int, message_id: int, page: int = 0) -> None:
        """Note the Discord message that shows page `page` of the reply, in place of an earlier one."""
        if await session.get(TurnRow, turn_id) is None:
            return
        await session.execute(
            delete(MessageRow).where(MessageRow.turn_id == turn_id, MessageRow.page == page)
        )
        session.add(MessageRow(id=message_id, turn_id=turn_id, page=page))

    @writing
    async def close_reply(
        self,
        session: AsyncSession,
        turn_id: int,
        text: str,
        token_ids: Sequence[int],
        tokenizer: str,
        ended: Ending,
    ) -> None:
        """Write how the reply ended, and its final text."""
        await session.execute(
            update(TurnRow)
            .where(TurnRow.id == turn_id)
            .values(
                text=storable(text),
                token_ids=tuple(token_ids),
                tokenizer=tokenizer,
                ended=ended,
                finished_at=datetime.now(UTC),
            )
        )

    @writing
    async def mark_delivered(self, session: AsyncSession, turn_id: int) -> None:
        """Note that the final text is shown."""
        await session.execute(update(TurnRow).where(TurnRow.id == turn_id).values(delivered=True))

    @reading
    async def unanswered(self, session: AsyncSession) -> list[Turn]:
        """User turns whose reply has not ended, oldest first."""
        reply = aliased(TurnRow)
        found = await session.scalars(
            select(TurnRow)
            .outerjoin(reply, reply.reply_to == TurnRow.id)
            .where(TurnRow.role == Role.USER, reply.ended.is_(None))
            .order_by(TurnRow.id)
        )
        return [turn.to_turn() for turn in found]

    @reading
    async def undelivered(self, session: AsyncSession) -> list[Exchange]:
        """Exchanges whose reply ended with text that was never fully shown, oldest first."""
        prompt, reply = aliased(TurnRow), aliased(TurnRow)
        found = await session.execute(
            select(prompt, reply)
            .join(reply, reply.reply_to == prompt.id)
            .where(reply.ended.is_not(None), reply.text != "", reply.delivered.is_(False))
            .order_by(prompt.id)
        )
        return [Exchange(asked.to_turn(), answered.to_turn()) for asked, answered in found]

    @reading
    async def replied_message(self, session: AsyncSession, message_id: int) -> Turn | None:
        """The turn that a Discord message shows, or None."""
        found = await session.scalars(
            select(TurnRow).join(
                MessageRow, and_(MessageRow.turn_id == TurnRow.id, MessageRow.id == message_id)
            )
        )
        turn = found.one_or_none()
        return turn.to_turn() if turn else None


async def _insert_if_absent(session: AsyncSession, table: type[Base], **values: Any) -> bool:
    """Insert a row unless its key is taken; whether it was inserted."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    result = await session.execute(insert(table).values(**values).on_conflict_do_nothing())
    return cast(CursorResult[Any], result).rowcount == 1
