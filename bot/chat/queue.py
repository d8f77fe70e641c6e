"""Who is answered next: order within a channel, fairness between people, a bounded line.

One device answers everybody. At most `concurrency` replies are made at a time, one per channel;
among those who wait, the person who was served least recently is next. Within a channel messages
are answered in the order in which they came.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable

from bot.errors import OvbotError
from bot.i18n import mark

# People whose last turn is remembered for fairness. Forgetting one only means that they count as
# not served yet, so a bound costs nothing but memory.
_REMEMBERED_PEOPLE = 4096
# One in so many places is kept for people who have none yet.
_KEPT = 4


FULL = mark("The line is full ({count} waiting already): please try again in a moment.")


class QueueFullError(OvbotError):
    """The line is full; `waiting` messages wait already."""

    def __init__(self, waiting: int) -> None:
        """Say how long the line is."""
        super().__init__(FULL, count=waiting)
        self.waiting = waiting


class Ticket:
    """A place in the line, then a turn, until its holder leaves.

    waiting_ahead: those who wait before it. own_ahead: those of its channel among them, who are
    served one after the other.
    """

    def __init__(self, queue: FairQueue, channel_id: int, user_id: int) -> None:
        self.channel_id = channel_id
        self.user_id = user_id
        self.waiting_ahead = 0
        self.own_ahead = 0
        self._queue = queue
        self._ahead = 0
        self._on_move: Callable[[int], None] | None = None
        self._called: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def watch(self, on_move: Callable[[int], None]) -> None:
        """Have `on_move` called with the number of messages ahead, now and whenever it changes."""
        self._on_move = on_move
        on_move(self._ahead)

    def moved(self, ahead: int) -> None:
        """Note how many messages are ahead now."""
        if ahead != self._ahead:
            self._ahead = ahead
            if self._on_move is not None:
                self._on_move(ahead)

    def call(self) -> None:
        """Let the holder go ahead."""
        if not self._called.done():
            self._called.set_result(None)

    def leave(self) -> None:
        """Give up the place or the turn; harmless when repeated."""
        self._queue.leave(self)

    async def turn(self) -> None:
        """Wait for the turn. Whoever is cancelled meanwhile still has to `leave`."""
        await self._called


class FairQueue:
    """The line in front of the engine.

    concurrency: replies made at the same time. size: places for those who wait; the last quarter of
        them is kept for people who have none yet, so that nobody fills the line alone.
    """

    def __init__(self, concurrency: int, size: int) -> None:
        self._concurrency = concurrency
        self._size = size
        self._waiting: list[Ticket] = []
        self._running: dict[int, Ticket] = {}  # by channel
        self._last_served: OrderedDict[int, int] = OrderedDict()
        self._served = 0

    @property
    def concurrency(self) -> int:
        """Replies made at the same time."""
        return self._concurrency

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """How many are being answered."""
        return len(self._running)

    def enter(self, channel_id: int, user_id: int, *, admitted: bool = False) -> Ticket:
        """Take a place at once; its holder waits for the `turn` and must `leave` at the end.

        admitted: the message had a place before the program was restarted, and has one again.

        Raises: QueueFullError where all places are taken, but for those kept for others.
        """
        if len(self._waiting) >= self._places_for(user_id) and not admitted:
            raise QueueFullError(len(self._waiting))
        ticket = Ticket(self, channel_id, user_id)
        self._waiting.append(ticket)
        self._advance()
        return ticket

    def _places_for(self, user_id: int) -> int:
        waits = any(ticket.user_id == user_id for ticket in self._waiting)
        return self._size - self._size // _KEPT if waits else self._size

    def leave(self, ticket: Ticket) -> None:
        """Free the place or the turn that `ticket` holds."""
        if self._running.get(ticket.channel_id) is ticket:
            del self._running[ticket.channel_id]
        elif ticket in self._waiting:
            self._waiting.remove(ticket)
        else:
            return
        self._advance()

    def _advance(self) -> None:
        """Call all who can go now, and tell the others where they stand."""
        while len(self._running) < self._concurrency:
            ticket = _choose(self._waiting, self._running.keys(), self._last_served)
            if ticket is None:
                break
            self._waiting.remove(ticket)
            self._running[ticket.channel_id] = ticket
            self._remember(ticket.user_id)
            ticket.waiting_ahead = ticket.own_ahead = 0
            ticket.moved(0)
            ticket.call()
        of_channel: Counter[int] = Counter()
        for waiting_ahead, ticket in enumerate(self._order()):
            ticket.waiting_ahead, ticket.own_ahead = waiting_ahead, of_channel[ticket.channel_id]
            of_channel[ticket.channel_id] += 1
            ticket.moved(len(self._running) + waiting_ahead)

    def _remember(self, user_id: int) -> None:
        self._served += 1
        self._last_served[user_id] = self._served
        self._last_served.move_to_end(user_id)
        while len(self._last_served) > _REMEMBERED_PEOPLE:
            self._last_served.popitem(last=False)

    def _order(self) -> list[Ticket]:
        """Those who wait, in the order in which they would go if one turn came free at a time."""
        waiting, served = list(self._waiting), dict(self._last_served)
        order: list[Ticket] = []
        while ticket := _choose(waiting, (), served):
            waiting.remove(ticket)
            served[ticket.user_id] = self._served + len(order) + 1
            order.append(ticket)
        return order


def _choose(waiting: Iterable[Ticket], busy: Iterable[int], last_served: dict[int, int]) -> Ticket | None:
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
