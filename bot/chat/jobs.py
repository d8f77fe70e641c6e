"""The replies that wait or are being made: their tasks, from the beginning to the end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from types import TracebackType

from bot.chat.making import Plan, ReplyMaker
from bot.chat.pulse import Job, Pulse
from bot.chat.queue import Ticket
from bot.chat.reply import Phase, Reply
from bot.chat.speed import Speed
from bot.chat.watchdog import Watchdog


class Jobs:
    """Owns the tasks that make replies; closing it cancels them, and leaves the replies open.

    concurrency: replies made at the same time. beat: seconds between two looks at those that wait.
    """

    def __init__(
        self, maker: ReplyMaker, concurrency: int, speed: Speed, watchdog: Watchdog, beat: float
    ) -> None:
        self._maker = maker
        self._jobs: dict[asyncio.Task[None], Job] = {}
        self._pulse = Pulse(self._jobs.values, concurrency, speed, watchdog, beat)

    async def __aenter__(self) -> Jobs:
        await self._pulse.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        tasks = list(self._jobs)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._pulse.__aexit__(kind, error, trace)

    @property
    def replies(self) -> list[Reply]:
        """Those that have not ended, in the order in which they came."""
        replies = (job.reply for job in self._jobs.values())
        return [reply for reply in replies if reply.snapshot.phase is not Phase.DONE]

    def begin(self, reply: Reply, ticket: Ticket, plan: Plan) -> Reply:
        """Have `reply` made; gives it back."""
        ticket.watch(lambda ahead: reply.update(ahead=ahead))
        make = self._maker.make(reply, ticket, plan)
        task = asyncio.create_task(make, name=f"reply to turn {reply.prompt.id}")
        self._jobs[task] = Job(reply, ticket, plan)
        task.add_done_callback(self._jobs.pop)
        self._pulse.wake()
        return reply

    def has(self, prompt_id: int) -> bool:
        """Whether a reply to a prompt waits or is being made."""
        return any(job.reply.prompt.id == prompt_id for job in self._jobs.values())

    async def end(self, prompt_id: int) -> None:
        """Stop the reply to a prompt, if there is one, and wait until it is written down."""
        tasks = [task for task, job in self._jobs.items() if job.reply.prompt.id == prompt_id]
        for task in tasks:
            self._jobs[task].reply.stop()
        if tasks:
            await asyncio.wait(tasks)


async def stop(replies: Iterable[Reply]) -> int:
    """Stop replies and wait for their ends; how many they were."""
    stopped = list(replies)
    for reply in stopped:
        reply.stop()
    for reply in stopped:
        await reply.finished()
    return len(stopped)
