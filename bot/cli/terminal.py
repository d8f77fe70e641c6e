"""Reading what a person types."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from io import TextIOWrapper


def readable(text: str) -> str:
    """An argument or a line as UTF-8: Python keeps bytes that are none by the locale as surrogates."""
    return os.fsencode(text).decode("utf-8", "replace") if _has_surrogates(text) else text


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


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
    from prompt_toolkit.patch_stdout import patch_stdout

    session: PromptSession[str] = PromptSession()
    while True:
        try:
            with patch_stdout(raw=True):  # a line of the log goes above what is being typed
                # Its own handler for Ctrl-C would, at its end, take away that of the program.
                line = await session.prompt_async(prompt, handle_sigint=False)
        except (EOFError, KeyboardInterrupt):
            return
        yield line


async def _pipe_reader() -> AsyncIterator[str]:
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    while line := await asyncio.to_thread(sys.stdin.readline):
        yield line
