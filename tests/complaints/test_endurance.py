"""Complaints about bots that do not last: the connection dies of the model, the memory of the weeks."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise

import pytest
from cachetools import LRUCache
from pydantic import SecretStr

from bot.app import open_bot
from bot.client.bot import OvbotClient
from bot.sandbox import Limits, Sandbox
from bot.sandbox.wire import Frame
from bot.settings import load_settings
from bot.store import SqlStore
from tests.client.conftest import Start
from tests.client.watching import shown
from tests.memory import held_by

HEARTBEAT = 0.25


@asynccontextmanager
async def real_bot(sandbox: Sandbox, database: str) -> AsyncIterator[OvbotClient]:
    """The bot as `ovbot run` puts it together, with the demo model."""
    settings = load_settings(
        None,
        discord_token=SecretStr(sandbox.token),
        discord_api_url=sandbox.api_url,
        kv_cache_gib=0.1,
        max_new_tokens=150,
        temperature=2.0,  # so that it does not come to an end
    )
    async with SqlStore(database) as store, open_bot(settings, store) as client:
        running = asyncio.create_task(client.run_until_closed())
        try:
            await sandbox.gateway.wait_online()
            await sandbox.world.events.wait_for(
                "SANDBOX_PRESENCE", lambda presence: presence["status"] == "online", timeout=60
            )
            yield client
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("limits", [replace(Limits.fast(), heartbeat_interval_s=HEARTBEAT)])
async def test_complaint_14_the_heartbeat_is_blocked_by_generation(sandbox: Sandbox, database: str) -> None:
    """With the real engine, which reads long prompts and writes four replies at once."""
    people = [sandbox.person(f"Person {number}") for number in range(4)]
    async with real_bot(sandbox, database) as client:
        for person in people:
            channel = sandbox.channel(f"of-{person.user.name}")
            person.say(channel, f"{sandbox.bot.mention} tell me a story about " + "a kettle and " * 120)
        await sandbox.world.events.wait_for("TYPING_START")
        begun = sandbox.clock.monotonic()
        await asyncio.wait_for(client.idle(), 60)
        ended = sandbox.clock.monotonic()
        beats = [f for f in sandbox.wire.frames if is_heartbeat(f) and begun - 1 <= f.at <= ended + 1]
        assert len(sandbox.gateway.identified_at) == 1
    assert len(beats) >= (ended - begun) / HEARTBEAT / 2
    # A heartbeat comes late where it waits for the model: at most by another one's time.
    assert max(later.at - earlier.at for earlier, later in pairwise(beats)) < 3 * HEARTBEAT


def is_heartbeat(frame: Frame) -> bool:
    return not frame.sent and frame.data["op"] == 1


async def test_complaint_15_memory_grows_for_weeks(sandbox: Sandbox, start: Start) -> None:
    """After many more people and channels the bot holds no more than after a few."""
    async with start("It is as you say.", queue_size=50) as bot:

        async def talk(numbers: range) -> Counter[str]:
            for number in numbers:
                channel = sandbox.channel(f"channel-{number}")
                person = sandbox.person(f"Person {number}")
                person.say(channel, f"{sandbox.bot.mention} {number} is a number")
            for channel in list(sandbox.guild.channels.values())[-len(numbers) :]:
                await shown(sandbox, channel, "It is as you say.", timeout=30)
            await bot.client.idle()
            bot.engine.prompts.clear()  # the scripted engine remembers for the tests
            bot.engine.samplings.clear()
            tasks = Counter({"unfinished tasks": len(asyncio.all_tasks())})
            return tasks + held_by(bot.client, bot.assistant, bot.store)

        before = await talk(range(10))
        after = await talk(range(10, 50))
    assert after.total() > 0
    # Some things are forgotten when the next one of their kind comes.
    assert {name: count for name, count in (after - before).items() if count > 10} == {}


def test_a_dictionary_of_numbers_that_grows_is_noticed() -> None:
    class Part:
        def __init__(self) -> None:
            self.seen: dict[int, int] = {}
            self.recent: LRUCache[int, int] = LRUCache(8)

    part = Part()
    Part.__module__, Part.__qualname__ = "bot.part", "Part"
    before = held_by(part)
    for number in range(100):
        part.seen[number] = part.recent[number] = number
    assert {name for name, count in (held_by(part) - before).items() if count > 10} == {"bot.part.Part.seen"}
