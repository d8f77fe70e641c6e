"""What the policy asks of the outside: a place to keep it, and a record of what was used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.policy.server import ServerPolicy


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used: replies made, tokens read (without those from the prefix cache) and written."""

    replies: int = 0
    read_tokens: int = 0
    written_tokens: int = 0

    @property
    def tokens(self) -> int:
        """Read and written together, which is what quotas count."""
        return self.read_tokens + self.written_tokens


@dataclass(frozen=True, slots=True)
class Statistics:
    """What went on in a server, or in all direct messages.

    turns: messages and replies that were not forgotten. conversations: channels, threads and direct
    messages that have any. today, week: what everybody used since midnight UTC, and since the midnight
    six days before.
    """

    turns: int
    conversations: int
    today: Usage
    week: Usage


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a channel belongs. guild_id: None for direct messages. parent_id: a thread's channel."""

    guild_id: int | None
    parent_id: int | None


class PolicyStore(Protocol):
    """Policies, personas and usage on disk. Each call is one transaction and raises StoreError.

    A server's id of None stands for direct messages.
    """

    async def policy(self, guild_id: int) -> ServerPolicy:
        """A server's policy; the default one where nothing was set."""

    async def set_policy(self, guild_id: int, policy: ServerPolicy) -> None:
        """Replace a server's policy. Raises ValueError for one that breaks its own bounds."""

    async def change_policy(
        self, guild_id: int, change: Callable[[ServerPolicy], ServerPolicy]
    ) -> tuple[ServerPolicy, ServerPolicy]:
        """Replace a server's policy by what `change` makes of it; as it was before, and as it is now.

        What somebody else changes at the same time is kept. Raises what `change` raises, and
        ValueError for a policy that breaks its own bounds: then nothing is changed.
        """

    async def persona(self, channel_id: int) -> str | None:
        """The persona set for a channel or thread itself, or None."""

    async def set_persona(self, channel_id: int, guild_id: int | None, persona: str | None) -> None:
        """Set or, with None, clear it."""

    async def whereabouts(self, channel_id: int) -> Whereabouts | None:
        """Where a channel belongs; None where nobody has talked there or set anything."""

    async def add_usage(self, user_id: int, guild_id: int | None, day: date, used: Usage) -> None:
        """Count what one reply used."""

    async def usage(self, user_id: int, guild_id: int | None, day: date) -> Usage:
        """What a person used in a server (None: in direct messages) on one day, UTC."""

    async def usage_total(self, guild_id: int | None, since: date) -> Usage:
        """What everybody used in a server since the beginning of a day, UTC."""

    async def statistics(self, guild_id: int | None) -> Statistics:
        """What went on in a server."""
