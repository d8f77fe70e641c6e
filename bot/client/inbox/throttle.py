"""Not saying the same thing to the same people again and again."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

_REMEMBERED = 4096


class Throttle:
    """Tells whether something may be said again.

    interval: seconds between two times. clock: seconds that only grow.
    """

    def __init__(self, interval: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = interval
        self._clock = clock
        self._said: OrderedDict[Hashable, float] = OrderedDict()

    def may_say(self, *what: Hashable) -> bool:
        """Whether this was not said within the interval; if so, it counts as said now."""
        now = self._clock()
        last = self._said.get(what)
        if last is not None and now - last < self._interval:
            return False
        self._said[what] = now
        self._said.move_to_end(what)
        while len(self._said) > _REMEMBERED:
            self._said.popitem(last=False)
        return True
