"""Attached files: downloading them, getting at their text, and what is said of those that cannot be read."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp
import discord
from discord.utils import escape_markdown
from yarl import URL

from bot.chat.turns import IMAGE_SIDE
from bot.client import words
from bot.client.inbox.extract import is_pdf
from bot.client.inbox.quoting import shown_name

PICTURE_BYTES = 10 * 2**20
"""The largest picture that is seen; Discord takes no larger file from most people."""

MEDIA_HOSTS = (".discordapp.net", ".discordapp.com")
"""Where Discord keeps copies of pictures that embeds show. Nothing is fetched from elsewhere: whoever writes
an embed could name any address, of the bot's own network too."""

# How long one file may take in all, waiting for others included: its message waits as long.
_FILE_SECONDS = 30.0

_DOWNLOAD_SECONDS = 15.0
_DOWNLOADS = 4

_PROGRAM = Path(__file__).with_name("extract.py")

# What the program needs of the environment; the bot's secrets are not among it.
_ENVIRONMENT = ("PATH", "SYSTEMROOT", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LANG", "TMP", "TEMP")

_PAGES = 200
_EXTRACTION_SECONDS = 20.0
_EXTRACTIONS = 2

_SHRINKING_SECONDS = 15.0
# Of an A4 page scanned at 600 dots an inch, or of a phone's camera. Each takes 4 bytes, and more than once.
_PIXELS = 40_000_000

# Bytes that no text has, control characters but for white space and escape.
_NEVER_IN_TEXT = bytes({*range(0x20), 0x7F} - {*b"\t\n\v\f\r\x1b"})

_JPEG_END = b"\xff\xd9"

# Begins Japanese in ISO-2022-JP, which is valid ASCII all through.
_SHIFT = b"\x1b$"


class DownloadError(Exception):
    """The file could not be downloaded, or not in time."""


class TooLargeError(Exception):
    """The file is larger than the limit."""


class Downloader:
    """Downloads files, a few at a time. Opened and closed by `async with`.

    seconds: how long one file may take, from the first to the last byte.
    """

    def __init__(self, seconds: float = _DOWNLOAD_SECONDS) -> None:
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None
        self._free = asyncio.Semaphore(_DOWNLOADS)

    async def __aenter__(self) -> Self:
        # A compressed file may have any size once it is unpacked, so none is asked for.
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=self._seconds),
            headers={"Accept-Encoding": "identity"},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, url: str, limit: int) -> bytes:
        """The bytes at `url`.

        Raises: TooLargeError as soon as more than `limit` arrive, whatever size was announced;
        DownloadError.
        """
        assert self._session is not None, "not opened"
        try:
            async with self._free, self._session.get(url, allow_redirects=False) as response:
                if response.status != 200 or "Content-Encoding" in response.headers:
                    raise DownloadError(f"HTTP {response.status}")
                if (response.content_length or 0) > limit:
                    raise TooLargeError
                return await _bounded(response.content, limit)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise DownloadError(type(error).__name__) from error


async def _bounded(content: aiohttp.StreamReader, limit: int) -> bytes:
    got = bytearray()
    async for chunk in content.iter_any():
        got += chunk
        if len(got) > limit:
            raise TooLargeError
    return bytes(got)


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


class TextExtractor:
    """Gets the text out of files, a few at a time, without holding up the event loop.

    What is not plain UTF-8 is read in a process of its own, which can be killed: files come from
    strangers. seconds: how long one may take; what was read by then counts.
    """

    def __init__(self, seconds: float = _EXTRACTION_SECONDS) -> None:
        self._seconds = seconds
        self._free = asyncio.Semaphore(_EXTRACTIONS)

    async def text(self, data: bytes, characters: int) -> Extracted:
        """The first `characters` of a file's text. Told by content, never by name."""
        if (text := await asyncio.to_thread(_utf8, data)) is not None:
            return Extracted(FileKind.TEXT, text[:characters])
        async with self._free:
            return await self._in_process(data, characters)

    async def _in_process(self, data: bytes, characters: int) -> Extracted:
        return _parse_output(await _run("text", (characters, _PAGES), data, self._seconds))


