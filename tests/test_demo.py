"""The whole bot with the model that comes with it, over the wire of the local Discord."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import open_bot
from bot.cli.terminal_client import TerminalClient
from bot.client import words
from bot.client.bot import OvbotClient
from bot.sandbox import Channel, Message, Person, Sandbox, SandboxError
from bot.settings import load_settings
from bot.store import SqlStore
from tests.openapi import assert_wire_valid, available


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{(tmp_path / 'bot.sqlite3').as_posix()}"


@asynccontextmanager
async def running_bot(sandbox: Sandbox, database: str) -> AsyncIterator[OvbotClient]:
    settings = load_settings(
        None,
        discord_token=SecretStr(sandbox.token),
        discord_api_url=sandbox.api_url,
        discord_gateway_url=sandbox.gateway_url,
        kv_cache_gib=0.1,
    )
    async with SqlStore(database) as store, open_bot(settings, store) as client:
        running = asyncio.create_task(client.run_until_closed())
        try:
            await wait_until_ready(client, running)
            yield client
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def wait_until_ready(client: OvbotClient, running: asyncio.Task[None]) -> None:
    """Wait until the model is loaded and Discord connected."""
    while not client.health()[0]:
        assert not running.done()
        await asyncio.sleep(0.05)


async def ask(sandbox: Sandbox, client: OvbotClient, person: Person, channel: Channel, text: str) -> Message:
    """Mention the bot and wait for the finished reply."""
    prompt = person.say(channel, f"{sandbox.bot.mention} {text}")
    reply = await channel.wait_for(
        lambda message: message.reference is not None and message.reference.message_id == prompt.id,
        timeout=30,
    )
    await asyncio.wait_for(client.idle(), 30)
    return reply


async def test_a_name_told_in_one_channel_is_known_there_after_a_restart_and_nowhere_else(
    sandbox: Sandbox, database: str
) -> None:
    mika, other = sandbox.person("Mika"), sandbox.channel("other")
    async with running_bot(sandbox, database) as client:
        await ask(sandbox, client, mika, sandbox.general, "My name is Orvadel.")
        elsewhere = await ask(sandbox, client, mika, other, "What's my name?")
        assert "Orvadel" not in elsewhere.content
        here = await ask(sandbox, client, mika, sandbox.general, "What's my name?")
        assert "Orvadel" in here.content
    async with running_bot(sandbox, database) as client:
        assert "Orvadel" in (await ask(sandbox, client, mika, sandbox.general, "What's my name?")).content
        assert "Orvadel" not in (await ask(sandbox, client, mika, other, "What's my name?")).content
    if available():
        assert_wire_valid(sandbox.wire)


async def test_the_first_reply_says_that_it_is_the_demo_model_apart_from_its_text(
    sandbox: Sandbox, database: str
) -> None:
    mika = sandbox.person("Mika")
    async with running_bot(sandbox, database) as client:
        first = await ask(sandbox, client, mika, sandbox.general, "hello")
        second = await ask(sandbox, client, mika, sandbox.general, "hello again")
    assert [embed["description"] for embed in first.embeds] == [words.replies.demo_model()]
    assert "ovbot model pull" in words.replies.demo_model()
    assert second.embeds == []
    async with SqlStore(database) as store:
        stored = await store.history(sandbox.general.id, before=1000)
    assert [exchange.reply.text for exchange in stored] == [first.content, second.content]


@pytest.mark.parametrize("line", ["/", "/ help"])
async def test_a_slash_without_a_name_is_told_to_the_person_at_the_terminal(
    sandbox: Sandbox, database: str, line: str
) -> None:
    async with running_bot(sandbox, database) as client:
        running = asyncio.create_task(client.wait_until_ready())
        person = TerminalClient(sandbox, client, running)
        with pytest.raises(SandboxError, match="the command's name is missing"):
            await person.use(line)


async def test_the_garbage_collector_leaves_alone_what_was_loaded(sandbox: Sandbox, database: str) -> None:
    # A collection that walks over it holds up the event loop.
    mika = sandbox.person("Mika")
    async with running_bot(sandbox, database) as client:
        await ask(sandbox, client, mika, sandbox.general, "hello")
        assert len(gc.get_objects()) < gc.get_freeze_count()
    assert gc.get_freeze_count() == 0
