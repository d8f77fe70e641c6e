"""What happened, in order: the gateway, people and the event stream all read it from here."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.sandbox.changes import Changes
from bot.sandbox.model import Channel, Guild, Json


@dataclass(frozen=True)
class Event:
    """Something that happened, named and shaped like a gateway dispatch.

    `channel` and `guild` tell where, for intents and permissions. `at` is `Clock.monotonic`.
    """

    name: str
    data: Json
    at: float
    guild: Guild | None = None
    channel: Channel | None = None


class Events:
    """The log of events, bounded, and those who listen to it."""

    def __init__(self, changes: Changes, keep: int) -> None:
        self._changes = changes
        self._log: deque[Event] = deque(maxlen=keep)
        self._listeners: list[Callable[[Event], None]] = []
        self._queues: list[asyncio.Queue[Event | None]] = []

    def __iter__(self) -> Iterator[Event]:
        return iter(tuple(self._log))

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Call `listener`, which must return at once, with every event from now on."""
        self._listeners.append(listener)

    def publish(self, event: Event) -> None:
        """Record an event and tell everybody."""
        self._log.append(event)
        for listener in tuple(self._listeners):
            listener(event)
        for queue in self._queues:
            _put(queue, event)
        self._changes.notify()

    async def wait_for(
        self,
        name: str,
        predicate: Callable[[Json], object] = lambda _: True,
        timeout: float = 5.0,
        after: float = 0.0,
    ) -> Event:
        """Return the first event of that name, later than `after`, whose data satisfies `predicate`.

        Raises:
            TimeoutError: there was none within `timeout` seconds.
        """

        def probe() -> Event | None:
            return next((e for e in self._log if e.name == name and e.at > after and predicate(e.data)), None)

        return await self._changes.until(
            probe, timeout, lambda: f"no {name} like that among {[event.name for event in self._log][-20:]}"
        )

    @contextmanager
    def subscribe(self, size: int = 1000) -> Iterator["asyncio.Queue[Event | None]"]:
        """Put every event from now on into a queue, and None when the sandbox ends.

        A reader more than `size` events behind loses the oldest.
        """
        queue: asyncio.Queue[Event | None] = asyncio.Queue(size)
        self._queues.append(queue)
        try:
            yield queue
        finally:
            self._queues.remove(queue)

    def close(self) -> None:
        """Tell those who subscribed that there will be no more."""
        for queue in self._queues:
            _put(queue, None)


def _put(queue: "asyncio.Queue[Event | None]", event: Event | None) -> None:
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(event)