async def _run(wanted: str, limits: tuple[int, int], data: bytes, seconds: float) -> bytes:
    """What the program writes for a file, as far as it comes within `seconds`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", str(_PROGRAM), wanted, *map(str, limits),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
    )  # fmt: skip
    written = bytearray()
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await _feed(process, data)
                assert process.stdout is not None
                while chunk := await process.stdout.read(65536):
                    written += chunk
                # Killing one that has just ended would take its exit status from asyncio's watcher.
                await process.wait()
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        await process.wait()
    return bytes(written)


async def _feed(process: asyncio.subprocess.Process, data: bytes) -> None:
    assert process.stdin is not None
    with suppress(BrokenPipeError, ConnectionResetError):  # it gave up; its output says why
        process.stdin.write(data)
        await process.stdin.drain()
        process.stdin.close()


def _parse_output(written: bytes) -> Extracted:
    kind, _, text = written.partition(b"\n")
    try:
        found = FileKind(kind.decode("ascii", "replace"))
    except ValueError:
        return Extracted(FileKind.BROKEN)
    return Extracted(found, text.decode("utf-8", "ignore"))  # may have been cut within a character


class PictureKind(StrEnum):
    """What a file was found to be, in the words of `extract.py`."""

    PICTURE = "picture"
    BOMB = "bomb"
    UNKNOWN = "unknown"
    BROKEN = "broken"  # or built so that reading it takes too long


class PictureShrinker:
    """Makes small JPEG files of pictures, a few at a time, in a process of its own that can be killed.

    seconds: how long one may take.
    """

    def __init__(self, seconds: float = _SHRINKING_SECONDS) -> None:
        self._seconds = seconds
        self._free = asyncio.Semaphore(_EXTRACTIONS)

    async def shrink(self, data: bytes) -> tuple[PictureKind, bytes]:
        """What a file is, and the picture; see `bot.chat.turns.Image`."""
        async with self._free:
            written = await _run("picture", (IMAGE_SIDE, _PIXELS), data, self._seconds)
        kind, _, picture = written.partition(b"\n")
        try:
            found = PictureKind(kind.decode("ascii", "replace"))
        except ValueError:
            return PictureKind.BROKEN, b""
        # Killed while it wrote, it has written a part of the file.
        whole = found is not PictureKind.PICTURE or picture.endswith(_JPEG_END)
        return (found, picture) if whole else (PictureKind.BROKEN, b"")


def _utf8(data: bytes) -> str | None:
    """The text of a UTF-8 file, which needs no process of its own; None for any other."""
    if is_pdf(data) or _SHIFT in data or len(data.translate(None, _NEVER_IN_TEXT)) != len(data):
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


class FileState(StrEnum):
    """What became of a file. The person is told of all but READ and SEEN."""

    READ = "read"
    SEEN = "seen"
    PICTURE = "picture"
    SOUND = "sound"
    VIDEO = "video"
    TOO_LARGE = "too large"
    NOT_DOWNLOADED = "not downloaded"
    LOCKED = "locked"
    EMPTY = "empty"
    NO_TEXT = "no text"
    NOT_TEXT = "not text"
    BROKEN = "broken"
    TOO_MANY = "too many"
    PICTURE_TOO_LARGE = "picture too large"
    TOO_MANY_PIXELS = "too many pixels"
    UNKNOWN_PICTURE = "unknown picture"
    BROKEN_PICTURE = "broken picture"
    TOO_MANY_PICTURES = "too many pictures"


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """An attached file and what was read of it.

    name: chosen by whoever attached it: to be shown with care. size: bytes, as announced. picture: of one
    that is seen, a JPEG file.
    """

    name: str
    size: int
    state: FileState
    text: str = ""
    description: str = ""
    whole: bool = True
    picture: bytes = b""


# Discord tells a file's type by its name; these are text nevertheless.
_TEXT_NEVERTHELESS = ("image/svg+xml", "video/mp2t")
_NOT_READ = {"image": FileState.PICTURE, "audio": FileState.SOUND, "video": FileState.VIDEO}
_FOUND = {
    FileKind.TEXT: FileState.READ,
    FileKind.PDF: FileState.READ,
    FileKind.LOCKED: FileState.LOCKED,
    FileKind.BINARY: FileState.NOT_TEXT,
    FileKind.BROKEN: FileState.BROKEN,
}

_SHRUNK = {
    PictureKind.PICTURE: FileState.SEEN,
    PictureKind.BOMB: FileState.TOO_MANY_PIXELS,
    PictureKind.UNKNOWN: FileState.UNKNOWN_PICTURE,
    PictureKind.BROKEN: FileState.BROKEN_PICTURE,
}

_REASONS = {
    FileState.PICTURE_TOO_LARGE: words.inbox.PICTURE_TOO_LARGE,
    FileState.TOO_MANY_PIXELS: words.inbox.TOO_MANY_PIXELS,
    FileState.UNKNOWN_PICTURE: words.inbox.UNKNOWN_PICTURE,
    FileState.BROKEN_PICTURE: words.inbox.BROKEN_PICTURE,
    FileState.TOO_MANY_PICTURES: words.inbox.PICTURE_TOO_MANY,
    FileState.PICTURE: words.inbox.PICTURE,
    FileState.SOUND: words.inbox.SOUND,
    FileState.VIDEO: words.inbox.VIDEO,
    FileState.TOO_LARGE: words.inbox.TOO_LARGE,
    FileState.NOT_DOWNLOADED: words.inbox.NOT_GOT,
    FileState.LOCKED: words.inbox.LOCKED,
    FileState.EMPTY: words.inbox.EMPTY,
    FileState.NO_TEXT: words.inbox.NO_TEXT,
    FileState.NOT_TEXT: words.inbox.NOT_TEXT,
    FileState.BROKEN: words.inbox.BROKEN,
    FileState.TOO_MANY: words.inbox.ONE_TOO_MANY,
}


def why_unread(file: AttachedFile, limit: int) -> str:
    """Why a file was not read, in words. limit: bytes of the largest that is."""
    return words.inbox.unread(_REASONS[file.state], f"**{escape_markdown(shown_name(file.name))}**", limit)


def is_picture(attachment: discord.Attachment) -> bool:
    """Whether a file is a picture, by what Discord says of it."""
    kind = _kind(attachment)
    return _NOT_READ.get(kind.split("/")[0]) is FileState.PICTURE and kind not in _TEXT_NEVERTHELESS


def _kind(attachment: discord.Attachment) -> str:
    return (attachment.content_type or "").split(";")[0].strip().lower()


def _is_copy(address: str) -> bool:
    """Whether an address is that of one of Discord's copies, read as aiohttp reads it."""
    try:
        url = URL(address)
    except ValueError:
        return False
    return url.scheme == "https" and (url.host or "").endswith(MEDIA_HOSTS)


