"""Files are got without trusting what is said of their size."""

from __future__ import annotations

import asyncio
import gzip

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.client.inbox.attachments import Downloader, DownloadError, TooLargeError
from bot.sandbox import Sandbox, Upload


def attached(sandbox: Sandbox, upload: Upload) -> str:
    return sandbox.person("Ana").say(sandbox.general, files=[upload]).attachments[0].url


async def test_a_file_is_got_whole(sandbox: Sandbox) -> None:
    url = attached(sandbox, Upload("a file #1.txt", "text/plain", b"x" * 5000))
    async with Downloader() as downloads:
        assert await downloads.get(url, 5000) == b"x" * 5000


async def test_a_file_that_is_larger_than_it_said_is_refused(sandbox: Sandbox) -> None:
    url = attached(sandbox, Upload("big.txt", "text/plain", b"x" * 5001, announced_size=3))
    async with Downloader() as downloads:
        with pytest.raises(TooLargeError):
            await downloads.get(url, 5000)


async def test_a_file_that_never_ends_is_refused_as_soon_as_it_is_too_large(sandbox: Sandbox) -> None:
    url = attached(sandbox, Upload("endless.txt", "text/plain", b"x" * 1000, announced_size=3, pause_s=0.0))
    async with asyncio.timeout(10), Downloader() as downloads:
        with pytest.raises(TooLargeError):
            await downloads.get(url, 100_000)


async def test_a_file_that_drips_is_given_up_after_a_while(sandbox: Sandbox) -> None:
    url = attached(sandbox, Upload("slow.txt", "text/plain", b"x", announced_size=3, pause_s=0.05))
    async with Downloader(seconds=0.4) as downloads:
        with pytest.raises(DownloadError):
            await downloads.get(url, 100_000)


async def test_a_file_that_is_gone_is_told(sandbox: Sandbox) -> None:
    async with Downloader() as downloads:
        with pytest.raises(DownloadError):
            await downloads.get(f"{sandbox.world.base_url}/attachments/1/2/gone.txt", 100)
        with pytest.raises(DownloadError):
            await downloads.get("http://127.0.0.1:1/nobody", 100)


async def test_what_a_server_compresses_or_moves_is_not_followed() -> None:
    async def compressed(_: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(bytes(50 << 20)), headers={"Content-Encoding": "gzip"})

    async def moved(_: web.Request) -> web.Response:
        raise web.HTTPFound("/compressed")

    app = web.Application()
    app.add_routes([web.get("/compressed", compressed), web.get("/moved", moved)])
    async with TestServer(app) as server, Downloader() as downloads:
        for path in ("/compressed", "/moved"):
            with pytest.raises(DownloadError):
                await downloads.get(str(server.make_url(path)), 1 << 20)
