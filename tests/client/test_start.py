"""The start: what a person reads when it fails, where the bot connects to, what its presence tells."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.chat.assistant import Assistant
from bot.chat.engine_state import EngineState
from bot.client import words
from bot.client.services import Services
from bot.errors import DiscordError, ModelError
from bot.policy.quotas import Quotas
from bot.sandbox import Fault, Sandbox
from bot.sandbox.wire import Frame
from bot.store import SqlStore
from tests.client.conftest import DELAYS, Client, Gate, Start
from tests.client.watching import shown, stored

ANSWER = "A rather short answer."


def shared(store: SqlStore) -> Services:
    """What a client needs, with nothing set."""
    return Services(store, store, Quotas(store), DELAYS)


async def failure(
    database: str, api_url: str, token: str = "a-token", *, client: type[Client] = Client, **options: str
) -> DiscordError:
    """What the bot ends with when it is started and cannot go on."""
    loading: asyncio.Future[Assistant] = asyncio.get_running_loop().create_future()
    async with SqlStore(database) as store:
        with pytest.raises(DiscordError) as raised:
            async with (
                asyncio.timeout(20),
                client(token, shared(store), loading, api_url=api_url, **options) as running,
            ):
                await running.run_until_closed()
    assert "\n" not in str(raised.value)
    assert raised.value.exit_code == 5
    return raised.value


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


async def test_a_bad_token(sandbox: Sandbox, database: str) -> None:
    error = await failure(database, sandbox.api_url, "wrong-token")
    assert "DISCORD_TOKEN" in str(error)
    assert "https://discord.com/developers/applications" in str(error)
    assert "wrong-token" not in str(error)


@pytest.mark.parametrize("token", ["", "  ", "two words", "line\nbreak", "tök"])
async def test_a_token_that_cannot_be_one(sandbox: Sandbox, database: str, token: str) -> None:
    error = await failure(database, sandbox.api_url, token)
    assert "DISCORD_TOKEN" in str(error)
    assert not sandbox.wire.find()


async def test_a_token_that_the_gateway_refuses(sandbox: Sandbox, database: str) -> None:
    class Late(Client):
        async def setup_hook(self) -> None:
            sandbox.world.application.token = "another"

    url = sandbox.gateway_url
    error = await failure(database, sandbox.api_url, sandbox.token, client=Late, gateway_url=url)
    assert "DISCORD_TOKEN" in str(error)


@pytest.mark.parametrize("kind", [TypeError, KeyError, AttributeError])
@pytest.mark.parametrize("where", ["setup_hook", "_add_commands"])
async def test_an_error_of_the_bots_own_start_is_not_taken_for_an_answer_of_discords(
    sandbox: Sandbox,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[Exception],
    where: str,
) -> None:
    async def fail(_: Client) -> None:
        raise kind("a fault of ours")

    monkeypatch.setattr(Client, where, fail)
    loading: asyncio.Future[Assistant] = asyncio.get_running_loop().create_future()
    async with (
        SqlStore(database) as store,
        Client(sandbox.token, shared(store), loading, api_url=sandbox.api_url) as client,
    ):
        with pytest.raises(ExceptionGroup) as raised:
            await client.run_until_closed()
    assert raised.group_contains(kind, match="a fault of ours")


async def test_without_the_message_content_switch(sandbox: Sandbox, database: str) -> None:
    sandbox.world.application.message_content = False
    error = await failure(database, sandbox.api_url, sandbox.token)
    assert "Message Content Intent" in str(error)
    assert "https://discord.com/developers/applications" in str(error)
    assert "Privileged Gateway Intents" in str(error)


async def test_nothing_listens_at_the_api(database: str) -> None:
    error = await failure(database, f"http://127.0.0.1:{unused_port()}/api/v10")
    assert "cannot be reached" in str(error)
    assert "DISCORD_API_URL" in str(error)


async def test_nothing_listens_at_the_gateway(
    sandbox: Sandbox, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"ws://127.0.0.1:{unused_port()}/"
    error = await failure(database, sandbox.api_url, sandbox.token, gateway_url=url)
    assert "DISCORD_GATEWAY_URL" in str(error)
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("status", [503, 403, 404])
async def test_discord_is_in_trouble(sandbox: Sandbox, database: str, status: int) -> None:
    sandbox.faults.add(Fault("GET", "/users/@me", status=status, times=None))
    error = await failure(database, sandbox.api_url, sandbox.token)
    assert f"HTTP {status}" in str(error)
    assert "code 0" not in str(error)


async def test_an_error_code_of_discords_is_told(sandbox: Sandbox, database: str) -> None:
    sandbox.faults.add(Fault("GET", "/users/@me", status=403, code=50013, times=None))
    error = await failure(database, sandbox.api_url, sandbox.token)
    assert "HTTP 403 (code 50013)" in str(error)


async def test_an_address_without_an_api_is_told_as_wrong(database: str) -> None:
    async with website(status=404) as url:
        error = await failure(database, url)
    assert "Correct DISCORD_API_URL" in str(error)
    assert "try again" not in str(error)


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Retry-After": "120"}, "try again in 120 seconds."),
        ({"Retry-After": "soon"}, "try again later."),
        ({}, "try again later."),
    ],
)
async def test_where_discord_refuses_an_address_for_a_while_it_is_said_for_how_long(
    database: str, headers: dict[str, str], said: str
) -> None:
    async with website(status=429, headers=headers) as url:
        error = await failure(database, url)
    assert f"{url} answers HTTP 429" in str(error)
    assert str(error).endswith(said)


@asynccontextmanager
async def website(**options: Any) -> AsyncIterator[str]:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<html>Welcome</html>", content_type="text/html", **options)

    app = web.Application()
    app.router.add_get("/{path:.*}", page)
    runner = web.AppRunner(app)
    await runner.setup()
    port = unused_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


async def test_something_else_listens_at_the_api(database: str) -> None:
    async with website() as url:
        error = await failure(database, url)
    assert "DISCORD_API_URL" in str(error)


async def test_a_model_that_cannot_be_loaded_ends_the_bot_with_its_own_error(
    sandbox: Sandbox, database: str
) -> None:
    loading: asyncio.Future[Assistant] = asyncio.get_running_loop().create_future()
    async with (
        SqlStore(database) as store,
        Client(sandbox.token, shared(store), loading, api_url=sandbox.api_url) as client,
    ):
        running = asyncio.create_task(client.run_until_closed())
        await sandbox.gateway.wait_online()
        loading.set_exception(ModelError("MODEL_DIR=nowhere is no model."))
        with pytest.raises(ModelError, match="nowhere"):
            await running
    await sandbox.gateway.wait_offline()


async def test_closing_ends_the_run(sandbox: Sandbox, start: Start) -> None:
    async with start() as bot:
        await bot.client.close()
        async with asyncio.timeout(5):
            await bot.task
    await sandbox.gateway.wait_offline()


async def test_discords_own_addresses_are_back_afterwards(sandbox: Sandbox, start: Start) -> None:
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    async with start(gateway_url=sandbox.gateway_url):
        assert sandbox.api_url == Route.BASE
        assert str(DiscordWebSocket.DEFAULT_GATEWAY) == sandbox.gateway_url
        assert not sandbox.wire.find("GET", "/gateway/bot")
    assert before == (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY)


def presences(sandbox: Sandbox) -> list[Frame]:
    """The changes of presence that the bot sent."""
    return [frame for frame in sandbox.wire.frames if not frame.sent and frame.data["op"] == 3]


def statuses(sandbox: Sandbox) -> list[tuple[str, str]]:
    sent = [frame.data["d"] for frame in presences(sandbox)]
    return [(presence["status"], presence["activities"][0]["state"]) for presence in sent]


async def test_the_presence_tells_loading_ready_and_busy(sandbox: Sandbox, start: Start) -> None:
    gate = Gate()
    ana = sandbox.person("Ana")

    async def becomes(status: str) -> None:
        await sandbox.world.changes.until(
            lambda: (sandbox.gateway.presence or {}).get("status") == status or None, 5
        )

    async with start(ANSWER, gate=gate, loaded=False) as bot:
        await becomes("idle")
        bot.loading.set_result(bot.assistant)
        await becomes("online")
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await becomes("dnd")
        gate.open()
        await stored(bot.store, sandbox.general)
        await becomes("online")
    assert statuses(sandbox) == [
        ("idle", words.presence.loading()),
        ("online", words.presence.ready()),
        ("dnd", words.presence.busy(1)),
        ("online", words.presence.ready()),
    ]


async def test_changes_of_presence_in_quick_succession_are_merged(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER, delays=replace(DELAYS, presence_interval=0.4)) as bot:
        for number in range(10):
            ana.say(sandbox.channel(f"channel-{number}"), f"{sandbox.bot.mention} hello")
        for channel in list(sandbox.guild.channels.values())[1:]:
            await stored(bot.store, channel)
        await sandbox.world.changes.until(
            lambda: (sandbox.gateway.presence or {}).get("status") == "online" or None, 5
        )
    changes = [frame.at for frame in presences(sandbox)]
    assert len(changes) < 15  # twenty times the number of replies changed
    assert all(later - earlier >= 0.3 for earlier, later in pairwise(changes))


async def test_a_new_session_begins_with_the_presence_of_now(sandbox: Sandbox, start: Start) -> None:
    async with start(ANSWER):
        await sandbox.gateway.invalidate()
        await sandbox.world.changes.until(
            lambda: len([s for s in statuses(sandbox) if s[0] == "online"]) >= 2 or None, 10
        )
    assert statuses(sandbox)[-1] == ("online", words.presence.ready())
    assert statuses(sandbox).count(("idle", words.presence.loading())) == 1


async def test_only_the_intents_that_are_needed_are_asked_for(sandbox: Sandbox, start: Start) -> None:
    async with start():
        pass
    (identify,) = [frame.data["d"] for frame in sandbox.wire.frames if frame.data["op"] == 2]
    assert identify["intents"] == 1 << 0 | 1 << 9 | 1 << 12 | 1 << 15


async def test_a_server_that_the_bot_joins_later_is_served(sandbox: Sandbox, start: Start) -> None:
    async with start(ANSWER) as bot:
        other = sandbox.add_guild("Other")
        channel = sandbox.channel("hall", guild=other)
        ana = sandbox.person("Ana", guild=other)
        ana.say(channel, f"{sandbox.bot.mention} hello")
        await shown(sandbox, channel, ANSWER)
        await stored(bot.store, channel)


async def test_the_presence_tells_when_the_model_is_started_again_and_when_it_is_gone(
    sandbox: Sandbox, start: Start
) -> None:
    async def becomes(text: str) -> None:
        await sandbox.world.changes.until(lambda: statuses(sandbox)[-1][1] == text or None, 5)

    async with start(ANSWER) as bot:
        for state, text in [
            (EngineState.RESTARTING, words.presence.restarting()),
            (EngineState.READY, words.presence.ready()),
            (EngineState.FAILED, words.presence.model_failed()),
        ]:
            bot.engine.state.set(state)
            await becomes(text)
        assert bot.client.health() == (False, "the model does not run")
