"""Tells a slow model from a stalled one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.chat.reply import Phase, Reply
from bot.chat.throughput import ThroughputMeter

# Before anything was measured: a quarter of what Phi-3-mini reads on two cores.
_ASSUMED_PREFILL = 14.0
_ASSUMED_DECODE = 1.0
# Replies that are generated at the same time, and whatever else the machine does.
_SLACK = 4.0


@dataclass(slots=True)
class _Watched:
    reply: Reply
    last_sign: float | None = None


class Watchdog:
    """Marks replies as stalled when the engine is silent for longer than its throughput explains.

    patience: seconds of silence that are never too long. Time is the event loop's.
    """

    def __init__(self, meter: ThroughputMeter, patience: float = 20.0) -> None:
        self._meter = meter
        self._patience = patience
        self._watched: dict[int, _Watched] = {}

    @contextmanager
    def watching(self, reply: Reply) -> Iterator[None]:
        """Watch the engine work on a reply within the block, from its first sign of life on: before that,
        the prompt waits for room in the engine."""
        self._watched[id(reply)] = _Watched(reply)
        try:
            yield
        finally:
            del self._watched[id(reply)]
            _clear(reply)

    def sign_of_life(self, reply: Reply) -> None:
        """The engine has produced something for a watched reply."""
        self._watched[id(reply)].last_sign = _now()
        _clear(reply)

    def check(self) -> None:
        """Mark the replies that have been silent for too long, and clear the mark of the others."""
        now = _now()
        for watched in self._watched.values():
            if watched.last_sign is None:
                continue
            silent = now - watched.last_sign
            if silent > self.allowed(watched.reply):
                watched.reply.update(stalled=True, silent_seconds=silent)
            else:
                _clear(watched.reply)

    def allowed(self, reply: Reply) -> float:
        """Seconds of silence that the throughput explains: the rest of the prefill, or one decode step."""
        snapshot, measured = reply.snapshot, self._meter.measured
        if snapshot.phase in (Phase.REASONING, Phase.DECODE):
            expected = 1 / (measured.decode or _ASSUMED_DECODE)
        else:
            left = snapshot.prompt_tokens - snapshot.read_tokens
            expected = left / (measured.prefill or _ASSUMED_PREFILL)
        return max(self._patience, _SLACK * expected)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _clear(reply: Reply) -> None:
    if reply.snapshot.stalled:
        reply.update(stalled=False, silent_seconds=0.0)
