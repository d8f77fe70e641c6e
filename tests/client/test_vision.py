"""A vision-language model behind the real client: questions with and without pictures, over the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

from bot.app import open_bot
from bot.sandbox import Sandbox
from bot.settings import load_settings
from bot.store import SqlStore
from tests.client.inbox.test_pictures import bomb
from tests.client.watching import by_bot, stored
from tests.pictures import encoded, picture


@asynccontextmanager
async def seeing_bot(sandbox: Sandbox, database: str, model: Path) -> AsyncIterator[SqlStore]:
    settings = load_settings(
        None,
        model_dir=model,
        discord_token=SecretStr(sandbox.token),
        discord_api_url=sandbox.api_url,
        kv_cache_gib=0.05,
        max_new_tokens=24,
        temperature=0.0,
    )
    async with SqlStore(database) as store, open_bot(settings, store) as client:
        running = asyncio.create_task(client.run_until_closed())
        try:
            await sandbox.gateway.wait_online()
            await sandbox.world.events.wait_for(
                "SANDBOX_PRESENCE", lambda presence: presence["status"] == "online", timeout=60
            )
            yield store
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_questions_with_and_without_pictures_are_answered_at_once(
    sandbox: Sandbox, database: str, tiny_vision_model: Path
) -> None:
    people = [sandbox.person(name) for name in ("Ana", "Ben", "Cho", "Dan")]
    channels = [sandbox.channel(f"of-{number}") for number in range(4)]
    files = [
        [],
        [("red.png", encoded(picture("red"), "PNG"))],
        [("blue.webp", encoded(picture("blue"), "WEBP")), ("red.gif", encoded(picture("red"), "GIF"))],
        [("bomb.png", bomb(30_000))],
    ]
    async with seeing_bot(sandbox, database, tiny_vision_model) as store:
        for person, channel, attached in zip(people, channels, files, strict=True):
            person.say(channel, f"{sandbox.bot.mention} hello <image> <|end|> how are you?", files=attached)
        replies = [await stored(store, channel) for channel in channels]
        shown = [
            [image for exchange in await history(store, channel.id) for image in exchange]
            for channel in channels
        ]
        people[1].say(channels[1], f"{sandbox.bot.mention} and its colour?")
        await stored(store, channels[1], count=2)
    assert all(reply[0].text for reply in replies)
    assert [len(images) for images in shown] == [0, 1, 2, 0]
    assert "has too many pixels" in "\n".join(by_bot(sandbox, channels[3]))
    assert not any("failed" in text for channel in channels for text in by_bot(sandbox, channel))


async def history(store: SqlStore, channel_id: int) -> list[tuple[bytes, ...]]:
    """The pictures of a channel's prompts."""
    last = await store.last_exchange(channel_id)
    assert last is not None
    found = await store.prompt_with_history(last.prompt.id)
    assert found is not None
    return [tuple(image.data for image in found[0].images)]
