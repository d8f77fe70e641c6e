"""Keeps a model process alive, and its open streams going when one dies."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import count

from bot.chat.state import EngineState, StateFeed
from bot.engine.genai.memory import GIB
from bot.engine.genai.messages import Cancel, Event, LoadFailed, Ready, Said, Stepped, WorkerConfig
from bot.engine.genai.process import ModelProcess, describe_exit
from bot.engine.genai.stream import Stream
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
    deaths_of_stream: how many deaths one stream may be part of.
    """

    pauses: tuple[float, ...] = (0.2, 1.0, 4.0, 15.0)
    calm: float = 600.0
    deaths_of_stream: int = 2


class Supervisor:
    """Runs streams on a model process.

    config: what each process loads. on_gone: called when a stream has left the process, or was
        never there: its place is free.
    """

    def __init__(
        self, config: WorkerConfig, on_gone: Callable[[Stream], None], policy: RestartPolicy | None = None
    ) -> None:
        self._config = config
        self._on_gone = on_gone
        self._policy = policy or RestartPolicy()
        self._numbers = count()
        self._open: dict[int, Stream] = {}
        self._leaving: dict[int, Stream] = {}
        self._process: ModelProcess | None = None
        self._ready_at: float | None = None
        self._deaths = 0
        self._load_error: OvbotError | None = None
        self._failure: Callable[[], EngineError] | None = None
        self._task: asyncio.Task[None] | None = None
        self._first: asyncio.Future[Ready] | None = None
        self.state = StateFeed()

    @property
    def pid(self) -> int | None:
        """The id of the process at present."""
        return self._process.pid if self._process else None

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
        """Stop the process, within some 3 s; open streams end by an error."""
        self._failure = partial(EngineError, UNLOADED)
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._end_all(self._failure)

    def warm(self, prompt_ids: tuple[int, ...]) -> None:
        """Let each process to come compute this prompt before it is ready."""
        self._config = replace(self._config, warm_ids=prompt_ids)

    def submit(self, stream: Stream) -> int:
        """Begin a stream; the number to cancel it by. Raises EngineError where the model is gone for good."""
        if self._failure:
            self._on_gone(stream)
            raise self._failure()
        number = next(self._numbers)
        self._open[number] = stream
        if self._process and self._ready_at:
            self._process.send(stream.add(number))
        return number

    def cancel(self, number: int) -> None:
        """End a stream within one step; nothing where it has ended."""
        if stream := self._open.pop(number, None):
            self._let_go(number, stream)

    def _let_go(self, number: int, stream: Stream) -> None:
        """The stream is done, the process may still work on it: its place is free when that has stopped."""
        if self._process and self._ready_at:
            self._leaving[number] = stream
            self._process.send(Cancel(number))
        else:
            self._on_gone(stream)

    def _on_event(self, event: Event) -> None:
        match event:
            case Ready():
                self._become_ready(event)
            case LoadFailed(error):
                self._load_error = error
            case Said(level, text):
                logger.log(level, "%s", text)
            case Stepped(outputs):
                for output in outputs:
                    number = output.request
                    if (stream := self._open.get(number)) and stream.take(output):
                        del self._open[number]
                        self._deaths = 0
                        if output.last:
                            self._on_gone(stream)
                        else:
                            self._let_go(number, stream)
                    elif output.last and (stream := self._leaving.pop(number, None)):
                        self._on_gone(stream)

    def _become_ready(self, ready: Ready) -> None:
        logger.info(
            "Model ready after %.1f s; KV cache for %d tokens (%.2f GiB, %s); process %s with %.2f GiB",
            ready.seconds,
            ready.kv_tokens,
            ready.kv_bytes / GIB,
            self._config.kv_precision,
            self.pid,
            ready.memory_bytes / GIB,
        )
        self._ready_at = time.monotonic()
        # Admission goes by this size, whatever memory is free when another process starts.
        self._config = replace(self._config, kv_cache_bytes=ready.kv_bytes or None)
        if self._first and not self._first.done():
            self._first.set_result(ready)
        assert self._process is not None
        for number, stream in self._open.items():
            self._process.send(stream.add(number))
        self.state.set(EngineState.READY)

    async def _supervise(self) -> None:
        while True:
            cause = await self._run_process()
            if self._first and not self._first.done():
                self._first.set_exception(
                    self._load_error or EngineError(f"The model's process died while loading: {cause}.")
                )
                return
            if not await self._survive(cause):
                return

    async def _run_process(self) -> str:
        """Start a process and wait for its end; what ended it."""
        self._load_error, self._ready_at = None, None
        try:
            process = self._process = ModelProcess(self._config, self._on_event)
        except OSError as error:
            return f"it could not be started ({error})"
        try:
            code = await asyncio.shield(process.exited)
        finally:
            if not process.exited.done():
                await process.stop(_STOP_SECONDS if self._ready_at else 0)
            self._process = None
        logger.debug("The model process printed: %s", process.printed)
        return str(self._load_error) if self._load_error else describe_exit(code)

    async def _survive(self, cause: str) -> bool:
        """Deal with the death of the process. Whether to start another."""
        if self._ready_at and time.monotonic() - self._ready_at > self._policy.calm:
            self._deaths = 0
        self._deaths += 1
        for stream in self._leaving.values():
            self._on_gone(stream)
        self._leaving.clear()
        if self._deaths > len(self._policy.pauses):
            self._failure = partial(EngineError, GIVEN_UP, count=self._deaths, cause=cause)
            logger.error("%s Restart the bot when the cause is gone.", self._failure())
            self._end_all(self._failure)
            self.state.set(EngineState.FAILED)
            return False
        for number, stream in list(self._open.items()):
            stream.deaths += 1
            if stream.deaths > self._policy.deaths_of_stream:
                del self._open[number]
                stream.fail(EngineError(DIED, count=stream.deaths))
                self._on_gone(stream)
        pause = self._policy.pauses[self._deaths - 1]
        logger.warning(
            "The model's process died: %s. New one in %g s; %d replies go on then.",
            cause,
            pause,
            len(self._open),
        )
        self.state.set(EngineState.RESTARTING)
        await asyncio.sleep(pause)
        return True

    def _end_all(self, error: Callable[[], EngineError]) -> None:
        for stream in [*self._open.values(), *self._leaving.values()]:
            stream.fail(error())
            self._on_gone(stream)
        self._open.clear()
        self._leaving.clear()
