"""Rate limits: headers, refusals, and discord.py keeping to them by itself."""

import asyncio
import time

import aiohttp
import discord
import pytest

from bot.sandbox import Fault, Limits, Sandbox, Window
from bot.sandbox.clock import Clock
from bot.sandbox.limits import RateLimits
from tests.sandbox.conftest import Client, Rest


def test_a_window_begins_with_its_first_request_and_ends_after_its_seconds() -> None:
    clock = Clock()
    limits = RateLimits(clock, Limits())
    taken = [limits.take("send", "1") for _ in range(6)]
    assert [verdict.limited for verdict in taken] == [False] * 5 + [True]
    assert [verdict.headers["X-RateLimit-Remaining"] for verdict in taken[:5]] == ["4", "3", "2", "1", "0"]
    assert 4.5 < taken[5].retry_after <= 5.0
    assert not limits.take("send", "2").limited
    assert not limits.take("edit", "1").limited
    clock.advance(5.0)
    assert not limits.take("send", "1").limited


def test_the_limit_over_everything_counts_all_but_interactions() -> None:
    limits = RateLimits(Clock(), Limits())
    for number in range(50):
        assert not limits.take("send", str(number)).limited
    refused = limits.take("send", "one more")
    assert refused.limited
    assert refused.is_global
    assert refused.headers["X-RateLimit-Scope"] == "global"
    assert not limits.take("default", "token", exempt_from_global=True).limited


def test_routes_without_a_bucket_of_a_kind_do_not_share_one() -> None:
    limits = RateLimits(Clock(), Limits())
    limits.set_bucket("default", Window(1, 1.0))
    me, gateway = (
        limits.take("default", "", route=route) for route in ("GET /users/@me", "GET /gateway/bot")
    )
    assert not me.limited
    assert not gateway.limited
    assert me.headers["X-RateLimit-Bucket"] != gateway.headers["X-RateLimit-Bucket"]
    assert limits.take("default", "", route="GET /users/@me").limited


def test_a_bucket_that_is_not_there_cannot_be_set() -> None:
    with pytest.raises(ValueError, match="no bucket 'sned'"):
        RateLimits(Clock(), Limits()).set_bucket("sned", Window(1, 1.0))


async def test_answers_carry_the_headers_and_a_refusal_says_when(sandbox: Sandbox, rest: Rest) -> None:
    path = f"/channels/{sandbox.general.id}/messages"
    answers = [await rest("POST", path, {"content": "x"}) for _ in range(6)]
    first, last = answers[0], answers[-1]
    assert first.headers["X-RateLimit-Limit"] == "5"
    assert first.headers["X-RateLimit-Remaining"] == "4"
    assert 0 < float(first.headers["X-RateLimit-Reset-After"]) <= 0.5
    assert abs(float(first.headers["X-RateLimit-Reset"]) - time.time()) < 1
    assert last.status == 429
    assert last.body["message"] == "You are being rate limited."
    assert 0 < last.body["retry_after"] <= 0.5
    assert last.body["global"] is False
    assert last.headers["X-RateLimit-Scope"] == "user"
    assert last.headers["Retry-After"] == "1"
    assert last.headers["X-RateLimit-Bucket"] == first.headers["X-RateLimit-Bucket"]
    assert len(sandbox.general.history) == 5


async def test_discord_py_waits_before_it_is_refused(sandbox: Sandbox, client: Client) -> None:
    channel = client.get_partial_messageable(sandbox.general.id)
    message = await channel.send("0")
    began = time.monotonic()
    for number in range(1, 13):
        await message.edit(content=str(number))
    assert time.monotonic() - began >= 2 * 0.5
    edits = sandbox.wire.edits(message.id)
    assert [edit.status for edit in edits] == [200] * 12
    assert sandbox.general.messages[message.id].content == "12"


async def test_discord_py_waits_a_refusal_out(sandbox: Sandbox, client: Client) -> None:
    channel = client.get_partial_messageable(sandbox.general.id)
    await asyncio.gather(*(channel.send(str(number)) for number in range(12)))
    assert sorted(int(message.content) for message in sandbox.general.history) == list(range(12))
    posts = sandbox.wire.find("POST", "/channels/{channel_id}/messages")
    refused = [post for post in posts if post.status == 429]
    assert len(posts) == 12 + len(refused)


