"""Reading what a person types."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator


async def typed_lines(prompt: str) -> AsyncIterator[str]:
    """Yield the lines that are typed, stripped, empty ones left out, until Ctrl-D, Ctrl-C or /exit.

    Where standard input is no terminal its lines are taken as they are.
    """
    read = _terminal_reader(prompt) if sys.stdin.isatty() else _pipe_reader()
    async for line in read:
        text = line.strip()
        if text == "/exit":
            return
        if text:
            yield text


async def _terminal_reader(prompt: str) -> AsyncIterator[str]:
    from prompt_toolkit import PromptSession

    session: PromptSession[str] = PromptSession()
    while True:
        try:
            yield await session.prompt_async(prompt)
        except (EOFError, KeyboardInterrupt):
            return


async def _pipe_reader() -> AsyncIterator[str]:
    while line := await asyncio.to_thread(sys.stdin.readline):
        yield line
