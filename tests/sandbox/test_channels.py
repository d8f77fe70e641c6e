"""Channels of every type, threads and direct messages, as real discord.py sees them."""

from typing import Any

import discord
import pytest
from discord import app_commands

from bot.sandbox import ChannelType, Permission, Sandbox, SandboxError
from bot.sandbox.model import MessageType
from tests.sandbox.conftest import Client, Connect, Rest

TYPES: dict[ChannelType, type[Any]] = {
    ChannelType.TEXT: discord.TextChannel,
    ChannelType.NEWS: discord.TextChannel,
    ChannelType.VOICE: discord.VoiceChannel,
    ChannelType.STAGE: discord.StageChannel,
    ChannelType.CATEGORY: discord.CategoryChannel,
    ChannelType.FORUM: discord.ForumChannel,
    ChannelType.MEDIA: discord.ForumChannel,
}
WITH_MESSAGES = [ChannelType.TEXT, ChannelType.NEWS, ChannelType.VOICE, ChannelType.STAGE]
FORUMS = [ChannelType.FORUM, ChannelType.MEDIA]


@pytest.mark.parametrize("kind", TYPES)
async def test_a_channel_is_seen_at_login(sandbox: Sandbox, connect: Connect, kind: ChannelType) -> None:
    category = sandbox.channel("rooms", kind=ChannelType.CATEGORY)
    made = sandbox.channel("lounge", kind=kind, parent=category if kind is not ChannelType.CATEGORY else None)
    client = await connect()
    seen = client.get_channel(made.id)
    assert isinstance(seen, TYPES[kind])
    assert (seen.name, seen.type.value) == ("lounge", kind)
    assert seen.category_id == (category.id if made.parent else None)
    assert seen.permissions_for(client.guilds[0].me).view_channel


@pytest.mark.parametrize("kind", TYPES)
async def test_a_channel_is_created_changed_fetched_and_deleted(
    sandbox: Sandbox, client: Client, kind: ChannelType
) -> None:
    made = sandbox.channel("lounge", kind=kind)
    created = await client.event_like("guild_channel_create")
    assert isinstance(created, TYPES[kind])
    fetched = await client.fetch_channel(made.id)
    assert isinstance(fetched, TYPES[kind])
    listed = {channel.id: channel for channel in await client.guilds[0].fetch_channels()}
    assert isinstance(listed[made.id], TYPES[kind])
    sandbox.allow(made, sandbox.bot, discord.Permissions(manage_channels=True, connect=True).value)
    await created.edit(name="hall")
    await client.event_like("guild_channel_update", nth=2)
    assert created.name == made.name == "hall"
    await created.delete()
    assert (await client.event_like("guild_channel_delete")).id == made.id


@pytest.mark.parametrize("kind", [ChannelType.VOICE, ChannelType.STAGE])
async def test_a_voice_channel_has_a_bitrate_and_a_user_limit(
    sandbox: Sandbox, client: Client, kind: ChannelType
) -> None:
    made = sandbox.channel("lounge", kind=kind)
    seen = await client.event_like("guild_channel_create")
    assert (seen.bitrate, seen.user_limit) == (64_000, 0)
    sandbox.allow(made, sandbox.bot, discord.Permissions(manage_channels=True, connect=True).value)
    await seen.edit(bitrate=32_000, user_limit=7)
    assert (made.bitrate, made.user_limit) == (32_000, 7)
    await client.event_like("guild_channel_update", lambda channel: channel.id == made.id, nth=2)
    assert (seen.bitrate, seen.user_limit) == (32_000, 7)


@pytest.mark.parametrize("kind", WITH_MESSAGES)
async def test_people_and_the_bot_talk_in_a_channel(
    sandbox: Sandbox, client: Client, kind: ChannelType
) -> None:
    lounge = sandbox.channel("lounge", kind=kind)
    sandbox.person("Ana").say(lounge, "hello")
    heard = await client.event_like("message")
    assert isinstance(heard.channel, TYPES[kind])
    await heard.reply("hi")
    assert [message.content for message in lounge.history] == ["hello", "hi"]


@pytest.mark.parametrize("kind", [*FORUMS, ChannelType.CATEGORY])
async def test_a_channel_without_messages_refuses_them(
    sandbox: Sandbox, client: Client, rest: Rest, kind: ChannelType
) -> None:
    lounge = sandbox.channel("lounge", kind=kind)
    answer = await rest("POST", f"/channels/{lounge.id}/messages", {"content": "x"})
    assert (answer.status, answer.code) == (400, 50008)
    with pytest.raises(SandboxError, match="non-text channel"):
        sandbox.person("Ana").say(lounge, "hello")


@pytest.mark.parametrize("kind", [ChannelType.VOICE, ChannelType.STAGE, ChannelType.CATEGORY])
async def test_a_channel_without_threads_refuses_them(
    sandbox: Sandbox, client: Client, rest: Rest, kind: ChannelType
) -> None:
    lounge = sandbox.channel("lounge", kind=kind)
    answer = await rest("POST", f"/channels/{lounge.id}/threads", {"name": "x", "type": 11})
    assert answer.code == 50024


@pytest.mark.parametrize("kind", FORUMS)
async def test_a_person_posts_in_a_forum_and_the_bot_answers(
    sandbox: Sandbox, client: Client, kind: ChannelType
) -> None:
    ana, forum = sandbox.person("Ana"), sandbox.channel("questions", kind=kind)
    thread = ana.start_thread(forum, "Which model?", text="Which one fits into 8 GB?")
    seen = await client.event_like("thread_create")
    assert (seen.id, seen.parent_id) == (thread.id, forum.id)
    heard = await client.event_like("message")
    assert (heard.id, heard.content) == (thread.id, "Which one fits into 8 GB?")
    assert isinstance(heard.channel.parent, discord.ForumChannel)
    await heard.reply("A small one.")
    assert [message.kind for message in thread.history] == [MessageType.DEFAULT, MessageType.REPLY]
    with pytest.raises(SandboxError, match="empty"):
        ana.start_thread(forum, "Nothing to say")


