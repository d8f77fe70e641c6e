"""Logging in, what is sent to whom, and coming back after trouble, with discord.py."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import discord
import pytest

from bot.sandbox import Limits, Permission, Sandbox
from tests.sandbox.conftest import Client, Connect


async def test_a_client_sees_its_account_servers_channels_and_threads(
    sandbox: Sandbox, connect: Connect
) -> None:
    ana = sandbox.person("Ana", nick="Annie")
    thread = ana.start_thread(sandbox.general, "plans")
    sandbox.channel("news")
    secret = sandbox.channel("secret")
    sandbox.deny(secret, sandbox.guild.roles[sandbox.guild.id], Permission.VIEW_CHANNEL)

    client = await connect()

    assert client.user is not None
    assert client.user.id == sandbox.bot.id
    guild = client.get_guild(sandbox.guild.id)
    assert guild is not None
    assert guild.name == "Sandbox"
    assert {channel.name for channel in guild.channels} == {"general", "news", "___hidden___"}
    assert guild.get_thread(thread.id) is not None
    assert guild.me.guild_permissions.send_messages


async def test_a_wrong_token_is_refused_by_rest(connect: Connect, sandbox: Sandbox) -> None:
    client = Client(discord.Intents.default())
    with pytest.raises(discord.LoginFailure):
        await client.login("wrong")
    await client.close()


async def test_a_token_that_the_gateway_refuses_ends_the_client(sandbox: Sandbox) -> None:
    client = Client(discord.Intents.default())
    await client.login(sandbox.token)
    sandbox.world.application.token = "changed"
    with pytest.raises(discord.ConnectionClosed) as closed:
        await client.connect()
    assert closed.value.code == 4004


@pytest.mark.parametrize("intent", ["message_content", "members", "presences"])
async def test_privileged_intents_must_be_switched_on(sandbox: Sandbox, intent: str) -> None:
    app = sandbox.world.application
    app.message_content = app.guild_members = app.presences = False
    intents = discord.Intents.default()
    setattr(intents, intent, True)
    client = Client(intents)
    await client.login(sandbox.token)
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await client.connect()
    await client.close()


async def test_without_the_content_intent_the_bot_reads_only_what_is_addressed_to_it(
    sandbox: Sandbox, connect: Connect
) -> None:
    sandbox.world.application.message_content = False
    client = await connect(intents=discord.Intents.default())
    ana = sandbox.person("Ana")
    ana.say(sandbox.general, "between us", files=[("a.txt", b"a")])
    ana.say(sandbox.general, f"{sandbox.bot.mention} for you")
    ana.say(ana.open_dm(), "in private")
    overheard, addressed, private = [await client.event_like("message", nth=n) for n in (1, 2, 3)]

    assert overheard.content == ""
    assert overheard.attachments == []
    assert addressed.content == f"{sandbox.bot.mention} for you"
    assert private.content == "in private"
    channel = await client.fetch_channel(sandbox.general.id)
    assert isinstance(channel, discord.TextChannel)
    read = [message.content async for message in channel.history()]
    assert read == [f"{sandbox.bot.mention} for you", ""]


async def test_the_content_intent_also_covers_the_message_replied_to(
    sandbox: Sandbox, connect: Connect
) -> None:
    sandbox.world.application.message_content = False
    client = await connect(intents=discord.Intents.default())
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    first = ana.say(sandbox.general, "between us")
    ben.say(sandbox.general, f"{sandbox.bot.mention} what does she mean?", reply_to=first)
    message = await client.event_like("message", nth=2)
    assert message.reference.resolved.content == ""


async def test_a_client_gets_the_events_of_its_intents(sandbox: Sandbox, connect: Connect) -> None:
    client = await connect(intents=discord.Intents(guilds=True, dm_messages=True))
    ana = sandbox.person("Ana")
    ana.say(sandbox.general, "in the server")
    ana.type(sandbox.general)
    ana.say(ana.open_dm(), "in private")
    await client.event_like("message", lambda message: message.content == "in private")
    assert len(client.all("message")) == 1
    assert not client.all("raw_typing")
    assert not client.all("member_join")


async def test_a_client_gets_no_messages_of_channels_that_it_cannot_see(
    sandbox: Sandbox, client: Client
) -> None:
    ana = sandbox.person("Ana")
    secret = sandbox.channel("secret")
    sandbox.deny(secret, sandbox.bot, Permission.VIEW_CHANNEL)
    ana.say(secret, "hush")
    ana.say(sandbox.general, "hello")
    await client.event_like("message")
    assert [message.content for message in client.all("message")] == ["hello"]


async def test_the_bot_learns_of_a_new_server(sandbox: Sandbox, client: Client) -> None:
    other = sandbox.add_guild("Other")
    joined = await client.event_like("guild_join")
    assert joined.id == other.id


async def test_the_bots_presence_is_shown(sandbox: Sandbox, client: Client) -> None:
    await client.change_presence(activity=discord.CustomActivity("Loading"), status=discord.Status.idle)
    event = await sandbox.world.events.wait_for("SANDBOX_PRESENCE")
    assert event.data["status"] == "idle"
    assert sandbox.gateway.presence is not None
    assert sandbox.gateway.presence["activities"][0]["state"] == "Loading"
    assert not client.all("presence_update")


async def test_a_bot_that_disconnects_is_offline(sandbox: Sandbox, client: Client) -> None:
    assert sandbox.gateway.online
    await client.close()
    await sandbox.gateway.wait_offline()
    assert sandbox.gateway.presence is None


async def drop(sandbox: Sandbox) -> None:
    sandbox.gateway.drop()


TROUBLE: dict[str, Callable[[Sandbox], Awaitable[None]]] = {
    "TCP drop": drop,
    "op 7": lambda sandbox: sandbox.gateway.ask_to_reconnect(),
    "close 4000": lambda sandbox: sandbox.gateway.close(4000),
    "op 9 resumable": lambda sandbox: sandbox.gateway.invalidate(resumable=True),
}


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_a_resumed_connection_neither_loses_nor_repeats_events(
    sandbox: Sandbox, client: Client, trouble: str
) -> None:
    ana = sandbox.person("Ana")
    for number in range(3):
        ana.say(sandbox.general, f"before {number}")
    await client.event_like("message", nth=3)
    await TROUBLE[trouble](sandbox)
    for number in range(5):
        ana.say(sandbox.general, f"meanwhile {number}")
    await client.event_like("resumed")
    ana.say(sandbox.general, "after")
    await client.event_like("message", lambda message: message.content == "after")

    said = [message.content for message in sandbox.general.history]
    assert [message.content for message in client.all("message")] == said
    assert len([frame for frame in sandbox.wire.frames if frame.data["op"] == 2]) == 1


async def test_after_an_invalid_session_the_client_identifies_again(sandbox: Sandbox, client: Client) -> None:
    await sandbox.gateway.invalidate()
    await client.event_like("ready", nth=2)
    sandbox.person("Ana").say(sandbox.general, "hello again")
    await client.event_like("message", lambda message: message.content == "hello again")
    assert not client.all("resumed")


async def test_a_session_expires(sandbox: Sandbox, client: Client) -> None:
    sandbox.gateway.drop()
    await sandbox.gateway.wait_offline()
    sandbox.clock.advance(sandbox.world.limits.session_timeout_s + 1)
    await client.event_like("ready", nth=2)
    assert not client.all("resumed")


async def test_members_are_sent_on_request(sandbox: Sandbox, connect: Connect) -> None:
    intents = discord.Intents.default()
    intents.members = True
    names = {sandbox.person(f"Person {number}").user.name for number in range(3)}
    client = await connect(intents=intents, chunk_guilds_at_startup=False)
    guild = client.guilds[0]
    everybody = await guild.chunk()
    assert names <= {member.name for member in everybody}
    found = await guild.query_members("Person 1")
    assert [member.display_name for member in found] == ["Person 1"]


@pytest.mark.parametrize("limits", [replace(Limits.fast(), heartbeat_interval_s=0.1)])
async def test_a_client_without_acknowledgements_reconnects(sandbox: Sandbox, connect: Connect) -> None:
    client = await connect(heartbeat_timeout=0.4)
    sandbox.gateway.acknowledging = False
    await client.event_like("disconnect")
    sandbox.gateway.acknowledging = True
    await client.event_like("resumed")
