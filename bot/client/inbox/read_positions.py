"""How far each channel was read, kept on disk: a restart neither skips a message nor answers one twice."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from cachetools import LRUCache

from bot.client.services import ConversationStore
from bot.errors import OvbotError

logger = logging.getLogger(__name__)

# Stands for all channels that have no position of their own.
EVERYWHERE = 0

# Channels that have one; of the others, the position of EVERYWHERE is early enough.
_REMEMBERED = 1024
# Seconds between writes of what is not urgent.
_INTERVAL = 10.0


class ReadPositions:
    """Knows which messages were received, and up to which one all are dealt with in each channel.

    A message is open from when it comes until it is stored, refused, or found not to be for the bot.
    While a channel's backlog is being read, its position stays at the channel's floor: how far it was
    read before.
    """

    def __init__(self, store: ConversationStore) -> None:
        self._store = store
        self._newest: LRUCache[int, int] = LRUCache(_REMEMBERED)  # by channel, here and below
        self._written: LRUCache[int, int] = LRUCache(_REMEMBERED)
        self._open: defaultdict[int, set[int]] = defaultdict(set)
        self._floors: dict[int, int] = {}
        self._changed: set[int] = set()
        self._since_pruning = _REMEMBERED  # at the first write
        self.session = 0
        """How many sessions have begun; a backlog is read for one of them."""
        self._due = asyncio.Event()
        self._urgent = asyncio.Event()

    async def load(self) -> None:
        """Read the positions of the last run. To be called before the first session."""
        positions: dict[int, int] = {}
        try:
            positions = await self._store.cursors()
        except OvbotError as error:
            logger.error("What was said while the bot was away cannot be found: %s", error)
        for channel_id in sorted(positions, key=lambda id_: (id_ == EVERYWHERE, positions[id_])):
            self._newest[channel_id] = self._written[channel_id] = positions[channel_id]
        self._floors = dict(self._newest)

    def new_session(self, now: int) -> None:
        """A session begins that does not tell what came before it. now: the snowflake of this moment."""
        self.session += 1
        for channel_id in list(self._newest):
            self._floors.setdefault(channel_id, self._position(channel_id))
        if EVERYWHERE not in self._newest:  # the first time, nothing is missed
            self._newest[EVERYWHERE] = now
            self._change(EVERYWHERE, urgent=True)

    def floors(self) -> dict[int, int]:
        """Where the reading of the backlog begins, by channel; under `EVERYWHERE` for all others."""
        return dict(self._floors)

    def backlog_read(self, session: int, channel_id: int, message_id: int) -> None:
        """A channel's backlog was read up to a message, for a session."""
        if session == self.session and EVERYWHERE in self._floors:
            self._floors[channel_id] = max(message_id, self._floors.get(channel_id, 0))
            self._change(channel_id)

    def backlog_done(self, session: int, channel_id: int | None = None) -> None:
        """The backlog of a channel, or with None of all of them, was read to its end, for a session.

        If another session has begun meanwhile, there may be more by now: nothing is done.
        """
        if session != self.session:
            return
        for one in list(self._floors) if channel_id is None else [channel_id]:
            if self._floors.pop(one, None) is not None:
                self._change(one, urgent=True)

    def passed(self, channel_id: int, message_id: int) -> None:
        """A message came that is not for the bot."""
        self._receive(channel_id, message_id)

    def opened(self, channel_id: int, message_id: int) -> None:
        """A message came that may be for the bot; `handling` closes it."""
        for one in (channel_id, EVERYWHERE):
            self._open[one].add(message_id)
        self._receive(channel_id, message_id)

    def open_until(self, task: asyncio.Task[None], channel_id: int, message_id: int) -> None:
        """A command came; it is dealt with when `task` ends, unless that is cancelled."""

        def close(ended: asyncio.Task[None]) -> None:
            if not ended.cancelled():
                self._close(channel_id, message_id, urgent=False)

        self.opened(channel_id, message_id)
        task.add_done_callback(close)

    def _receive(self, channel_id: int, message_id: int) -> None:
        if EVERYWHERE in self._floors and channel_id not in self._newest:
            self._floors.setdefault(channel_id, self._floors[EVERYWHERE])
        for one in (channel_id, EVERYWHERE):
            self._newest[one] = max(self._newest.get(one, 0), message_id)
            self._change(one)

    @contextmanager
    def handling(self, channel_id: int, message_id: int, *, urgent: bool) -> Iterator[None]:
        """Inside, a message is dealt with; afterwards it needs no second look.

        urgent: people would notice if it were handled again after a crash.
        """
        try:
            yield
        except asyncio.CancelledError:
            raise  # the program ends before the message is dealt with: it stays open
        except BaseException:
            self._close(channel_id, message_id, urgent=urgent)
            raise
        self._close(channel_id, message_id, urgent=urgent)

    def _close(self, channel_id: int, message_id: int, *, urgent: bool) -> None:
        for one in (channel_id, EVERYWHERE):
            self._open[one].discard(message_id)
            if not self._open[one]:
                del self._open[one]
            self._change(one, urgent=urgent)

    async def keep(self) -> None:
        """Write what changes, until cancelled, and then once more."""
        try:
            while True:
                await self._due.wait()
                with suppress(TimeoutError):
                    async with asyncio.timeout(_INTERVAL):
                        await self._urgent.wait()
                await self._write()
        finally:
            await self._write()

    def _position(self, channel_id: int) -> int:
        """The newest message up to which nothing is open; 0 where nothing is known."""
        still_open = self._open.get(channel_id)
        position = min(still_open) - 1 if still_open else self._newest.get(channel_id, 0)
        return min(position, self._floors.get(channel_id, position))

    def _change(self, channel_id: int, *, urgent: bool = False) -> None:
        self._changed.add(channel_id)
        self._due.set()
        if urgent:
            self._urgent.set()

    async def _write(self) -> None:
        self._due.clear()
        self._urgent.clear()
        positions = {channel_id: self._position(channel_id) for channel_id in self._changed}
        newer = {one: at for one, at in positions.items() if at > self._written.get(one, 0)}
        self._changed.clear()
        try:
            if newer:
                await self._store.save_cursors(newer)
                self._written.update(newer)
                await self._prune(len(newer))
        except BaseException as error:
            self._changed |= newer.keys()  # to be written with the next ones
            if not isinstance(error, OvbotError):
                raise
            logger.error("How far the channels were read could not be stored: %s", error)

    async def _prune(self, written: int) -> None:
        """Now and then, remove the positions of channels that are not remembered any more."""
        self._since_pruning += written
        if self._since_pruning >= _REMEMBERED and len(self._newest) == _REMEMBERED:
            self._since_pruning = 0
            oldest = min(at for one, at in self._newest.items() if one != EVERYWHERE)
            await self._store.prune_cursors(oldest, keep={*self._floors, *self._open})
