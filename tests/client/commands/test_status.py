"""/model show and /stats: what runs, and what was used."""

from __future__ import annotations

import pytest

from bot.chat.ports import ReasoningMode
from bot.client.words import permissions, status
from bot.policy.quotas import NO_TOKENS
from bot.policy.server import Quota, ServerPolicy
from bot.sandbox import Channel, Person, Sandbox
from tests.client.conftest import Start
from tests.client.watching import stored


async def said(place: Channel, person: Person, command: str) -> str:
    used = await person.command(place, command)
    message = used.message
    assert message is not None
    assert message.ephemeral_to is person.user
    return (await message.wait_until(lambda m: not m.loading)).content


async def test_the_model_is_described_with_its_measured_speed(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start("some words and some more words to measure") as bot:
        shown = await said(sandbox.general, ana, "/model show")
        info = bot.engine.info
        for part in (info.name, info.device, info.engine, info.precision, f"{info.context_length:,}"):
            assert part in shown
        assert "Sampling: greedy (from the model)" in shown
        assert "not measured yet" in shown
        ana.say(sandbox.general, f"{sandbox.bot.mention} {'a rather long question ' * 10}")
        await stored(bot.store, sandbox.general)
        assert "tokens a second" in await said(sandbox.general, ana, "/model show")


async def test_a_model_that_loads_is_said_to_load(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(loaded=False):
        assert await said(sandbox.general, ana, "/model show") == status.loading()


async def test_people_see_what_they_used_and_what_is_left(sandbox: Sandbox, start: Start) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start("Fine.") as bot:
        policy = ServerPolicy(quota=Quota(tokens_a_day=100_000, requests_a_minute=5))
        await bot.store.set_policy(sandbox.guild.id, policy)
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, sandbox.general)
        hers = await said(sandbox.general, ana, "/stats")
        used = await bot.services.policies.statistics(sandbox.guild.id)
        assert "One reply, " in hers
        assert f"You have {100_000 - used.today.tokens:,} tokens left until <t:" in hers
        assert "You can ask 4 more times right now." in hers
        assert "I remember 2 messages in one conversation." in hers
        assert "0 replies, 0 tokens" in await said(sandbox.general, ben, "/stats")


async def test_statistics_of_direct_messages_are_ones_own_alone(sandbox: Sandbox, start: Start) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start("Fine.") as bot:
        ben.say(ben.open_dm(), "hello")
        await stored(bot.store, ben.open_dm())
        shown = await said(ana.open_dm(), ana, "/stats")
    assert "0 replies, 0 tokens" in shown
    assert "remember" not in shown
    assert "You can ask as much as you like." in shown


@pytest.mark.parametrize("rule", ["role", "channel", "no tokens"])
async def test_who_may_ask_nothing_is_told_why_in_place_of_what_is_left(
    sandbox: Sandbox, start: Start, rule: str
) -> None:
    role = sandbox.role("muted")
    ana = sandbox.person("Ana", roles=[role])
    policy, reason = {
        "role": (ServerPolicy(blocked_roles=frozenset({role.id})), permissions.ROLE_BLOCKED),
        "channel": (
            ServerPolicy(blocked_channels=frozenset({sandbox.general.id})),
            permissions.CHANNEL_BLOCKED,
        ),
        "no tokens": (ServerPolicy(quota=Quota(tokens_a_day=0)), NO_TOKENS),
    }[rule]
    async with start() as bot:
        await bot.store.set_policy(sandbox.guild.id, policy)
        shown = await said(sandbox.general, ana, "/stats")
        assert reason in shown
        assert "You can ask" not in shown
        assert "tokens left" not in shown
        assert "You can ask as much as you like." in await said(ana.open_dm(), ana, "/stats")


@pytest.mark.parametrize(
    ("reasons", "owner", "server", "expected"),
    [
        (True, ReasoningMode.AUTO, None, "up to the model"),
        (True, ReasoningMode.OFF, None, "off"),
        (True, ReasoningMode.OFF, ReasoningMode.ON, "on"),
        (False, ReasoningMode.ON, ReasoningMode.ON, "not with this model"),
    ],
)
async def test_whether_the_model_reasons_is_told_as_it_holds_here(
    sandbox: Sandbox,
    start: Start,
    reasons: bool,
    owner: ReasoningMode,
    server: ReasoningMode | None,
    expected: str,
) -> None:
    ana = sandbox.person("Ana")
    async with start(reasons=reasons, reasoning=owner) as bot:
        await bot.store.set_policy(sandbox.guild.id, ServerPolicy(reasoning=server))
        shown = await said(sandbox.general, ana, "/model show")
        assert f"Reasoning before answers: {expected}" in shown.splitlines()
