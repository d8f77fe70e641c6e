"""The figures Discord works by, in one place, so that a test can make them small.

Sources: developers/topics/rate-limits.mdx, resources/message.mdx, interactions/receiving-and-responding.mdx
and events/gateway.mdx of discord/discord-api-docs. Discord publishes no rate limits per route: those here are
what has been seen in practice.
"""

from dataclasses import dataclass, replace

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
    """At most `requests` in any `seconds` that begin with the first of them."""

    requests: int
    seconds: float


@dataclass(frozen=True)
class Limits:
    """What the sandbox allows, and how long it waits.

    `scale` stretches or shrinks every rate-limit window; the other times are as given.
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
        """Return limits for tests: rate-limit windows a tenth as long, and no wait between two identifies."""
        return replace(cls(), scale=scale, identify_interval_s=0.0)


# Per route, in practice: (requests, seconds). Keyed by bucket name; a route names its bucket.
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
