"""The composition root: what is opened, in which order, and who gets what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.chat.assistant import Assistant
from bot.chat.ports import ConversationStore, Engine, Sampling
from bot.chat.prompt import PromptBuilder
from bot.chat.queue import FairQueue
from bot.model.folders import DEMO_FOLDER
from bot.settings import Settings

@asynccontextmanager
async def open_assistant(settings: Settings, store: ConversationStore) -> AsyncIterator[Assistant]:
    """The assistant with its model loaded; the demo model where the settings name none.

    Raises: ModelError, DeviceError, EngineError where it cannot be loaded; SettingsError where
    something does not fit the model.
    """
    async with await _create_engine(settings) as engine:
        prompts = make_prompts(settings, engine)
        await engine.warm(prompts.system_ids())
        queue = FairQueue(engine.concurrency, settings.queue_size)
        async with Assistant(engine, store, prompts, make_sampling(settings), queue) as assistant:
            yield assistant


@asynccontextmanager
async def open_temporary_store() -> AsyncIterator[ConversationStore]:
    """A store that is gone afterwards, for a conversation in the terminal."""
    from bot.store import SqlStore

    with TemporaryDirectory(prefix="ovbot-") as folder:
        async with SqlStore(f"sqlite+aiosqlite:///{Path(folder).as_posix()}/conversations.sqlite3") as store:
            yield store


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
