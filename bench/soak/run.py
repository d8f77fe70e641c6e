"""The whole soak, from the first message to the result."""

from __future__ import annotations

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.recording import save
from bench.soak.bot_process import BotProcess, Run, last_line
from bench.soak.people import Crowd
from bench.soak.trouble import RandomFaults, Trouble
from bench.soak.verdict import FAILURES, Answer, Outcome, judge, read_database
from bot.sandbox import Limits, Sandbox
from bot.sandbox.wire import Exchange

_READY_SECONDS = 120.0
_REPORT_SECONDS = 10.0
# The bot tries for three minutes to show a reply, and for longer to read what it missed.
_SETTLE_SECONDS = 1800.0
# Without a request for this long, nothing more is expected: its pauses between attempts are shorter at first.
_GIVEN_UP_SECONDS = 130.0
_QUIET_SECONDS = 3.0
# What the bot does about something that it heard is done after this long, whatever requests fail.
_TO_ACT_SECONDS = 45.0
# After a new session nothing that came just before it may have been heard.
_BLIND_SECONDS = 15.0


@dataclass(slots=True)
class Result:
    """What came of a soak.

    messages: all that the bot was asked, commands included. outcomes: how many of them became what. ended:
    how many replies ended how. refusals: how often which one was said. faults, troubles: how many of which
    kind. starts: of the bot. exits: times that it ended by itself, with the last line that it said.
    posted_after_restart: messages that one more restart, after all was settled, added. settled_after: seconds
    from the end of the trouble. memory: resident bytes of the bot and its model's process, when it was first
    ready and at the end; by run, with the seconds that it was ready, at its beginning and its end. failures,
    and for each, in `traces`, what was requested about it.
    """

    seed: int
    minutes: float
    people: int
    messages: int = 0
    commands: int = 0
    edited: int = 0
    deleted: int = 0
    stopped: int = 0
    regenerated: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)
    refusals: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    troubles: dict[str, int] = field(default_factory=dict)
    starts: int = 0
    exits: list[str] = field(default_factory=list)
    posted_after_restart: int = 0
    settled_after: float = 0.0
    memory_first: int = 0
    memory_last: int = 0
    memory_by_run: list[tuple[float, int, int]] = field(default_factory=list)
    failures: list[Answer] = field(default_factory=list)
    traces: dict[int, list[str]] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Whether every message has exactly one finished answer."""
        return not self.failures and not self.posted_after_restart


async def soak(
    folder: Path, *, seed: int, minutes: float, people: int, pace: float, report: Callable[[str], None]
) -> Result:
    """Run a soak; `folder` gets the bot's database and log, and the recorded traffic.

    pace: seconds that each person waits between two things, on average. report: told how it goes.

    Raises: TimeoutError where the bot cannot be started.
    """
    result = Result(seed, minutes, people)
    # Enough of Discord's limits to meet them now and then.
    limits = replace(Limits.fast(0.2), wire_records=1_000_000)
    sandbox = Sandbox(limits=limits)
    faults = sandbox.faults = RandomFaults(sandbox.clock, random.Random(f"{seed} faults"))
    async with sandbox:
        bot = BotProcess(sandbox, folder)
        crowd = Crowd(sandbox, people, pace, seed)
        trouble = Trouble(sandbox, faults, bot, seed, minutes * 60)
        running = asyncio.create_task(bot.run())
        try:
            await bot.wait_ready(_READY_SECONDS)
            await crowd.begin()
            began = sandbox.clock.monotonic()
            soaking = _Soak(sandbox, bot, crowd, faults, trouble, began)
            with suppress(TimeoutError):
                async with asyncio.timeout(minutes * 60), asyncio.TaskGroup() as going:
                    going.create_task(crowd.talk())
                    going.create_task(trouble.run())
                    going.create_task(soaking.report(report))
            ended = sandbox.clock.monotonic()
            report("the trouble is over; waiting until everything is answered")
            answers = {answer.message: answer for answer in await soaking.settle()}
            result.settled_after = sandbox.clock.monotonic() - ended
            result.memory_last = bot.memory()
            report("starting the bot once more: nothing may be answered again")
            result.posted_after_restart = await soaking.restart()
            answers |= {answer.message: answer for answer in _failed(await soaking.judge())}
            await bot.stop()
        finally:
            running.cancel()
            await asyncio.wait([running])
            save(sandbox.wire, folder / "wire.jsonl.gz")
        soaking.fill(result, list(answers.values()))
    return result


@dataclass(slots=True)
class _Soak:
    """A soak under way. began: `Clock.monotonic`."""

    sandbox: Sandbox
    bot: BotProcess
    crowd: Crowd
    faults: RandomFaults
    trouble: Trouble
    began: float

    async def report(self, report: Callable[[str], None]) -> None:
        """Tell how it goes, until cancelled."""
        while True:
            await asyncio.sleep(_REPORT_SECONDS)
            elapsed = self.sandbox.clock.monotonic() - self.began
            troubles = ", ".join(f"{name} {count}" for name, count in sorted(self.trouble.counts.items()))
            report(
                f"{elapsed:.0f} s: {len(self.crowd.ledger.asked)} messages, {self.faults.counts.total()} "
                f"faults; {troubles}; {self.bot.memory() / 2**20:.0f} MiB"
            )

    async def settle(self) -> list[Answer]:
        """Wait until every message has its answer and the bot is quiet, or nothing more is to be expected."""
        deadline = self.sandbox.clock.monotonic() + _SETTLE_SECONDS
        while True:
            await asyncio.sleep(0.5)
            now = self.sandbox.clock.monotonic()
            quiet = now - self._last_request() if self.bot.is_ready else 0.0
            if quiet >= _QUIET_SECONDS or now >= deadline:
                answers = await self.judge()
                if not _failed(answers) or quiet >= _GIVEN_UP_SECONDS or now >= deadline:
                    return answers

    async def restart(self) -> int:
        """Start the bot once more; how many messages it posts then, though everything is answered."""
        before = self._posted()
        self.bot.kill(signal.SIGTERM, down_for=0)
        await self.sandbox.world.changes.until(lambda: not self.bot.is_ready or None, _READY_SECONDS)
        await self.bot.wait_ready(_READY_SECONDS)
        await self._be_quiet()
        return self._posted() - before

    async def _be_quiet(self) -> None:
        """Wait until the bot has made no request for a while."""
        quiet = 0.0
        while quiet < _QUIET_SECONDS:
            await asyncio.sleep(_QUIET_SECONDS - quiet)
            quiet = self.sandbox.clock.monotonic() - self._last_request()

    async def judge(self) -> list[Answer]:
        """What has become of everything by now."""
        stored = await asyncio.to_thread(read_database, self.bot.database)
        return judge(self.crowd.ledger, self.crowd.channels, stored, self.could_hear)

    def could_hear(self, at: float) -> bool:
        """Whether the bot was there at a time, and for long enough after it to act upon what it heard."""
        there = any(
            run.ready_at is not None and run.ready_at + _BLIND_SECONDS <= at
            and (run.ended_at is None or at + _TO_ACT_SECONDS <= run.ended_at)
            for run in self.bot.runs
        )  # fmt: skip
        lost = (
            at - _BLIND_SECONDS <= moment <= at + _TO_ACT_SECONDS for moment in self.trouble.interruptions
        )
        return there and not any(lost)

    def fill(self, result: Result, answers: list[Answer]) -> None:
        """Write down the figures."""
        asked = self.crowd.ledger.asked
        result.messages = len(asked)
        result.commands = sum(one.interaction is not None for one in asked)
        result.edited = sum(one.edited_at is not None for one in asked)
        result.deleted = sum(one.deleted_at is not None for one in asked)
        result.stopped = sum(one.stopped_at is not None for one in asked)
        result.regenerated = sum(one.regenerated_at is not None for one in asked)
        outcomes = Counter(answer.outcome for answer in answers)
        result.outcomes = {str(outcome): outcomes[outcome] for outcome in Outcome}
        result.ended = _count(answers, Outcome.ANSWERED)
        result.refusals = _count(answers, Outcome.REFUSED)
        result.requests = len(self.sandbox.wire)
        result.faults = dict(self.faults.counts.most_common())
        result.troubles = dict(self.trouble.counts.most_common())
        result.starts = len(self.bot.runs)
        result.exits = [
            self._exit(number, run) for number, run in enumerate(self.bot.runs, 1) if _by_itself(run)
        ]
        memories = [
            (run.ended_at - run.ready_at, run.first_memory, run.last_memory)
            for run in self.bot.runs
            if run.ready_at and run.ended_at and run.first_memory and run.last_memory
        ]
        result.memory_first = memories[0][1] if memories else 0
        result.memory_by_run = [(round(seconds, 1), first, last) for seconds, first, last in memories]
        result.failures = _failed(answers)
        result.traces = {failure.message: self._trace(failure) for failure in result.failures}

    def _exit(self, number: int, run: Run) -> str:
        last = last_line(self.bot.log, lambda line: line.startswith("ovbot: "))
        return f"run {number} ended with code {run.code}: {last}"

    def _last_request(self) -> float:
        return max((exchange.done_at for exchange in self.sandbox.wire), default=0.0)

    def _posted(self) -> int:
        return sum(message.author.bot for channel in self.crowd.channels for message in channel.history)

    def _trace(self, failure: Answer) -> list[str]:
        """The requests about a message and its answer, and those for its channel's history that failed."""
        ids = {str(number) for number in (failure.message, *failure.pages)}
        return [
            self._line(exchange)
            for exchange in self.sandbox.wire
            if _is_about(exchange, ids)
            or (_reads_history(exchange, failure.channel) and exchange.status != 200)
        ]

    def _line(self, exchange: Exchange) -> str:
        body = exchange.body if isinstance(exchange.body, dict) else {}
        answer = exchange.answer if isinstance(exchange.answer, dict) else {}
        kinds = [
            drawn.kind
            for drawn in self.faults.drawn
            if exchange.at <= drawn.at <= exchange.done_at
            and (drawn.method, drawn.path) == (exchange.method, exchange.path)
        ]
        shown = f" {str(body['content'])[-60:]!r}" if body.get("content") else ""
        stop = " with Stop" if "ovbot:stop:" in str(body.get("components")) else ""
        nonce = f" nonce {body['nonce']}" if "nonce" in body else ""
        made = f", message {answer['id']}" if "id" in answer else ""
        fault = f" ({', '.join(kinds)})" if kinds else ""
        when = f"{exchange.at - self.began:.2f}–{exchange.done_at - self.began:.2f}"
        asked = f"{when} {exchange.method} {exchange.path[:80]}{nonce}{shown}{stop}"
        return f"{asked} → {exchange.status}{fault}{made}"


def _failed(answers: list[Answer]) -> list[Answer]:
    return [answer for answer in answers if answer.outcome in FAILURES]


def _count(answers: list[Answer], outcome: Outcome) -> dict[str, int]:
    """What was found of answers with an outcome, each with how often it was."""
    return dict(Counter(answer.found for answer in answers if answer.outcome is outcome))


def _is_about(exchange: Exchange, ids: set[str]) -> bool:
    body = exchange.body if isinstance(exchange.body, dict) else {}
    reference = body.get("message_reference") or {}
    mentioned = {*exchange.path.split("/"), str(reference.get("message_id"))}
    mentioned.add(str(body.get("nonce", "")).rpartition("-")[0])
    if isinstance(exchange.answer, dict):
        mentioned.add(str(exchange.answer.get("id")))
    return not ids.isdisjoint(mentioned)


def _reads_history(exchange: Exchange, channel: int) -> bool:
    return exchange.method == "GET" and exchange.path == f"/channels/{channel}/messages"


def _by_itself(run: Run) -> bool:
    return run.killed_by is None and run.ended_at is not None
