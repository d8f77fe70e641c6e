"""Threads that the bot was called into, told from Discord and the store: a restart changes nothing."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from contextlib import suppress

import discord

from bot.chat.ports import ConversationStore
from bot.chat.turns import Role
from bot.client.requests import DeliveryError, translated

_REMEMBERED = 1024
_AFTER_ALL_TURNS = 2**62


class CalledThreads:
    """Knows the threads in which no mention is needed.

    The bot was called into a thread that it is a member of (a mention makes it one), that began
    from one of its messages, or in which it has answered before.
    """

    def __init__(self, client: discord.Client, store: ConversationStore) -> None:
        self._client = client
        self._store = store
        self._known: OrderedDict[int, asyncio.Future[bool]] = OrderedDict()

    def note(self, thread_id: int) -> None:
        """Remember that the bot was called into a thread just now."""
        called = asyncio.get_running_loop().create_future()
        called.set_result(True)
        self._remember(thread_id, called)

    def is_in(self, thread: discord.Thread) -> bool:
        """Whether the bot is in a thread by now, so that no mention is needed."""
        return thread.me is not None or thread.owner_id == self._own_id

    async def called_into(self, thread: discord.Thread) -> bool:
        """Whether the bot was called into a thread that it may not be in.

        Those who ask at the same time get their answers in the order in which they asked.
        """
        if (known := self._known.get(thread.id)) is None:
            known = asyncio.get_running_loop().create_future()
            self._remember(thread.id, known)
            try:
                known.set_result(await self._look_up(thread))
            finally:
                if not known.done():  # do not keep those who wait, and ask again the next time
                    known.set_result(False)
                    self._known.pop(thread.id, None)
        return await asyncio.shield(known)

    @property
    def _own_id(self) -> int:
        return self._client.user.id if self._client.user else 0

    def _remember(self, thread_id: int, called: asyncio.Future[bool]) -> None:
        self._known[thread_id] = called
        self._known.move_to_end(thread_id)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    async def _look_up(self, thread: discord.Thread) -> bool:
        # A thread that was started from a message has that message's id.
        turn = await self._store.replied_message(thread.id)
        if turn is not None and turn.role is Role.ASSISTANT:
            return True
        if await self._store.history(thread.id, _AFTER_ALL_TURNS):
            return True
        parent = thread.parent
        if isinstance(parent, discord.TextChannel):
            with suppress(DeliveryError), translated():
                return (await parent.fetch_message(thread.id)).author.id == self._own_id
        return False
