"""The composition root: what is opened, in which order, and who gets what."""

from __future__ import annotations

import asyncio
import gc
import itertools
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bot import __version__, health
from bot.chat.assistant import Assistant, LoadedModel
from bot.chat.ports import Engine, ReasoningMode, SamplingParams
from bot.chat.prompt import PromptBuilder
from bot.chat.queue import FairQueue
from bot.client import words
from bot.client.words import status
from bot.engine.model_folder import is_vision
from bot.errors import SettingsError, StoreError
from bot.model.local_models import DEMO_FOLDER
from bot.policy.channel_options import PolicyChannelOptions
from bot.policy.quotas import Quotas
from bot.policy.server import Quota
from bot.settings import SAMPLING, EngineKind, Settings

if TYPE_CHECKING:
    from bot.client.bot import OvbotClient
    from bot.client.services import Services
    from bot.model_switch import ModelSwitch
    from bot.store import SqlStore

logger = logging.getLogger(__name__)

_HEALTH_SECONDS = 1.0
_FORGET_SECONDS = 3600.0
_GIB = 2**30


async def run_bot(settings: Settings) -> None:
    """Run the bot on Discord until cancelled.

    Raises: OvbotError with what keeps it from running.
    """
    from bot.store import SqlStore

    logger.info("ovbot %s; conversations are kept in %s", __version__, settings.shown_database)
    async with (
        SqlStore(settings.database_url) as store,
        open_bot(settings, store) as client,
        _background(_report_health(client.health), "health"),
        _background(_forget_old(store, settings.keep_days), "forgetting"),
    ):
        await client.run_until_closed()


@asynccontextmanager
async def open_bot(settings: Settings, store: SqlStore) -> AsyncIterator[OvbotClient]:
    """A client that is about to connect, while its model is loading.

    Raises: DiscordError for a token that cannot be one.
    """
    from bot.client.bot import OvbotClient
    from bot.model_switch import ModelSwitch

    switch = ModelSwitch(settings, store, open_model)
    services = replace(make_services(settings, store), models=switch, sees=switch.sees)
    token = settings.discord_token.get_secret_value() if settings.discord_token else ""
    async with (
        _loading_assistant(settings, store, switch) as loading,
        OvbotClient(
            token,
            services,
            loading,
            api_url=settings.discord_api_url,
            gateway_url=settings.discord_gateway_url,
        ) as client,
    ):
        yield client


@asynccontextmanager
async def _loading_assistant(
    settings: Settings, store: SqlStore, switch: ModelSwitch
) -> AsyncIterator[asyncio.Future[Assistant]]:
    """What gives the assistant once its model is loaded, or the error that kept it from loading."""
    loading: asyncio.Future[Assistant] = asyncio.get_running_loop().create_future()
    closing = asyncio.Event()
    keep = _keep_assistant(settings, store, switch, loading, closing)
    task = asyncio.create_task(keep, name="assistant")
    try:
        yield loading
    finally:
        closing.set()
        if not loading.done():
            task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_assistant(
    settings: Settings,
    store: SqlStore,
    switch: ModelSwitch,
    loading: asyncio.Future[Assistant],
    closing: asyncio.Event,
) -> None:
    """Load the assistant, and keep it open until `closing`."""
    try:
        check_memory(settings)
        async with (
            switch.running() as model,
            _assistant_for(model, settings, store) as assistant,
            switch.serving(assistant),
        ):
            loading.set_result(assistant)
            with gc_frozen():
                await closing.wait()
    except Exception as error:
        # Whatever it is, those who wait for the model must not wait for ever.
        if loading.done():
            raise
        loading.set_exception(error)
        loading.exception()  # that nobody awaits it is not an error of its own


@asynccontextmanager
async def open_assistant(settings: Settings, store: SqlStore) -> AsyncIterator[Assistant]:
    """The assistant with its model loaded; the demo model where the settings name none.

    Raises: as for `open_model`; SettingsError where a setting does not fit the machine.
    """
    check_memory(settings)
    async with open_model(settings) as model, _assistant_for(model, settings, store) as assistant:
        yield assistant


@asynccontextmanager
async def open_model(settings: Settings) -> AsyncIterator[LoadedModel]:
    """The model that the settings name, loaded; the demo model where they name none.

    Raises: ModelError, DeviceError, EngineError where it cannot be loaded; SettingsError where a
    setting does not fit the model.
    """
    model_dir = settings.model_dir or DEMO_FOLDER
    async with AsyncExitStack() as stack:
        model = f"the model in {model_dir}" if settings.model_dir else "the demo model"
        async with _background(_log_loading(settings, model), "loading progress"):
            # OpenVINO takes a while to import.
            engine = await asyncio.to_thread(_create_engine, settings, model_dir)
            await stack.enter_async_context(engine)
            prompts = make_prompts(settings, engine)
            await engine.warm(prompts.system_parts())
        if engine.info.is_demo:
            logger.warning(words.replies.demo_model())
        sampling = make_sampling(settings, engine.info.sampling)
        logger.info("Sampling: %s", status.sampling(sampling, engine.info.sampling))
        yield LoadedModel(engine, prompts, sampling)


def _assistant_for(model: LoadedModel, settings: Settings, store: SqlStore) -> Assistant:
    queue = FairQueue(model.engine.concurrency, settings.queue_size)
    return make_assistant(model.engine, store, model.prompts, model.sampling, queue)


def _create_engine(settings: Settings, model_dir: Path) -> Engine:
    from bot.engine import create_engine

    return create_engine(settings, model_dir)


