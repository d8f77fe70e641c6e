"""Keeps what people are told of replies true while nothing happens to them."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from types import TracebackType

from bot.chat.making import Plan
from bot.chat.queue import Ticket
from bot.chat.reply import Phase, Reply
from bot.chat.speed import Speed
from bot.chat.watchdog import Watchdog


@dataclass(frozen=True, slots=True)
class Job:
    """A reply that waits or is being made."""

    reply: Reply
    ticket: Ticket
    plan: Plan


class Pulse:
    """Looks at the jobs at every beat: how long each will wait yet, and whether the engine lives.

    jobs: gives those there are. concurrency: replies made at the same time. beat: in seconds.
    """

    def __init__(
        self,
        jobs: Callable[[], Collection[Job]],
        concurrency: int,
        speed: Speed,
        watchdog: Watchdog,
        beat: float = 1.0,
    ) -> None:
        self._jobs = jobs
        self._concurrency = concurrency
        self._speed = speed
        self._watchdog = watchdog
        self._beat = beat
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Pulse:
        self._task = asyncio.create_task(self._run(), name="pulse")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def wake(self) -> None:
        """There is a job: look at it now, and at every beat until there is none."""
        self.estimate()
        self._wanted.set()

    def estimate(self) -> None:
        """Tell those who wait how long it will be, in whole seconds."""
        now = time.monotonic()
        running: dict[int, float] = {}
        for job in self._jobs():
            if job.reply.started_at is not None:
                running[job.reply.prompt.channel_id] = now - job.reply.started_at
        for job in self._jobs():
            reply, ticket = job.reply, job.ticket
            if reply.started_at is None and reply.snapshot.phase is Phase.QUEUED:
                own = [elapsed for channel, elapsed in running.items() if channel == ticket.channel_id]
                seconds = self._speed.wait(
                    list(running.values()), ticket.waiting_ahead, self._concurrency, own, ticket.own_ahead
                )
                whole = None if seconds is None else float(math.ceil(seconds))
                if whole != reply.snapshot.wait_seconds:
                    reply.update(wait_seconds=whole)

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            if not self._jobs():
                self._wanted.clear()
                continue
            self._watchdog.check()
            self.estimate()
            await asyncio.sleep(self._beat)
