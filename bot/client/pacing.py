"""The pace at which messages are written: Discord's limits are met by waiting, not by being refused."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import aiohttp


@dataclass(frozen=True, slots=True)
class Timing:
    """How long to wait for what, in seconds; `rate` in requests a second.

    edit_interval: between an edit and whatever was written before it in the same channel.
    rate: messages written or edited over all channels. Discord takes 50 requests of every kind.
    first_words: longest wait for a few words after the first one.
    patience: a wait in line, or for the first words, that is longer than this is told in words.
    noticed: a message that was posted so recently has raised its unread mark just now.
    pauses: between attempts while Discord or the network is in trouble; three minutes in all.
    presence_interval: between two changes of presence. Discord takes five in 20 s.
    """

    edit_interval: float = 1.0
    rate: float = 20.0
    first_words: float = 0.6
    patience: float = 2.0
    noticed: float = 10.0
    pauses: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0, 30.0, 60.0)
    presence_interval: float = 5.0


@dataclass(slots=True)
class _Channel:
    """What is known of one channel: when the last request was answered, and how many are here."""

    last: float = float("-inf")
    users: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


# The slot that the present task is in.
_slot: ContextVar[_Channel | None] = ContextVar("slot", default=None)


class Pacer:
    """Hands out slots for requests that write messages.

    The interval runs from the answer to one request to the sending of the next, so that the two are
    that far apart for the sender, for Discord, and for whoever listens between them. Within a
    channel, and among channels, slots go to those who asked first: a channel holds one place at a
    time, so none can crowd out the others.

    `trace` is for the HTTP session: discord.py may hold a request back before it sends it, and
    itself after the answer, which only the session can tell from the request's own time.

    interval: seconds. rate: slots a second over all channels. clock and sleep: in seconds.
    """

    def __init__(
        self,
        interval: float = 1.0,
        rate: float = 20.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._interval = interval
        self._gap = 1 / rate
        self._clock = clock
        self._sleep = sleep
        self._channels: OrderedDict[int, _Channel] = OrderedDict()
        self._line = asyncio.Lock()
        self._next = float("-inf")
        self.trace = aiohttp.TraceConfig()
        self.trace.on_request_end.append(self._note_answer)
        self.trace.on_request_exception.append(self._note_answer)

    @property
    def channels(self) -> int:
        """How many channels are remembered; those idle for an interval are forgotten."""
        return len(self._channels)

    @asynccontextmanager
    async def slot(self, channel_id: int, *, edit: bool) -> AsyncIterator[None]:
        """Wait for the right to make one request in a channel; the request is made within.

        edit: keep the interval from the channel's last request. A new message need not: it is what
        people wait for, and Discord's own limit on it is left to the HTTP client.
        """
        channel = self._channels.setdefault(channel_id, _Channel())
        channel.users += 1
        try:
            async with channel.lock:
                if edit:
                    await self._until(channel.last + self._interval)
                async with self._line:
                    await self._until(self._next)
                    self._next = self._clock() + self._gap
                begun = self._clock()
                within = _slot.set(channel)
                try:
                    yield
                finally:
                    _slot.reset(within)
                    if channel.last < begun:  # no answer was seen
                        channel.last = self._clock()
                    self._channels.move_to_end(channel_id)
        finally:
            channel.users -= 1
            self._forget_idle()

    async def _note_answer(self, *_: object) -> None:
        if (channel := _slot.get()) is not None:
            channel.last = self._clock()

    async def _until(self, due: float) -> None:
        # Once is not enough: a timer may fire a little early.
        while (wait := due - self._clock()) > 0:
            await self._sleep(wait)

    def _forget_idle(self) -> None:
        for channel_id, channel in list(self._channels.items()):
            if channel.users or channel.last + self._interval > self._clock():
                break
            del self._channels[channel_id]