async def _log_loading(settings: Settings, model: str) -> None:
    logger.info("Loading %s on %s, engine %s", model, settings.device, settings.engine)
    async for seconds in elapsed_seconds(5, 10, 20, 30):
        logger.info("Still loading %s: %d s", model, seconds)


async def elapsed_seconds(*first: int) -> AsyncIterator[int]:
    """Yield the seconds since the start: after each of `first`, then at each minute."""
    now = 0
    for due in itertools.chain(first, itertools.count(60, 60)):
        await asyncio.sleep(due - now)
        now = due
        yield now


def check_memory(settings: Settings) -> None:
    """Raise SettingsError where the KV cache that is asked for is larger than the machine's memory."""
    if settings.kv_cache_gib is None or settings.engine is not EngineKind.GENAI or settings.device != "CPU":
        return
    import psutil

    memory = psutil.virtual_memory().total / _GIB
    if settings.kv_cache_gib >= memory:
        raise SettingsError(
            f"KV_CACHE_GIB={settings.kv_cache_gib:g} is more than the memory of this machine "
            f"({memory:.1f} GiB): set less, or leave it empty for a share of what is free."
        )


def make_assistant(
    engine: Engine, store: SqlStore, prompts: PromptBuilder, sampling: SamplingParams, queue: FairQueue
) -> Assistant:
    """An assistant that follows the settings of its channels and counts what people use."""
    return Assistant(
        engine,
        store,
        prompts,
        sampling,
        queue,
        channel_options=PolicyChannelOptions(store),
    )


def make_services(settings: Settings, store: SqlStore) -> Services:
    """What the parts of the client share, as set."""
    from bot.client.services import Services

    everyone = Quota(
        tokens_a_day=settings.daily_tokens, requests_a_minute=settings.requests_per_minute or None
    )
    return Services(
        store=store,
        policies=store,
        quotas=Quotas(store, everyone),
        mention_after=settings.mention_after,
        catch_up=timedelta(hours=settings.catch_up_hours),
        attachment_bytes=settings.attachment_kib * 1024,
        longest_reply=settings.max_new_tokens,
        reasoning=ReasoningMode(settings.reasoning),
        sees=lambda: is_vision(settings.model_dir or DEMO_FOLDER),
    )


@asynccontextmanager
async def open_temporary_store() -> AsyncIterator[SqlStore]:
    """A store for a conversation in the terminal; deleted at the end."""
    from bot.store import SqlStore

    with TemporaryDirectory(prefix="ovbot-") as folder:
        async with SqlStore(f"sqlite+aiosqlite:///{Path(folder).as_posix()}/conversations.sqlite3") as store:
            yield store


def make_prompts(settings: Settings, engine: Engine) -> PromptBuilder:
    """The prompt builder for the engine's model.

    Raises: SettingsError where the system prompt leaves no room.
    """
    context = engine.info.context_length
    if settings.context_tokens is not None and settings.context_tokens > context:
        logger.warning(
            "CONTEXT_TOKENS=%d is more than the context of %s, %d tokens, and has no effect. Set less, or "
            "leave it empty.",
            settings.context_tokens,
            engine.info.name,
            context,
        )
    return PromptBuilder(
        engine,
        settings.system_prompt,
        settings.max_new_tokens,
        settings.context_tokens,
        settings.reasoning_tokens,
        ReasoningMode(settings.reasoning),
    )


def make_sampling(settings: Settings, model: SamplingParams) -> SamplingParams:
    """The sampling parameters: as set, and where nothing is set as the model has them."""
    given = {name: value for name in SAMPLING if (value := getattr(settings, name)) is not None}
    return replace(model, max_new_tokens=settings.max_new_tokens, seed=settings.seed, **given)


@contextmanager
def gc_frozen() -> Iterator[None]:
    """Leave the objects that exist by now out of garbage collections within.

    They stay for as long as the bot runs, and a collection that walks over them holds up the event
    loop: 160 ms for 190,000 objects (measured on two cores with the demo model), where 50 are allowed.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@asynccontextmanager
async def _background(work: Coroutine[Any, Any, None], name: str) -> AsyncIterator[None]:
    """Have `work` done beside the block, to its end or the block's."""
    task = asyncio.create_task(work, name=name)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _forget_old(store: SqlStore, days: int | None) -> None:
    """Erase what is older than so many days, now and every hour; nothing for None."""
    if days is None:
        return
    while True:
        with suppress(StoreError):  # the store has logged it
            if erased := await store.forget_before(datetime.now(UTC) - timedelta(days=days)):
                logger.info("Erased %d messages older than %d days, and their replies", erased, days)
        await asyncio.sleep(_FORGET_SECONDS)


async def _report_health(current: Callable[[], tuple[bool, str]]) -> None:
    """Write the bot's health for `ovbot health`: when it changes, and at intervals."""
    written, due = None, 0.0
    loop = asyncio.get_running_loop()
    # One thread: a write that is under way when this is cancelled ends before the file is removed.
    with ThreadPoolExecutor(1, "health") as thread:
        try:
            while True:
                state = current()
                if state != written or time.monotonic() >= due:
                    await loop.run_in_executor(thread, health.write, *state)
                    written, due = state, time.monotonic() + health.WRITE_SECONDS
                await asyncio.sleep(_HEALTH_SECONDS)
        except OSError as error:
            logger.warning("%s cannot be written, so `ovbot health` knows nothing: %s", health.PATH, error)
        finally:
            with suppress(OSError):
                await loop.run_in_executor(thread, health.remove)
