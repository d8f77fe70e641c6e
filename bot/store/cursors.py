"""How far each channel was heard."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.database import Database, reading, writing
from bot.store.policy_models import CursorRow
from bot.store.statements import insert


class Cursors(Database):
    """The part of the store that knows which messages need no second look."""

    @reading
    async def cursors(self, session: AsyncSession) -> dict[int, int]:
        """By channel id, the newest message id that needs no second look."""
        found = await session.execute(select(CursorRow.channel_id, CursorRow.message_id))
        return {row.channel_id: row.message_id for row in found}

    @writing
    async def advance(self, session: AsyncSession, channel_id: int, message_id: int) -> None:
        """Note that a channel was heard up to a message; an older message than noted changes nothing."""
        row = insert(session, CursorRow).values(channel_id=channel_id, message_id=message_id)
        await session.execute(
            row.on_conflict_do_update(
                index_elements=[CursorRow.channel_id],
                set_={"message_id": row.excluded.message_id},
                where=CursorRow.message_id < row.excluded.message_id,
            )
        )
