"""The persona, the longest reply and the reasoning of a channel, for those who generate the reply."""

from __future__ import annotations

from bot.chat.ports import ChannelOptions
from bot.policy.ports import ChannelOptionsStore
from bot.policy.server import ServerPolicy


class PolicyChannelOptions:
    """Finds what is set for a channel, for a thread's channel, or for the server, in that order."""

    def __init__(self, store: ChannelOptionsStore) -> None:
        self._store = store

    async def channel_options(self, channel_id: int, guild_id: int | None = None) -> ChannelOptions:
        """What is set for a channel, a thread or a direct message; raises StoreError.

        guild_id: the channel's server, where there may have been no conversation in it yet.
        """
        channel = await self._store.channel_settings(channel_id)
        guild_id = channel.guild_id if channel.guild_id is not None else guild_id
        policy = await self._store.policy(guild_id) if guild_id is not None else ServerPolicy()
        return ChannelOptions(
            persona=channel.persona if channel.persona is not None else policy.persona,
            max_reply_tokens=policy.max_reply_tokens,
            guild_id=guild_id,
            reasoning=policy.reasoning,
        )
