"""Who may do what, computed as Discord does, and what the bot is told where it may not."""

from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox import ChannelType, Permission, Sandbox, guilds, payloads, permissions
from bot.sandbox.model import Guild, Overwrite
from bot.sandbox.world import World
from tests.sandbox.conftest import Client, Rest

P = Permission
BITS = st.sampled_from(
    [
        P.VIEW_CHANNEL,
        P.SEND_MESSAGES,
        P.MANAGE_MESSAGES,
        P.EMBED_LINKS,
        P.CONNECT,
        P.SPEAK,
        P.MANAGE_CHANNELS,
        P.ADMINISTRATOR,
    ]
)
SETS = st.sets(BITS).map(lambda chosen: int(sum(chosen)))
# A channel cannot make anybody an administrator.
CHANNEL_SETS = SETS.map(lambda bits: bits & ~P.ADMINISTRATOR)
PAIRS = st.tuples(CHANNEL_SETS, CHANNEL_SETS)


@given(st.sampled_from([ChannelType.TEXT, ChannelType.VOICE]), SETS, SETS, PAIRS, PAIRS, st.none() | PAIRS)
def test_permissions_are_those_that_discord_py_computes(
    kind: ChannelType,
    everyone: int,
    role: int,
    by_everyone: tuple[int, int],
    by_role: tuple[int, int],
    by_member: tuple[int, int] | None,
) -> None:
    """discord.py has an implementation of its own: the same server must give the same bits."""
    world = World()
    guild = guilds.add_guild(world, "Test")
    guild.roles[guild.id].permissions = everyone
    ana = world.add_user("ana")
    guilds.add_member(world, guild, ana)
    team = guilds.add_role(world, guild, "team", role)
    guilds.set_roles(world, guild, ana, {team.id})
    channel = guilds.add_channel(world, guild, "general", kind=kind)
    for target, of, (allow, deny) in (
        (guild.id, 0, by_everyone),
        (team.id, 0, by_role),
        *([(ana.id, 1, by_member)] if by_member else []),
    ):
        channel.overwrites[target] = Overwrite(target, of, allow, deny & ~allow)

    ours, theirs = (
        permissions.in_channel(channel, ana.id),
        as_discord_py_says(guild, channel.id, ana.id, world),
    )

    # discord.py leaves permissions for voice out in text channels.
    left_out = discord.Permissions.voice().value if kind is ChannelType.TEXT else 0
    assert comparable(ours, left_out) == comparable(theirs, left_out)


def comparable(bits: int, left_out: int) -> int:
    """Return an administrator's permissions as that one, and those in a channel they cannot see as none."""
    if bits & P.ADMINISTRATOR:
        return P.ADMINISTRATOR
    return bits & ~left_out if bits & P.VIEW_CHANNEL else 0


def as_discord_py_says(model: Guild, channel_id: int, user_id: int, world: World) -> int:
    state = discord.Client(intents=discord.Intents.all())._connection
    data: Any = payloads.guild_create(model, world.application.owner, all_members=True)
    guild = discord.Guild(data=data, state=state)
    channel, member = guild.get_channel(channel_id), guild.get_member(user_id)
    assert channel is not None
    assert member is not None
    return channel.permissions_for(member).value


@pytest.mark.parametrize(
    ("denied", "code"),
    [
        (P.VIEW_CHANNEL, 50001),
        (P.SEND_MESSAGES, 50013),
    ],
)
async def test_a_missing_permission_has_its_error_code(
    sandbox: Sandbox, client: Client, denied: Permission, code: int
) -> None:
    channel = client.get_partial_messageable(sandbox.general.id)
    sandbox.deny(sandbox.general, sandbox.bot, denied)
    with pytest.raises(discord.Forbidden) as refused:
        await channel.send("x")
    assert refused.value.code == code
    with pytest.raises(discord.Forbidden):
        await channel.typing()
    assert sandbox.general.history == []


async def test_files_replies_and_old_messages_need_permissions_of_their_own(
    sandbox: Sandbox, rest: Rest
) -> None:
    theirs = sandbox.person("Ana").say(sandbox.general, "hello")
    path = f"/channels/{sandbox.general.id}/messages"
    sandbox.deny(sandbox.general, sandbox.bot, P.READ_MESSAGE_HISTORY)
    reply = await rest("POST", path, {"content": "x", "message_reference": {"message_id": str(theirs.id)}})
    assert reply.code == 160002
    assert (await rest("GET", f"{path}/{theirs.id}")).code == 50013
    assert (await rest("GET", path)).body == []
    assert (await rest("DELETE", f"{path}/{theirs.id}")).code == 50013


async def test_a_moderator_deletes_messages_of_others(sandbox: Sandbox) -> None:
    moderator = sandbox.role("moderators", P.MANAGE_MESSAGES)
    ana, mod = sandbox.person("Ana"), sandbox.person("Mod", roles=(moderator,))
    message = ana.say(sandbox.general, "hello")
    mod.delete(message)
    assert message.deleted


async def test_the_bot_cannot_reach_a_server_that_it_left(
    sandbox: Sandbox, client: Client, rest: Rest
) -> None:
    other = sandbox.add_guild("Other")
    await client.event_like("guild_join")
    guilds.remove_bot(sandbox.world, other)
    assert (await client.event_like("guild_remove")).id == other.id
    assert (await rest("GET", f"/guilds/{other.id}")).code == 50001


async def test_the_bot_learns_of_a_roles_new_permissions(sandbox: Sandbox, client: Client) -> None:
    role = sandbox.role("team")
    sandbox.give(sandbox.bot, role)
    guilds.set_role_permissions(sandbox.world, sandbox.guild, role, P.MANAGE_MESSAGES)
    updated = await client.event_like("guild_role_update")
    assert updated.id == role.id
    assert client.guilds[0].me.guild_permissions.manage_messages
