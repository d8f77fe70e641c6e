"""Rate limits: a bucket per kind of route and channel, guild or webhook, and one over everything."""

import hashlib
import math
from dataclasses import dataclass

from bot.sandbox.clock import Clock
from bot.sandbox.limits import BUCKETS, Limits, Window

Key = tuple[str, str]


@dataclass
class _Count:
    since: float
    used: int = 0


@dataclass(frozen=True)
class Verdict:
    """Whether a request may pass, and what the headers say. `retry_after` is 0.0 for one that may."""

    headers: dict[str, str]
    retry_after: float = 0.0
    is_global: bool = False

    @property
    def limited(self) -> bool:
        """Whether the request is refused."""
        return self.retry_after > 0


class RateLimits:
    """Counts requests. A window begins with its first request and is over after its seconds."""

    def __init__(self, clock: Clock, limits: Limits) -> None:
        self._clock = clock
        self._limits = limits
        self._counts: dict[Key, _Count] = {}
        self._windows = dict(BUCKETS)

    def set_bucket(self, name: str, window: Window) -> None:
        """Give a kind of route another limit, for a test."""
        if name not in self._windows:
            raise ValueError(f"no bucket {name!r}; there are {', '.join(sorted(self._windows))}")
        self._windows[name] = window

    def take(self, bucket: str, major: str, *, route: str = "", exempt_from_global: bool = False) -> Verdict:
        """Count a request and tell whether it may pass.

        Args:
            bucket: the kind of route, one of `limits.BUCKETS`.
            major: the channel, guild or webhook it is about; empty for none.
            route: tells apart the routes of the default bucket, which each have one of their own.
            exempt_from_global: whether the limit over everything does not hold.
        """
        if not exempt_from_global:
            left = self._take(("global", ""), self._limits.global_requests)[1]
            if left > 0:
                return Verdict(retry_headers(left, "global"), left, True)
        window = self._windows[bucket]
        name = route if bucket == "default" else bucket
        remaining, left = self._take((name, major), window)
        count = self._counts[name, major]
        ends_in = max(count.since + window.seconds * self._limits.scale - self._clock.monotonic(), 0.0)
        headers = {
            "X-RateLimit-Limit": str(window.requests),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset": f"{self._clock.time() + ends_in:.3f}",
            "X-RateLimit-Reset-After": f"{ends_in:.3f}",
            "X-RateLimit-Bucket": hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(),
        }
        if left > 0:
            return Verdict(headers | retry_headers(left, "user"), left)
        return Verdict(headers)

    def _take(self, key: Key, window: Window) -> tuple[int, float]:
        """Return how many requests remain, and for a refused one how long to wait."""
        now, seconds = self._clock.monotonic(), window.seconds * self._limits.scale
        count = self._counts.get(key)
        if count is None or now >= count.since + seconds:
            self._forget_old(now)
            count = self._counts[key] = _Count(now)
        if count.used >= window.requests:
            return 0, max(count.since + seconds - now, 0.001)
        count.used += 1
        return window.requests - count.used, 0.0

    def _forget_old(self, now: float) -> None:
        if len(self._counts) < 1000:
            return
        longest = max(w.seconds for w in self._windows.values()) * self._limits.scale
        self._counts = {key: count for key, count in self._counts.items() if now < count.since + longest}


def refusal(seconds: float, *, is_global: bool = False) -> dict[str, object]:
    """Return the body of a 429."""
    text = "You are being rate limited."
    return {"message": text, "code": 0, "retry_after": round(seconds, 3), "global": is_global}


def retry_headers(seconds: float, scope: str) -> dict[str, str]:
    """Return the headers of a 429 of the given scope: user, global or shared."""
    extra = {"X-RateLimit-Global": "true"} if scope == "global" else {}
    return {"Retry-After": str(math.ceil(seconds)), "X-RateLimit-Scope": scope, **extra}
