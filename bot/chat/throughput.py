"""How fast the model has been lately, and how long a wait in the queue that makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.reply import Snapshot

# Share of the newest reply in the averages: after five replies, two thirds come from those five.
_WEIGHT = 0.2
# A prefill of fewer tokens says more about the engine's fixed costs than about its speed.
_LEAST_READ = 32
# A reply that takes longer than usual is assumed to have this share of the usual time left.
_LEAST_LEFT = 0.1


@dataclass(frozen=True, slots=True)
class Throughput:
    """Averages over finished replies, the newest weighing most; None before the first one.

    prefill and decode: tokens a second of one reply, without those that came from the prefix cache.
    reply_tokens: length of a reply. reply_seconds: from the start of prefill to the end.
    """

    prefill: float | None = None
    decode: float | None = None
    reply_tokens: float | None = None
    reply_seconds: float | None = None


class ThroughputMeter:
    """Keeps the averages and estimates waits from them."""

    def __init__(self) -> None:
        self._measured = Throughput()

    @property
    def measured(self) -> Throughput:
        """The averages now."""
        return self._measured

    def reset(self) -> None:
        """Forget what was measured: another model answers from here on."""
        self._measured = Throughput()

    def record(self, end: Snapshot) -> None:
        """Count a reply that ran to its end."""
        old = self._measured
        read = end.prompt_tokens - (end.reused_tokens or 0)
        writing = end.seconds - end.first_token_seconds
        prefill, decode = old.prefill, old.decode
        if read >= _LEAST_READ and end.first_token_seconds > 0:
            prefill = _blend(prefill, read / end.first_token_seconds)
        if end.tokens > 1 and writing > 0:
            decode = _blend(decode, (end.tokens - 1) / writing)
        self._measured = Throughput(
            prefill, decode, _blend(old.reply_tokens, end.tokens), _blend(old.reply_seconds, end.seconds)
        )

    def wait(
        self, running: Sequence[float], waiting: int, concurrency: int, own: Sequence[float], own_waiting: int
    ) -> float | None:
        """Seconds until a message's turn; None before any reply was finished.

        running: for each reply being generated, the seconds since it started; own: those of the
        message's channel among them. waiting: how many messages are before it in the queue;
        own_waiting: those of its channel, which are answered one after the other whatever runs beside
        them.
        """
        usual = self._measured.reply_seconds
        if usual is None:
            return None
        overall = sum(_left(usual, elapsed) for elapsed in running) + waiting * usual
        in_channel = sum(_left(usual, elapsed) for elapsed in own) + own_waiting * usual
        return max(overall / concurrency, in_channel)


def _left(usual: float, elapsed: float) -> float:
    """Seconds left of a reply that started `elapsed` seconds ago."""
    return max(usual - elapsed, usual * _LEAST_LEFT)


def _blend(average: float | None, newest: float) -> float:
    return newest if average is None else average + _WEIGHT * (newest - average)
