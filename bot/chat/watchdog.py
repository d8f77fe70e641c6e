"""Tells a model that is slow from one that is stuck."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.chat.reply import Phase, Reply
from bot.chat.speed import Speed

# Before anything was measured: a quarter of what Phi-3-mini reads on two cores.
_ASSUMED_PREFILL = 14.0
_ASSUMED_DECODE = 1.0
# Others that are answered at the same time, and whatever else the machine does.
_SLACK = 4.0


@dataclass(slots=True)
class _Watched:
    reply: Reply
    last_sign: float


class Watchdog:
    """Marks the replies of which nothing was heard for longer than the measured speed explains.

    patience: seconds of silence that are never too long. clock: in seconds.
    """

    def __init__(
        self, speed: Speed, patience: float = 20.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._speed = speed
        self._patience = patience
        self._clock = clock
        self._watched: dict[int, _Watched] = {}

    @contextmanager
    def watching(self, reply: Reply) -> Iterator[Callable[[], None]]:
        """Watch the engine work on a reply within; gives what is to be called at every sign of life."""
        watched = _Watched(reply, self._clock())
        self._watched[id(reply)] = watched

        def sign() -> None:
            watched.last_sign = self._clock()
            self._lives(reply)

        try:
            yield sign
        finally:
            del self._watched[id(reply)]
            self._lives(reply)

    def check(self) -> None:
        """Mark those that have been silent for too long, and take the mark from the others."""
        now = self._clock()
        for watched in self._watched.values():
            silent = now - watched.last_sign
            if silent > self.allowed(watched.reply):
                watched.reply.update(stalled=True, silent_seconds=silent)
            else:
                self._lives(watched.reply)

    def allowed(self, reply: Reply) -> float:
        """Seconds of silence that the speed explains: what is left to read, or one step of writing."""
        snapshot, measured = reply.snapshot, self._speed.measured
        if snapshot.phase is Phase.WRITING:
            expected = 1 / (measured.decode or _ASSUMED_DECODE)
        else:
            left = snapshot.prompt_tokens - snapshot.read_tokens
            expected = left / (measured.prefill or _ASSUMED_PREFILL)
        return max(self._patience, _SLACK * expected)

    def _lives(self, reply: Reply) -> None:
        if reply.snapshot.stalled:
            reply.update(stalled=False, silent_seconds=0.0)
