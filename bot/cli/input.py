"""Reading what a person types."""

from __future__ import annotations

import asyncio
import os
import select
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager


def readable(text: str) -> str:
    """A command-line argument as text: bytes that are no text in the locale's encoding are read as UTF-8."""
    has_surrogates = any("\ud800" <= character <= "\udfff" for character in text)
    return os.fsencode(text).decode("utf-8", "replace") if has_surrogates else text


def has_input() -> bool:
    """Whether standard input has something to read by now, be it its end. True where nobody can tell: on
    Windows."""
    try:
        return bool(select.select([sys.stdin], [], [], 0)[0])
    except (OSError, ValueError):
        return True


async def read_lines(prompt: str) -> AsyncIterator[str]:
    """Yield the lines that are typed, stripped and without empty ones, until Ctrl-D, Ctrl-C or /exit.

    Reads standard input as it is where that is not a terminal.
    """
    lines = _read_terminal(prompt) if sys.stdin.isatty() else _read_pipe()
    async for line in lines:
        text = line.strip()
        if text == "/exit":
            return
        if text:
            yield text


@contextmanager
def typed_lines(take: Callable[[str], object]) -> Iterator[None]:
    """Give `take` each line that is typed while no prompt is shown, stripped and without empty ones.

    Ctrl-D is given as /exit. On Windows nothing is read: what is typed is there at the next prompt.
    """
    loop, terminal = asyncio.get_running_loop(), sys.stdin.fileno()

    def read() -> None:
        try:
            line = os.read(terminal, 4096)  # a terminal gives one line at a time
        except OSError:  # the terminal is gone
            line = b""
        if not line:
            loop.remove_reader(terminal)
        if text := line.decode(errors="replace").strip() if line else "/exit":
            take(text)

    try:
        loop.add_reader(terminal, read)
    except NotImplementedError:
        yield
        return
    try:
        yield
    finally:
        loop.remove_reader(terminal)


async def _read_terminal(prompt: str) -> AsyncIterator[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.patch_stdout import patch_stdout

    session: PromptSession[str] = PromptSession()
    while True:
        try:
            with patch_stdout(raw=True):  # the log is printed above the prompt
                # prompt_toolkit's own handler for Ctrl-C would remove the program's when it is done.
                line = await session.prompt_async(prompt, handle_sigint=False)
        except (EOFError, KeyboardInterrupt):
            return
        yield line


async def _read_pipe() -> AsyncIterator[str]:
    # Unbuffered, and in daemon threads: one that waits in a read must not keep the program from ending,
    # which it would by the lock of a buffer or as a thread of the event loop's pool.
    buffer = sys.stdin.buffer
    stream = getattr(buffer, "raw", buffer)
    loop = asyncio.get_running_loop()

    def read(line: asyncio.Future[bytes]) -> None:
        read_line = stream.readline()
        try:
            loop.call_soon_threadsafe(_give, line, read_line)
        except RuntimeError:  # the loop has been closed meanwhile
            return

    while True:
        line: asyncio.Future[bytes] = loop.create_future()
        threading.Thread(target=read, args=(line,), name="standard input", daemon=True).start()
        if not (text := await line):
            return
        yield text.decode(errors="replace")


def _give(line: asyncio.Future[bytes], text: bytes) -> None:
    if not line.done():
        line.set_result(text)
