"""`ovbot run` as a process that is killed and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from bot.sandbox import Sandbox
from bot.settings import Settings

_ROOT = Path(__file__).parents[2]
_SAMPLE_SECONDS = 2.0
_STOP_SECONDS = 30.0
# A bot that ends by itself, as one that cannot log in does, is started again after a moment.
_RESTART_SECONDS = 0.5
_FOREVER = 1e9
# The presence of a bot whose model is loaded: free, or busy.
_ANSWERING = ("online", "dnd")


@dataclass(slots=True)
class Run:
    """One life of the bot's process.

    Times are `Clock.monotonic` of the local Discord. ready_at: when it could first answer; None where it
    never could. killed_by: the signal that it was sent; None where it ended by itself. first_memory,
    last_memory: resident bytes of the process and its children, once it was ready and when last looked at.
    """

    started_at: float
    ready_at: float | None = None
    ended_at: float | None = None
    code: int | None = None
    killed_by: str | None = None
    first_memory: int | None = None
    last_memory: int | None = None


class BotProcess:
    """Keeps `ovbot run` running in a folder, until it is told to stop.

    folder: has the database, the log and whatever else the bot writes.
    """

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.runs: list[Run] = []
        self.database = folder / "ovbot.sqlite3"
        self.log = folder / "ovbot.log"
        self._sandbox = sandbox
        self._folder = folder
        self._process: Process | None = None
        self._down_for = _RESTART_SECONDS
        self._stopping = False
        names = {name.upper() for name in Settings.model_fields}
        self._environment = {name: value for name, value in os.environ.items() if name not in names} | {
            "PYTHONPATH": str(_ROOT),
            "DISCORD_TOKEN": sandbox.token,
            "DISCORD_API_URL": sandbox.api_url,
            "DISCORD_GATEWAY_URL": sandbox.gateway_url,
            "DATABASE_URL": f"sqlite+aiosqlite:///{self.database.as_posix()}",
            "CACHE_DIR": str(folder / "cache"),
            # Long enough for a story that takes two messages.
            "MAX_NEW_TOKENS": "800",
            "KV_CACHE_GIB": "0.1",
            "REQUESTS_PER_MINUTE": "0",
            "QUEUE_SIZE": "10000",
        }

    @property
    def is_ready(self) -> bool:
        """Whether the bot runs, is connected, and has its model loaded."""
        presence = self._sandbox.gateway.presence
        runs = self._process is not None and self._process.returncode is None
        return runs and presence is not None and presence["status"] in _ANSWERING

    async def run(self) -> None:
        """Start the bot, and start it again whenever it ends, until `stop` is called."""
        with self.log.open("ab") as log:
            while not self._stopping:
                await self._live(log)
                down_for, self._down_for = self._down_for, _RESTART_SECONDS
                if not self._stopping:
                    await asyncio.sleep(down_for)

    def kill(self, number: signal.Signals, *, down_for: float) -> bool:
        """Send the bot a signal that ends it; it is started again `down_for` seconds after its end.

        False where it does not run.
        """
        if self._process is None or self._process.returncode is not None:
            return False
        self.runs[-1].killed_by = number.name
        self._down_for = down_for
        with suppress(ProcessLookupError):
            self._process.send_signal(number)
        return True

    def engine(self) -> psutil.Process | None:
        """The process that runs the model, if there is one."""
        return next((process for process in self._family()[1:] if _is_engine(process)), None)

    def memory(self) -> int:
        """Resident bytes of the bot's process and its children."""
        total = 0
        for process in self._family():
            with suppress(psutil.Error):
                total += process.memory_info().rss
        return total

    async def wait_ready(self, timeout: float) -> None:
        """Return once the bot can answer.

        Raises: TimeoutError.
        """
        await self._sandbox.world.changes.until(
            lambda: self.is_ready or None, timeout, lambda: f"the bot is not ready: {last_line(self.log)}"
        )

    async def stop(self) -> int | None:
        """End the bot for good, as a service manager does; its exit code, None where it did not run."""
        self._stopping = True
        if not self.kill(signal.SIGTERM, down_for=0) or self._process is None:
            return None
        try:
            return await asyncio.wait_for(self._process.wait(), _STOP_SECONDS)
        except TimeoutError:
            self._process.kill()
            return await self._process.wait()

    async def _live(self, log: IO[bytes]) -> None:
        clock = self._sandbox.clock
        log.write(f"--- run {len(self.runs) + 1} at {clock.monotonic():.1f}\n".encode())
        log.flush()
        run = Run(clock.monotonic())
        self.runs.append(run)
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run",
            env=self._environment, cwd=self._folder, stdout=log, stderr=log,
        )  # fmt: skip
        watching = asyncio.create_task(self._watch(run))
        try:
            run.code = await process.wait()
        finally:
            watching.cancel()
            await asyncio.wait([watching])
            if process.returncode is None:
                process.kill()
                await process.wait()
            run.ended_at = clock.monotonic()

    async def _watch(self, run: Run) -> None:
        await self.wait_ready(_FOREVER)
        run.ready_at = self._sandbox.clock.monotonic()
        while True:
            run.last_memory = self.memory()
            run.first_memory = run.first_memory or run.last_memory
            await asyncio.sleep(_SAMPLE_SECONDS)

    def _family(self) -> list[psutil.Process]:
        if self._process is None or self._process.returncode is not None:
            return []
        try:
            process = psutil.Process(self._process.pid)
            return [process, *process.children(recursive=True)]
        except psutil.Error:
            return []


def last_line(log: Path, holding: Callable[[str], object] = str.strip) -> str:
    """The last line of a log for which `holding` is true; empty where there is none."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return next((line for line in reversed(lines) if holding(line)), "")


def _is_engine(process: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.Error:
        return False
