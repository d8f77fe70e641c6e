"""The real client on the sandbox, over the loopback, with a store on disk and a scripted engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pytest

from bot.app import make_assistant
from bot.chat.assistant import Assistant
from bot.chat.ports import ReasoningMode, SamplingParams
from bot.chat.prompt import PromptBuilder
from bot.chat.queue import FairQueue
from bot.client.bot import OvbotClient
from bot.client.requests import Delays
from bot.client.services import Services
from bot.engine.scripted import ScriptedEngine, Thought
from bot.errors import EngineError
from bot.policy.quotas import Quotas
from bot.policy.server import Quota
from bot.sandbox import Sandbox
from bot.store import SqlStore
from tests.openapi import assert_wire_valid, available

Script = Callable[[str], Iterable[str | Thought | EngineError]]
# As the sandbox's fast limits, a tenth of Discord's.
DELAYS = Delays(
    edit_interval=0.1,
    rate=200.0,
    patience=30.0,
    pauses=(0.05,) * 10,
    history_pauses=(0.05,),
    presence_interval=0.05,
)


class Gate:
    """Holds an engine's streams before each piece, and lets pieces through one at a time or all."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []
        self._open = False

    def __call__(self) -> asyncio.Future[None] | None:
        if self._open:
            return None
        held: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(held)
        return held

    def open(self) -> None:
        """Hold nothing any more."""
        self._open = True
        for held in self._waiting:
            if not held.done():
                held.set_result(None)


class Client(OvbotClient):
    """The bot's client; the sandbox asks for no pause between two identifies."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify again at once."""


@dataclass
class Bot:
    """A running bot."""

    client: OvbotClient
    engine: ScriptedEngine
    store: SqlStore
    services: Services
    assistant: Assistant
    loading: asyncio.Future[Assistant] = field(repr=False)
    task: asyncio.Task[None] = field(repr=False)


class Start(Protocol):
    def __call__(
        self, script: Script | str = ..., *, engine: ScriptedEngine | None = None, **options: Any
    ) -> AbstractAsyncContextManager[Bot]: ...


@pytest.fixture(autouse=True)
def _check_the_wire(sandbox: Sandbox) -> Iterable[None]:
    yield
    if available():
        assert_wire_valid(sandbox.wire)


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{(tmp_path / 'bot.sqlite3').as_posix()}"


@pytest.fixture
def start(sandbox: Sandbox, database: str) -> Start:
    """Starts a bot whose engine says what a script says; one after the other share a database.

    loaded, registered: whether to wait until the model is loaded, and the commands known to Discord.
    quota: the owner's default. reasons: whether the model can reason; reasoning: whether it shall.
    services: fields of the client's Services.
    """

    @asynccontextmanager
    async def run(
        script: Script | str = "Hello there, my friend.",
        *,
        engine: ScriptedEngine | None = None,
        gate: Callable[[], asyncio.Future[None] | None] | None = None,
        delays: Delays = DELAYS,
        queue_size: int = 16,
        concurrency: int = 4,
        max_new_tokens: int = 20_000,
        context_length: int = 100_000,
        reasoning: ReasoningMode = ReasoningMode.AUTO,
        reasons: bool = False,
        loaded: bool = True,
        registered: bool = True,
        quota: Quota | None = None,
        services: dict[str, Any] | None = None,
        **client_options: Any,
    ) -> AsyncIterator[Bot]:
        said = script if callable(script) else lambda _: [script]
        engine = engine or ScriptedEngine(
            said,
            concurrency=concurrency,
            context_length=context_length,
            reasons=reasons,
            gate=gate or (lambda: None),
        )
        prompts = PromptBuilder(
            engine, "Be kind.", max_new_tokens, max_reasoning_tokens=max_new_tokens, reasoning=reasoning
        )
        queue = FairQueue(engine.concurrency, queue_size)
        sampling = SamplingParams(max_new_tokens=max_new_tokens)
        loading: asyncio.Future[Assistant] = asyncio.get_running_loop().create_future()
        options: dict[str, Any] = {
            "api_url": sandbox.api_url,
            **client_options,
        }
        async with AsyncExitStack() as opened:
            store = await opened.enter_async_context(SqlStore(database))
            shared = Services(
                store, store, Quotas(store, quota), delays, reasoning=reasoning, **services or {}
            )
            assistant = await opened.enter_async_context(
                make_assistant(engine, store, prompts, sampling, queue)
            )
            client = await opened.enter_async_context(Client(sandbox.token, shared, loading, **options))
            if loaded:
                loading.set_result(assistant)
            begun = sandbox.clock.monotonic()
            task = asyncio.create_task(client.run_until_closed())
            try:
                await sandbox.gateway.wait_online()
                if loaded:
                    is_ready = lambda presence: presence["status"] != "idle"  # noqa: E731
                    await sandbox.world.events.wait_for("SANDBOX_PRESENCE", is_ready, after=begun)
                if registered:
                    await client.command_sync.ended.wait()
                yield Bot(client, engine, store, shared, assistant, loading, task)
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                if isinstance(gate, Gate):
                    gate.open()

    return run
