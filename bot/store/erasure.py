"""Erasing conversations from the disk."""

from __future__ import annotations

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.database import Database, writing
from bot.store.models import ConversationRow, TurnRow
from bot.store.policy_models import UsageRow


class Erasure(Database):
    """The part of the store that forgets. What is erased takes its replies and messages with it."""

    @writing
    async def forget_channel(self, session: AsyncSession, channel_id: int) -> int:
        """Erase a conversation from the disk; how many turns there were."""
        count = await session.scalar(
            select(func.count()).select_from(TurnRow).where(TurnRow.channel_id == channel_id)
        )
        await session.execute(delete(ConversationRow).where(ConversationRow.channel_id == channel_id))
        return count or 0

    @writing
    async def forget_person(self, session: AsyncSession, user_id: int) -> int:
        """Erase what a person said everywhere, the replies to it, and what they used; how many turns."""
        said = select(TurnRow.id).where(TurnRow.author_id == user_id)
        theirs = or_(TurnRow.author_id == user_id, TurnRow.reply_to.in_(said))
        count = await session.scalar(select(func.count()).select_from(TurnRow).where(theirs))
        await session.execute(delete(TurnRow).where(TurnRow.author_id == user_id))
        await session.execute(delete(UsageRow).where(UsageRow.user_id == user_id))
        return count or 0
