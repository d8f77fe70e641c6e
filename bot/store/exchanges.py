"""Prompts together with their replies."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.chat.turns import Exchange
from bot.store.models import ConversationRow, MessageRow, TurnRow

prompt_row, reply_row = aliased(TurnRow), aliased(TurnRow)


async def exchanges(
    session: AsyncSession, *conditions: ColumnElement[bool], newest: int | None = None
) -> list[Exchange]:
    """The exchanges that were not withdrawn and meet all conditions, oldest first; with `newest`, at
    most so many, the newest.

    The conditions may be about `prompt_row`, `reply_row` and the conversation's row.
    """
    found = await session.execute(
        select(prompt_row, reply_row)
        .join(reply_row, reply_row.reply_to == prompt_row.id)
        .join(ConversationRow, ConversationRow.channel_id == prompt_row.channel_id)
        .where(~prompt_row.withdrawn, *conditions)
        .order_by(prompt_row.id if newest is None else prompt_row.id.desc())
        .limit(newest)
    )
    listed = [Exchange(prompt.to_turn(), reply.to_turn()) for prompt, reply in found]
    return listed if newest is None else listed[::-1]


async def shown_by(session: AsyncSession, turn_id: int) -> list[int]:
    """The ids of the messages that show a turn, first page first."""
    found = await session.scalars(
        select(MessageRow.id).where(MessageRow.turn_id == turn_id).order_by(MessageRow.page)
    )
    return list(found)
