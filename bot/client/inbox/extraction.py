"""The text of a file, whatever somebody has put into it, without holding up the event loop."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.client.inbox.extract import is_pdf

_PROGRAM = Path(__file__).with_name("extract.py")

# What the program needs of the environment; the bot's secrets are not among it.
_ENVIRONMENT = ("PATH", "SYSTEMROOT", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LANG", "TMP", "TEMP")

_PAGES = 200
_SECONDS = 20.0
_AT_ONCE = 2

# Bytes that no text has, control characters but for white space and escape.
_NEVER_IN_TEXT = bytes({*range(0x20), 0x7F} - {*b"\t\n\v\f\r\x1b"})

# Begins Japanese in ISO-2022-JP, which is valid ASCII all through.
_SHIFT = b"\x1b$"


class FileKind(StrEnum):
    """What a file was found to be, in the words of `extract.py`."""

    TEXT = "text"
    PDF = "pdf"
    LOCKED = "locked"
    BINARY = "binary"
    BROKEN = "broken"  # or built so that reading it takes too long


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a file, as far as it was read, and what the file is."""

    kind: FileKind
    text: str = ""


class Extraction:
    """Reads files, few at a time.

    seconds: how long one may take; what was read until then counts.
    """

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._free = asyncio.Semaphore(_AT_ONCE)

    async def text(self, data: bytes, characters: int) -> Extracted:
        """The first `characters` of a file's text. Told by content, never by name."""
        if (text := _utf8(data)) is not None:
            return Extracted(FileKind.TEXT, text[:characters])
        async with self._free:
            return await self._by_program(data, characters)

    async def _by_program(self, data: bytes, characters: int) -> Extracted:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", str(_PROGRAM), str(characters), str(_PAGES),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        )  # fmt: skip
        written = bytearray()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await _feed(process, data)
                    assert process.stdout is not None
                    while chunk := await process.stdout.read(65536):
                        written += chunk
                    # Killing one that has just ended would take its end from asyncio's watcher.
                    await process.wait()
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
            await process.wait()
        return _understood(bytes(written))


async def _feed(process: asyncio.subprocess.Process, data: bytes) -> None:
    assert process.stdin is not None
    with suppress(BrokenPipeError, ConnectionResetError):  # it gave up; its output says on what
        process.stdin.write(data)
        await process.stdin.drain()
        process.stdin.close()


def _understood(written: bytes) -> Extracted:
    kind, _, text = written.partition(b"\n")
    try:
        found = FileKind(kind.decode("ascii", "replace"))
    except ValueError:
        return Extracted(FileKind.BROKEN)
    return Extracted(found, text.decode("utf-8", "ignore"))  # may have been cut within a character


def _utf8(data: bytes) -> str | None:
    """The text of a UTF-8 file, which takes a millisecond and no program; None for any other."""
    if is_pdf(data) or _SHIFT in data or len(data.translate(None, _NEVER_IN_TEXT)) != len(data):
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
