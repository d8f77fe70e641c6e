"""What the policy says about a channel to those who make the reply."""

from __future__ import annotations

from bot.chat.ports import Guide
from bot.policy.ports import PolicyStore
from bot.policy.server import ServerPolicy


class PolicyGuidance:
    """Finds what is set for a channel, for a thread's channel, or for the server, in that order."""

    def __init__(self, store: PolicyStore) -> None:
        self._store = store

    async def guide(self, channel_id: int, guild_id: int | None = None) -> Guide:
        """What is set for a channel, a thread or a direct message; raises StoreError.

        guild_id: the channel's server, where there may have been no conversation in it yet.
        """
        where = await self._store.whereabouts(channel_id)
        guild_id = where.guild_id if where else guild_id
        policy = await self._store.policy(guild_id) if guild_id is not None else ServerPolicy()
        persona = await self._store.persona(channel_id)
        if persona is None and where and where.parent_id is not None:
            persona = await self._store.persona(where.parent_id)
        return Guide(
            persona=persona if persona is not None else policy.persona,
            max_reply_tokens=policy.max_reply_tokens,
            guild_id=guild_id,
        )
