"""Keeps a model process alive, and its requests going when one dies."""

from __future__ import annotations

import asyncio
import logging
import time
from copy import copy
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from bot.chat.engine_state import EngineState, StateFeed
from bot.engine.device import reason
from bot.engine.genai.admission import Admission
from bot.engine.genai.kv_pool import GIB
from bot.engine.genai.process import ModelProcess, ProcessExit
from bot.engine.genai.protocol import (
    CancelRequest,
    Event,
    LoadFailed,
    Logged,
    Ready,
    RequestOutput,
    Stepped,
    WorkerConfig,
)
from bot.engine.genai.request import Request
from bot.errors import EngineError, OvbotError
from bot.i18n import mark

logger = logging.getLogger(__name__)

_STOP_SECONDS = 3.0

UNLOADED = mark("The model was unloaded.")
DIED = mark("The model's process died {count} times on this reply.")
GIVEN_UP = mark("The model's process died {count} times in a row and is not started again: {cause}.")


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """When to start a new process, and when to give up.

    pauses: seconds before each restart; as many deaths in a row, with no reply finished and fewer
        than `calm` seconds in between, are survived.
    deaths_of_request: how many deaths one request may be part of.
    """

    pauses: tuple[float, ...] = (0.2, 1.0, 4.0, 15.0)
    calm: float = 600.0
    deaths_of_request: int = 2


