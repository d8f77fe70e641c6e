"""The plain engine: who runs, and who waits."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.chat.engine_state import EngineState, StateFeed
from bot.chat.ports import ModelInfo, SamplingParams
from bot.chat.turns import Image
from bot.engine.device import cache_property, check_properties, loading_error, reason
from bot.engine.model_folder import ModelFolder
from bot.engine.optimum.request import Request
from bot.engine.output_collector import OutputCollector
from bot.engine.token_engine import TokenChunk, TokenEngine
from bot.engine.tokenizer import ChatTokenizer, load_tokenizer
from bot.errors import EngineError, SettingsError
from bot.hints import install_command
from bot.i18n import mark
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.engine.optimum.worker import Worker

logger = logging.getLogger(__name__)

CLOSED = mark("The model was unloaded.")
FAILED = mark("The model failed on this reply: {reason}")


class OptimumEngine(TokenEngine):
    """Implements `bot.chat.ports.Engine` by a thread pool around optimum-intel's OVModelForCausalLM.

    Replies share the compiled model but no step: each thread has an infer request of its own.

    Raises: SettingsError where the extra `optimum` is not installed.
    """

    def __init__(self, settings: Settings, folder: ModelFolder) -> None:
        if not _installed():
            raise SettingsError(
                "ENGINE=optimum is not installed. Set ENGINE=genai, or install it: "
                + install_command("optimum")
            )
        self._settings = settings
        self._folder = folder
        self._info = folder.info("optimum", settings.device, settings.context_tokens)
        self._tokenizer: ChatTokenizer
        self._end_ids: frozenset[int]
        self._threads: ThreadPoolExecutor
        self._idle: asyncio.Queue[Worker] = asyncio.Queue(settings.concurrency)
        self._running: dict[Request, Worker] = {}
        self._closed = False
        self._state = StateFeed()

    @property
    def info(self) -> ModelInfo:
        """What the model is; known before it is loaded."""
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
    def capacity(self) -> int:
        """Tokens of prompt and reply together, at most."""
        return self._info.context_length

    @property
    def concurrency(self) -> int:
        """How many streams make progress at the same time; more than that wait inside."""
        return self._settings.concurrency

    async def __aenter__(self) -> OptimumEngine:
        settings = self._settings
        self._tokenizer = await asyncio.to_thread(
            load_tokenizer, self._folder.path, settings.chat_template_kwargs
        )
        self._info = replace(self._info, reasons=self._tokenizer.reply_format.reasons)
        self._end_ids = self._folder.eos_ids | self._tokenizer.reply_format.end_ids
        self._folder.log_loading("optimum", settings.device)
        started = time.monotonic()
        self._threads = ThreadPoolExecutor(settings.concurrency, thread_name_prefix="optimum")
        loop = asyncio.get_running_loop()
        try:
            workers = await loop.run_in_executor(self._threads, self._load)
        except BaseException:
            self._threads.shutdown(wait=False)
            raise
        for worker in workers:
            self._idle.put_nowait(worker)
        logger.info("Model ready on %s after %.1f s", settings.device, time.monotonic() - started)
        self._state.set(EngineState.READY)
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._closed = True
        for request, worker in list(self._running.items()):
            worker.cancel(request)
        await asyncio.to_thread(self._threads.shutdown)

    async def read_ahead(self, prompt_ids: Sequence[int]) -> None:
        """Nothing: every reply computes its whole prompt."""

    async def generate(
        self, prompt_ids: Sequence[int], sampling: SamplingParams, images: Sequence[Image] = ()
    ) -> AsyncGenerator[TokenChunk, None]:
        """Generate ids in a thread; see `TokenEngine.generate`."""
        worker = await self._idle.get()
        if self._closed:
            self._idle.put_nowait(worker)  # for the next one that waits
            raise EngineError(CLOSED)
        output = OutputCollector(asyncio.get_running_loop())
        request = Request(prompt_ids, sampling, output)
        output.put_progress(0)
        self._start(worker, request)
        try:
            async with aclosing(output.stream()) as chunks:
                async for chunk in chunks:
                    yield chunk
        finally:
            worker.cancel(request)

    def _start(self, worker: Worker, request: Request) -> None:
        """Run a request in a thread. Its worker is idle again when the thread is done, which may be after
        the reader has left."""

        def done(_: asyncio.Future[None]) -> None:
            del self._running[request]
            self._idle.put_nowait(worker)

        self._running[request] = worker
        loop = asyncio.get_running_loop()
        loop.run_in_executor(self._threads, self._run, worker, request).add_done_callback(done)

    def _run(self, worker: Worker, request: Request) -> None:
        try:
            worker.run(request)
        except Exception as error:
            logger.debug("Generation failed", exc_info=error)
            request.fail(
                EngineError(CLOSED) if request.cancelled else EngineError(FAILED, reason=reason(error))
            )
        else:
            if request.cancelled:
                request.fail(EngineError(CLOSED))
            else:
                request.finish(self._end_ids)

    def _load(self) -> list[Worker]:
        """Load the model, in a thread. Raises SettingsError, ModelError, EngineError."""
        settings = self._settings
        check_properties(settings.device, settings.ov_config)
        properties = {**cache_property(settings.cache_dir), **settings.ov_config}
        try:
            from bot.engine.optimum.worker import load_workers
        except Exception as error:
            raise EngineError(
                f"ENGINE=optimum cannot be imported: {reason(error)}. Set ENGINE=genai, or install it again: "
                + install_command("optimum")
            ) from error
        try:
            return load_workers(
                self._folder.path, settings.device, properties, self._end_ids, settings.concurrency
            )
        except Exception as error:
            raise loading_error(self._folder.path, settings.device, error) from error


def _installed() -> bool:
    try:
        return all(importlib.util.find_spec(name) is not None for name in ("optimum.intel", "torch"))
    except ModuleNotFoundError:
        return False
