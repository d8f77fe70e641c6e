"""Real discord.py reads a channel of every type, whichever way it gets to know it."""

from typing import Any

import discord
import pytest
from discord import app_commands

from bot.sandbox import ChannelType, Sandbox, SandboxError
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
async def test_a_voice_channel_tells_its_bitrate_and_user_limit(
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
async def test_a_channel_without_messages_takes_none(
    sandbox: Sandbox, client: Client, rest: Rest, kind: ChannelType
) -> None:
    lounge = sandbox.channel("lounge", kind=kind)
    answer = await rest("POST", f"/channels/{lounge.id}/messages", {"content": "x"})
    assert (answer.status, answer.code) == (400, 50008)
    with pytest.raises(SandboxError, match="non-text channel"):
        sandbox.person("Ana").say(lounge, "hello")


@pytest.mark.parametrize("kind", [ChannelType.VOICE, ChannelType.STAGE, ChannelType.CATEGORY])
async def test_a_channel_without_threads_takes_none(
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


async def test_threads_of_a_news_channel_have_a_type_of_their_own(sandbox: Sandbox, client: Client) -> None:
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
