"""The sandbox as a whole: opening and closing it, waiting, and what it records."""

import asyncio

import discord
import pytest

from bot.sandbox import Limits, Sandbox, SandboxError, TeamMember, TeamRole
from bot.sandbox.clock import Clock
from bot.sandbox.world import Ids
from tests.sandbox.conftest import Client, Connect, Rest


async def test_a_taken_port_is_reported(sandbox: Sandbox) -> None:
    taken = int(sandbox.world.base_url.rsplit(":", 1)[1])
    with pytest.raises(SandboxError, match=f"port {taken}"):
        async with Sandbox(port=taken):
            pass


async def test_two_sandboxes_are_independent(sandbox: Sandbox) -> None:
    async with Sandbox() as other:
        assert other.api_url != sandbox.api_url
        assert other.token != sandbox.token


async def test_it_ends_with_a_client_connected(sandbox: Sandbox, client: Client) -> None:
    await sandbox.__aexit__(None, None, None)
    await client.event_like("disconnect")
    assert not sandbox.gateway.online


def test_ids_grow_however_fast_they_are_made() -> None:
    ids = Ids(Clock())
    made = [ids.next() for _ in range(20_000)]
    assert made == sorted(set(made))


def test_a_clock_only_goes_ahead() -> None:
    clock = Clock()
    before = clock.time()
    clock.advance(60)
    assert clock.time() >= before + 60
    with pytest.raises(ValueError, match="ahead"):
        clock.advance(-1)


async def test_waiting_finds_past_and_future_messages_and_lists_them_on_timeout(sandbox: Sandbox) -> None:
    ana = sandbox.person("Ana")
    ana.say(sandbox.general, "one")
    assert (await sandbox.general.wait_for(lambda message: message.content == "one")).author is ana.user
    waiting = asyncio.create_task(sandbox.general.wait_for(lambda message: message.content == "two"))
    await asyncio.sleep(0)
    message = ana.say(sandbox.general, "two")
    assert await waiting is message
    with pytest.raises(TimeoutError, match=r"#general: ana: 'one'; ana: 'two'"):
        await sandbox.general.wait_for(lambda message: message.content == "three", timeout=0.01)
    changing = asyncio.create_task(message.wait_until(lambda message: message.deleted))
    await asyncio.sleep(0)
    ana.delete(message)
    assert (await changing).deleted


@pytest.mark.parametrize("limits", [Limits(wire_records=3)])
async def test_the_record_is_limited_and_can_be_searched(sandbox: Sandbox, rest: Rest) -> None:
    for _ in range(4):
        await rest("GET", "/users/@me")
    await rest("GET", f"/channels/{sandbox.general.id}?secret=no")
    assert len(sandbox.wire) == 3
    [exchange] = sandbox.wire.find("GET", "/channels/{channel_id}", status=200)
    assert exchange.query == {"secret": "no"}
    assert exchange.path == f"/channels/{sandbox.general.id}"
    assert exchange.answer["name"] == "general"
    assert exchange.at <= exchange.done_at <= sandbox.clock.monotonic()
    assert sandbox.token not in str(exchange.headers)
    assert sandbox.wire.find(route=r"/channels/\d+") == [exchange]
    sandbox.wire.clear()
    assert len(sandbox.wire) == 0


async def test_discord_py_reads_everything_that_it_can_fetch(sandbox: Sandbox, connect: Connect) -> None:
    intents = discord.Intents.default()
    intents.members = True
    client = await connect(intents=intents)
    ana = sandbox.person("Ana", roles=(sandbox.role("team"),))
    guild = client.guilds[0]
    assert (await client.application_info()).id == sandbox.world.application.id
    assert (await client.fetch_user(ana.id)).name == "ana"
    assert (await client.fetch_guild(guild.id)).approximate_member_count == 3
    assert [found.approximate_member_count async for found in client.fetch_guilds()] == [3]
    assert (await guild.fetch_member(ana.id)).name == "ana"
    assert {member.name async for member in guild.fetch_members()} == {"owner", "ovbot", "ana"}
    assert [role.name for role in await guild.fetch_roles()] == ["@everyone", "team"]
    assert [channel.name for channel in await guild.fetch_channels()] == ["general"]


async def test_an_application_belongs_to_a_person_or_to_a_team(sandbox: Sandbox, connect: Connect) -> None:
    client = await connect()
    application = await client.application_info()
    assert (application.owner.id, application.team) == (sandbox.owner.id, None)
    lead, guest = sandbox.person("Lead"), sandbox.person("Guest")
    team = sandbox.give_to_team("Crew", lead, TeamMember(guest.user, TeamRole.READ_ONLY, accepted=False))
    application = await client.application_info()
    assert application.owner.id == team.id
    assert application.team is not None
    assert (application.team.name, application.team.owner_id) == ("Crew", lead.id)
    assert [(m.id, m.role.value, m.membership_state.value) for m in application.team.members] == [
        (lead.id, "admin", 2),
        (guest.id, "read_only", 1),
    ]
