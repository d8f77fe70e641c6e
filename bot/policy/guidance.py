"""The persona and the longest reply of a channel, for those who generate the reply."""

from __future__ import annotations

from bot.chat.ports import Guide
from bot.policy.ports import GuidanceStore
from bot.policy.server import ServerPolicy


class PolicyGuidance:
    """Finds what is set for a channel, for a thread's channel, or for the server, in that order."""

    def __init__(self, store: GuidanceStore) -> None:
        self._store = store

    async def guide(self, channel_id: int, guild_id: int | None = None) -> Guide:
        """What is set for a channel, a thread or a direct message; raises StoreError.

        guild_id: the channel's server, where there may have been no conversation in it yet.
        """
        channel = await self._store.channel_settings(channel_id)
        guild_id = channel.guild_id if channel.guild_id is not None else guild_id
        policy = await self._store.policy(guild_id) if guild_id is not None else ServerPolicy()
        return Guide(
            persona=channel.persona if channel.persona is not None else policy.persona,
            max_reply_tokens=policy.max_reply_tokens,
            guild_id=guild_id,
        )
