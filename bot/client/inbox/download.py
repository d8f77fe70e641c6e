"""Getting a file from Discord without trusting what anybody says of its size."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

import aiohttp

_SECONDS = 15.0
_AT_ONCE = 4


class NotGotError(Exception):
    """The file could not be had, or not in time."""


class TooLargeError(Exception):
    """There is more of the file than is read."""


class Downloads:
    """Gets files, few at a time. Opened and closed by `async with`.

    seconds: how long one file may take, from the first to the last byte.
    """

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None
        self._free = asyncio.Semaphore(_AT_ONCE)

    async def __aenter__(self) -> Self:
        # What a server has compressed may have any size once it is not; it is asked not to.
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
        """The bytes at `url`, at most `limit` of them.

        Raises: TooLargeError as soon as there are more, however many were announced; NotGotError.
        """
        assert self._session is not None, "not opened"
        try:
            async with self._free, self._session.get(url, allow_redirects=False) as response:
                if response.status != 200 or "Content-Encoding" in response.headers:
                    raise NotGotError(f"HTTP {response.status}")
                if (response.content_length or 0) > limit:
                    raise TooLargeError
                return await _bounded(response.content, limit)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise NotGotError(type(error).__name__) from error


async def _bounded(content: aiohttp.StreamReader, limit: int) -> bytes:
    got = bytearray()
    async for chunk in content.iter_any():
        got += chunk
        if len(got) > limit:
            raise TooLargeError
    return bytes(got)
