"""Channels, threads and direct messages."""

import discord
import pytest

from bot.sandbox import Permission, Sandbox, SandboxError
from bot.sandbox.model import ChannelType, MessageType
from tests.sandbox.conftest import Client, Connect, Rest


async def test_a_direct_message_is_answered_in_its_place(sandbox: Sandbox, client: Client) -> None:
    ana = sandbox.person("Ana")
    private = ana.open_dm()
    ana.say(private, "psst")
    heard = await client.event_like("message")
    assert isinstance(heard.channel, discord.DMChannel)
    assert heard.guild is None
    await heard.channel.send("yes?")
    answer = await private.wait_for(lambda message: message.author is sandbox.bot)
    assert answer.content == "yes?"
    assert ana.open_dm() is private


async def test_the_bot_opens_a_direct_message_with_a_person_but_not_with_a_bot(
    sandbox: Sandbox, client: Client
) -> None:
    ana, robot = sandbox.person("Ana"), sandbox.person("Robot", bot=True)
    user = await client.fetch_user(ana.id)
    await user.send("hello")
    assert [message.content for message in ana.open_dm().history] == ["hello"]
    with pytest.raises(discord.Forbidden) as refused:
        await (await client.fetch_user(robot.id)).send("hello")
    assert refused.value.code == 50007


async def test_a_thread_from_a_message_carries_its_id(sandbox: Sandbox, client: Client) -> None:
    ana = sandbox.person("Ana")
    message = ana.say(sandbox.general, "shall we?")
    thread = ana.start_thread(sandbox.general, "plans", message=message)
    created = await client.event_like("thread_create")
    assert created.id == thread.id == message.id
    assert message.thread is thread
    assert [first.kind for first in thread.history] == [MessageType.THREAD_STARTER_MESSAGE]
    ana.say(thread, "in here")
    heard = await client.event_like("message", lambda heard: heard.content == "in here")
    assert heard.channel.id == thread.id
    assert heard.channel.parent_id == sandbox.general.id
    await heard.channel.send("yes")
    assert thread.history[-1].content == "yes"
    with pytest.raises(SandboxError, match="already been created"):
        ana.start_thread(sandbox.general, "again", message=message)


async def test_the_bot_starts_threads_of_all_kinds(sandbox: Sandbox, client: Client) -> None:
    ana = sandbox.person("Ana")
    channel = client.get_channel(sandbox.general.id)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.send("topic")
    from_message = await message.create_thread(name="one", auto_archive_duration=60)
    public = await channel.create_thread(name="two", type=discord.ChannelType.public_thread)
    private = await channel.create_thread(name="three")
    kinds = [sandbox.guild.threads[thread.id].kind for thread in (from_message, public, private)]
    assert kinds == [ChannelType.PUBLIC_THREAD, ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD]
    await private.add_user(discord.Object(ana.id))
    ana.say(sandbox.guild.threads[private.id], "thanks")
    assert {member.id for member in await private.fetch_members()} == {ana.id, sandbox.bot.id}
    assert {thread.id for thread in await channel.guild.active_threads()} == {
        from_message.id,
        public.id,
        private.id,
    }


async def test_a_private_thread_is_hidden_from_others(sandbox: Sandbox, client: Client) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    thread = ana.start_thread(sandbox.general, "secret", private=True)
    ana.say(thread, "hush")
    ana.say(sandbox.general, "hello")
    await client.event_like("message")
    assert [message.content for message in client.all("message")] == ["hello"]
    with pytest.raises(SandboxError, match="Missing Gate"):
        ben.say(thread, "let me in")


async def test_an_archived_thread_wakes_up_by_a_message_unless_locked(
    sandbox: Sandbox, client: Client
) -> None:
    sandbox.give(sandbox.bot, sandbox.role("mods", Permission.MANAGE_THREADS))
    ana = sandbox.person("Ana")
    thread = ana.start_thread(sandbox.general, "plans")
    seen = await client.event_like("thread_create")
    said = await seen.send("hello")
    await seen.edit(archived=True)
    assert thread.thread is not None
    assert thread.thread.archived
    for change in (said.edit(content="bye"), said.delete()):
        with pytest.raises(discord.HTTPException, match="50083"):
            await change
    ana.say(thread, "wake up")
    assert not thread.thread.archived
    await client.event_like("raw_thread_update", nth=2)
    await seen.edit(archived=True, locked=True)
    with pytest.raises(SandboxError, match="archived"):
        ana.say(thread, "hello?")


async def test_thread_permissions_are_the_parents_but_for_sending(sandbox: Sandbox) -> None:
    ana = sandbox.person("Ana")
    thread = ana.start_thread(sandbox.general, "plans")
    everyone = sandbox.guild.roles[sandbox.guild.id]
    sandbox.deny(sandbox.general, everyone, Permission.SEND_MESSAGES)
    ana.say(thread, "still here")
    sandbox.deny(sandbox.general, everyone, Permission.SEND_MESSAGES_IN_THREADS)
    with pytest.raises(SandboxError, match="Missing Permissions"):
        ana.say(thread, "not any more")


async def test_a_thread_in_a_thread_or_a_direct_message_is_refused(sandbox: Sandbox, rest: Rest) -> None:
    ana = sandbox.person("Ana")
    thread = ana.start_thread(sandbox.general, "plans")
    with pytest.raises(SandboxError):
        ana.start_thread(thread, "deeper")
    body = {"name": "x", "type": 11}
    assert (await rest("POST", f"/channels/{ana.open_dm().id}/threads", body)).code == 50024
    for wrong in ({"name": ""}, {"name": "x" * 101}, {"name": "x", "auto_archive_duration": 7}):
        assert (await rest("POST", f"/channels/{sandbox.general.id}/threads", wrong)).code == 50035


async def test_channels_come_change_and_go(sandbox: Sandbox, client: Client) -> None:
    sandbox.give(sandbox.bot, sandbox.role("builders", Permission.MANAGE_CHANNELS))
    made = sandbox.channel("news", topic="what is new")
    seen = await client.event_like("guild_channel_create")
    assert (seen.id, seen.topic) == (made.id, "what is new")
    await seen.edit(name="old-news")
    await client.event_like("guild_channel_update")
    assert made.name == "old-news"
    await seen.delete()
    await client.event_like("guild_channel_delete")
    assert sandbox.world.channel(made.id) is None


async def test_threads_are_told_at_login(sandbox: Sandbox, connect: Connect) -> None:
    ana = sandbox.person("Ana")
    open_one = ana.start_thread(sandbox.general, "open")
    hidden = ana.start_thread(sandbox.general, "hidden", private=True)
    client = await connect()
    assert client.get_channel(open_one.id) is not None
    assert client.get_channel(hidden.id) is None
