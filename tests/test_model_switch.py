"""The whole bot changes from one real model to another, over the wire of the local Discord."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr

from bot.app import make_assistant, open_bot
from bot.chat.queue import FairQueue
from bot.chat.turns import FinishReason
from bot.client.bot import OvbotClient
from bot.engine.genai.kv_pool import Memory
from bot.errors import OvbotError
from bot.model_switch import ModelSwitch
from bot.sandbox import Channel, Message, Person, Sandbox
from bot.settings import Settings, load_settings
from bot.store import SqlStore
from tests.client.model_folders import Shelf
from tests.openapi import assert_wire_valid, available

_FOREVER = 2**62


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with two models, of which one is damaged."""
    monkeypatch.chdir(tmp_path)
    Path("model").mkdir()
    shutil.copytree(tiny_model, Path("model", "tiny"))
    shutil.copytree(tiny_model, Path("model", "damaged"))
    Path("model", "damaged", "openvino_model.bin").write_bytes(b"")
    return tmp_path


@asynccontextmanager
async def running_bot(sandbox: Sandbox, **changes: object) -> AsyncIterator[OvbotClient]:
    """The bot once it can answer. changes: settings."""
    settings = load_settings(
        None,
        discord_token=SecretStr(sandbox.token),
        discord_api_url=sandbox.api_url,
        discord_gateway_url=sandbox.gateway_url,
        kv_cache_gib=0.1,
        **changes,
    )
    async with SqlStore("sqlite+aiosqlite:///bot.sqlite3") as store, open_bot(settings, store) as client:
        running = asyncio.create_task(client.run_until_closed())
        try:
            while not client.health()[0]:
                assert not running.done()
                await asyncio.sleep(0.05)
            yield client
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    if available():
        assert_wire_valid(sandbox.wire)


async def begin(sandbox: Sandbox, person: Person, channel: Channel, text: str) -> Message:
    """Mention the bot; its message, once it says something."""
    prompt = person.say(channel, f"{sandbox.bot.mention} {text}")
    return await channel.wait_for(
        lambda message: message.reference is not None and message.reference.message_id == prompt.id,
        timeout=30,
    )


async def ask(sandbox: Sandbox, client: OvbotClient, person: Person, channel: Channel, text: str) -> str:
    """Mention the bot; what it says in the end."""
    reply = await begin(sandbox, person, channel, text)
    await asyncio.wait_for(client.idle(), 30)
    return reply.content


async def use(sandbox: Sandbox, name: str) -> Message:
    used = await sandbox.owner.command(sandbox.owner.open_dm(), "/model use", name=name)
    assert used.message is not None
    return used.message


async def shown_model(person: Person, channel: Channel) -> str:
    used = await person.command(channel, "/model show")
    assert used.message is not None
    return (await used.message.wait_until(lambda m: not m.loading)).content


async def tell_stories(sandbox: Sandbox, person: Person, name: str) -> list[Channel]:
    """Have four long replies begin in new channels. Random weights never come to an end: each of these has as
    many tokens as it may have."""
    channels = [sandbox.channel(f"{name}-{number}") for number in range(4)]
    await asyncio.gather(*(begin(sandbox, person, channel, "Tell me a story.") for channel in channels))
    return channels


async def endings(client: OvbotClient, channels: list[Channel]) -> list[tuple[FinishReason | None, str]]:
    """How the replies of these channels ended, and by which vocabulary."""
    histories = [await client.services.store.history(channel.id, _FOREVER) for channel in channels]
    return [(exchange.reply.ended, exchange.reply.tokenizer) for [exchange] in histories]


@pytest.mark.parametrize("free", [0, 2**36], ids=["one at a time", "both"])
async def test_replies_end_conversations_go_on_and_the_choice_holds(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, free: int
) -> None:
    monkeypatch.setattr("bot.model_switch.read_memory", lambda: Memory(2**37, free))
    mika = sandbox.person("Mika")
    async with running_bot(sandbox, max_new_tokens=1000) as client:
        await ask(sandbox, client, mika, sandbox.general, "My name is Orvadel.")
        answer = await use(sandbox, "tiny")
        await answer.wait_until(lambda m: m.content == "Now `tiny` answers.", timeout=60)
        assert "**tiny** (Phi3ForCausalLM, int8" in await shown_model(mika, sandbox.general)

        channels = await tell_stories(sandbox, mika, "damaged")
        answer = await use(sandbox, "damaged")
        await answer.wait_until(lambda m: m.content.endswith("\n`tiny` stays."), timeout=60)
        assert "model/damaged is damaged" in answer.content
        await asyncio.wait_for(client.idle(), 30)
        [(ended, tiny), *others] = await endings(client, channels)
        assert ended is FinishReason.LENGTH
        assert others == [(FinishReason.LENGTH, tiny)] * 3
    async with running_bot(sandbox, max_new_tokens=1000) as client:
        assert "**tiny** (" in await shown_model(mika, sandbox.general)
        channels = await tell_stories(sandbox, mika, "back")
        answer = await use(sandbox, "demo")
        await answer.wait_until(lambda m: m.content == "Now `demo` answers.", timeout=60)
        assert await endings(client, channels) == [(FinishReason.LENGTH, tiny)] * 4
        assert "Orvadel" in await ask(sandbox, client, mika, sandbox.general, "What's my name?")
        assert await ask(sandbox, client, mika, channels[0], "hello")
        assert client.health()[0]


