"""What was said: claimed messages, the replies to them, the histories of both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat.turns import Ending, Exchange, Incoming, Role, Turn
from bot.errors import StoreError
from bot.i18n import mark
from bot.store.database import Database, reading, writing
from bot.store.exchanges import exchanges, prompt_row, reply_row, shown_by
from bot.store.models import ConversationRow, MessageRow, TurnRow
from bot.store.statements import insert, insert_if_absent
from bot.store.types import storable


class Conversations(Database):
    """The part of the store that keeps turns. What was withdrawn is as if it had never been said, but
    that its messages stay known.
    """

    @writing
    async def claim(self, session: AsyncSession, incoming: Incoming) -> Turn | None:
        """Write the message as a user turn; None where its message id is known already."""
        if await session.get(MessageRow, incoming.message_id) is not None:
            return None
        await _note_channel(session, incoming)
        turn = TurnRow(
            channel_id=incoming.channel_id,
            role=Role.USER,
            author_id=incoming.author.id,
            author_name=storable(incoming.author.name),
            text=storable(incoming.text),
            context=storable(incoming.context),
            created_at=incoming.created_at,
        )
        session.add(turn)
        await session.flush()
        # On PostgreSQL another transaction may have written the same message since the look above.
        if not await insert_if_absent(session, MessageRow, id=incoming.message_id, turn_id=turn.id):
            await session.delete(turn)
            return None
        await session.refresh(turn)
        return turn.to_turn()

    @reading
    async def history(self, session: AsyncSession, channel_id: int, before: int) -> list[Exchange]:
        """The exchanges that a prompt may show, oldest first."""
        return await exchanges(
            session,
            prompt_row.channel_id == channel_id,
            prompt_row.id < before,
            prompt_row.id >= ConversationRow.reset_before,
            prompt_row.id >= ConversationRow.trimmed_before,
            reply_row.ended.is_not(None),
            reply_row.text != "",
        )

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
        """Begin the reply to `prompt`; one that is there already is given back as it is.

        Raises: StoreError where the prompt is gone or withdrawn.
        """
        row = await session.get(TurnRow, prompt.id)
        if row is None or row.withdrawn:
            raise StoreError(mark("This message was deleted meanwhile."))
        await insert_if_absent(
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

    @reading
    async def pages(self, session: AsyncSession, turn_id: int) -> list[int]:
        """The messages that show a reply, first page first."""
        return await shown_by(session, turn_id)

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
            .where(TurnRow.id == turn_id, ~TurnRow.withdrawn)
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
        found = await session.scalars(
            select(prompt_row)
            .outerjoin(reply_row, reply_row.reply_to == prompt_row.id)
            .where(prompt_row.role == Role.USER, reply_row.ended.is_(None), ~prompt_row.withdrawn)
            .order_by(prompt_row.id)
        )
        return [turn.to_turn() for turn in found]

    @reading
    async def undelivered(self, session: AsyncSession, since: datetime | None = None) -> list[Exchange]:
        """Exchanges whose reply ended, at or after `since`, with text that was never fully shown."""
        recent = [reply_row.finished_at >= since] if since else []
        return await exchanges(
            session,
            reply_row.ended.is_not(None),
            reply_row.text != "",
            ~reply_row.delivered,
            *recent,
        )

    @reading
    async def replied_message(self, session: AsyncSession, message_id: int) -> Turn | None:
        """The turn that a Discord message shows, or None."""
        turn = await _shown(session, message_id)
        return turn.to_turn() if turn else None

    @reading
    async def exchange(self, session: AsyncSession, message_id: int) -> Exchange | None:
        """The exchange of which a Discord message shows the prompt or any page of the reply, or None."""
        turn = await _shown(session, message_id)
        if turn is None:
            return None
        found = await exchanges(session, prompt_row.id == (turn.reply_to or turn.id))
        return found[0] if found else None

    @reading
    async def last_exchange(self, session: AsyncSession, channel_id: int) -> Exchange | None:
        """The newest exchange of the conversation that `reset` did not put away, or None."""
        found = await exchanges(
            session,
            prompt_row.channel_id == channel_id,
            prompt_row.id >= ConversationRow.reset_before,
            newest=1,
        )
        return found[0] if found else None

    @reading
    async def transcript(self, session: AsyncSession, channel_id: int) -> list[Exchange]:
        """All exchanges since the conversation was last begun anew, oldest first, trimmed ones too."""
        return await exchanges(
            session,
            prompt_row.channel_id == channel_id,
            prompt_row.id >= ConversationRow.reset_before,
            reply_row.ended.is_not(None),
        )


async def _note_channel(session: AsyncSession, incoming: Incoming) -> None:
    """Make the message's conversation, or note where it belongs if that was not known yet."""
    row = insert(session, ConversationRow).values(
        channel_id=incoming.channel_id, guild_id=incoming.guild_id, parent_id=incoming.parent_id
    )
    known = ConversationRow.guild_id.is_not_distinct_from(row.excluded.guild_id) & (
        ConversationRow.parent_id.is_not_distinct_from(row.excluded.parent_id)
    )
    await session.execute(
        row.on_conflict_do_update(
            index_elements=[ConversationRow.channel_id],
            set_={
                "guild_id": func.coalesce(row.excluded.guild_id, ConversationRow.guild_id),
                "parent_id": func.coalesce(row.excluded.parent_id, ConversationRow.parent_id),
            },
            where=~known,
        )
    )


async def _shown(session: AsyncSession, message_id: int) -> TurnRow | None:
    """The turn that a message shows, unless it was withdrawn."""
    found = await session.scalars(
        select(TurnRow)
        .join(MessageRow, MessageRow.turn_id == TurnRow.id)
        .where(MessageRow.id == message_id, ~TurnRow.withdrawn)
    )
    return found.one_or_none()
