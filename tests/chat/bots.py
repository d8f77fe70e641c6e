"""Assistants on a scripted engine and a store on disk, and people who talk to them."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterable
from typing import Any

from bot.app import make_prompts, make_sampling
from bot.chat.assistant import Assistant
from bot.chat.queue import FairQueue
from bot.chat.reply import Reply
from bot.chat.turns import Author, Incoming
from bot.engine.scripted import ScriptedEngine
from bot.errors import EngineError
from bot.settings import Settings, load_settings
from bot.store import SqlStore

MIKA, AOI = Author(1, "Mika"), Author(2, "Aoi")
Script = Callable[[str], Iterable[str | int | EngineError]]
_numbers = itertools.count(1)


def message(text: str, channel: int = 1, author: Author = MIKA, **fields: Any) -> Incoming:
    """A message of somebody's, with an id of its own."""
    return Incoming(channel, next(_numbers), author, text, **fields)


def echo(prompt: str) -> list[str]:
    """The last words of the prompt, as two pieces."""
    return ["You said: ", prompt[-20:]]


class Gate:
    """Holds streams until it is opened."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def __call__(self) -> asyncio.Future[None]:
        self.reached.set()
        return asyncio.shield(self._opened)

    def open(self) -> None:
        """Let everything through."""
        self._opened.set_result(None)


def assistant(
    store: SqlStore,
    script: Script = echo,
    gate: Callable[[], asyncio.Future[None] | None] = lambda: None,
    **settings: object,
) -> Assistant:
    """An assistant on a scripted engine, without a system prompt."""
    chosen = load_settings(None, **{"system_prompt": "", **settings})
    return make_assistant(chosen, ScriptedEngine(script, gate=gate, concurrency=2), store)


def make_assistant(settings: Settings, engine: ScriptedEngine, store: SqlStore, **options: Any) -> Assistant:
    """An assistant on `engine`; options: the assistant's own."""
    queue = FairQueue(engine.concurrency, settings.queue_size)
    prompts, sampling = make_prompts(settings, engine), make_sampling(settings, engine.info.sampling)
    return Assistant(engine, store, prompts, sampling, queue, **options)


async def answered(bot: Assistant, incoming: Incoming) -> Reply:
    """The finished reply to a message."""
    reply = await bot.answer(incoming)
    assert reply is not None
    await reply.finished()
    return reply
