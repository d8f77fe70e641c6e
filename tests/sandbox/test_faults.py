"""Faults on demand: on every route, before a request takes effect or after, and on the gateway."""

import asyncio
import re
from typing import Any

import aiohttp
import discord
import pytest

from bot.sandbox import Fault, Limits, Sandbox
from bot.sandbox.faults import CONNECT, GATEWAY
from bot.sandbox.rest.api import ROUTES
from bot.sandbox.rest.call import Route
from tests.sandbox.conftest import Client, Connect, Rest

POST = "/channels/{channel_id}/messages"


@pytest.fixture
def limits() -> Limits:
    """Rate limits do not get in the way."""
    return Limits.fast(scale=0.0)


def each_route(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.mark.parametrize("route", ROUTES, ids=each_route)
@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
async def test_every_route_fails_and_is_cut(sandbox: Sandbox, rest: Rest, route: Route, late: bool) -> None:
    path = re.sub(r"\{[^}]*\}", "1", route.path)
    body: Any = {} if route.method in ("POST", "PUT", "PATCH") else None
    sandbox.faults.add(Fault(route.method, route.path, status=503, late=late))
    assert (await rest(route.method, path, body)).status == 503
    fault = sandbox.faults.add(Fault(route.method, route.path, drop=True, late=late, times=None))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await rest(route.method, path, body)
    # aiohttp asks a second time by itself where that is safe.
    assert fault.happened >= 1
    assert {exchange.status for exchange in sandbox.wire.find(route.method, route.path)} == {503, 0}
    sandbox.wire.clear()  # bodies and ids were made up


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": True}, {"status": 429}], ids=str)
@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
async def test_a_late_fault_happens_after_the_request_took_effect(
    sandbox: Sandbox, rest: Rest, fault: dict[str, Any], late: bool
) -> None:
    sandbox.faults.add(Fault("POST", POST, late=late, **fault))
    outcome = await asyncio.gather(
        rest("POST", f"/channels/{sandbox.general.id}/messages", {"content": "x"}), return_exceptions=True
    )
    assert getattr(outcome[0], "status", 0) == fault.get("status", 0)
    assert [message.content for message in sandbox.general.history] == (["x"] if late else [])


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
async def test_a_request_is_held_before_or_after_it_took_effect(
    sandbox: Sandbox, client: Client, late: bool
) -> None:
    fault = sandbox.faults.add(Fault("POST", POST, hold=True, late=late))
    sending = asyncio.create_task(client.get_partial_messageable(sandbox.general.id).send("x"))
    await fault.reached()
    assert [message.content for message in sandbox.general.history] == (["x"] if late else [])
    assert not sending.done()
    fault.release()
    assert (await sending).content == "x"
    assert len(sandbox.general.history) == 1


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
async def test_a_request_is_delayed_before_or_after_it_took_effect(
    sandbox: Sandbox, client: Client, late: bool
) -> None:
    route = f"/channels/{sandbox.general.id}/messages"
    fault = sandbox.faults.add(Fault("POST", route, delay=3600, late=late))
    sending = asyncio.create_task(client.get_partial_messageable(sandbox.general.id).send("x"))
    await fault.reached()
    assert [message.content for message in sandbox.general.history] == (["x"] if late else [])
    assert not sending.done()
    sending.cancel()
    sandbox.faults.add(Fault("POST", route, delay=0.001))
    assert (await client.get_partial_messageable(sandbox.general.id).send("y")).content == "y"


async def test_a_download_fails_is_cut_and_works_again(sandbox: Sandbox, client: Client) -> None:
    sandbox.person("Ana").say(sandbox.general, files=[("a.txt", b"inside")])
    (attachment,) = (await client.event_like("message")).attachments
    route = "/attachments/{channel_id}/{attachment_id}/{filename}"
    sandbox.faults.add(Fault("GET", route, status=503))
    with pytest.raises(discord.HTTPException, match="503"):
        await attachment.read()
    # aiohttp asks a second time by itself.
    sandbox.faults.add(Fault("GET", route, drop=True, times=2))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await attachment.read()
    assert await attachment.read() == b"inside"


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": True}], ids=str)
async def test_the_gateway_cannot_be_reached_for_a_while(
    sandbox: Sandbox, client: Client, fault: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("discord.backoff.ExponentialBackoff.delay", lambda self: 0.0)
    refused = sandbox.faults.add(Fault(CONNECT, GATEWAY, times=2, **fault))
    sandbox.gateway.drop()
    sandbox.person("Ana").say(sandbox.general, "meanwhile")
    await client.event_like("message")
    assert refused.happened == 2
    assert client.all("resumed")


async def test_a_fault_for_every_route_leaves_the_gateway_alone(sandbox: Sandbox, connect: Connect) -> None:
    sandbox.faults.add(Fault("*", "/channels/{channel_id}", status=503, times=None))
    fault = sandbox.faults.add(Fault("*", "*", status=503, times=None, chance=0.0))
    await connect()
    assert fault.happened == 0


async def test_a_chance_is_drawn_again_for_each_request(sandbox: Sandbox, rest: Rest) -> None:
    async def statuses() -> list[int]:
        sandbox.faults.random.seed(7)
        return [(await rest("GET", "/users/@me")).status for _ in range(40)]

    fault = sandbox.faults.add(Fault("GET", "*", status=503, times=None, chance=0.5))
    first, second = await statuses(), await statuses()
    assert first == second
    assert fault.happened == 2 * first.count(503)
    assert 5 < first.count(503) < 35


@pytest.mark.parametrize("scope", ["user", "global", "shared"])
async def test_a_429_of_any_scope_can_be_injected(sandbox: Sandbox, client: Client, scope: str) -> None:
    sandbox.faults.add(Fault("POST", POST, status=429, scope=scope, retry_after=0.1))
    await client.get_partial_messageable(sandbox.general.id).send("x")
    refused, passed = sandbox.wire.find("POST", POST)
    assert (refused.status, passed.status) == (429, 200)
    assert refused.answer["global"] is (scope == "global")
    assert refused.answer_headers["X-RateLimit-Scope"] == scope
    assert ("X-RateLimit-Global" in refused.answer_headers) is (scope == "global")


@pytest.mark.parametrize("status", [400, 403, 404, 503])
async def test_an_injected_error_is_raised_without_a_retry(
    sandbox: Sandbox, client: Client, status: int
) -> None:
    sandbox.faults.add(Fault("POST", POST, status=status))
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
    sandbox.faults.add(Fault("POST", POST, status=status))
    await client.get_partial_messageable(sandbox.general.id).send("x")
    posts = sandbox.wire.find("POST", POST)
    assert [post.status for post in posts] == [status, 200]


async def test_a_fault_happens_on_its_route_and_as_often_as_it_should(sandbox: Sandbox, rest: Rest) -> None:
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