@pytest.mark.parametrize("kind", FORUMS)
async def test_the_bot_posts_in_a_forum(sandbox: Sandbox, client: Client, kind: ChannelType) -> None:
    made = sandbox.channel("questions", kind=kind)
    forum = await client.event_like("guild_channel_create")
    created = await forum.create_thread(name="News", content="Here they are.")
    assert created.message.id == created.thread.id
    assert [m.content for m in sandbox.guild.threads[created.thread.id].history] == ["Here they are."]
    assert sandbox.guild.threads[created.thread.id].parent is made


async def test_a_thread_in_a_news_channel_is_a_news_thread(sandbox: Sandbox, client: Client) -> None:
    ana, news = sandbox.person("Ana"), sandbox.channel("news", kind=ChannelType.NEWS)
    message = ana.say(news, "Version 2 is out")
    thread = ana.start_thread(news, "Version 2", message=message)
    seen = await client.event_like("thread_create")
    assert (seen.id, seen.type) == (thread.id, discord.ChannelType.news_thread)


def prepare(client: Client) -> None:
    @client.tree.command(description="Where")
    async def where(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(type(interaction.channel).__name__)

    @client.tree.command(description="Which")
    async def which(
        interaction: discord.Interaction,
        channel: app_commands.AppCommandChannel | app_commands.AppCommandThread,
    ) -> None:
        found, rights = channel.resolve(), channel.permissions.view_channel
        await interaction.response.send_message(f"{type(found).__name__} {channel.name} {rights}")


@pytest.fixture
async def commands(connect: Connect) -> Client:
    client = await connect(prepare)
    await client.tree.sync()
    return client


@pytest.mark.parametrize("kind", WITH_MESSAGES)
async def test_a_command_comes_from_a_channel(sandbox: Sandbox, commands: Client, kind: ChannelType) -> None:
    asked = await sandbox.person("Ana").command(sandbox.channel("lounge", kind=kind), "/where")
    assert asked.message is not None
    assert asked.message.content == TYPES[kind].__name__


async def test_a_command_comes_from_a_thread_and_from_a_direct_message(
    sandbox: Sandbox, commands: Client
) -> None:
    ana, forum = sandbox.person("Ana"), sandbox.channel("questions", kind=ChannelType.FORUM)
    news = sandbox.channel("news", kind=ChannelType.NEWS)
    for channel, expected in (
        (ana.start_thread(sandbox.general, "plans"), "Thread"),
        (ana.start_thread(news, "more"), "Thread"),
        (ana.start_thread(forum, "Which?", text="That?"), "Thread"),
        (ana.open_dm(), "DMChannel"),
    ):
        asked = await ana.command(channel, "/where")
        assert asked.message is not None
        assert asked.message.content == expected


@pytest.mark.parametrize("kind", TYPES)
async def test_a_channel_is_an_option_of_a_command(
    sandbox: Sandbox, commands: Client, kind: ChannelType
) -> None:
    lounge = sandbox.channel("lounge", kind=kind)
    asked = await sandbox.person("Ana").command(sandbox.general, "/which", channel=lounge)
    assert asked.message is not None
    assert asked.message.content == f"{TYPES[kind].__name__} lounge True"


async def test_a_thread_is_an_option_of_a_command(sandbox: Sandbox, commands: Client) -> None:
    ana = sandbox.person("Ana")
    plans = ana.start_thread(sandbox.general, "plans")
    secret = ana.start_thread(sandbox.general, "secret", private=True)
    for thread, expected in ((plans, "Thread plans True"), (secret, "NoneType secret True")):
        asked = await ana.command(sandbox.general, "/which", channel=thread)
        assert asked.message is not None
        assert asked.message.content == expected


async def test_a_direct_message_is_answered_there(sandbox: Sandbox, client: Client) -> None:
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


async def test_a_thread_started_from_a_message_has_its_id(sandbox: Sandbox, client: Client) -> None:
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


async def test_the_bot_starts_threads_of_every_type(sandbox: Sandbox, client: Client) -> None:
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
    with pytest.raises(SandboxError, match="Missing Access"):
        ben.say(thread, "let me in")


async def test_a_message_unarchives_a_thread_unless_it_is_locked(sandbox: Sandbox, client: Client) -> None:
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


async def test_a_thread_has_its_channels_permissions_except_for_sending(sandbox: Sandbox) -> None:
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


async def test_a_channel_is_created_renamed_and_deleted(sandbox: Sandbox, client: Client) -> None:
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


@pytest.mark.parametrize("field", ["rate_limit_per_user", "bitrate", "user_limit"])
async def test_a_channel_cannot_be_changed_to_a_wrong_value(sandbox: Sandbox, rest: Rest, field: str) -> None:
    sandbox.allow(sandbox.general, sandbox.bot, Permission.MANAGE_CHANNELS)
    answer = await rest("PATCH", f"/channels/{sandbox.general.id}", {field: ["many"]})
    assert (answer.status, answer.code) == (400, 50035)


async def test_threads_are_sent_at_login(sandbox: Sandbox, connect: Connect) -> None:
    ana = sandbox.person("Ana")
    open_one = ana.start_thread(sandbox.general, "open")
    hidden = ana.start_thread(sandbox.general, "hidden", private=True)
    client = await connect()
    assert client.get_channel(open_one.id) is not None
    assert client.get_channel(hidden.id) is None
