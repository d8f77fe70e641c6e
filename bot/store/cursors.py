"""How far each channel was read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.database import Database, insert, read_transaction, write_transaction
from bot.store.models import CursorRow

OTHER_CHANNELS = 0
"""Stands for all channels that have no cursor of their own."""


class Cursors(Database):
    """The part of the store that knows which messages need no second look."""

    @read_transaction
    async def cursors(self, session: AsyncSession) -> dict[int, int]:
        """By channel id, the newest message id that needs no second look."""
        found = await session.execute(select(CursorRow.channel_id, CursorRow.message_id))
        return {row.channel_id: row.message_id for row in found}

    @write_transaction
    async def save_cursors(self, session: AsyncSession, cursors: Mapping[int, int]) -> None:
        """Store how far channels were read; an older message than stored changes nothing."""
        if not cursors:
            return
        row = insert(session, CursorRow).values(
            [{"channel_id": channel, "message_id": message} for channel, message in cursors.items()]
        )
        await session.execute(
            row.on_conflict_do_update(
                index_elements=[CursorRow.channel_id],
                set_={"message_id": row.excluded.message_id},
                where=CursorRow.message_id < row.excluded.message_id,
            )
        )

    @write_transaction
    async def prune_cursors(self, session: AsyncSession, before: int, keep: Collection[int] = ()) -> int:
        """Remove the cursors at messages with an id below `before`, but for that of all other channels
        and for `keep`, the channels that were not read to their end; how many they were.

        Nothing is lost and nothing is read twice: a channel that was read to its end has nothing between
        its own cursor and that of all other channels, and what is older than `before` is not answered.
        """
        if await session.get(CursorRow, OTHER_CHANNELS) is None:
            return 0
        old = delete(CursorRow).where(
            CursorRow.message_id < before, CursorRow.channel_id.not_in([OTHER_CHANNELS, *keep])
        )
        return cast(CursorResult[Any], await session.execute(old)).rowcount
