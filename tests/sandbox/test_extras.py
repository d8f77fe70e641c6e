"""What people's messages hold besides text: polls, stickers, forwarded messages, files of every kind."""

import asyncio

import aiohttp
import discord

from bot.sandbox import Sandbox, Upload
from tests.sandbox.conftest import Client


async def message_like(client: Client, author: int) -> discord.Message:
    found = await client.event_like("message", lambda message: message.author.id == author)
    assert isinstance(found, discord.Message)
    return found


async def test_a_poll_and_stickers_reach_a_client(sandbox: Sandbox, client: Client) -> None:
    ana = sandbox.person("Ana")
    ana.say(sandbox.general, poll=("Tea or coffee?", ["tea", "coffee"]), stickers=["Wave"])
    message = await message_like(client, ana.id)
    assert message.poll is not None
    assert message.poll.question == "Tea or coffee?"
    assert [answer.text for answer in message.poll.answers] == ["tea", "coffee"]
    assert [sticker.name for sticker in message.stickers] == ["Wave"]


async def test_a_forwarded_message_is_a_copy_without_its_author(sandbox: Sandbox, client: Client) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    other = sandbox.channel("other")
    said = ben.say(other, "the train leaves at nine", files=[("plan.txt", b"platform 4")])
    ana.forward(said, sandbox.general)
    message = await message_like(client, ana.id)
    assert message.reference is not None
    assert message.reference.type is discord.MessageReferenceType.forward
    (snapshot,) = message.message_snapshots
    assert snapshot.content == "the train leaves at nine"
    assert [file.filename for file in snapshot.attachments] == ["plan.txt"]
    ben.delete(said)
    fetched = await client.get_partial_messageable(sandbox.general.id).fetch_message(message.id)
    assert fetched.message_snapshots[0].content == "the train leaves at nine"


async def test_a_bots_own_role_is_told_by_its_tags(sandbox: Sandbox, client: Client) -> None:
    role = sandbox.bot_role()
    await client.event_like("guild_role_create")
    guild = client.get_guild(sandbox.guild.id)
    assert guild is not None
    assert guild.self_role is not None
    assert guild.self_role.id == role.id
    assert guild.self_role.managed


async def test_a_file_may_lie_about_its_size_and_never_end(sandbox: Sandbox, client: Client) -> None:
    ana = sandbox.person("Ana")
    lies = Upload("a b#?.txt", "text/plain", b"x" * 1000, announced_size=3, pause_s=0.0)
    ana.say(sandbox.general, files=[lies])
    (attachment,) = (await message_like(client, ana.id)).attachments
    assert attachment.size == 3
    got = 0
    async with (
        asyncio.timeout(10),
        aiohttp.ClientSession() as session,
        session.get(attachment.url) as response,
    ):
        while got < 100_000:
            got += len(await response.content.readany())
