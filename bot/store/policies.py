"""What moderators set: the policies of servers and the personas of channels."""

from __future__ import annotations

from cachetools import TTLCache
from pydantic import ValidationError
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import StoreError
from bot.i18n import mark
from bot.policy.ports import ChannelSettings
from bot.policy.server import PolicyChange, ServerPolicy, checked
from bot.store.database import Database, insert, insert_if_absent, read_transaction, write_transaction
from bot.store.models import ConversationRow, PersonaRow, PolicyRow, storable

# Seconds until a change that another process made to the same database is noticed at the latest.
POLICY_TTL = 15.0
_CACHED_POLICIES = 1024


class Policies(Database):
    """The part of the store that keeps what moderators set. Policies are cached: every message needs one."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._policies: TTLCache[int, ServerPolicy] = TTLCache(_CACHED_POLICIES, POLICY_TTL)
        self._policy_changes = 0

    async def policy(self, guild_id: int) -> ServerPolicy:
        """A server's policy; the default one where nothing was set."""
        policy = self._policies.get(guild_id)
        if policy is None:
            changes = self._policy_changes
            policy = await self._read_policy(guild_id)
            if changes == self._policy_changes:  # else it may have been read before the change
                self._policies[guild_id] = policy
        return policy

    async def set_policy(self, guild_id: int, policy: ServerPolicy) -> None:
        """Replace a server's policy. Raises PolicyError for one that is beyond a limit."""
        await self.finish(self._set_policy(guild_id, policy))

    async def update_policy(self, guild_id: int, change: PolicyChange) -> tuple[ServerPolicy, ServerPolicy]:
        """Change a server's policy; as it was before, and as it is now. What somebody else changes at the
        same time is kept. Raises PolicyError for a change beyond a limit.
        """
        return await self.finish(self._update_policy(guild_id, change))

    @read_transaction
    async def channel_settings(self, session: AsyncSession, channel_id: int) -> ChannelSettings:
        """What is known of a channel: its server and its persona, or that of a thread's channel."""
        conversation = await session.get(ConversationRow, channel_id)
        own = await session.get(PersonaRow, channel_id)
        if conversation is None:
            return ChannelSettings(own.guild_id, own.persona) if own is not None else ChannelSettings()
        persona = own
        if own is None and conversation.parent_id is not None:
            persona = await session.get(PersonaRow, conversation.parent_id)
        return ChannelSettings(conversation.guild_id, persona.persona if persona is not None else None)

    @read_transaction
    async def persona(self, session: AsyncSession, channel_id: int) -> str | None:
        """The persona set for a channel or thread itself, or None."""
        row = await session.get(PersonaRow, channel_id)
        return row.persona if row else None

    @write_transaction
    async def set_persona(
        self, session: AsyncSession, channel_id: int, guild_id: int | None, persona: str | None
    ) -> None:
        """Set or, with None, clear it."""
        if persona is None:
            await session.execute(delete(PersonaRow).where(PersonaRow.channel_id == channel_id))
            return
        row = insert(session, PersonaRow).values(
            channel_id=channel_id, guild_id=guild_id, persona=storable(persona)
        )
        await session.execute(
            row.on_conflict_do_update(
                index_elements=[PersonaRow.channel_id],
                set_={"guild_id": row.excluded.guild_id, "persona": row.excluded.persona},
            )
        )

    @read_transaction
    async def _read_policy(self, session: AsyncSession, guild_id: int) -> ServerPolicy:
        row = await session.get(PolicyRow, guild_id)
        return _from_json(guild_id, row.policy) if row else ServerPolicy()

    async def _set_policy(self, guild_id: int, policy: ServerPolicy) -> None:
        async with self.transaction(write=True) as session:
            row = insert(session, PolicyRow).values(guild_id=guild_id, policy=_to_json(policy))
            await session.execute(
                row.on_conflict_do_update(
                    index_elements=[PolicyRow.guild_id], set_={"policy": row.excluded.policy}
                )
            )
        self._policy_changed(guild_id)

    async def _update_policy(self, guild_id: int, change: PolicyChange) -> tuple[ServerPolicy, ServerPolicy]:
        async with self.transaction(write=True) as session:
            await insert_if_absent(session, PolicyRow, guild_id=guild_id, policy=_to_json(ServerPolicy()))
            row = await session.get_one(PolicyRow, guild_id, with_for_update=True)
            before = _from_json(guild_id, row.policy)
            row.policy = _to_json(change.apply(before))
            after = _from_json(guild_id, row.policy)
        self._policy_changed(guild_id)
        return before, after

    def _policy_changed(self, guild_id: int) -> None:
        self._policy_changes += 1
        self._policies.pop(guild_id, None)


def _to_json(policy: ServerPolicy) -> str:
    """Raises PolicyError for a policy that is beyond a limit."""
    if policy.persona is not None:
        policy = policy.model_copy(update={"persona": storable(policy.persona)})
    return checked(policy).model_dump_json()


def _from_json(guild_id: int, written: str) -> ServerPolicy:
    """Raises StoreError: a policy that cannot be read must not become one without rules."""
    try:
        return ServerPolicy.model_validate_json(written)
    except ValidationError as error:
        problem = error.errors()[0]
        unreadable = mark(
            "The settings of server {server} in the database cannot be read ({field}: {problem}): "
            "another version wrote them."
        )
        field = ".".join(map(str, problem["loc"]))
        raise StoreError(unreadable, server=guild_id, field=field, problem=problem["msg"]) from None
