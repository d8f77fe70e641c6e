"""Which messages show a reply, as the store knows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.ports import ConversationStore
from bot.chat.reply import Reply
from bot.client.persisting import store_trouble_logged
from bot.client.replies.outlets import Page


class PageNotes:
    """Keeps the store's list of a reply's messages up to date; of an aside nothing is noted.

    noted: message ids by page.
    """

    def __init__(self, store: ConversationStore, reply: Reply) -> None:
        self._store = store
        self._reply = reply
        self.noted: dict[int, int] = {}

    async def own(self, pages: Sequence[Page]) -> list[Page]:
        """The pages without those that belong to another reply."""
        own = []
        for page in pages:
            turn = None
            if page.id not in self.noted.values() and not self._reply.is_aside:
                with store_trouble_logged():
                    turn = await self._store.replied_message(page.id)
            if turn is None:
                own.append(page)
        return own

    async def note(self, pages: Sequence[Page]) -> None:
        """Write down the messages, where that changed."""
        for index, page in enumerate(pages):
            if self._reply.is_aside or self.noted.get(index) == page.id:
                continue
            with store_trouble_logged():
                if index == 0:
                    self._reply.turn = replace(self._reply.turn, message_id=page.id)
                await self._store.mark_posted(self._reply.turn.id, page.id, index)
                self.noted[index] = page.id
