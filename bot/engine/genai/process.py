"""One model process as the bot sees it: commands in, events out, and how it died."""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import signal
import tempfile
import threading
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from bot.engine.genai import worker
from bot.engine.genai.messages import Command, Event, Stop, WorkerConfig

# Events that the loop has not taken up yet; beyond them the reader waits, the pipe fills, the model pauses.
_MAX_EVENTS = 256
_TAIL_BYTES = 2048
_NEVER_STARTED = 127


class ModelProcess:
    """A model process, from its start to its end. To be made on the event loop's thread.

    Two threads serve the pipes, so that the loop never waits for them. The one that reads also
    starts the process and outlives it: on Linux the process is killed when that thread goes.

    on_event: called on the loop, in order. `exited` holds the exit code, after the last event;
        negative for a signal.
    """

    def __init__(self, config: WorkerConfig, on_event: Callable[[Event], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_event = on_event
        self._commands: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._events: queue.Queue[Event] = queue.Queue(_MAX_EVENTS)
        self._start_lock = threading.Lock()
        self._killed = False
        handle, path = tempfile.mkstemp(prefix="ovbot-model-", suffix=".log")
        os.close(handle)
        self._diagnostics = Path(path)
        self.printed = ""
        """The end of what the process printed, once it has exited."""
        context = get_context("spawn")
        self._theirs = context.Pipe(duplex=False)
        self._ours = context.Pipe(duplex=False)
        self._process = context.Process(
            target=worker.main,
            args=(config, self._theirs[0], self._ours[1], path),
            name="ovbot-model",
            daemon=True,
        )
        self.exited: asyncio.Future[int] = self._loop.create_future()
        threading.Thread(target=self._serve, name="model-process", daemon=True).start()

    @property
    def pid(self) -> int | None:
        """The process id, once started."""
        return self._process.pid

    def send(self, command: Command) -> None:
        """Send a command; never waits. How many can be under way, the caller bounds."""
        self._commands.put(command)

    async def stop(self, timeout: float) -> None:
        """Ask the process to exit; kill it after `timeout` seconds."""
        self.send(Stop())
        await asyncio.wait([self.exited], timeout=timeout)
        if not self.exited.done():
            self.kill()
            await asyncio.wait([self.exited])

    def kill(self) -> None:
        """End the process at once."""
        with self._start_lock:
            self._killed = True
            if self._process.pid is not None:
                self._process.kill()

    def _serve(self) -> None:
        if hasattr(signal, "pthread_sigmask"):
            # Inherited by the process: whoever stops the whole group (Ctrl-C, systemd) means the bot, which
            # stops the process itself.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        commands, events = self._theirs[1], self._ours[0]
        writer = threading.Thread(target=self._write, args=(commands,), name="model-commands", daemon=True)
        code = _NEVER_STARTED
        try:
            with self._start_lock:
                if not self._killed:
                    self._process.start()
            for theirs in (self._theirs[0], self._ours[1]):
                theirs.close()
            writer.start()
            self._read(events)
            if self._process.pid is not None:
                self._process.join()
                code = self._process.exitcode or 0
            self._commands.put(None)
            writer.join()
        except (OSError, RuntimeError) as error:  # no process, or no thread, to be had
            self.printed = str(error)
        for pipe in (*self._theirs, *self._ours):
            pipe.close()
        self._read_diagnostics()
        self._call(self._set_exited, code)

    def _read(self, events: Connection) -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                self._events.put(events.recv())
                self._call(self._drain)

    def _write(self, commands: Connection) -> None:
        with contextlib.suppress(OSError):
            while (command := self._commands.get()) is not None:
                commands.send(command)

    def _call(self, function: Callable[..., None], *args: object) -> None:
        # A closed loop has nobody left to tell.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function, *args)

    def _drain(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self._on_event(self._events.get_nowait())

    def _set_exited(self, code: int) -> None:
        if not self.exited.done():
            self.exited.set_result(code)

    def _read_diagnostics(self) -> None:
        with contextlib.suppress(OSError):
            said = self._diagnostics.read_bytes()[-_TAIL_BYTES:].decode(errors="replace").strip()
            self.printed = "\n".join(filter(None, (self.printed, said)))
            self._diagnostics.unlink()


def describe_exit(code: int) -> str:
    """How a process ended, for a person."""
    if code == _NEVER_STARTED:
        return "it could not be started"
    if code >= 0:
        return f"it exited with code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    hint = ", perhaps for want of memory" if name == "SIGKILL" else ""
    return f"it was ended by {name}{hint}"
