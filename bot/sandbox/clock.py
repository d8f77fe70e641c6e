"""Time as the sandbox sees it: the machine's clock plus what a test skipped."""

import time
from datetime import UTC, datetime


class Clock:
    """A running clock that can be moved ahead, so that rules about minutes are tested in no time."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start; never goes back."""
        return time.monotonic() + self._skipped

    def time(self) -> float:
        """Return seconds since the Unix epoch."""
        return time.time() + self._skipped

    def now(self) -> datetime:
        """Return the time of day, in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)

    def advance(self, seconds: float) -> None:
        """Move the clock ahead. Nothing that sleeps is woken: only what is measured by this clock changes.

        Raises:
            ValueError: `seconds` is negative.
        """
        if seconds < 0:
            raise ValueError("a clock only goes ahead")
        self._skipped += seconds
