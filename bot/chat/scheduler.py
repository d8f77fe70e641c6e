"""Which reply is generated next: the queue, the tasks of the replies, and what people see while they wait."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from types import TracebackType

from bot.chat.generation import Generation, GenerationOptions, Generator
from bot.chat.queue import FairQueue, Ticket
from bot.chat.reply import Phase, Reply
from bot.chat.throughput import ThroughputMeter
from bot.chat.watchdog import Watchdog


@dataclass(frozen=True, slots=True)
class _Job:
    """A reply that waits or is being generated."""

    generation: Generation
    ticket: Ticket
    task: asyncio.Task[None]

    @property
    def reply(self) -> Reply:
        return self.generation.reply


class Scheduler:
    """Has replies generated, each in a task, in the order of the queue. Closing it cancels the tasks and
    leaves their replies open in the store.

    interval: seconds between two looks at those that wait and at the engine.
    """

    def __init__(
        self,
        generator: Generator,
        queue: FairQueue,
        meter: ThroughputMeter,
        watchdog: Watchdog,
        interval: float = 1.0,
    ) -> None:
        self._generator = generator
        self._queue = queue
        self._meter = meter
        self._watchdog = watchdog
        self._interval = interval
        self._jobs: dict[Ticket, _Job] = {}
        self._has_jobs = asyncio.Event()
        self._monitor: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Scheduler:
        self._monitor = asyncio.create_task(self._watch(), name="scheduler")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        jobs = list(self._jobs.values())
        for job in jobs:
            if job.reply.snapshot.phase is not Phase.DONE:  # else only its end is left to store
                job.task.cancel()
        tasks = [job.task for job in jobs]
        if self._monitor is not None:
            self._monitor.cancel()
            tasks.append(self._monitor)
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def replies(self) -> list[Reply]:
        """Those that have not ended, in the order in which they came."""
        replies = (job.reply for job in self._jobs.values())
        return [reply for reply in replies if reply.snapshot.phase is not Phase.DONE]

    @contextmanager
    def place(self, channel_id: int, user_id: int, *, admitted: bool = False) -> Iterator[Ticket]:
        """A place in the queue at once, so that the order of arrival is kept whatever is awaited within
        the block. It is given up at the end of the block unless `start` used it.

        Raises: QueueFullError, unless it was `admitted` before.
        """
        self._free_stopped()
        ticket = self._queue.enter(channel_id, user_id, admitted=admitted)
        self._update_waiting()
        try:
            yield ticket
        finally:
            if ticket not in self._jobs:
                self._leave(ticket)

    def start(self, reply: Reply, ticket: Ticket, options: GenerationOptions) -> Reply:
        """Have `reply` generated once the turn of `ticket` comes; gives it back."""
        generation = Generation(reply, options, options.guild_id)
        run = self._run(generation, ticket)
        task = asyncio.create_task(run, name=f"reply to turn {reply.prompt.id}")
        self._jobs[ticket] = _Job(generation, ticket, task)
        self._update_waiting()
        self._has_jobs.set()
        return reply

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """Inside, nothing is generated: the replies that run end first, the others wait."""
        try:
            await self._queue.pause()
            yield
        finally:
            self._queue.resume()
            self._update_waiting()

    def has(self, prompt_id: int) -> bool:
        """Whether a reply to a prompt waits or is being generated."""
        return any(job.reply.prompt.id == prompt_id for job in self._jobs.values())

    async def end(self, prompt_id: int) -> None:
        """Stop the reply to a prompt, if there is one, and wait until that is stored."""
        jobs = [job for job in self._jobs.values() if job.reply.prompt.id == prompt_id]
        for job in jobs:
            job.reply.stop()
        if jobs:
            await asyncio.wait([job.task for job in jobs])

    async def _run(self, generation: Generation, ticket: Ticket) -> None:
        """From the queue to the stored turn. A cancellation leaves the reply open in the store."""
        reply = generation.reply
        try:
            with reply.stoppable():
                await ticket.turn()
                reply.started_at = time.monotonic()
                await self._generator.generate(generation)
            if reply.started_at is None:
                self._leave(ticket)  # stopped while it waited: those behind it need not wait for the store
            await self._generator.close(generation)
        finally:
            self._leave(ticket)
            del self._jobs[ticket]

    def _leave(self, ticket: Ticket) -> None:
        self._queue.leave(ticket)
        self._update_waiting()

    def _free_stopped(self) -> None:
        """Free the places of replies that were stopped just now, before their tasks could."""
        for job in self._jobs.values():
            if job.reply.snapshot.phase is Phase.DONE and job.reply.started_at is None:
                self._queue.leave(job.ticket)

    async def _watch(self) -> None:
        """While there are replies, mark those that stall and keep the estimates up to date."""
        while True:
            await self._has_jobs.wait()
            if not self._jobs:
                self._has_jobs.clear()
                continue
            self._watchdog.check()
            self._update_waiting()
            await asyncio.sleep(self._interval)

    def _update_waiting(self) -> None:
        """Tell those who wait their place in the queue, and for how long by the throughput so far; while the
        queue is paused, nobody knows how long."""
        now = time.monotonic()
        running: dict[int, float] = {}  # seconds since the start, by channel
        for job in self._jobs.values():
            if job.reply.started_at is not None:
                running[job.reply.prompt.channel_id] = now - job.reply.started_at
        for job in self._jobs.values():
            reply, ticket = job.reply, job.ticket
            if reply.snapshot.phase is not Phase.QUEUED:
                continue
            seconds = None if ticket.has_turn or self._queue.paused else self._estimate(ticket, running)
            if (ticket.ahead, seconds) != (reply.snapshot.ahead, reply.snapshot.wait_seconds):
                reply.update(ahead=ticket.ahead, wait_seconds=seconds)

    def _estimate(self, ticket: Ticket, running: dict[int, float]) -> float | None:
        """Seconds until a ticket's turn, whole ones; None where nothing was measured."""
        own = [elapsed for channel, elapsed in running.items() if channel == ticket.channel_id]
        seconds = self._meter.wait(
            list(running.values()), ticket.waiting_ahead, self._queue.concurrency, own, ticket.own_ahead
        )
        return None if seconds is None else float(math.ceil(seconds))
