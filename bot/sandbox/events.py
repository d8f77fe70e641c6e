"""The log of what happened, in order. The gateway, people and the event stream read it."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.sandbox.condition import Condition
from bot.sandbox.model import Channel, Guild, Json


@dataclass(frozen=True)
class Event:
    """Something that happened, with the name and data of a gateway dispatch.

    at: `Clock.monotonic`. guild, channel: where it happened, for intents and permissions.
    """

    name: str
    data: Json
    at: float
    guild: Guild | None = None
    channel: Channel | None = None


class Events:
    """The newest `keep` events, and everyone who listens for more."""

    def __init__(self, changes: Condition, keep: int) -> None:
        self._changes = changes
        self._log: deque[Event] = deque(maxlen=keep)
        self._listeners: list[Callable[[Event], None]] = []
        self._queues: list[asyncio.Queue[Event | None]] = []

    def __iter__(self) -> Iterator[Event]:
        return iter(tuple(self._log))

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Call `listener` with every event from now on. It must return at once."""
        self._listeners.append(listener)

    def publish(self, event: Event) -> None:
        """Add an event to the log and tell everyone who listens."""
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
        timeout: float = 20.0,
        after: float = 0.0,
    ) -> Event:
        """Return the first event of that name, later than `after`, whose data satisfies `predicate`.

        Raises: TimeoutError where there was none within `timeout` seconds.
        """

        def probe() -> Event | None:
            return next((e for e in self._log if e.name == name and e.at > after and predicate(e.data)), None)

        return await self._changes.until(
            probe, timeout, lambda: f"no {name} like that among {[event.name for event in self._log][-20:]}"
        )

    @contextmanager
    def subscribe(self, size: int = 1000) -> Iterator["asyncio.Queue[Event | None]"]:
        """A queue of every event from now on, and None when the sandbox ends.

        A reader that falls more than `size` events behind loses the oldest ones.
        """
        queue: asyncio.Queue[Event | None] = asyncio.Queue(size)
        self._queues.append(queue)
        try:
            yield queue
        finally:
            self._queues.remove(queue)

    def close(self) -> None:
        """Tell every subscriber that there will be no more events."""
        for queue in self._queues:
            _put(queue, None)


def _put(queue: "asyncio.Queue[Event | None]", event: Event | None) -> None:
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(event)
