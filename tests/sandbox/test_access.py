"""The gateway tells the bot when it may no longer see a channel, and when it may again."""

from collections.abc import Callable

import discord
import pytest

from bot.sandbox import Channel, ChannelType, Permission, Sandbox, SandboxError, guilds
from tests.sandbox.conftest import Client, Connect, Rest

P = Permission
HIDDEN = "___hidden___"


def everyone(sandbox: Sandbox, *permissions: Permission) -> None:
    bits = sandbox.guild.roles[sandbox.guild.id].permissions
    role = sandbox.guild.roles[sandbox.guild.id]
    guilds.set_role_permissions(sandbox.world, sandbox.guild, role, bits & ~P.VIEW_CHANNEL | sum(permissions))


def own_roles(sandbox: Sandbox, *names: str) -> None:
    roles = {role.id for role in sandbox.guild.roles.values() if role.name in names}
    guilds.set_roles(sandbox.world, sandbox.guild, sandbox.bot, roles)


# How the bot loses View Channel in #general, and how it gets it back.
WAYS: dict[str, tuple[Callable[[Sandbox], None], Callable[[Sandbox], None], str]] = {
    "its own overwrite": (
        lambda sandbox: sandbox.deny(sandbox.general, sandbox.bot, P.VIEW_CHANNEL),
        lambda sandbox: sandbox.clear_overwrite(sandbox.general, sandbox.bot),
        "guild_channel_update",
    ),
    "an overwrite of everyone": (
        lambda sandbox: sandbox.deny(sandbox.general, sandbox.guild.roles[sandbox.guild.id], P.VIEW_CHANNEL),
        lambda sandbox: sandbox.allow(sandbox.general, sandbox.bot, P.VIEW_CHANNEL),
        "guild_channel_update",
    ),
    "the permissions of a role": (
        lambda sandbox: everyone(sandbox),
        lambda sandbox: everyone(sandbox, P.VIEW_CHANNEL),
        "guild_role_update",
    ),
    "its roles": (
        lambda sandbox: own_roles(sandbox, "muted"),
        lambda sandbox: own_roles(sandbox),
        "member_update",
    ),
}


@pytest.fixture
def muted(sandbox: Sandbox) -> None:
    """A role that hides #general from those who have it."""
    sandbox.deny(sandbox.general, sandbox.role("muted"), P.VIEW_CHANNEL)


@pytest.mark.parametrize("way", WAYS)
async def test_the_bot_learns_that_it_lost_and_regained_a_channel(
    sandbox: Sandbox, muted: None, connect: Connect, way: str
) -> None:
    lose, get_back, event = WAYS[way]
    client = await connect()
    channel = client.get_channel(sandbox.general.id)
    assert isinstance(channel, discord.TextChannel)

    def may_see() -> bool:
        return channel.permissions_for(channel.guild.me).view_channel

    assert may_see()
    lose(sandbox)
    await client.event_like(event)
    await client.event_like("guild_channel_update")
    assert (may_see(), channel.name) == (False, HIDDEN)
    with pytest.raises(discord.Forbidden):
        await channel.send("hello?")
    get_back(sandbox)
    await client.event_like(event, nth=2)
    await client.event_like("guild_channel_update", nth=2)
    assert (may_see(), channel.name) == (True, "general")
    await channel.send("hello!")


@pytest.mark.parametrize("way", WAYS)
async def test_the_bot_regains_the_threads_of_a_channel_with_it(
    sandbox: Sandbox, muted: None, client: Client, way: str
) -> None:
    lose, get_back, _ = WAYS[way]
    ana = sandbox.person("Ana")
    lose(sandbox)
    sandbox.allow(sandbox.general, ana, P.VIEW_CHANNEL | P.CREATE_PUBLIC_THREADS | P.SEND_MESSAGES_IN_THREADS)
    thread = ana.start_thread(sandbox.general, "meanwhile")
    ana.say(thread, "hush")
    get_back(sandbox)
    joined = await client.event_like("thread_join")
    assert (joined.id, joined.name) == (thread.id, "meanwhile")
    ana.say(thread, "welcome back")
    await client.event_like("message", lambda message: message.content == "welcome back")
    assert "hush" not in [message.content for message in client.all("message")]


