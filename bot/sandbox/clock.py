"""The sandbox's time: the machine's clock plus what a test skipped."""

import time
from datetime import UTC, datetime


class Clock:
    """A running clock that can be moved ahead, so that rules about minutes are tested in no time."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def monotonic(self) -> float:
        """Seconds since an arbitrary start; never goes back."""
        return time.monotonic() + self._skipped

    def time(self) -> float:
        """Seconds since the Unix epoch."""
        return time.time() + self._skipped

    def now(self) -> datetime:
        """The date and time, in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)

    def advance(self, seconds: float) -> None:
        """Move the clock ahead. Sleeping tasks stay asleep; only what this clock measures changes.

        Raises: ValueError where `seconds` is negative.
        """
        if seconds < 0:
            raise ValueError("a clock only goes ahead")
        self._skipped += seconds
