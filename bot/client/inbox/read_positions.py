"""How far each channel was heard, kept on disk, so that a restart neither skips a message nor repeats one."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from contextlib import suppress
from functools import partial

from bot.chat.ports import ConversationStore
from bot.errors import OvbotError

logger = logging.getLogger(__name__)

# Stands for all channels that have no place of their own.
EVERYWHERE = 0

# Seconds between writes of what is in no hurry.
_INTERVAL = 10.0


class ReadPositions:
    """Notes which messages were heard, and up to which one nothing is open in each channel.

    A message is open from when it comes until it is written down, refused, or found not to be for
    the bot. While a channel is caught up with, its place stays where the session before ended.
    """

    def __init__(self, store: ConversationStore) -> None:
        self._store = store
        self._newest: dict[int, int] = {}  # by channel, here and below
        self._open: defaultdict[int, set[int]] = defaultdict(set)
        self._floors: dict[int, int] = {}
        self._written: dict[int, int] = {}
        self._changed: set[int] = set()
        self._due = asyncio.Event()
        self._hurry = asyncio.Event()

    async def load(self) -> None:
        """Read how far it was the last time. To be called before the first session."""
        try:
            self._written = await self._store.cursors()
        except OvbotError as error:
            logger.error("What was said while the bot was away cannot be found: %s", error)
        self._newest = dict(self._written)
        self._floors = dict(self._written)

    def new_session(self, now: int) -> None:
        """A session begins that does not tell what came before it. now: the snowflake of this moment."""
        for channel_id in self._newest:
            self._floors.setdefault(channel_id, self._place(channel_id))
        if EVERYWHERE not in self._newest:  # the first time, nothing is missed
            self._newest[EVERYWHERE] = now
            self._note(EVERYWHERE, hurry=True)

    def floors(self) -> dict[int, int]:
        """Where the session before ended, by channel; under `EVERYWHERE` for all others."""
        return dict(self._floors)

    def caught_up(self, channel_id: int | None = None) -> None:
        """What was missed in a channel, or with None in all of them, has been heard by now."""
        for one in list(self._floors) if channel_id is None else [channel_id]:
            if self._floors.pop(one, None) is not None:
                self._note(one)

    def heard(
        self, channel_id: int, message_id: int, task: asyncio.Task[None] | None, *, hurry: bool
    ) -> None:
        """A message came.

        task: ends when it is no longer open; None where it never was. hurry: whether people would
        notice that it is heard again after a crash.
        """
        if EVERYWHERE in self._floors and channel_id not in self._newest:
            self._floors.setdefault(channel_id, self._floors[EVERYWHERE])
        for one in (channel_id, EVERYWHERE):
            self._newest[one] = max(self._newest.get(one, 0), message_id)
            if task is not None:
                self._open[one].add(message_id)
            self._note(one)
        if task is not None:
            task.add_done_callback(partial(self._closed, channel_id, message_id, hurry))

    async def keep(self) -> None:
        """Write what changes, until cancelled, and then once more."""
        try:
            while True:
                await self._due.wait()
                with suppress(TimeoutError):
                    async with asyncio.timeout(_INTERVAL):
                        await self._hurry.wait()
                await self._write()
        finally:
            await self._write()

    def _closed(self, channel_id: int, message_id: int, hurry: bool, task: asyncio.Task[None]) -> None:
        if task.cancelled():  # the program ends before it was answered: to be heard again
            return
        for one in (channel_id, EVERYWHERE):
            self._open[one].discard(message_id)
            if not self._open[one]:
                del self._open[one]
            self._note(one, hurry=hurry)

    def _place(self, channel_id: int) -> int:
        """The newest message up to which nothing is open."""
        still_open = self._open.get(channel_id)
        place = min(still_open) - 1 if still_open else self._newest[channel_id]
        return min(place, self._floors.get(channel_id, place))

    def _note(self, channel_id: int, *, hurry: bool = False) -> None:
        self._changed.add(channel_id)
        self._due.set()
        if hurry:
            self._hurry.set()

    async def _write(self) -> None:
        self._due.clear()
        self._hurry.clear()
        try:
            for channel_id in list(self._changed):
                await self._write_one(channel_id)
        except OvbotError as error:
            logger.error("How far the bot has heard could not be written down: %s", error)

    async def _write_one(self, channel_id: int) -> None:
        self._changed.discard(channel_id)
        place = self._place(channel_id)
        if place > self._written.get(channel_id, 0):
            try:
                await self._store.advance(channel_id, place)
            except BaseException:
                self._changed.add(channel_id)  # to be written with the next ones
                raise
            self._written[channel_id] = place
