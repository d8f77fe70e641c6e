"""Changing what was said: replies made again, prompts edited, exchanges taken back."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat.turns import Ending, Turn
from bot.errors import StoreError
from bot.i18n import mark
from bot.store.database import Database, writing
from bot.store.exchanges import shown_by
from bot.store.models import TurnRow
from bot.store.types import storable


class Revisions(Database):
    """The part of the store that changes turns which were there before."""

    @writing
    async def reopen_reply(self, session: AsyncSession, turn_id: int, *, keep: bool) -> Turn:
        """Make an ended reply one that has not ended, from nothing or, with `keep`, from what it has."""
        reply = await session.get(TurnRow, turn_id, with_for_update={"of": TurnRow})
        if reply is None or reply.reply_to is None or reply.withdrawn:
            raise StoreError(mark("This reply cannot be made again: it was deleted meanwhile."))
        reply.ended, reply.finished_at, reply.delivered = None, None, False
        if not keep:
            reply.text, reply.token_ids, reply.tokenizer = "", (), ""
        await session.flush()
        await session.refresh(reply)  # what a flush may have changed is not known any more
        return reply.to_turn()

    @writing
    async def rewrite_prompt(self, session: AsyncSession, turn_id: int, text: str, context: str) -> None:
        """Replace what a prompt says: the person edited it."""
        await session.execute(
            update(TurnRow)
            .where(TurnRow.id == turn_id, ~TurnRow.withdrawn)
            .values(text=storable(text), context=storable(context))
        )

    @writing
    async def withdraw(self, session: AsyncSession, turn_id: int) -> list[int]:
        """Erase what a prompt and its reply say; the ids of the messages that show the reply."""
        blank = {"text": "", "context": "", "token_ids": (), "tokenizer": "", "withdrawn": True}
        await session.execute(update(TurnRow).where(TurnRow.id == turn_id).values(**blank))
        reply_id = await session.scalar(select(TurnRow.id).where(TurnRow.reply_to == turn_id))
        if reply_id is None:
            return []
        ended = {"ended": Ending.STOPPED, "delivered": True}
        await session.execute(update(TurnRow).where(TurnRow.id == reply_id).values(**blank, **ended))
        return await shown_by(session, reply_id)