def file_of(
    attachment: discord.Attachment, state: FileState, text: str = "", *, whole: bool = True
) -> AttachedFile:
    """An attachment with what became of it."""
    return AttachedFile(
        attachment.filename, attachment.size, state, text, attachment.description or "", whole
    )


class AttachmentReader:
    """Reads attachments.

    limit: bytes of the largest file that is read. characters: how much of each. shrinker: for pictures. sees:
    tells whether the model that answers sees them.
    """

    def __init__(
        self,
        downloader: Downloader,
        extractor: TextExtractor,
        limit: int,
        characters: int,
        shrinker: PictureShrinker,
        sees: Callable[[], bool],
    ) -> None:
        self._downloader = downloader
        self._extractor = extractor
        self._limit = limit
        self._characters = characters
        self._shrinker = shrinker
        self._sees = sees

    @property
    def sees(self) -> bool:
        """Whether pictures are seen now; the model may be changed."""
        return self._limit > 0 and self._sees()

    async def read(self, attachment: discord.Attachment) -> AttachedFile:
        """Read one; its state says what was wrong with it."""
        try:
            async with asyncio.timeout(_FILE_SECONDS):
                if self.sees and is_picture(attachment):
                    state, picture = await self._see(attachment)
                    return replace(file_of(attachment, state), picture=picture)
                state, text = await self._read(attachment)
        except TimeoutError:
            state, text = FileState.BROKEN, ""
        return file_of(attachment, state, text[: self._characters], whole=len(text) <= self._characters)

    async def look(self, url: str) -> bytes:
        """A picture that an embed shows, by the address of Discord's copy; b"" where it cannot be seen."""
        if not self.sees or not _is_copy(url):
            return b""
        with suppress(TimeoutError, TooLargeError, DownloadError):
            async with asyncio.timeout(_FILE_SECONDS):
                data = await self._downloader.get(url, PICTURE_BYTES)
                _, picture = await self._shrinker.shrink(data)
                return picture
        return b""

    async def _see(self, attachment: discord.Attachment) -> tuple[FileState, bytes]:
        if attachment.size > PICTURE_BYTES:
            return FileState.PICTURE_TOO_LARGE, b""
        try:
            data = await self._downloader.get(attachment.url, PICTURE_BYTES)
        except TooLargeError:
            return FileState.PICTURE_TOO_LARGE, b""
        except DownloadError:
            return FileState.NOT_DOWNLOADED, b""
        kind, picture = await self._shrinker.shrink(data)
        return _SHRUNK[kind], picture

    async def _read(self, attachment: discord.Attachment) -> tuple[FileState, str]:
        kind = _kind(attachment)
        unseen = _NOT_READ.get(kind.split("/")[0])
        if unseen is not None and kind not in _TEXT_NEVERTHELESS:
            return unseen, ""
        if attachment.size > self._limit:
            return FileState.TOO_LARGE, ""
        try:
            data = await self._downloader.get(attachment.url, self._limit)
        except TooLargeError:
            return FileState.TOO_LARGE, ""
        except DownloadError:
            return FileState.NOT_DOWNLOADED, ""
        found = await self._extractor.text(data, self._characters + 1)
        state = _FOUND[found.kind]
        if state is FileState.READ and not found.text.strip():
            state = FileState.EMPTY if found.kind is FileKind.TEXT else FileState.NO_TEXT
        return state, found.text
