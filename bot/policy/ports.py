"""What the policy needs from outside: a place where settings are kept, and a record of what was used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.policy.server import PolicyChange, ServerPolicy


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used: replies, tokens read (without those from the prefix cache) and written."""

    replies: int = 0
    read_tokens: int = 0
    written_tokens: int = 0

    @property
    def tokens(self) -> int:
        """Read and written together, which is what quotas count."""
        return self.read_tokens + self.written_tokens


@dataclass(frozen=True, slots=True)
class Statistics:
    """How much a server, or all direct messages, use the bot.

    turns: messages and replies that were not forgotten. conversations: channels, threads and direct
    messages that have any. today, week: what everybody used since midnight UTC, and since the midnight
    six days before.
    """

    turns: int
    conversations: int
    today: Usage
    week: Usage


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What is known of a channel.

    guild_id: its server; None for direct messages, and where nobody has talked there yet and nothing was
    set. persona: its own, or that of a thread's channel; None where neither was set.
    """

    guild_id: int | None = None
    persona: str | None = None


class UsageStore(Protocol):
    """What people used, on disk. A server's id of None stands for direct messages. Raises StoreError."""

    async def usage(self, user_id: int, guild_id: int | None, day: date) -> Usage:
        """What a person used in a server on one day, UTC."""


class ChannelOptionsStore(Protocol):
    """What is set for servers and channels, on disk. Raises StoreError."""

    async def policy(self, guild_id: int) -> ServerPolicy:
        """A server's policy; the default one where nothing was set. Cheap: a change by another process
        may be noticed some seconds late.
        """

    async def channel_settings(self, channel_id: int) -> ChannelSettings:
        """What is known of a channel, a thread or a direct message."""


class PolicyStore(UsageStore, ChannelOptionsStore, Protocol):
    """The same with what those need who show and change settings. Each call is one transaction and raises
    StoreError.
    """

    async def update_policy(self, guild_id: int, change: PolicyChange) -> tuple[ServerPolicy, ServerPolicy]:
        """Change a server's policy; as it was before, and as it is now.

        What somebody else changes at the same time is kept. Raises PolicyError for a change beyond a
        limit: then nothing is changed.
        """

    async def persona(self, channel_id: int) -> str | None:
        """The persona set for a channel or thread itself, or None."""

    async def set_persona(self, channel_id: int, guild_id: int | None, persona: str | None) -> None:
        """Set or, with None, clear it."""

    async def statistics(self, guild_id: int | None) -> Statistics:
        """How much a server uses the bot."""
