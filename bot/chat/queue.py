"""Who is answered next: order within a channel, fairness between people, a limited queue.

One device answers everybody. At most `concurrency` replies are generated at a time, one per channel;
among those who wait, the person who was served least recently is next. Within a channel messages
are answered in the order in which they came.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping

from cachetools import LRUCache

from bot.errors import OvbotError
from bot.i18n import mark

# People whose last turn is remembered for fairness. Forgetting one only means that they count as
# not served yet.
_REMEMBERED_PEOPLE = 4096
# One in so many places is reserved for people who have none yet.
_RESERVED = 4

FULL = mark("The queue is full ({count} waiting): please try again in a moment.")


class QueueFullError(OvbotError):
    """The queue is full; `waiting` messages are in it."""

    def __init__(self, waiting: int) -> None:
        """Say how long the queue is."""
        super().__init__(FULL, count=waiting)
        self.waiting = waiting


class Ticket:
    """A place in the queue, then a turn, until its holder leaves.

    ahead: messages before it, those being answered included; 0 once it has its turn. waiting_ahead:
    those of them that wait. own_ahead: those of these that are of its own channel, which are answered
    one after the other.
    """

    def __init__(self, channel_id: int, user_id: int) -> None:
        self.channel_id = channel_id
        self.user_id = user_id
        self.ahead = 0
        self.waiting_ahead = 0
        self.own_ahead = 0
        self._called: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def has_turn(self) -> bool:
        """Whether the turn has come."""
        return self._called.done()

    def call(self) -> None:
        """Give the holder its turn."""
        self.ahead = self.waiting_ahead = self.own_ahead = 0
        if not self._called.done():
            self._called.set_result(None)

    async def turn(self) -> None:
        """Wait for the turn. A holder that is cancelled meanwhile still has to leave the queue."""
        await self._called


class FairQueue:
    """The queue in front of the engine.

    concurrency: replies generated at the same time. size: places for those who wait; a quarter of
        them is reserved for people who have none yet, so that nobody fills the queue alone.
    """

    def __init__(self, concurrency: int, size: int) -> None:
        self._concurrency = concurrency
        self._size = size
        self._waiting: list[Ticket] = []
        self._running: dict[int, Ticket] = {}  # by channel
        self._paused = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._last_served: LRUCache[int, int] = LRUCache(_REMEMBERED_PEOPLE)
        self._served = 0

    @property
    def concurrency(self) -> int:
        """Replies generated at the same time."""
        return self._concurrency

    @concurrency.setter
    def concurrency(self, value: int) -> None:
        self._concurrency = value
        self._advance()

    @property
    def paused(self) -> bool:
        """Whether nobody gets a turn."""
        return self._paused

    @property
    def waiting(self) -> int:
        """How many messages wait."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """How many messages are being answered."""
        return len(self._running)

    def enter(self, channel_id: int, user_id: int, *, admitted: bool = False) -> Ticket:
        """Take a place; its holder waits for its `turn` and must `leave` at the end.

        admitted: the message had a place before, and gets one even if the queue is full.

        Raises: QueueFullError where all places are taken, or all that are not reserved for others.
        """
        if len(self._waiting) >= self._places_for(user_id) and not admitted:
            raise QueueFullError(len(self._waiting))
        ticket = Ticket(channel_id, user_id)
        self._waiting.append(ticket)
        self._advance()
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """Free the place or the turn that `ticket` holds; harmless when repeated."""
        if self._running.get(ticket.channel_id) is ticket:
            del self._running[ticket.channel_id]
        elif ticket in self._waiting:
            self._waiting.remove(ticket)
        else:
            return
        self._advance()

    async def pause(self) -> None:
        """Give nobody a turn until `resume`, and wait until those who have one have left."""
        self._paused = True
        await self._idle.wait()

    def resume(self) -> None:
        """Give turns again."""
        self._paused = False
        self._advance()

    def _places_for(self, user_id: int) -> int:
        waits = any(ticket.user_id == user_id for ticket in self._waiting)
        return self._size - self._size // _RESERVED if waits else self._size

    def _advance(self) -> None:
        """Call all whose turn it is, and number the others."""
        served = {ticket.user_id: self._last_served.get(ticket.user_id, 0) for ticket in self._waiting}
        while not self._paused and len(self._running) < self._concurrency:
            ticket = _choose(self._waiting, self._running.keys(), served)
            if ticket is None:
                break
            self._waiting.remove(ticket)
            self._running[ticket.channel_id] = ticket
            self._served += 1
            self._last_served[ticket.user_id] = served[ticket.user_id] = self._served
            ticket.call()
        if self._running:
            self._idle.clear()
        else:
            self._idle.set()
        of_channel: Counter[int] = Counter()
        for waiting_ahead, ticket in enumerate(self._order(served)):
            ticket.ahead = len(self._running) + waiting_ahead
            ticket.waiting_ahead, ticket.own_ahead = waiting_ahead, of_channel[ticket.channel_id]
            of_channel[ticket.channel_id] += 1

    def _order(self, last_served: Mapping[int, int]) -> list[Ticket]:
        """Those who wait, in the order in which they would go if turns came free one at a time."""
        waiting, served = list(self._waiting), dict(last_served)
        order: list[Ticket] = []
        while ticket := _choose(waiting, (), served):
            waiting.remove(ticket)
            served[ticket.user_id] = self._served + len(order) + 1
            order.append(ticket)
        return order


def _choose(waiting: Iterable[Ticket], busy: Iterable[int], last_served: Mapping[int, int]) -> Ticket | None:
    """The ticket that goes next: first of its channel, channel free, person served least recently."""
    blocked = set(busy)
    best: Ticket | None = None
    for ticket in waiting:
        if ticket.channel_id in blocked:
            continue
        blocked.add(ticket.channel_id)  # later tickets of the channel wait for this one
        if best is None or last_served.get(ticket.user_id, 0) < last_served.get(best.user_id, 0):
            best = ticket
    return best
