"""A gateway session: what an identified client is owed, across connections."""

import asyncio
import secrets
from collections import deque

from bot.sandbox.model import Json


class Session:
    """The numbered events of one client. They stay for replay, as many as `keep`.

    `presence` is what the client last told of itself; `disconnected_at` is `Clock.monotonic`, None while
    connected.
    """

    def __init__(self, intents: int, shard: tuple[int, int], presence: Json | None, keep: int) -> None:
        self.id = secrets.token_hex(16)
        self.intents = intents
        self.shard = shard
        self.presence = presence
        self.disconnected_at: float | None = None
        self.ended = False
        self._log: deque[tuple[int, Json]] = deque(maxlen=keep)
        self._sequence = 0
        self._news = asyncio.Event()

    @property
    def sequence(self) -> int:
        """The number of the last event."""
        return self._sequence

    def add(self, name: str, data: Json) -> None:
        """Number an event and keep it."""
        self._sequence += 1
        self._log.append((self._sequence, {"op": 0, "t": name, "s": self._sequence, "d": data}))
        self._news.set()

    def can_replay_after(self, sequence: int) -> bool:
        """Tell whether all events after that number are still there."""
        return self._sequence == sequence or (bool(self._log) and self._log[0][0] <= sequence + 1)

    def after(self, sequence: int) -> list[Json]:
        """Return the events after that number."""
        missing = self._sequence - sequence
        return [frame for _, frame in list(self._log)[-missing:]] if missing > 0 else []

    async def wait_after(self, sequence: int) -> None:
        """Return once there is an event after that number."""
        while self._sequence <= sequence:
            self._news.clear()
            await self._news.wait()

    def owns(self, guild_id: int | None) -> bool:
        """Tell whether events of that guild belong to this shard; those without a guild go to the first."""
        number, total = self.shard
        return number == (0 if guild_id is None else (guild_id >> 22) % total)
