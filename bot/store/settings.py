"""What was chosen while the bot ran, and holds for later runs."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.database import Database, insert, read_transaction, write_transaction
from bot.store.models import SettingRow


class StoredSettings(Database):
    """The part of the store that keeps texts by name."""

    @read_transaction
    async def setting(self, session: AsyncSession, name: str) -> str | None:
        """The text under a name, or None."""
        row = await session.get(SettingRow, name)
        return None if row is None else row.value

    @write_transaction
    async def set_setting(self, session: AsyncSession, name: str, value: str | None) -> None:
        """Keep a text under a name, in place of an earlier one; None removes it."""
        if value is None:
            await session.execute(delete(SettingRow).where(SettingRow.name == name))
            return
        row = insert(session, SettingRow).values(name=name, value=value)
        await session.execute(
            row.on_conflict_do_update(index_elements=[SettingRow.name], set_={"value": value})
        )
