"""What goes wrong during a soak: requests, the gateway, the processes. All of it drawn at random."""

from __future__ import annotations

import asyncio
import random
import signal
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import psutil

from bench.soak.bot_process import BotProcess
from bot.sandbox import Fault, Sandbox
from bot.sandbox.clock import Clock
from bot.sandbox.faults import Faults

_KEPT = 100_000
# Longest wait for a bot that was killed to be back, before it is killed again.
_RESTART_SECONDS = 60.0
_MESSAGES = "/channels/{channel_id}/messages"

# How often each kind of fault is drawn, relative to the others.
_KINDS = {
    "429": 2,
    "429 global": 1,
    "429 shared": 1,
    "500": 2,
    "502": 2,
    "503": 4,
    "dropped": 4,
    "answer lost": 8,
    "late": 3,
    "late, answer lost": 4,
}
# The share of requests that fail, and how often each share is drawn.
_WEATHER = {0.0: 1, 0.05: 3, 0.15: 3, 0.35: 1}
# What fails altogether for some seconds, as (method, route).
_OUTAGES = (
    ("*", "*"),
    ("GET", _MESSAGES),
    ("GET", _MESSAGES),
    ("POST", _MESSAGES),
    ("PATCH", _MESSAGES + "/{message_id}"),
    ("GET", "/channels/{channel_id}"),
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A fault that a request met. `at` is `Clock.monotonic`."""

    at: float
    method: str
    path: str
    kind: str


class RandomFaults(Faults):
    """Faults that any request may meet.

    rate: the share of requests that fail. outage: a route on which every request fails, while it lasts.
    """

    def __init__(self, clock: Clock, draw: random.Random) -> None:
        super().__init__()
        self.rate = 0.0
        self.outage: Fault | None = None
        self.counts: Counter[str] = Counter()
        self.drawn: deque[Drawn] = deque(maxlen=_KEPT)
        self._clock = clock
        self._draw = draw

    def next(self, method: str, path: str) -> Fault | None:
        """Draw what goes wrong with a request; None for nothing."""
        if self.outage is not None and self.outage.matches(method, path):
            kind = self._draw.choice(("503", "502", "dropped"))
        elif self._draw.random() < self.rate:
            kind = self._draw.choices(list(_KINDS), list(_KINDS.values()))[0]
        else:
            return None
        self.counts[kind] += 1
        self.drawn.append(Drawn(self._clock.monotonic(), method, path, kind))
        return self._fault(kind, method, path)

    def _fault(self, kind: str, method: str, route: str) -> Fault:
        match kind:
            case "429":
                return Fault(method, route, status=429, retry_after=self._draw.uniform(0.1, 1.5))
            case "429 global" | "429 shared":
                scope = kind.removeprefix("429 ")
                return Fault(method, route, status=429, scope=scope, retry_after=self._draw.uniform(0.1, 0.6))
            case "500" | "502" | "503":
                return Fault(method, route, status=int(kind))
            case "dropped":
                return Fault(method, route, drop=True, delay=self._draw.choice((0.0, 0.0, 0.7)))
            case "answer lost":
                return Fault(method, route, drop=True, late=True)
            case "late, answer lost":
                return Fault(method, route, drop=True, late=True, delay=self._draw.uniform(0.2, 3.0))
            case _:
                late = self._draw.random() < 0.7
                return Fault(method, route, late=late, delay=self._draw.uniform(0.2, 2.5))


class Trouble:
    """Makes trouble of every kind, each kind at times of its own.

    counts: what was done to the gateway and the processes, and how often. interruptions: when the bot was
    killed, or lost its session, so that it may not have heard what came just before.
    """

    def __init__(
        self, sandbox: Sandbox, faults: RandomFaults, bot: BotProcess, seed: int, seconds: float
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.interruptions: list[float] = []
        self._sandbox = sandbox
        self._faults = faults
        self._bot = bot
        self._seed = seed
        self._seconds = seconds

    async def run(self) -> None:
        """Make trouble until cancelled. Whatever would last is over then."""
        self._faults.rate = 0.1
        try:
            async with asyncio.TaskGroup() as making:
                for make, period in (
                    (self._change_weather, 8.0),
                    (self._break_a_route, 20.0),
                    (self._disturb_the_gateway, 15.0),
                    (self._slow_the_engine, 15.0),
                    (self._kill_the_engine, 40.0),
                    (self._kill_the_bot, 35.0),
                ):
                    making.create_task(self._repeat(make, period))
        finally:
            self._faults.rate, self._faults.outage = 0.0, None

    async def _repeat(self, make: Callable[[random.Random], Awaitable[None]], period: float) -> None:
        """Make one kind of trouble again and again; period: seconds in between, on average."""
        draw = random.Random(f"{self._seed} {make.__name__}")
        # A short soak has some of everything, too.
        period = min(period, self._seconds / 3)
        while True:
            await asyncio.sleep(period * draw.uniform(0.4, 1.6))
            await make(draw)

    async def _change_weather(self, draw: random.Random) -> None:
        self._faults.rate = draw.choices(list(_WEATHER), list(_WEATHER.values()))[0]

    async def _break_a_route(self, draw: random.Random) -> None:
        self._faults.outage = Fault(*draw.choice(_OUTAGES))
        self.counts["routes down"] += 1
        try:
            await asyncio.sleep(draw.uniform(1, 8))
        finally:
            self._faults.outage = None

    async def _disturb_the_gateway(self, draw: random.Random) -> None:
        gateway = self._sandbox.gateway
        kind = draw.choice(("dropped", "dropped", "reconnect", "resumable", "session lost", "session lost"))
        self.counts[f"gateway: {kind}"] += 1
        match kind:
            case "dropped":
                gateway.drop()
            case "reconnect":
                await gateway.ask_to_reconnect()
            case "resumable":
                await gateway.invalidate(resumable=True)
            case _:
                self.interruptions.append(self._sandbox.clock.monotonic())
                await gateway.invalidate()
                if draw.random() < 0.5:
                    gateway.drop()

    async def _slow_the_engine(self, draw: random.Random) -> None:
        """Let the model run only for moments, a token or a few each, as on a machine that is busy."""
        # A model that is being loaded would take for ever.
        if not self._bot.is_ready or (engine := self._bot.engine()) is None:
            return
        self.counts["model slowed down"] += 1
        pause = draw.choice((0.15, 0.7))
        try:
            for _ in range(draw.randint(1, round(4 / pause))):
                engine.suspend()
                await asyncio.sleep(pause)
                engine.resume()
                await asyncio.sleep(draw.uniform(0.005, 0.05))
        except psutil.Error:
            pass  # it has ended meanwhile
        finally:
            with suppress(psutil.Error):
                engine.resume()

    async def _kill_the_engine(self, draw: random.Random) -> None:
        if (engine := self._bot.engine()) is not None:
            with suppress(psutil.Error):
                engine.kill()
                self.counts["model killed"] += 1

    async def _kill_the_bot(self, draw: random.Random) -> None:
        number = draw.choices((signal.SIGKILL, signal.SIGTERM), (4, 1))[0]
        if not self._bot.kill(number, down_for=draw.choice((0.0, 0.5, draw.uniform(1, 6)))):
            return
        self.counts["bot killed" if number is signal.SIGKILL else "bot ended"] += 1
        self.interruptions.append(self._sandbox.clock.monotonic())
        # Where one kill follows soon upon the other, the bot does not even start.
        if draw.random() < 0.8:
            with suppress(TimeoutError):
                await self._bot.wait_ready(_RESTART_SECONDS)
