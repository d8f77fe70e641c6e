"""Replies that are made again, go on, or are taken back, in the messages that show them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from weakref import WeakValueDictionary

from bot.chat.assistant import Assistant
from bot.chat.ports import ConversationStore
from bot.chat.reply import Reply
from bot.client.replies.active import ActiveReplies
from bot.client.replies.delivery import Delivery


class Revisions:
    """Keeps what is shown and what is stored together when a reply is revised; one revision at a time
    for each reply.

    ready: gives the assistant.
    """

    def __init__(
        self, store: ConversationStore, showing: ActiveReplies, ready: asyncio.Future[Assistant]
    ) -> None:
        self._store = store
        self._showing = showing
        self._ready = ready
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def make_again(
        self, message_id: int, make: Callable[[Assistant], Awaitable[Reply | None]]
    ) -> Reply | None:
        """Have a reply made by `make` in place of the one that a message belongs to, and shown in the
        same messages. None where the message is not known, or `make` finds nothing to do.

        Raises: what `make` raises; everything is as it was then.
        """
        assistant = await asyncio.shield(self._ready)
        exchange = await self._store.exchange(message_id)
        if exchange is None:
            return None
        async with self._lock(exchange.prompt.id):
            held = self._showing.of_prompt(exchange.prompt.id)
            if held is not None:
                await self._showing.hold(held)
            reply = None
            try:
                reply = await make(assistant)
            finally:
                if reply is None and held is not None:
                    await self._showing.show_again(held.reply, again=False, held=held)
            if reply is not None:
                await self._showing.show_again(reply, again=True, held=held)
        return reply

    async def take_back(
        self,
        message_ids: Iterable[int],
        *,
        deleted: Collection[int] = (),
        halted: Iterable[Delivery] = (),
    ) -> bool:
        """Take exchanges out of their conversations, and away from their channels; whether there were any.

        message_ids: of prompts, or pages of replies. deleted: those that Discord deleted already.
        halted: the deliveries of these replies, as far as they were being shown.
        """
        for delivery in halted:
            await delivery.ended.wait()
            if delivery.reply.is_aside:
                pages = [page.id for page in delivery.pages if page.id not in deleted]
                await self._showing.take_away(delivery.outlet.channel_id, pages)
        assistant = await asyncio.shield(self._ready)
        taken: set[int] = set()
        for message_id in message_ids:
            turn = await self._store.replied_message(message_id)
            if turn is None:
                continue
            prompt_id = turn.id if turn.reply_to is None else turn.reply_to
            if prompt_id in taken:
                continue
            taken.add(prompt_id)
            async with self._lock(prompt_id):
                shown = await self._withdraw(assistant, prompt_id, message_id)
            await self._showing.take_away(turn.channel_id, sorted(shown.difference(deleted)))
        return bool(taken)

    async def _withdraw(self, assistant: Assistant, prompt_id: int, message_id: int) -> set[int]:
        """Stop and withdraw an exchange; the messages that show its reply."""
        shown: set[int] = set()
        if (held := self._showing.of_prompt(prompt_id)) is not None:
            held.reply.stop()
            await self._showing.hold(held)
            shown.update(page.id for page in held.pages)
        for withdrawn in await assistant.withdraw([message_id]):
            shown.update(withdrawn.reply_message_ids)
        return shown

    def _lock(self, prompt_id: int) -> asyncio.Lock:
        return self._locks.setdefault(prompt_id, asyncio.Lock())
