"""Discord's limits: sizes, times and rates, and the buckets that count requests.

Sources: developers/topics/rate-limits.mdx, resources/message.mdx, interactions/receiving-and-responding.mdx
and events/gateway.mdx of discord/discord-api-docs. Discord publishes no rate limits per route; those here
are what people measured.
"""

import hashlib
import math
from dataclasses import dataclass, replace

from bot.sandbox.clock import Clock

MESSAGE_LENGTH = 2000
EMBEDS = 10
EMBEDS_TOTAL_LENGTH = 6000
NONCE_LENGTH = 25
HISTORY = 100
COMMANDS_PER_KIND = {1: 100, 2: 15, 3: 15}
AUTOCOMPLETE_CHOICES = 25
IDENTIFY_BYTES = 4096


@dataclass(frozen=True)
class Window:
    """At most `requests` in the `seconds` that begin with the first of them."""

    requests: int
    seconds: float


@dataclass(frozen=True)
class Limits:
    """What the sandbox allows and how long it waits. Tests make these small.

    scale: factor on the length of every rate limit's window; the other times stay as they are.
    """

    scale: float = 1.0
    global_requests: Window = Window(50, 1.0)
    interaction_answer_s: float = 3.0
    interaction_token_s: float = 900.0
    attachment_bytes: int = 10 * 1024 * 1024
    request_bytes: int = 25 * 1024 * 1024
    nonce_s: float = 300.0
    old_message_s: float = 3600.0
    old_message_edits: int = 5
    heartbeat_interval_s: float = 41.25
    gateway_events: Window = Window(120, 60.0)
    identify_interval_s: float = 5.0
    identifies_per_day: int = 1000
    session_timeout_s: float = 180.0
    replay_events: int = 5000
    wire_records: int = 20_000
    event_records: int = 20_000

    @classmethod
    def fast(cls, scale: float = 0.1) -> "Limits":
        """Limits for tests: rate limit windows a tenth as long, no pause between two IDENTIFYs."""
        return replace(cls(), scale=scale, identify_interval_s=0.0)


# Requests per seconds, by the name of the bucket that a route belongs to.
BUCKETS = {
    "default": Window(50, 1.0),
    "send": Window(5, 5.0),
    "edit": Window(5, 5.0),
    "delete": Window(5, 1.0),
    "bulk-delete": Window(1, 1.0),
    "typing": Window(5, 5.0),
    "history": Window(5, 1.0),
    "reaction": Window(1, 0.25),
    "channel": Window(5, 5.0),
    "thread": Window(5, 5.0),
    "dm": Window(10, 10.0),
    "member": Window(5, 1.0),
    "commands": Window(5, 20.0),
    "followup": Window(5, 2.0),
    "followup-edit": Window(5, 5.0),
    "followup-delete": Window(5, 1.0),
}

Key = tuple[str, str]


@dataclass
class _Count:
    since: float
    used: int = 0


@dataclass(frozen=True)
class Verdict:
    """Whether a request may pass, and the headers that say so.

    retry_after: seconds to wait; 0 for a request that may pass.
    """

    headers: dict[str, str]
    retry_after: float = 0.0
    is_global: bool = False

    @property
    def limited(self) -> bool:
        """Whether the request is refused."""
        return self.retry_after > 0


class RateLimits:
    """Counts requests: a bucket per kind of route and channel, guild or webhook, and one for all requests.

    A bucket's window begins with its first request.
    """

    def __init__(self, clock: Clock, limits: Limits) -> None:
        self._clock = clock
        self._limits = limits
        self._counts: dict[Key, _Count] = {}
        self._windows = dict(BUCKETS)

    def set_bucket(self, name: str, window: Window) -> None:
        """Change the limit of one kind of route.

        Raises: ValueError where there is no bucket of that name.
        """
        if name not in self._windows:
            raise ValueError(f"no bucket {name!r}; there are {', '.join(sorted(self._windows))}")
        self._windows[name] = window

    def take(self, bucket: str, major: str, *, route: str = "", exempt_from_global: bool = False) -> Verdict:
        """Count a request and decide whether it may pass.

        bucket: the kind of route, a name in `BUCKETS`. major: the id of the channel, guild or webhook
        that the request is about; empty without one. route: tells apart the routes in the default
        bucket, which are counted one by one. exempt_from_global: the limit for all requests does not
        apply.
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
        """Return how many requests remain, and the seconds to wait for one that is refused."""
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
    """The body of a 429."""
    text = "You are being rate limited."
    return {"message": text, "code": 0, "retry_after": round(seconds, 3), "global": is_global}


def retry_headers(seconds: float, scope: str) -> dict[str, str]:
    """The headers of a 429 whose scope is user, global or shared."""
    extra = {"X-RateLimit-Global": "true"} if scope == "global" else {}
    return {"Retry-After": str(math.ceil(seconds)), "X-RateLimit-Scope": scope, **extra}