@pytest.mark.parametrize("free", [0, 2**36], ids=["one at a time", "both"])
async def test_the_end_of_the_bot_in_the_middle_of_a_change_leaves_no_process(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, free: int
) -> None:
    monkeypatch.setattr("bot.model_switch.read_memory", lambda: Memory(2**37, free))
    before = model_processes()
    async with running_bot(sandbox, model_dir=Path("model/tiny")):
        answer = await use(sandbox, "demo")
        await answer.wait_until(lambda m: m.content.startswith("Loading"))
    assert model_processes() == before


def model_processes() -> set[int]:
    """The processes of models that run."""
    children = psutil.Process().children(recursive=True)
    return {child.pid for child in children if "spawn_main" in " ".join(child.cmdline())}


async def test_a_model_cannot_be_chosen_before_one_is_loaded() -> None:
    async with SqlStore("sqlite+aiosqlite:///bot.sqlite3") as store:
        with pytest.raises(OvbotError, match="still loading"):
            await ModelSwitch(load_settings(None), store, Shelf().open).use("tiny")


async def test_a_draft_model_goes_with_models_of_its_vocabulary_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "bot.model_switch")
    shelf, tiny, draft = Shelf(), Path("model/tiny"), Path("model/damaged")
    settings = load_settings(None, model_dir=tiny, draft_model_dir=draft)
    shutil.copytree(tiny, Path("model", "twin"))
    async with (
        SqlStore("sqlite+aiosqlite:///bot.sqlite3") as store,
        changing(settings, store, shelf) as switch,
    ):
        for name in ("twin", "demo", "tiny"):
            await (await switch.use(name)).ended
    assert [one.draft_model_dir for one in shelf.settings] == [draft, draft, None, draft]
    assert [one.model_dir for one in shelf.settings] == [tiny, Path("model/twin"), None, tiny]
    assert "demo runs without DRAFT_MODEL_DIR=model/damaged, which has another vocabulary" in caplog.text


@pytest.fixture
def elsewhere(folders: Path) -> Path:
    """A model outside of ./model; in there, one lies deeper and has a link to it."""
    (folders / "model" / "inside").mkdir()
    (folders / "model" / "tiny").rename(folders / "model" / "inside" / "tiny")
    (folders / "model" / "linked").symlink_to(Path("inside", "tiny"))
    return shutil.copytree(folders / "model" / "inside" / "tiny", folders / "big" / "disk" / "phi" / "int4")


async def test_models_go_by_their_paths_below_model_and_others_by_two_parts(elsewhere: Path) -> None:
    settings, shelf = load_settings(None, model_dir=elsewhere), Shelf()
    async with (
        SqlStore("sqlite+aiosqlite:///bot.sqlite3") as store,
        changing(settings, store, shelf) as switch,
    ):
        names = [model.name for model in await switch.available()]
        assert names == ["damaged", "demo", "inside/tiny", "phi/int4"]
        assert [model.name for model in await switch.available() if model.answers] == ["phi/int4"]
        await (await switch.use("inside/TINY")).ended
        assert [model.name for model in await switch.available() if model.answers] == ["inside/tiny"]


async def test_pictures_are_taken_up_from_when_a_model_that_sees_them_is_being_loaded(
    eyes: Path,
) -> None:
    shelf = Shelf(held={"eyes": asyncio.Event()})
    async with (
        SqlStore("sqlite+aiosqlite:///bot.sqlite3") as store,
        changing(load_settings(None), store, shelf) as switch,
    ):
        assert not switch.sees()
        change = await switch.use("eyes")
        assert switch.sees()
        shelf.held["eyes"].set()
        await change.ended
        assert switch.sees()
        await (await switch.use("demo")).ended
        assert not switch.sees()


@pytest.fixture
def eyes(folders: Path) -> Path:
    """A folder that is taken for a vision-language model's."""
    folder = folders / "model" / "eyes"
    folder.mkdir()
    (folder / "openvino_language_model.xml").touch()
    return folder


@asynccontextmanager
async def changing(settings: Settings, store: SqlStore, shelf: Shelf) -> AsyncIterator[ModelSwitch]:
    """A switch whose models are scripted, without Discord."""
    switch = ModelSwitch(settings, store, shelf.open)
    async with (
        switch.running() as model,
        make_assistant(model.engine, store, model.prompts, model.sampling, FairQueue(4, 16)) as assistant,
        switch.serving(assistant),
    ):
        yield switch


@pytest.mark.parametrize("stored", ["{", "[]", '{"model_dir": 7, "replaces": ""}', "{}"])
async def test_a_damaged_choice_does_not_keep_the_bot_from_starting(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture, stored: str
) -> None:
    async with SqlStore("sqlite+aiosqlite:///bot.sqlite3") as store:
        await store.set_setting("model", stored)
    async with running_bot(sandbox) as client:
        assert client.health()[0]
    assert "cannot be read in the database, so MODEL_DIR holds" in caplog.text
    async with SqlStore("sqlite+aiosqlite:///bot.sqlite3") as store:
        assert await store.setting("model") is None
