"""How often answering a message goes to the database."""

from __future__ import annotations

from bot.engine.scripted import ScriptedEngine
from bot.policy.channel_options import PolicyChannelOptions
from bot.settings import load_settings
from bot.store import SqlStore
from tests.chat.bots import answered, make_assistant, message
from tests.store.people import counting

SETTINGS = load_settings(None, system_prompt="Be kind.")


async def test_a_message_takes_four_transactions(store: SqlStore) -> None:
    """Accepted, guided, read with its history, closed and counted; the policy is cached."""
    engine = ScriptedEngine(lambda prompt: ["ok"])
    async with make_assistant(SETTINGS, engine, store, channel_options=PolicyChannelOptions(store)) as bot:
        await answered(bot, message("first", guild_id=66, parent_id=5))
        with counting(store) as transactions:
            await answered(bot, message("second", guild_id=66, parent_id=5))
    assert transactions.count == 4
