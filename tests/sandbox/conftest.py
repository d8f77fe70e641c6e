"""A real discord.py client, and plain HTTP and websocket access, for the sandbox's own tests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import discord
import pytest
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.sandbox import Sandbox
from bot.sandbox.condition import Condition
from tests.openapi import assert_frames_valid, assert_wire_valid, available

USER_AGENT = "DiscordBot (https://example.org, 1.0)"


class Client(discord.Client):
    """Keeps every event it gets, and lets a test wait for one."""

    def __init__(self, intents: discord.Intents, **options: Any) -> None:
        options = {"guild_ready_timeout": 0.02, "max_messages": 100, **options}
        super().__init__(intents=intents, **options)
        self.tree = app_commands.CommandTree(self)
        self.tree.error(self._on_tree_error)
        self.seen: list[tuple[str, Any]] = []
        self._changes = Condition()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify again at once: the sandbox asks for no pause here."""

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        self.seen.append((event, args[0] if args else None))
        self._changes.notify()
        super().dispatch(event, *args, **kwargs)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        raise

    async def _on_tree_error(self, _: Any, error: app_commands.AppCommandError) -> None:
        self.seen.append(("tree_error", error))
        self._changes.notify()

    def all(self, event: str) -> list[Any]:
        return [value for name, value in self.seen if name == event]

    async def event_like(
        self,
        event: str,
        predicate: Callable[[Any], object] = lambda _: True,
        *,
        nth: int = 1,
        timeout: float = 10.0,
    ) -> Any:
        """Return the nth event of that name for which `predicate` holds, past or future."""

        def probe() -> tuple[Any] | None:
            found = [value for value in self.all(event) if predicate(value)]
            return (found[nth - 1],) if len(found) >= nth else None

        return (await self._changes.until(probe, timeout, lambda: f"{[name for name, _ in self.seen]}"))[0]


Connect = Callable[..., Awaitable[Client]]


@pytest.fixture(autouse=True)
def _point_discord_py_at_the_sandbox(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Route, "BASE", sandbox.api_url)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(sandbox.gateway_url))


@pytest.fixture(autouse=True)
async def _check_the_wire(sandbox: Sandbox) -> AsyncIterator[None]:
    yield
    if available():
        assert_wire_valid(sandbox.wire, wrong_requests=True)
        assert_frames_valid(sandbox.wire.frames)


@pytest.fixture
async def connect(sandbox: Sandbox) -> AsyncIterator[Connect]:
    """Return a function that logs a client in and waits until it is ready."""
    async with AsyncExitStack() as stack:

        async def connect_one(
            prepare: Callable[[Client], Awaitable[None] | None] = lambda _: None,
            *,
            intents: discord.Intents | None = None,
            **options: Any,
        ) -> Client:
            chosen = intents if intents is not None else discord.Intents.default()
            chosen.message_content = intents is None or chosen.message_content
            client = await stack.enter_async_context(Client(chosen, **options))
            outcome = prepare(client)
            await client.login(sandbox.token)
            if outcome is not None:
                await outcome
            task = asyncio.create_task(client.connect())
            stack.push_async_callback(_finish, client, task)
            await client.event_like("ready")
            return client

        yield connect_one


async def _finish(client: Client, task: "asyncio.Task[None]") -> None:
    await client.close()
    await asyncio.wait([task], timeout=5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def client(connect: Connect) -> Client:
    return await connect()


class Rest:
    """The API by plain HTTP: nothing waits for rate limits, nothing is tried again."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self._session = session
        self._base = base

    async def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> "Result":
        async with self._session.request(method, self._base + path, json=body, **options) as response:
            answer = await response.json() if response.content_type == "application/json" else None
            return Result(response.status, answer, dict(response.headers))


class Result:
    """Status, JSON and headers of an answer."""

    def __init__(self, status: int, body: Any, headers: dict[str, str]) -> None:
        self.status = status
        self.body = body
        self.headers = headers

    @property
    def code(self) -> int | None:
        code: int | None = self.body.get("code") if isinstance(self.body, dict) else None
        return code


@pytest.fixture
async def rest(sandbox: Sandbox) -> AsyncIterator[Rest]:
    headers = {"Authorization": f"Bot {sandbox.token}", "User-Agent": USER_AGENT}
    async with aiohttp.ClientSession(headers=headers) as session:
        yield Rest(session, sandbox.api_url)
