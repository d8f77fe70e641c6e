"""One model process as the bot sees it: commands in, events out, and how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import queue
import re
import signal
import tempfile
import threading
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from bot.engine.device import telling_line
from bot.engine.genai import worker
from bot.engine.genai.protocol import Command, Event, Shutdown, WorkerConfig

# Events that the loop has not taken up yet; beyond them the reader waits, the pipe fills, the model pauses.
_MAX_EVENTS = 256
_TAIL_BYTES = 16 * 1024
_LONGEST_QUOTE = 300
_EXIT_SECONDS = 10.0

_RAISED = re.compile(r"[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit|Warning)(?::|$)")
_SIGNAL_HINTS = {
    "SIGKILL": "probably because memory ran out: close other programs, choose a smaller model, or set a "
    "smaller KV_CACHE_GIB",
    "SIGBUS": "probably because a file of the model changed or its disk failed: export or pull the model "
    "again",
    "SIGILL": "because the processor lacks instructions that OpenVINO was built for",
}


@dataclass(frozen=True, slots=True)
class ProcessExit:
    """How a process ended.

    code: its exit code, negative for a signal; None where it was never started. failure: what failed on
    the bot's side and ended it, or "". printed: the end of what it printed. log_file: where all of that
    is kept; None where it printed nothing or was stopped by the bot.
    """

    code: int | None
    failure: str = ""
    printed: str = ""
    log_file: Path | None = None

    @property
    def cause(self) -> str:
        """What ended it, in a few words that go on from "the process died:"."""
        if self.code is None:
            return f"it could not be started ({self.failure or 'it was stopped before'})"
        if self.failure:
            return f"contact with it was lost ({self.failure})"
        if self.code >= 0:
            return f"it exited with code {self.code if self.code < 256 else hex(self.code)}"
        try:
            name = signal.Signals(-self.code).name
        except ValueError:
            name = f"signal {-self.code}"
        hint = f", {_SIGNAL_HINTS[name]}" if name in _SIGNAL_HINTS else ""
        return f"it was ended by {name}{hint}"

    @property
    def details(self) -> str:
        """The same with the last thing that it printed, and where the rest is; for the owner."""
        said = f": {last_words(self.printed)}" if self.printed else ""
        kept = f" (all that it printed is in {self.log_file})" if self.log_file else ""
        return f"{self.cause}{said}{kept}"


def last_words(printed: str) -> str:
    """The one line that says most about why a process died, of what it printed: what was raised, at best."""
    lines = [line.rstrip() for line in printed.splitlines() if line.strip()]
    if not lines:
        return ""
    native = [line.strip() for line in lines if line.startswith("Fatal Python error") or "what():" in line]
    raised = [number for number, line in enumerate(lines) if _RAISED.match(line)]
    if native:
        words = native[0].removeprefix("what():").strip()
    elif raised:
        name, _, message = "\n".join(lines[raised[-1] :]).partition(": ")
        words = f"{name}: {telling_line(message)}" if message else name
    else:
        words = lines[-1].strip()
    words = " ".join(words.split())
    return words if len(words) <= _LONGEST_QUOTE else words[: _LONGEST_QUOTE - 1] + "…"


class ModelProcess:
    """A model process, from its start to its end. To be made on the event loop's thread.

    Two threads serve the pipes, so that the loop never waits for them. The one that reads also
    starts the process and outlives it: on Linux the process is killed when that thread goes.
    Whatever fails in them ends the process, so that nobody waits for it for ever.

    Raises: OSError where its log file cannot be created.
    """

    def __init__(self, config: WorkerConfig) -> None:
        self._loop = asyncio.get_running_loop()
        self._commands: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._events: queue.Queue[Event] = queue.Queue(_MAX_EVENTS)
        self._arrived = asyncio.Event()
        self._exit: ProcessExit | None = None
        self._start_lock = threading.Lock()
        self._killed = False
        self._failure = ""
        handle, path = tempfile.mkstemp(prefix="ovbot-model-", suffix=".log")
        os.close(handle)
        self._log_file = Path(path)
        context = get_context("spawn")
        self._theirs = context.Pipe(duplex=False)
        self._ours = context.Pipe(duplex=False)
        self._process = context.Process(
            target=worker.main,
            args=(config, self._theirs[0], self._ours[1], path),
            name="ovbot-model",
            daemon=True,
        )
        threading.Thread(target=self._serve, name="model-process", daemon=True).start()

    @property
    def pid(self) -> int | None:
        """The process id, once started."""
        return self._process.pid

    @property
    def exit(self) -> ProcessExit | None:
        """How the process ended; None while it runs, or has sent events that were not received yet."""
        return self._exit if self._events.empty() else None

    def send(self, command: Command) -> None:
        """Send a command; never waits. The caller limits how many can be under way."""
        self._commands.put(command)

    async def receive(self) -> Event | None:
        """Wait for the next event; None when the process has ended."""
        while True:
            with contextlib.suppress(queue.Empty):
                return self._events.get_nowait()
            if self._exit:
                return None
            self._arrived.clear()
            await self._arrived.wait()

    async def stop(self, timeout: float) -> None:
        """Ask the process to exit and kill it after `timeout` seconds; events still to come are dropped."""
        self.send(Shutdown())
        try:
            async with asyncio.timeout(timeout):
                await self._drain()
        except TimeoutError:
            self.kill()
            await self._drain()

    def kill(self) -> None:
        """End the process at once."""
        with self._start_lock:
            self._killed = True
            if self._process.pid is not None:
                self._process.kill()

    async def _drain(self) -> None:
        while await self.receive() is not None:
            continue

    def _serve(self) -> None:
        """Start the process and read what it sends until it ends. In a thread of its own."""
        code = None
        try:
            code = self._run()
        except Exception as error:  # noqa: BLE001  whoever waits for the process must hear of it
            self._fail(error)
        finally:
            self._tell(self._describe_exit(code))

    def _run(self) -> int | None:
        """The exit code; None where the process was not started."""
        if hasattr(signal, "pthread_sigmask"):
            # Inherited by the process: whoever stops the whole group (Ctrl-C, systemd) means the bot, which
            # stops the process itself.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        writer = threading.Thread(target=self._write, name="model-commands", daemon=True)
        try:
            with self._start_lock:
                if self._killed:
                    return None
                self._process.start()
            for theirs in (self._theirs[0], self._ours[1]):
                theirs.close()
            writer.start()
            self._read(self._ours[0])
        except Exception as error:  # noqa: BLE001  the process must not outlive what failed
            self._fail(error)
        code = self._wait()
        self._commands.put(None)
        if writer.ident is not None:
            writer.join()
        for pipe in (*self._theirs, *self._ours):
            pipe.close()
        return code

    def _wait(self) -> int | None:
        """Wait for the end of a process that sends nothing more; its exit code."""
        if self._process.pid is None:
            return None
        self._process.join(_EXIT_SECONDS)
        if self._process.exitcode is None:
            self._failure = self._failure or "it sends nothing more and does not exit"
            self.kill()
            self._process.join()
        return self._process.exitcode

    def _read(self, events: Connection) -> None:
        """Take up events to the last one. Raises what an event that cannot be read raises."""
        while True:
            try:
                content = events.recv_bytes()
            except (EOFError, OSError):  # the process has ended
                return
            self._events.put(pickle.loads(content))
            self._call_on_loop()

    def _write(self) -> None:
        """Send commands to the last one. In a thread of its own."""
        try:
            while (command := self._commands.get()) is not None:
                self._theirs[1].send(command)
        except OSError:  # the process has ended
            return
        except Exception as error:  # noqa: BLE001  a command that is lost leaves somebody waiting
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        """End the process for something that went wrong on this side."""
        self._failure = self._failure or f"{type(error).__name__}: {error}"
        self.kill()

    def _tell(self, end: ProcessExit) -> None:
        self._exit = end
        self._call_on_loop()

    def _call_on_loop(self) -> None:
        # A closed loop has nobody left to tell.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._arrived.set)

    def _describe_exit(self, code: int | None) -> ProcessExit:
        """How the process ended; its log file is kept where that tells why."""
        printed = ""
        with contextlib.suppress(OSError):
            printed = self._log_file.read_bytes()[-_TAIL_BYTES:].decode(errors="replace").strip()
        keep = bool(printed) and code != 0 and not (self._killed and not self._failure)
        if not keep:
            with contextlib.suppress(OSError):
                self._log_file.unlink()
        return ProcessExit(code, self._failure, printed, self._log_file if keep else None)
