"""What people used, by server and day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat.turns import ReplyUsage
from bot.policy.ports import Statistics, Usage
from bot.store.database import Database, insert, read_transaction, write_transaction
from bot.store.models import DIRECT_MESSAGES, ConversationRow, TurnRow, UsageRow

WEEK = timedelta(days=6)  # before today


class UsageRecords(Database):
    """The part of the store that counts. A server's id of None stands for direct messages."""

    @write_transaction
    async def record_usage(self, session: AsyncSession, usage: ReplyUsage) -> None:
        """Count what a reply cost that is not stored."""
        await count_usage(session, usage)

    @read_transaction
    async def usage(self, session: AsyncSession, user_id: int, guild_id: int | None, day: date) -> Usage:
        """What a person used in a server on one day, UTC."""
        row = await session.get(UsageRow, (guild_id or DIRECT_MESSAGES, day, user_id))
        return Usage(row.replies, row.read_tokens, row.written_tokens) if row else Usage()

    @read_transaction
    async def statistics(self, session: AsyncSession, guild_id: int | None) -> Statistics:
        """How much a server uses the bot."""
        turns, conversations = (
            await session.execute(
                select(func.count(), func.count(TurnRow.channel_id.distinct()))
                .join(ConversationRow, ConversationRow.channel_id == TurnRow.channel_id)
                .where(ConversationRow.guild_id.is_not_distinct_from(guild_id))
            )
        ).one()
        today = datetime.now(UTC).date()
        return Statistics(
            turns=turns,
            conversations=conversations,
            today=await _total(session, guild_id, today),
            week=await _total(session, guild_id, today - WEEK),
        )


async def count_usage(session: AsyncSession, usage: ReplyUsage) -> None:
    """Add what a reply cost to what its asker used that day, UTC."""
    row = insert(session, UsageRow).values(
        guild_id=usage.guild_id or DIRECT_MESSAGES,
        day=usage.at.astimezone(UTC).date(),
        user_id=usage.user_id,
        replies=1,
        read_tokens=usage.read_tokens,
        written_tokens=usage.written_tokens,
    )
    await session.execute(
        row.on_conflict_do_update(
            index_elements=[UsageRow.guild_id, UsageRow.day, UsageRow.user_id],
            set_={
                "replies": UsageRow.replies + row.excluded.replies,
                "read_tokens": UsageRow.read_tokens + row.excluded.read_tokens,
                "written_tokens": UsageRow.written_tokens + row.excluded.written_tokens,
            },
        )
    )


async def _total(session: AsyncSession, guild_id: int | None, since: date) -> Usage:
    """What everybody used in a server since the beginning of a day, UTC."""
    sums = (func.sum(column) for column in (UsageRow.replies, UsageRow.read_tokens, UsageRow.written_tokens))
    found = await session.execute(
        select(*sums).where(UsageRow.guild_id == (guild_id or DIRECT_MESSAGES), UsageRow.day >= since)
    )
    # PostgreSQL gives the sum of 64-bit numbers as a decimal one.
    return Usage(*(int(total or 0) for total in found.one()))
