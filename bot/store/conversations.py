"""What was said: accepted messages, the replies to them, the histories of both, and changes to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.chat.turns import Exchange, FinishReason, Image, Incoming, Quote, ReplyUsage, Role, Turn
from bot.errors import StoreError
from bot.i18n import mark
from bot.store.database import Database, insert, insert_if_absent, read_transaction, write_transaction
from bot.store.models import ConversationRow, ImageRow, MessageRow, QuoteRow, TurnRow, storable
from bot.store.usage import count_usage

_prompt, _reply = aliased(TurnRow), aliased(TurnRow)

IMAGE_BYTES = 256 * 2**20
"""How large all pictures together may be; beyond that the oldest are erased."""

# The newest of a conversation, as many as any prompt has room for.
_IMAGES_READ = 16


class Conversations(Database):
    """The part of the store that keeps turns. What was withdrawn is as if it had never been said, except
    that its messages stay known.
    """

    @write_transaction
    async def accept(self, session: AsyncSession, incoming: Incoming) -> Exchange | None:
        """Store the message as a user turn, with an open reply; None where its message id is known."""
        if await session.get(MessageRow, incoming.message_id) is not None:
            return None
        await _note_channel(session, incoming)
        prompt = TurnRow(
            channel_id=incoming.channel_id,
            role=Role.USER,
            author_id=incoming.author.id,
            author_name=storable(incoming.author.name),
            text=storable(incoming.text),
            quotes=_quote_rows(incoming.quotes),
            created_at=incoming.created_at,
        )
        session.add(prompt)
        await session.flush()
        # On PostgreSQL another transaction may have stored the same message since the look above.
        if not await insert_if_absent(session, MessageRow, id=incoming.message_id, turn_id=prompt.id):
            await session.delete(prompt)
            return None
        await _keep_images(session, prompt.id, incoming.images)
        await session.refresh(prompt)
        return Exchange(prompt.to_turn(), (await _reply_to(session, prompt)).to_turn())

    @read_transaction
    async def prompt_with_history(
        self, session: AsyncSession, prompt_id: int
    ) -> tuple[Turn, list[Exchange]] | None:
        """A prompt as it is now, and the exchanges before it that it may build on, oldest first; None where
        it is gone or withdrawn. The newest pictures are read with them.
        """
        prompt = await session.get(TurnRow, prompt_id)
        if prompt is None or prompt.withdrawn:
            return None
        history = await _history(session, prompt.channel_id, prompt_id)
        turns = [*(exchange.prompt for exchange in history), prompt.to_turn()]
        *before, asked = await _with_images(session, turns)
        shown = [replace(exchange, prompt=turn) for exchange, turn in zip(history, before, strict=True)]
        return asked, shown

    @read_transaction
    async def history(self, session: AsyncSession, channel_id: int, before: int) -> list[Exchange]:
        """The exchanges that a prompt may build on, oldest first."""
        return await _history(session, channel_id, before)

    @write_transaction
    async def trim(self, session: AsyncSession, channel_id: int, first_turn: int) -> None:
        """Leave the turns before `first_turn` out of later histories (they stay on disk)."""
        await session.execute(
            update(ConversationRow)
            .where(ConversationRow.channel_id == channel_id, ConversationRow.trimmed_before < first_turn)
            .values(trimmed_before=first_turn)
        )

    @write_transaction
    async def reset(self, session: AsyncSession, channel_id: int) -> int:
        """Start the conversation anew; how many turns were put aside."""
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

    @write_transaction
    async def open_reply(self, session: AsyncSession, prompt: Turn) -> Turn:
        """The reply to `prompt`, made if there is none.

        Raises: StoreError where the prompt is gone or withdrawn.
        """
        row = await session.get(TurnRow, prompt.id)
        if row is None or row.withdrawn:
            raise StoreError(mark("This message was deleted meanwhile."))
        return (await _reply_to(session, row)).to_turn()

    @write_transaction
    async def mark_posted(self, session: AsyncSession, turn_id: int, message_id: int, page: int = 0) -> None:
        """Note the Discord message that shows page `page` of the reply, in place of an earlier one."""
        if await session.get(TurnRow, turn_id) is None:
            return
        await session.execute(
            delete(MessageRow).where(MessageRow.turn_id == turn_id, MessageRow.page == page)
        )
        session.add(MessageRow(id=message_id, turn_id=turn_id, page=page))

    @read_transaction
    async def pages(self, session: AsyncSession, turn_id: int) -> list[int]:
        """The messages that show a reply, first page first."""
        return await _pages(session, turn_id)

    @write_transaction
    async def close_reply(
        self,
        session: AsyncSession,
        turn_id: int,
        text: str,
        token_ids: Sequence[int],
        tokenizer: str,
        ended: FinishReason,
        usage: ReplyUsage | None = None,
        reasoning: str = "",
    ) -> None:
        """Store why the reply ended, its final text and reasoning, and what it cost, which counts in any
        case.
        """
        if usage is not None:
            await count_usage(session, usage)
        await session.execute(
            update(TurnRow)
            .where(TurnRow.id == turn_id, ~TurnRow.withdrawn)
            .values(
                text=storable(text),
                reasoning=storable(reasoning),
                token_ids=tuple(token_ids),
                tokenizer=tokenizer,
                ended=ended,
                finished_at=datetime.now(UTC),
            )
        )

    @write_transaction
    async def mark_delivered(self, session: AsyncSession, turn_id: int) -> None:
        """Note that the final text is shown."""
        await session.execute(update(TurnRow).where(TurnRow.id == turn_id).values(delivered=True))

    @read_transaction
    async def unanswered(self, session: AsyncSession) -> list[Turn]:
        """User turns whose reply has not ended, oldest first."""
        found = await session.scalars(
            select(_prompt)
            .outerjoin(_reply, _reply.reply_to == _prompt.id)
            .where(_prompt.role == Role.USER, _reply.ended.is_(None), ~_prompt.withdrawn)
            .order_by(_prompt.id)
        )
        return [turn.to_turn() for turn in found]

    @write_transaction
    async def expire_unanswered(self, session: AsyncSession, before: datetime) -> list[Exchange]:
        """End the replies that were asked for before a moment and never ended, oldest first."""
        asked = func.coalesce(_reply.created_at, _prompt.created_at)
        found = await session.scalars(
            select(_prompt)
            .outerjoin(_reply, _reply.reply_to == _prompt.id)
            .where(_prompt.role == Role.USER, _reply.ended.is_(None), ~_prompt.withdrawn, asked < before)
            .order_by(_prompt.id)
        )
        return [await _drop_reply(session, prompt) for prompt in found]

    @write_transaction
    async def drop_reply(self, session: AsyncSession, prompt_id: int) -> Exchange | None:
        """End the reply to a prompt that will not be answered any more; None where it is gone."""
        prompt = await session.get(TurnRow, prompt_id)
        return None if prompt is None or prompt.withdrawn else await _drop_reply(session, prompt)

    @read_transaction
    async def undelivered(self, session: AsyncSession, since: datetime | None = None) -> list[Exchange]:
        """Exchanges whose reply ended, at or after `since`, and was never fully shown."""
        recent = [_reply.finished_at >= since] if since else []
        return await _exchanges(
            session,
            _reply.ended.is_not(None),
            ~_reply.delivered,
            *recent,
        )

    @read_transaction
    async def replied_message(self, session: AsyncSession, message_id: int) -> Turn | None:
        """The turn that a Discord message shows, or None."""
        turn = await _shown(session, message_id)
        return turn.to_turn() if turn else None

    @read_transaction
    async def message_owner(self, session: AsyncSession, message_id: int) -> int | None:
        """The id of the turn that a Discord message belongs to, a withdrawn one too, or None."""
        return await session.scalar(select(MessageRow.turn_id).where(MessageRow.id == message_id))

    @read_transaction
    async def exchange(self, session: AsyncSession, message_id: int) -> Exchange | None:
        """The exchange of which a Discord message shows the prompt or any page of the reply, or None."""
        turn = await _shown(session, message_id)
        if turn is None:
            return None
        found = await _exchanges(session, _prompt.id == (turn.reply_to or turn.id))
        return found[0] if found else None

    @read_transaction
    async def last_exchange(self, session: AsyncSession, channel_id: int) -> Exchange | None:
        """The newest exchange of the conversation since it was last reset, or None."""
        found = await _exchanges(
            session,
            _prompt.channel_id == channel_id,
            _prompt.id >= ConversationRow.reset_before,
            newest=1,
        )
        return found[0] if found else None

    @read_transaction
    async def transcript(self, session: AsyncSession, channel_id: int) -> list[Exchange]:
        """All exchanges since the conversation was last reset, oldest first, trimmed ones too."""
        return await _exchanges(
            session,
            _prompt.channel_id == channel_id,
            _prompt.id >= ConversationRow.reset_before,
            _reply.ended.is_not(None),
        )

    @write_transaction
    async def reopen_reply(self, session: AsyncSession, turn_id: int, *, keep: bool) -> Turn:
        """Open an ended reply again, from nothing or, with `keep`, from what it has."""
        reply = await session.get(TurnRow, turn_id, with_for_update={"of": TurnRow})
        if reply is None or reply.reply_to is None or reply.withdrawn:
            raise StoreError(mark("I can't regenerate this reply: it has been deleted."))
        reply.ended, reply.finished_at, reply.delivered = None, None, False
        reply.created_at = datetime.now(UTC)
        if not keep:
            reply.text, reply.reasoning, reply.token_ids, reply.tokenizer = "", "", (), ""
        await session.flush()
        await session.refresh(reply)  # a flush expires what the database may have changed
        return reply.to_turn()

    @write_transaction
    async def rewrite_prompt(
        self,
        session: AsyncSession,
        turn_id: int,
        text: str,
        quotes: Sequence[Quote] = (),
        images: Sequence[Image] = (),
    ) -> None:
        """Replace what a prompt says and refers to: the person edited it."""
        prompt = await session.get(TurnRow, turn_id, with_for_update={"of": TurnRow})
        if prompt is None or prompt.withdrawn:
            return
        prompt.text, prompt.quotes = storable(text), _quote_rows(quotes)
        await session.execute(delete(ImageRow).where(ImageRow.turn_id == turn_id))
        await _keep_images(session, turn_id, images)

    @write_transaction
    async def withdraw(self, session: AsyncSession, turn_id: int) -> list[int]:
        """Erase what a prompt and its reply say; the ids of the messages that show the reply."""
        blank = {"text": "", "reasoning": "", "token_ids": (), "tokenizer": "", "withdrawn": True}
        await session.execute(update(TurnRow).where(TurnRow.id == turn_id).values(**blank))
        for table in (QuoteRow, ImageRow):
            await session.execute(delete(table).where(table.turn_id == turn_id))
        reply_id = await session.scalar(select(TurnRow.id).where(TurnRow.reply_to == turn_id))
        if reply_id is None:
            return []
        ended = {"ended": FinishReason.STOPPED, "delivered": True}
        await session.execute(update(TurnRow).where(TurnRow.id == reply_id).values(**blank, **ended))
        return await _pages(session, reply_id)


def _quote_rows(quotes: Sequence[Quote]) -> list[QuoteRow]:
    return [
        QuoteRow(part=part, author_id=quote.author_id, text=storable(quote.text))
        for part, quote in enumerate(quotes)
    ]


async def _keep_images(session: AsyncSession, turn_id: int, images: Sequence[Image]) -> None:
    """Store the pictures of a prompt, and erase the oldest ones of all where they are too large together."""
    if not images:
        return
    session.add_all(
        ImageRow(turn_id=turn_id, part=part, author_id=image.author_id, data=image.data)
        for part, image in enumerate(images)
    )
    await session.flush()
    newest_first = (ImageRow.turn_id.desc(), ImageRow.part)
    total = func.sum(func.length(ImageRow.data)).over(order_by=newest_first)
    sizes = select(ImageRow.turn_id, ImageRow.part, total.label("total")).subquery()
    found = await session.execute(select(sizes.c.turn_id, sizes.c.part).where(sizes.c.total > IMAGE_BYTES))
    for old_turn_id, part in found.all():
        old = ImageRow.turn_id == old_turn_id, ImageRow.part == part
        await session.execute(delete(ImageRow).where(*old))


async def _with_images(session: AsyncSession, turns: Sequence[Turn]) -> list[Turn]:
    """Turns with the newest of their pictures."""
    found = await session.scalars(
        select(ImageRow)
        .where(ImageRow.turn_id.in_([turn.id for turn in turns]))
        .order_by(ImageRow.turn_id.desc(), ImageRow.part)
        .limit(_IMAGES_READ)
    )
    by_turn: dict[int, list[Image]] = {}
    for row in found:
        by_turn.setdefault(row.turn_id, []).append(Image(row.author_id, row.data))
    return [replace(turn, images=tuple(by_turn.get(turn.id, ()))) for turn in turns]


async def _reply_to(session: AsyncSession, prompt: TurnRow) -> TurnRow:
    """The reply to a prompt, made if there is none."""
    await insert_if_absent(
        session,
        TurnRow,
        channel_id=prompt.channel_id,
        role=Role.ASSISTANT,
        reply_to=prompt.id,
        created_at=datetime.now(UTC),
    )
    return (await session.scalars(select(TurnRow).where(TurnRow.reply_to == prompt.id))).one()


async def _drop_reply(session: AsyncSession, prompt: TurnRow) -> Exchange:
    """End the reply to a prompt where it is. Only what shows the beginning of it is still to be changed."""
    reply = await _reply_to(session, prompt)
    is_shown = bool(await _pages(session, reply.id))
    if reply.ended is None:
        reply.ended, reply.finished_at = FinishReason.STOPPED, datetime.now(UTC)
        reply.delivered = not is_shown
        await session.flush()
        await session.refresh(reply)
    return Exchange(prompt.to_turn(), reply.to_turn())


async def _history(session: AsyncSession, channel_id: int, before: int) -> list[Exchange]:
    """The exchanges that a prompt may build on, oldest first."""
    return await _exchanges(
        session,
        _prompt.channel_id == channel_id,
        _prompt.id < before,
        _prompt.id >= ConversationRow.reset_before,
        _prompt.id >= ConversationRow.trimmed_before,
        _reply.ended.is_not(None),
        _reply.text != "",
    )


async def _exchanges(
    session: AsyncSession, *conditions: ColumnElement[bool], newest: int | None = None
) -> list[Exchange]:
    """The exchanges that were not withdrawn and meet all conditions, oldest first; with `newest`, at
    most so many, the newest.

    The conditions may be about `_prompt`, `_reply` and the conversation's row.
    """
    found = await session.execute(
        select(_prompt, _reply)
        .join(_reply, _reply.reply_to == _prompt.id)
        .join(ConversationRow, ConversationRow.channel_id == _prompt.channel_id)
        .where(~_prompt.withdrawn, *conditions)
        .order_by(_prompt.id if newest is None else _prompt.id.desc())
        .limit(newest)
    )
    listed = [Exchange(prompt.to_turn(), reply.to_turn()) for prompt, reply in found]
    return listed if newest is None else listed[::-1]


async def _pages(session: AsyncSession, turn_id: int) -> list[int]:
    """The ids of the messages that show a turn, first page first."""
    found = await session.scalars(
        select(MessageRow.id).where(MessageRow.turn_id == turn_id).order_by(MessageRow.page)
    )
    return list(found)


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
