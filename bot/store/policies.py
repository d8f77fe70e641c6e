"""What moderators set: the policies of servers and the personas of channels."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import ValidationError
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import StoreError
from bot.i18n import mark
from bot.policy.ports import Whereabouts
from bot.policy.server import ServerPolicy
from bot.store.database import Database, reading, writing
from bot.store.models import ConversationRow
from bot.store.policy_models import PersonaRow, PolicyRow
from bot.store.statements import insert, insert_if_absent
from bot.store.types import storable


class Policies(Database):
    """The part of the store that keeps what moderators set."""

    @reading
    async def policy(self, session: AsyncSession, guild_id: int) -> ServerPolicy:
        """A server's policy; the default one where nothing was set."""
        row = await session.get(PolicyRow, guild_id)
        return _read(guild_id, row.policy) if row else ServerPolicy()

    @writing
    async def set_policy(self, session: AsyncSession, guild_id: int, policy: ServerPolicy) -> None:
        """Replace a server's policy. Raises ValueError for one that breaks its own bounds."""
        row = insert(session, PolicyRow).values(guild_id=guild_id, policy=_written(policy))
        await session.execute(
            row.on_conflict_do_update(
                index_elements=[PolicyRow.guild_id], set_={"policy": row.excluded.policy}
            )
        )

    @writing
    async def change_policy(
        self, session: AsyncSession, guild_id: int, change: Callable[[ServerPolicy], ServerPolicy]
    ) -> tuple[ServerPolicy, ServerPolicy]:
        """Replace a server's policy by what `change` makes of it; as it was before, and as it is now."""
        await insert_if_absent(session, PolicyRow, guild_id=guild_id, policy=_written(ServerPolicy()))
        row = await session.get_one(PolicyRow, guild_id, with_for_update=True)
        before = _read(guild_id, row.policy)
        row.policy = _written(change(before))
        return before, _read(guild_id, row.policy)

    @reading
    async def persona(self, session: AsyncSession, channel_id: int) -> str | None:
        """The persona set for a channel or thread itself, or None."""
        row = await session.get(PersonaRow, channel_id)
        return row.persona if row else None

    @writing
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

    @reading
    async def whereabouts(self, session: AsyncSession, channel_id: int) -> Whereabouts | None:
        """Where a channel belongs; None where nobody has talked there or set anything."""
        conversation = await session.get(ConversationRow, channel_id)
        if conversation is not None:
            return Whereabouts(conversation.guild_id, conversation.parent_id)
        found = await session.scalars(select(PersonaRow).where(PersonaRow.channel_id == channel_id))
        persona = found.one_or_none()
        return Whereabouts(persona.guild_id, None) if persona else None


def _written(policy: ServerPolicy) -> str:
    if policy.persona is not None:
        policy = policy.model_copy(update={"persona": storable(policy.persona)})
    written = policy.model_dump_json()
    # Copies that were changed by model_copy were never checked against the bounds.
    ServerPolicy.model_validate_json(written)
    return written


def _read(guild_id: int, written: str) -> ServerPolicy:
    """Raises StoreError: a policy that cannot be read must not become one without rules."""
    try:
        return ServerPolicy.model_validate_json(written)
    except ValidationError as error:
        problem = error.errors()[0]
        unreadable = mark(
            "The policy of server {server} in the database cannot be read ({field}: {problem}): "
            "it was written by another version."
        )
        field = ".".join(map(str, problem["loc"]))
        raise StoreError(unreadable, server=guild_id, field=field, problem=problem["msg"]) from None
