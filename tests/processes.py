"""`ovbot` as a process of its own, whose log can be waited for."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.sandbox import Sandbox
from bot.settings import Settings

ROOT = Path(__file__).parent.parent


class Program:
    """A running `ovbot`. log: what it has written to standard error."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._news = asyncio.Event()
        self._reading = asyncio.create_task(self._read())
        self.log = ""

    async def _read(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self.log += line.decode()
            self._news.set()
        self._news.set()

    async def logged(self, text: str) -> None:
        """Wait until `text` is in the log."""
        while text not in self.log:
            assert not self._reading.done(), f"it ended without {text!r}:\n{self.log}"
            self._news.clear()
            await self._news.wait()

    async def handling_signals(self) -> None:
        """Wait until it has handlers for signals, which is before it imports anything slow."""
        status = Path("/proc", str(self._process.pid), "status")
        while not _caught(await asyncio.to_thread(status.read_text)) >> (signal.SIGTERM - 1) & 1:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    def send(self, *signals: int) -> None:
        """Send signals, one after the other."""
        for number in signals:
            self._process.send_signal(number)

    async def end(self) -> int:
        """Wait for its end; the exit code."""
        code = await self._process.wait()
        await self._reading
        return code

    async def output(self) -> str:
        """Wait for its end; what it has written to standard output."""
        assert self._process.stdout is not None
        text = (await self._process.stdout.read()).decode()
        await self.end()
        return text

    async def close(self) -> None:
        """End it if it runs still."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        await self._reading


def _caught(status: str) -> int:
    [line] = [line for line in status.splitlines() if line.startswith("SigCgt:")]
    return int(line.split()[1], 16)


def environment(sandbox: Sandbox | None = None, **settings: str) -> dict[str, str]:
    """This environment with these settings alone, and those for a local Discord."""
    names = {name.upper() for name in Settings.model_fields}
    env = {name: value for name, value in os.environ.items() if name not in names}
    env |= {"PYTHONPATH": str(ROOT), "KV_CACHE_GIB": "0.1"}
    if sandbox is not None:
        env |= {"DISCORD_TOKEN": sandbox.token, "DISCORD_API_URL": sandbox.api_url}
    return env | settings


@asynccontextmanager
async def started(folder: Path, env: dict[str, str], *command: str) -> AsyncIterator[Program]:
    """Run `ovbot COMMAND` in a folder while the block runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *command, env=env, cwd=folder, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    program = Program(process)
    try:
        yield program
    finally:
        await program.close()
