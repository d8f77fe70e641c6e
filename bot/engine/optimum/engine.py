"""The plain engine: who runs, and who waits."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.chat.ports import ModelInfo, Piece, Sampling
from bot.chat.state import EngineState, StateFeed
from bot.engine.device import check_properties, prepare_cache, reason
from bot.engine.loading import loading_error
from bot.engine.modelinfo import ModelFolder, read_model_folder
from bot.engine.optimum.job import Job
from bot.engine.slot import Slot
from bot.engine.text import TextStream
from bot.engine.tokenizer import ChatTokenizer, load_tokenizer
from bot.errors import EngineError, PromptTooLongError, SettingsError
from bot.i18n import mark
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.engine.optimum.worker import Worker

logger = logging.getLogger(__name__)

CLOSED = mark("The model was unloaded.")
FAILED = mark("The model failed on this reply: {reason}")


class OptimumEngine:
    """Implements `bot.chat.ports.Engine` by a thread pool around optimum-intel's OVModelForCausalLM.

    Replies share the compiled model but no step: each thread has an infer request of its own.

    Raises: SettingsError where the extra `optimum` is not installed.
    """

    def __init__(self, settings: Settings, model_dir: Path) -> None:
        if not _installed():
            raise SettingsError(
                'ENGINE=optimum is not installed: pip install "openvino-discord-bot[optimum]", '
                "or take ENGINE=genai."
            )
        self._settings = settings
        self._model_dir = model_dir
        self._tokenizer: ChatTokenizer
        self._info: ModelInfo
        self._end_ids: frozenset[int]
        self._threads: ThreadPoolExecutor
        self._idle: asyncio.Queue[Worker] = asyncio.Queue(settings.concurrency)
        self._running: dict[Job, Worker] = {}
        self._closed = False
        self._state = StateFeed()

    @property
    def info(self) -> ModelInfo:
        """What the model is."""
        return self._info

    @property
    def tokenizer(self) -> ChatTokenizer:
        """The model's tokenizer."""
        return self._tokenizer

    @property
    def state(self) -> StateFeed:
        """Whether the model can answer, to be followed."""
        return self._state

    @property
    def concurrency(self) -> int:
        """How many streams make progress at the same time; more than that wait inside."""
        return self._settings.concurrency

    async def __aenter__(self) -> OptimumEngine:
        settings = self._settings
        folder = await asyncio.to_thread(read_model_folder, self._model_dir)
        self._tokenizer = await asyncio.to_thread(load_tokenizer, self._model_dir)
        self._info = folder.info("optimum", settings.device, settings.context_tokens)
        self._end_ids = folder.eos_ids | self._tokenizer.turn_ids
        self._threads = ThreadPoolExecutor(settings.concurrency, thread_name_prefix="optimum")
        loop = asyncio.get_running_loop()
        try:
            workers = await loop.run_in_executor(self._threads, self._load, folder)
        except BaseException:
            self._threads.shutdown(wait=False)
            raise
        for worker in workers:
            self._idle.put_nowait(worker)
        self._state.set(EngineState.READY)
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._closed = True
        for job, worker in list(self._running.items()):
            worker.cancel(job)
        await asyncio.to_thread(self._threads.shutdown)

    async def warm(self, prompt_ids: Sequence[int]) -> None:
        """Nothing: every reply computes its whole prompt."""

    async def stream(self, prompt_ids: Sequence[int], sampling: Sampling) -> AsyncGenerator[Piece, None]:
        """Generate a reply to `prompt_ids`, shape [n]; see `bot.chat.ports.Engine.stream`."""
        room = self._info.context_length - len(prompt_ids)
        if room < 1 or not prompt_ids:
            raise PromptTooLongError(len(prompt_ids), self._info.context_length - 1)
        worker = await self._idle.get()
        if self._closed:
            self._idle.put_nowait(worker)  # for the next one that waits
            raise EngineError(CLOSED)
        slot = Slot(asyncio.get_running_loop())
        fitting = replace(sampling, max_new_tokens=min(sampling.max_new_tokens, room))
        job = Job(prompt_ids, fitting, TextStream(self._tokenizer, sampling.stop), slot)
        slot.read(0)
        self._start(worker, job)
        try:
            async with aclosing(slot.pieces()) as pieces:
                async for piece in pieces:
                    yield piece
        finally:
            worker.cancel(job)

    def _start(self, worker: Worker, job: Job) -> None:
        """Run a job in a thread. Its worker is idle again when the thread is done, which may be after
        the reader has left."""

        def done(_: asyncio.Future[None]) -> None:
            del self._running[job]
            self._idle.put_nowait(worker)

        self._running[job] = worker
        loop = asyncio.get_running_loop()
        loop.run_in_executor(self._threads, self._run, worker, job).add_done_callback(done)

    def _run(self, worker: Worker, job: Job) -> None:
        try:
            worker.run(job)
        except Exception as error:
            logger.debug("Generation failed", exc_info=error)
            job.fail(EngineError(CLOSED) if job.cancelled else EngineError(FAILED, reason=reason(error)))
        else:
            if job.cancelled:
                job.fail(EngineError(CLOSED))
            else:
                job.finish(self._end_ids)

    def _load(self, folder: ModelFolder) -> list[Worker]:
        """Load the model, in a thread. Raises SettingsError, ModelError, EngineError."""
        settings = self._settings
        check_properties(settings.device, settings.ov_config)
        properties = {**prepare_cache(settings.cache_dir), **settings.ov_config}
        try:
            from bot.engine.optimum.worker import load_workers

            return load_workers(folder.path, settings.device, properties, self._end_ids, settings.concurrency)
        except Exception as error:
            raise loading_error(folder.path, settings.device, error) from error


def _installed() -> bool:
    try:
        return all(importlib.util.find_spec(name) is not None for name in ("optimum.intel", "torch"))
    except ModuleNotFoundError:
        return False