async def test_channels_have_limits_of_their_own(sandbox: Sandbox, client: Client) -> None:
    channels = [sandbox.general, sandbox.channel("second")]
    began = time.monotonic()
    for channel in channels:
        for _ in range(4):
            await client.get_partial_messageable(channel.id).send("x")
    assert time.monotonic() - began < 0.5
    assert not sandbox.wire.find(status=429)


@pytest.mark.parametrize("scope", ["user", "global", "shared"])
async def test_a_refusal_of_any_scope_can_be_asked_for(sandbox: Sandbox, client: Client, scope: str) -> None:
    sandbox.faults.add(
        Fault("POST", "/channels/{channel_id}/messages", status=429, scope=scope, retry_after=0.1)
    )
    began = time.monotonic()
    await client.get_partial_messageable(sandbox.general.id).send("x")
    assert time.monotonic() - began >= 0.1
    refused, passed = sandbox.wire.find("POST", "/channels/{channel_id}/messages")
    assert (refused.status, passed.status) == (429, 200)
    assert refused.answer["global"] is (scope == "global")
    assert refused.answer_headers["X-RateLimit-Scope"] == scope
    assert ("X-RateLimit-Global" in refused.answer_headers) is (scope == "global")


@pytest.mark.parametrize("status", [400, 403, 404, 503])
async def test_an_error_on_demand_is_raised_at_once(sandbox: Sandbox, client: Client, status: int) -> None:
    sandbox.faults.add(Fault("POST", "/channels/{channel_id}/messages", status=status))
    channel = client.get_partial_messageable(sandbox.general.id)
    with pytest.raises(discord.HTTPException) as raised:
        await channel.send("x")
    assert raised.value.status == status
    assert sandbox.general.history == []
    await channel.send("y")
    assert [message.content for message in sandbox.general.history] == ["y"]


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_discord_py_tries_again_after_a_server_error(
    sandbox: Sandbox, client: Client, status: int
) -> None:
    sandbox.faults.add(Fault("POST", "/channels/{channel_id}/messages", status=status))
    await client.get_partial_messageable(sandbox.general.id).send("x")
    posts = sandbox.wire.find("POST", "/channels/{channel_id}/messages")
    assert [post.status for post in posts] == [status, 200]


@pytest.mark.parametrize("late", [False, True])
async def test_a_connection_is_cut_before_or_after_the_work(
    sandbox: Sandbox, client: Client, late: bool
) -> None:
    sandbox.faults.add(Fault("POST", "/channels/{channel_id}/messages", drop=True, late=late))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.get_partial_messageable(sandbox.general.id).send("x")
    assert len(sandbox.general.history) == (1 if late else 0)
    assert sandbox.wire.find("POST", "/channels/{channel_id}/messages")[0].status == 0


async def test_a_late_answer_comes_late(sandbox: Sandbox, client: Client) -> None:
    sandbox.faults.add(Fault("POST", f"/channels/{sandbox.general.id}/messages", delay=0.1))
    await client.get_partial_messageable(sandbox.general.id).send("x")
    post = sandbox.wire.find("POST", "/channels/{channel_id}/messages")[0]
    assert post.done_at - post.at >= 0.1


async def test_an_answer_can_come_late_to_what_is_done_already(sandbox: Sandbox, client: Client) -> None:
    route = f"/channels/{sandbox.general.id}/messages"
    sandbox.faults.add(Fault("POST", route, delay=0.2, late=True))
    begun = sandbox.clock.monotonic()
    sending = asyncio.create_task(client.get_partial_messageable(sandbox.general.id).send("x"))
    await sandbox.general.wait_for(lambda message: message.content == "x")
    assert sandbox.clock.monotonic() - begun < 0.2
    await sending
    assert sandbox.clock.monotonic() - begun >= 0.2


async def test_a_fault_is_about_its_route_its_times_and_its_turn(sandbox: Sandbox, rest: Rest) -> None:
    fault = sandbox.faults.add(Fault("*", "/channels/{channel_id}", status=403, code=50001, times=2, after=1))
    here = f"/channels/{sandbox.general.id}"
    assert [(await rest("GET", here)).status for _ in range(4)] == [200, 403, 403, 200]
    assert (await rest("GET", "/users/@me")).status == 200
    sandbox.faults.add(Fault("GET", "*", status=404, code=10003, times=None))
    answers = [await rest("GET", here) for _ in range(3)]
    assert {(answer.status, answer.code) for answer in answers} == {(404, 10003)}
    sandbox.faults.clear()
    assert (await rest("GET", here)).status == 200
    sandbox.faults.remove(fault)
