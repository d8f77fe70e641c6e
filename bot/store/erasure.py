"""Erasing what people said from the disk."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat.turns import Role
from bot.store.database import Database, write_transaction
from bot.store.models import ConversationRow, ImageRow, QuoteRow, TurnRow, UsageRow

BATCH = 200
"""Messages that are erased in one transaction: some 20 ms on SQLite, measured with 2 KB an exchange."""


class Erasure(Database):
    """The part of the store that forgets. What is erased takes its replies and messages with it, and is
    not in SQLite's log any more either.
    """

    async def forget_channel(self, channel_id: int) -> int:
        """Erase a conversation from the disk; how many turns there were."""
        count = await self._forget_channel(channel_id)
        await self.merge_log()
        return count

    async def forget_person(self, user_id: int) -> int:
        """Erase what a person said everywhere, the replies to it, the quotes of it in what others said, and
        what they used on days before today (today's is a number that their quota needs); how many turns.

        Their pictures go as their quotes do. Quotes and pictures of which nobody knows whose they are may be
        theirs: they are erased as well.
        """
        count = await self._forget_person(user_id)
        await self.merge_log()
        return count

    async def forget_before(self, moment: datetime) -> int:
        """Erase what was said before a moment, the replies to it, and what was used on days before;
        how many messages of people there were.
        """
        count, usage = 0, await self._forget_usage_before(moment)
        while erased := await self._forget_some_before(moment):
            count += erased
        if count or usage:
            await self.merge_log()
        return count

    @write_transaction
    async def _forget_channel(self, session: AsyncSession, channel_id: int) -> int:
        count = await session.scalar(
            select(func.count()).select_from(TurnRow).where(TurnRow.channel_id == channel_id)
        )
        await session.execute(delete(ConversationRow).where(ConversationRow.channel_id == channel_id))
        return count or 0

    @write_transaction
    async def _forget_person(self, session: AsyncSession, user_id: int) -> int:
        said = select(TurnRow.id).where(TurnRow.author_id == user_id)
        theirs = or_(TurnRow.author_id == user_id, TurnRow.reply_to.in_(said))
        count = await session.scalar(select(func.count()).select_from(TurnRow).where(theirs))
        await session.execute(delete(TurnRow).where(TurnRow.author_id == user_id))
        for table in (QuoteRow, ImageRow):
            may_be_theirs = or_(table.author_id == user_id, table.author_id.is_(None))
            await session.execute(delete(table).where(may_be_theirs))
        today = datetime.now(UTC).date()
        await session.execute(delete(UsageRow).where(UsageRow.user_id == user_id, UsageRow.day < today))
        return count or 0

    @write_transaction
    async def _forget_some_before(self, session: AsyncSession, moment: datetime) -> int:
        # A few at a time, so that whoever waits for an answer does not wait for this.
        old = select(TurnRow.id).where(TurnRow.role == Role.USER, TurnRow.created_at < moment)
        prompts = (await session.scalars(old.order_by(TurnRow.id).limit(BATCH))).all()
        await session.execute(delete(TurnRow).where(TurnRow.id.in_(prompts)))
        return len(prompts)

    @write_transaction
    async def _forget_usage_before(self, session: AsyncSession, moment: datetime) -> int:
        old = delete(UsageRow).where(UsageRow.day < moment.astimezone(UTC).date())
        return cast(CursorResult[Any], await session.execute(old)).rowcount
