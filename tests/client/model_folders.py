"""Model folders that hold nothing, scripted engines in their place, and a bot that changes between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.app import make_assistant as assistant_of
from bot.app import make_prompts, make_sampling
from bot.chat.assistant import Assistant, LoadedModel
from bot.chat.queue import FairQueue
from bot.client.services import Services
from bot.engine.scripted import ScriptedEngine
from bot.errors import ModelError
from bot.model_switch import ModelSwitch
from bot.policy.quotas import Quotas
from bot.sandbox import Channel, Message, Person, Sandbox
from bot.settings import Settings, load_settings
from bot.store import SqlStore
from tests.client.conftest import DELAYS, Client, Gate

FAST = replace(DELAYS, progress_interval=0.05)


def make_folder(name: str, weights: int = 1000) -> Path:
    """A folder below ./model that is taken for a model's. weights: their size in bytes; they take no disk."""
    folder = Path("model", name)
    folder.mkdir(parents=True)
    (folder / "openvino_model.xml").touch()
    with (folder / "openvino_model.bin").open("wb") as file:
        file.truncate(weights)
    return folder


@dataclass
class Shelf:
    """Loads a scripted engine in place of a model. Its replies are the folder's name.

    broken: names that cannot be loaded. held: names that are loaded once their event is set. gates: hold
    the replies of models, by name. log: what was loaded and unloaded, in order. loaded: what is loaded now.
    settings: what each was loaded with.
    """

    broken: set[str] = field(default_factory=set)
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    gates: dict[str, Gate] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    settings: list[Settings] = field(default_factory=list)

    @asynccontextmanager
    async def open(self, settings: Settings) -> AsyncIterator[LoadedModel]:
        """Load the model that the settings name."""
        name = settings.model_dir.name if settings.model_dir is not None else "demo"
        self.settings.append(settings)
        self.log.append(f"load {name}")
        if name in self.held:
            await self.held[name].wait()
        if name in self.broken:
            self.log.append(f"fail {name}")
            raise ModelError(f"{name} is damaged.")
        engine = ScriptedEngine(lambda _: [f"I am {name}."], gate=self.gates.get(name, lambda: None))
        engine.info = replace(engine.info, name=name, is_demo=name == "demo")
        sampling = make_sampling(settings, engine.info.sampling)
        self.loaded.append(name)
        try:
            yield LoadedModel(engine, make_prompts(settings, engine), sampling)
        finally:
            self.loaded.remove(name)
            self.log.append(f"unload {name}")


@dataclass
class Bot:
    """A running bot."""

    client: Client
    store: SqlStore
    assistant: Assistant
    switch: ModelSwitch
    task: asyncio.Task[None] = field(repr=False)


@asynccontextmanager
async def running(sandbox: Sandbox, database: str, shelf: Shelf, **changes: Any) -> AsyncIterator[Bot]:
    """A bot that answers with the models of `shelf`. changes: settings."""
    settings = load_settings(None, **changes)
    async with SqlStore(database) as store:
        switch = ModelSwitch(settings, store, shelf.open)
        services = Services(store, store, Quotas(store), FAST, models=switch)
        loading: asyncio.Future[Assistant] = asyncio.get_running_loop().create_future()
        async with (
            switch.running() as model,
            assistant_of(model.engine, store, model.prompts, model.sampling, FairQueue(4, 16)) as assistant,
            switch.serving(assistant),
            Client(sandbox.token, services, loading, api_url=sandbox.api_url) as client,
        ):
            loading.set_result(assistant)
            task = asyncio.create_task(client.run_until_closed())
            try:
                await sandbox.gateway.wait_online()
                await client.command_sync.ended.wait()
                await presence(sandbox, "online")
                yield Bot(client, store, assistant, switch, task)
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


async def presence(sandbox: Sandbox, status: str) -> None:
    """Wait until the bot's presence is `status`."""
    await sandbox.world.changes.until(
        lambda: (sandbox.gateway.presence or {}).get("status") == status or None, 20
    )


async def use(person: Person, channel: Channel, name: str) -> Message:
    """Use /model use; the message that answers, which the person alone sees."""
    used = await person.command(channel, "/model use", name=name)
    assert used.message is not None
    assert used.message.ephemeral_to is person.user
    return used.message


async def becomes(message: Message, text: str) -> None:
    """Wait until a message says exactly `text`."""
    await message.wait_until(lambda shown: shown.content == text)
