"""Attached files: which are read, and what is said of those that are not."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum

import discord
from discord.utils import escape_markdown

from bot.client import words
from bot.client.inbox.download import Downloads, NotGotError, TooLargeError
from bot.client.inbox.extraction import Extraction, FileKind
from bot.client.inbox.quoting import shown_name

# How long one file may take in all, waiting for others included: its message waits as long.
_SECONDS = 30.0


class FileState(StrEnum):
    """What became of a file. All but READ are said to the person."""

    READ = "read"
    PICTURE = "picture"
    SOUND = "sound"
    VIDEO = "video"
    TOO_LARGE = "too large"
    NOT_GOT = "not got"
    LOCKED = "locked"
    NO_TEXT = "no text"
    NOT_TEXT = "not text"
    BROKEN = "broken"
    ONE_TOO_MANY = "one too many"


@dataclass(frozen=True, slots=True)
class File:
    """An attached file and what was read of it.

    name: as the person who attached it gave it: to be shown with care. size: bytes, as announced.
    """

    name: str
    size: int
    state: FileState
    text: str = ""
    description: str = ""
    whole: bool = True


# What Discord takes a kind of file for by its name; these are text all the same.
_TEXT_AFTER_ALL = ("image/svg+xml", "video/mp2t")
_NOT_READ = {"image": FileState.PICTURE, "audio": FileState.SOUND, "video": FileState.VIDEO}
_FOUND = {
    FileKind.TEXT: FileState.READ,
    FileKind.PDF: FileState.READ,
    FileKind.LOCKED: FileState.LOCKED,
    FileKind.BINARY: FileState.NOT_TEXT,
    FileKind.BROKEN: FileState.BROKEN,
}

_REASONS = {
    FileState.PICTURE: words.hearing.PICTURE,
    FileState.SOUND: words.hearing.SOUND,
    FileState.VIDEO: words.hearing.VIDEO,
    FileState.TOO_LARGE: words.hearing.TOO_LARGE,
    FileState.NOT_GOT: words.hearing.NOT_GOT,
    FileState.LOCKED: words.hearing.LOCKED,
    FileState.NO_TEXT: words.hearing.NO_TEXT,
    FileState.NOT_TEXT: words.hearing.NOT_TEXT,
    FileState.BROKEN: words.hearing.BROKEN,
    FileState.ONE_TOO_MANY: words.hearing.ONE_TOO_MANY,
}


def why_unread(file: File, limit: int) -> str:
    """Why a file was not read, in words. limit: bytes of the largest that is."""
    return words.hearing.unread(_REASONS[file.state], f"**{escape_markdown(shown_name(file.name))}**", limit)


def file_of(attachment: discord.Attachment, state: FileState, text: str = "", *, whole: bool = True) -> File:
    """An attachment with what became of it."""
    return File(attachment.filename, attachment.size, state, text, attachment.description or "", whole)


class Files:
    """Reads attachments.

    limit: bytes of the largest file that is read. characters: how much of each.
    """

    def __init__(self, downloads: Downloads, extraction: Extraction, limit: int, characters: int) -> None:
        self._downloads = downloads
        self._extraction = extraction
        self._limit = limit
        self._characters = characters

    async def read(self, attachment: discord.Attachment) -> File:
        """Read one; whatever is wrong with it is told by its state."""
        try:
            async with asyncio.timeout(_SECONDS):
                state, text = await self._read(attachment)
        except TimeoutError:
            state, text = FileState.BROKEN, ""
        return file_of(attachment, state, text[: self._characters], whole=len(text) <= self._characters)

    async def _read(self, attachment: discord.Attachment) -> tuple[FileState, str]:
        kind = (attachment.content_type or "").split(";")[0].strip().lower()
        unseen = _NOT_READ.get(kind.split("/")[0])
        if unseen is not None and kind not in _TEXT_AFTER_ALL:
            return unseen, ""
        if attachment.size > self._limit:
            return FileState.TOO_LARGE, ""
        try:
            data = await self._downloads.get(attachment.url, self._limit)
        except TooLargeError:
            return FileState.TOO_LARGE, ""
        except NotGotError:
            return FileState.NOT_GOT, ""
        found = await self._extraction.text(data, self._characters + 1)
        state = _FOUND[found.kind]
        return (
            FileState.NO_TEXT if state is FileState.READ and not found.text.strip() else state
        ), found.text