async def test_a_hidden_channel_keeps_its_secrets(sandbox: Sandbox, connect: Connect, rest: Rest) -> None:
    made: list[Channel] = []
    for kind in (ChannelType.TEXT, ChannelType.VOICE, ChannelType.FORUM):
        channel = sandbox.channel("payroll", kind=kind, topic="who earns what")
        sandbox.deny(channel, sandbox.guild.roles[sandbox.guild.id], P.VIEW_CHANNEL)
        made.append(channel)
    client = await connect()
    late = sandbox.channel("late", topic="who earns what")
    sandbox.deny(late, sandbox.bot, P.VIEW_CHANNEL)
    await client.event_like("guild_channel_update")
    for channel in (*made, late):
        seen = client.get_channel(channel.id)
        assert isinstance(seen, discord.TextChannel | discord.VoiceChannel | discord.ForumChannel)
        assert (seen.name, getattr(seen, "topic", None)) == (HIDDEN, None)
        assert seen.overwrites == {seen.guild.default_role: discord.PermissionOverwrite(view_channel=False)}
    listed = await rest("GET", f"/guilds/{sandbox.guild.id}/channels")
    assert [channel["name"] for channel in listed.body] == ["general"]
    assert (await rest("GET", f"/channels/{made[0].id}")).code == 50001


async def test_a_category_is_seen_while_one_of_its_channels_is(sandbox: Sandbox, connect: Connect) -> None:
    category = sandbox.channel("office", kind=ChannelType.CATEGORY)
    inside = sandbox.channel("kitchen", parent=category)
    sandbox.deny(category, sandbox.bot, P.VIEW_CHANNEL)
    client = await connect()
    seen = client.get_channel(category.id)
    assert isinstance(seen, discord.CategoryChannel)
    assert seen.name == "office"
    sandbox.deny(inside, sandbox.bot, P.VIEW_CHANNEL)
    await client.event_like("guild_channel_update", lambda channel: channel.id == category.id)
    assert seen.name == HIDDEN


async def test_a_person_without_the_role_loses_its_permissions(sandbox: Sandbox) -> None:
    team = sandbox.role("team", P.MANAGE_MESSAGES)
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben", roles=(team,))
    sandbox.remove_roles(ben, team)
    with pytest.raises(SandboxError, match="may not delete"):
        ben.delete(ana.say(sandbox.general, "hello"))


@pytest.mark.parametrize("content_intent", [False, True])
async def test_updates_of_the_bots_own_messages_come_in_full(
    sandbox: Sandbox, connect: Connect, content_intent: bool
) -> None:
    sandbox.world.application.message_content = content_intent
    intents = discord.Intents.default()
    intents.message_content = content_intent
    client = await connect(intents=intents)
    view = discord.ui.View()
    view.add_item(discord.ui.Button(label="Stop", custom_id="stop"))
    sent = await client.get_partial_messageable(sandbox.general.id).send("one", view=view)
    await sent.edit(content="two")
    heard = (await client.event_like("raw_message_edit")).message
    assert (heard.content, len(heard.components)) == ("two", 1)
    await sent.edit(view=None)
    heard = (await client.event_like("raw_message_edit", nth=2)).message
    assert (heard.content, heard.components) == ("two", [])


async def test_updates_of_messages_need_the_intent_for_messages(sandbox: Sandbox, connect: Connect) -> None:
    client = await connect(intents=discord.Intents(guilds=True))
    sent = await client.get_partial_messageable(sandbox.general.id).send("one")
    await sent.edit(content="two")
    sandbox.channel("later")
    await client.event_like("guild_channel_create")
    assert not client.all("raw_message_edit")
