"""The composition root: what is opened, in which order, and who gets what."""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bot import health
from bot.chat.assistant import Assistant
from bot.chat.ports import Engine, Sampling
from bot.chat.prompt import PromptBuilder
from bot.chat.queue import FairQueue
from bot.client import words
from bot.errors import StoreError
from bot.model.folders import DEMO_FOLDER
from bot.policy.guidance import PolicyGuidance
from bot.policy.quotas import Quotas
from bot.policy.server import Quota
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.client.bot import OvbotClient
    from bot.client.services import Services
    from bot.store import SqlStore

logger = logging.getLogger(__name__)

_HEALTH_SECONDS = 1.0
_FORGET_SECONDS = 3600.0


@asynccontextmanager
async def open_assistant(settings: Settings, services: Services) -> AsyncIterator[Assistant]:
    """The assistant with its model loaded; the demo model where the settings name none.

    Raises: ModelError, DeviceError, EngineError where it cannot be loaded; SettingsError where
    something does not fit the model.
    """
    async with await _create_engine(settings) as engine:
        prompts = make_prompts(settings, engine)
        await engine.warm(prompts.system_ids())
        queue = FairQueue(engine.concurrency, settings.queue_size)
        if engine.info.is_demo:
            logger.warning(words.replies.demo_model())
        async with make_assistant(engine, services, prompts, make_sampling(settings), queue) as assistant:
            yield assistant


def make_assistant(
    engine: Engine, services: Services, prompts: PromptBuilder, sampling: Sampling, queue: FairQueue
) -> Assistant:
    """An assistant that keeps to what is set for its channels, and counts what people use."""
    return Assistant(
        engine, services.store, prompts, sampling, queue, guidance=PolicyGuidance(services.policies)
    )


def make_services(settings: Settings, store: SqlStore) -> Services:
    """What the client's rooms have in common, as set."""
    from bot.client.services import Services

    everybodys = Quota(
        tokens_a_day=settings.daily_tokens, requests_a_minute=settings.requests_per_minute or None
    )
    return Services(
        store=store,
        policies=store,
        quotas=Quotas(store, everybodys),
        mention_after=settings.mention_after,
        catch_up=timedelta(hours=settings.catch_up_hours),
        attachment_bytes=settings.attachment_kib * 1024,
        longest_reply=settings.max_new_tokens,
    )


@asynccontextmanager
async def open_temporary_store() -> AsyncIterator[SqlStore]:
    """A store that is gone afterwards, for a conversation in the terminal."""
    from bot.store import SqlStore

    with TemporaryDirectory(prefix="ovbot-") as folder:
        async with SqlStore(f"sqlite+aiosqlite:///{Path(folder).as_posix()}/conversations.sqlite3") as store:
            yield store


@asynccontextmanager
async def open_bot(settings: Settings, store: SqlStore) -> AsyncIterator[OvbotClient]:
    """A client that is about to connect, while its model is loading.

    Raises: DiscordError for a token that cannot be one.
    """
    from bot.client.bot import OvbotClient

    loading: asyncio.Future[Assistant] = asyncio.get_running_loop().create_future()
    closing = asyncio.Event()
    token = settings.discord_token.get_secret_value() if settings.discord_token else ""
    services = make_services(settings, store)
    assistant = asyncio.create_task(_hold_assistant(settings, services, loading, closing), name="assistant")
    try:
        async with OvbotClient(
            token,
            services,
            loading,
            api_url=settings.discord_api_url,
            gateway_url=settings.discord_gateway_url,
        ) as client:
            yield client
    finally:
        closing.set()
        if not loading.done():
            assistant.cancel()
        with suppress(asyncio.CancelledError):
            await assistant


async def _hold_assistant(
    settings: Settings,
    services: Services,
    loading: asyncio.Future[Assistant],
    closing: asyncio.Event,
) -> None:
    """Keep the assistant open until `closing`; what kept it from opening is told to `loading`."""
    try:
        async with open_assistant(settings, services) as assistant:
            loading.set_result(assistant)
            with spared_by_the_collector():
                await closing.wait()
    except Exception as error:
        # Whatever it is, those who wait for the model must not wait for ever.
        if loading.done():
            raise
        loading.set_exception(error)
        loading.exception()  # that nobody awaits it is no error of its own


@contextmanager
def spared_by_the_collector() -> Iterator[None]:
    """Leave what is loaded by now out of garbage collections within.

    It is there to stay, and a walk over it holds up the event loop: 160 ms for 190,000 objects
    (measured on two cores with the demo model), which is three times what is allowed.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


async def run_bot(settings: Settings) -> None:
    """Run the bot on Discord until cancelled.

    Raises: OvbotError with what keeps it from running.
    """
    from bot.store import SqlStore

    async with SqlStore(settings.database_url) as store, open_bot(settings, store) as client:
        beside = [asyncio.create_task(_report_health(client), name="health")]
        if settings.keep_days is not None:
            beside.append(asyncio.create_task(_forget_old(store, settings.keep_days), name="forgetting"))
        try:
            await client.run_until_closed()
        finally:
            for task in beside:
                task.cancel()
            for task in beside:
                with suppress(asyncio.CancelledError):
                    await task


async def _forget_old(store: SqlStore, days: int) -> None:
    """Erase what is older than so many days, now and every hour."""
    while True:
        with suppress(StoreError):  # the store has said so in the log
            if erased := await store.forget_before(datetime.now(UTC) - timedelta(days=days)):
                logger.info("Erased %d messages older than %d days, and the replies to them", erased, days)
        await asyncio.sleep(_FORGET_SECONDS)


async def _report_health(client: OvbotClient) -> None:
    """Write now and then, and when it changes, how the bot is, for `ovbot health`."""
    written, due = None, 0.0
    try:
        while True:
            state = client.health()
            if state != written or time.monotonic() >= due:
                await asyncio.to_thread(health.write, *state)
                written, due = state, time.monotonic() + health.WRITE_SECONDS
            await asyncio.sleep(_HEALTH_SECONDS)
    except OSError as error:
        logger.warning("No health file can be written, so `ovbot health` knows nothing: %s", error)
    finally:
        with suppress(OSError):
            health.remove()


async def _create_engine(settings: Settings) -> Engine:
    def create() -> Engine:
        from bot.engine import create_engine

        return create_engine(settings, settings.model_dir or DEMO_FOLDER)

    return await asyncio.to_thread(create)


def make_prompts(settings: Settings, engine: Engine) -> PromptBuilder:
    """The prompt builder for the engine's model.

    Raises: SettingsError where the system prompt leaves no room.
    """
    return PromptBuilder(
        engine.tokenizer,
        engine.info,
        settings.system_prompt,
        settings.max_new_tokens,
        settings.context_tokens,
    )


def make_sampling(settings: Settings) -> Sampling:
    """How tokens are chosen, as set."""
    return Sampling(
        max_new_tokens=settings.max_new_tokens,
        temperature=settings.temperature,
        top_p=settings.top_p,
        top_k=settings.top_k,
        repetition_penalty=settings.repetition_penalty,
        seed=settings.seed,
    )
