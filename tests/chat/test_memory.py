"""After many more people and channels, the bot holds nothing more in memory than after a few."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from bot.chat.turns import Author, Quote
from bot.engine.scripted import ScriptedEngine
from bot.policy.channel_options import PolicyChannelOptions
from bot.policy.permissions import Person
from bot.policy.quotas import Quotas
from bot.policy.server import Quota, ServerPolicy
from bot.settings import load_settings
from bot.store import SqlStore
from tests.chat.bots import answered, make_assistant, message
from tests.memory import held_by


async def test_memory_does_not_grow_with_people_and_channels(store: SqlStore) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    quotas = Quotas(store, Quota(requests_a_minute=3), lambda: now)
    engine = ScriptedEngine(lambda prompt: ["It is as you say."])
    settings = load_settings(None, system_prompt="")
    async with make_assistant(settings, engine, store, channel_options=PolicyChannelOptions(store)) as bot:

        async def talk(numbers: range) -> Counter[str]:
            nonlocal now
            for number in numbers:
                person, server = Author(number, f"Person {number}"), 1000 + number
                await quotas.check(server, Person(number, frozenset()), await store.policy(server))
                said = message("hi", number, person, guild_id=server, quotes=(Quote(5, "hi"),))
                reply = await answered(bot, said)
                await bot.posted(reply, 10_000 + number)
                await (await bot.one_shot(number, person, "hi", guild_id=server)).finished()
                await bot.regenerate_last(number)
                await bot.withdraw([said.message_id])
                await store.save_cursors({number: number})
            now += timedelta(minutes=2)
            await quotas.check(1, Person(1, frozenset()), ServerPolicy())
            engine.prompts.clear()  # it remembers for the tests
            engine.samplings.clear()
            return held_by(bot, store, quotas)

        before = await talk(range(5))
        after = await talk(range(5, 25))
    assert after.total() > 0
    assert after - before == Counter()