class Supervisor:
    """Runs requests on a model process.

    config: what each process loads.
    """

    def __init__(self, config: WorkerConfig, policy: RestartPolicy | None = None) -> None:
        self._config = config
        self._policy = policy or RestartPolicy()
        self._numbers = count()
        self._admission: Admission
        self._open: dict[int, Request] = {}
        self._leaving: dict[int, Request] = {}
        self._process: ModelProcess | None = None
        self._ready_at: float | None = None
        self._deaths = 0
        self._load_error: OvbotError | None = None
        self._kept_log: Path | None = None
        self._failure: EngineError | None = None
        self._task: asyncio.Task[None] | None = None
        self._first: asyncio.Future[Ready] | None = None
        self.state = StateFeed()

    @property
    def pid(self) -> int | None:
        """The id of the process at present."""
        return self._process.pid if self._process else None

    @property
    def max_tokens(self) -> int | None:
        """How many tokens, prompt and reply together, one request may have; None for any number."""
        return self._admission.max_tokens

    async def start(self) -> Ready:
        """Load the model. Raises what kept it from loading, an OvbotError."""
        self._first = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._supervise(), name="model-supervisor")
        try:
            return await self._first
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Stop the process, within some 3 s; open requests end by an error."""
        self._failure = EngineError(UNLOADED)
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])
        self._end_all()

    def warm(self, prompt_ids: tuple[int, ...]) -> None:
        """Let each process to come compute this prompt before it is ready."""
        self._config = replace(self._config, warm_ids=prompt_ids)

    async def submit(self, request: Request) -> int:
        """Begin a request when there is room for it; the number to cancel it by.

        Raises: PromptTooLongError where there is never room; EngineError where the model is gone for good.
        """
        await self._admission.enter(request.reserved_tokens)
        if self._failure:
            self._release(request)
            raise copy(self._failure)  # one that is raised twice would collect both tracebacks
        number = next(self._numbers)
        self._open[number] = request
        if self._process and self._ready_at:
            self._process.send(request.add(number))
        return number

    def cancel(self, number: int) -> None:
        """End a request within one step; nothing where it has ended."""
        if request := self._open.pop(number, None):
            self._let_go(number, request)

    def _let_go(self, number: int, request: Request) -> None:
        """Of a request that is done but may still be worked on: its room is free when that has stopped."""
        if self._process and self._ready_at:
            self._leaving[number] = request
            self._process.send(CancelRequest(number))
        else:
            self._release(request)

    def _release(self, request: Request) -> None:
        """The request has left the process, or was never there: its room is free."""
        self._admission.leave(request.reserved_tokens)

    def _handle(self, event: Event) -> None:
        match event:
            case Ready():
                self._become_ready(event)
            case LoadFailed(error):
                self._load_error = error
            case Logged(level, text):
                logger.log(level, "%s", text)
            case Stepped(outputs):
                for output in outputs:
                    self._pass_on(output)

    def _pass_on(self, output: RequestOutput) -> None:
        number = output.request
        if (request := self._open.get(number)) and request.take(output):
            del self._open[number]
            self._deaths = 0
            if output.last:
                self._release(request)
            else:
                self._let_go(number, request)
        elif output.last and (request := self._leaving.pop(number, None)):
            self._release(request)

    def _become_ready(self, ready: Ready) -> None:
        assert self._process is not None
        self._ready_at = time.monotonic()
        self._log_ready(ready)
        if self._first and not self._first.done():
            # Admission goes by this pool, whatever memory is free when another process starts.
            self._config = replace(self._config, pool=ready.pool)
            self._admission = Admission(self._config.concurrency, ready.pool, self._config.guesses)
            self._first.set_result(ready)
        for number, request in self._open.items():
            self._process.send(request.add(number))
        self.state.set(EngineState.READY)

    def _log_ready(self, ready: Ready) -> None:
        pool, cache = ready.pool, ""
        if pool:
            size = f"{pool.size / GIB:.2f} GiB, {self._config.kv_precision}"
            cache = f"; KV cache for {pool.tokens} tokens ({size})"
        logger.info(
            "Model ready on %s after %.1f s%s; process %s with %.2f GiB",
            self._config.device,
            ready.seconds,
            cache,
            self.pid,
            ready.memory_bytes / GIB,
        )

    async def _supervise(self) -> None:
        try:
            await self._keep_running()
        except Exception as error:
            # Whatever it is, those who wait for the model must not wait for ever.
            logger.exception("The model's process cannot be supervised any more")
            self._failure = EngineError(UNLOADED)
            self._end_all()
            self.state.set(EngineState.FAILED)
            if self._first and not self._first.done():
                self._first.set_exception(EngineError(f"The model cannot be run: {reason(error)}."))

    async def _keep_running(self) -> None:
        """Run a process, and others after it where it dies, until it is given up."""
        while True:
            end = await self._run_process()
            if self._first and not self._first.done():
                self._first.set_exception(
                    self._load_error or EngineError(f"The model's process died while loading: {end.details}.")
                )
                return
            if not await self._survive(end):
                return

    async def _run_process(self) -> ProcessExit:
        """Start a process and run it to its end; how it ended."""
        self._load_error, self._ready_at = None, None
        try:
            process = self._process = ModelProcess(self._config)
        except OSError as error:
            return ProcessExit(None, str(error))
        try:
            while (event := await process.receive()) is not None:
                self._handle(event)
        finally:
            if process.exit is None:
                await process.stop(_STOP_SECONDS if self._ready_at else 0)
            self._process = None
        assert process.exit is not None
        self._keep_log(process.exit.log_file)
        return process.exit

    def _keep_log(self, log_file: Path | None) -> None:
        """Keep what the process that died last has printed, and no more."""
        if log_file:
            if self._kept_log:
                self._kept_log.unlink(missing_ok=True)
            self._kept_log = log_file

    async def _survive(self, end: ProcessExit) -> bool:
        """Deal with the death of the process. Whether to start another."""
        if self._ready_at and time.monotonic() - self._ready_at > self._policy.calm:
            self._deaths = 0
        self._deaths += 1
        for request in self._leaving.values():
            self._release(request)
        self._leaving.clear()
        cause, details = end.cause, end.details
        if self._load_error:
            cause = details = str(self._load_error).rstrip(".")
        if self._deaths > len(self._policy.pauses):
            self._failure = EngineError(GIVEN_UP, count=self._deaths, cause=cause)
            logger.error(
                "The model's process died %d times in a row and is not started again: %s. "
                "Restart the bot when the cause is gone.",
                self._deaths,
                details,
            )
            self._end_all()
            self.state.set(EngineState.FAILED)
            return False
        for number, request in list(self._open.items()):
            request.deaths += 1
            if request.deaths > self._policy.deaths_of_request:
                del self._open[number]
                request.fail(EngineError(DIED, count=request.deaths))
                self._release(request)
        pause = self._policy.pauses[self._deaths - 1]
        logger.warning(
            "The model's process died: %s. A new one starts in %g s, and %d replies go on then.",
            details,
            pause,
            len(self._open),
        )
        self.state.set(EngineState.RESTARTING)
        await asyncio.sleep(pause)
        return True

    def _end_all(self) -> None:
        """End all requests by the failure, which is set."""
        assert self._failure is not None
        for request in [*self._open.values(), *self._leaving.values()]:
            request.fail(copy(self._failure))
            self._release(request)
        self._open.clear()
        self._leaving.clear()
