"""How fast the model was of late, and how long a wait in line will be by that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.reply import Snapshot

# Share of the newest reply in the averages: after five replies, two thirds are of these five.
_WEIGHT = 0.2
# A prefill of fewer tokens says more about the engine's fixed costs than about its speed.
_LEAST_READ = 32
# A reply that takes longer than they usually do is thought to be this far from its end.
_LEAST_LEFT = 0.1


@dataclass(frozen=True, slots=True)
class Measured:
    """Averages over the replies that were finished, the newest counting most; None: none was.

    prefill and decode: tokens a second of one reply, those that came from the prefix cache not
    counted. reply_tokens: length of a reply. reply_seconds: from the start of reading to the end.
    """

    prefill: float | None = None
    decode: float | None = None
    reply_tokens: float | None = None
    reply_seconds: float | None = None


class Speed:
    """Keeps the averages."""

    def __init__(self) -> None:
        self._measured = Measured()

    @property
    def measured(self) -> Measured:
        """The averages now."""
        return self._measured

    def record(self, end: Snapshot) -> None:
        """Count a reply that went to its end."""
        old = self._measured
        read = end.prompt_tokens - (end.reused_tokens or 0)
        writing = end.seconds - end.first_token_seconds
        prefill, decode = old.prefill, old.decode
        if read >= _LEAST_READ and end.first_token_seconds > 0:
            prefill = _blend(prefill, read / end.first_token_seconds)
        if end.tokens > 1 and writing > 0:
            decode = _blend(decode, (end.tokens - 1) / writing)
        self._measured = Measured(
            prefill, decode, _blend(old.reply_tokens, end.tokens), _blend(old.reply_seconds, end.seconds)
        )

    def left(self, elapsed: float) -> float | None:
        """Seconds that a reply has yet to go, begun `elapsed` seconds ago."""
        usual = self._measured.reply_seconds
        return None if usual is None else max(usual - elapsed, usual * _LEAST_LEFT)

    def wait(
        self, running: Sequence[float], waiting: int, concurrency: int, own: Sequence[float], own_waiting: int
    ) -> float | None:
        """Seconds until a message's turn; None before any reply was finished.

        running: for each reply that is being made, the seconds since it was begun; own: those of
        the message's channel among them. waiting: how many wait before it; own_waiting: those of
        its channel, which are made one after the other however many others are made beside them.
        """
        usual = self._measured.reply_seconds
        if usual is None:
            return None
        at_all = sum(self.left(elapsed) or 0 for elapsed in running) + waiting * usual
        in_channel = sum(self.left(elapsed) or 0 for elapsed in own) + own_waiting * usual
        return max(at_all / concurrency, in_channel)


def _blend(average: float | None, newest: float) -> float:
    return newest if average is None else average + _WEIGHT * (newest - average)
