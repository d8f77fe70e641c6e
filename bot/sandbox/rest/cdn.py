"""Where attachments are downloaded from."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.sandbox.model import Attachment
from bot.sandbox.world import World


def get_attachment(world: World) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the handler that serves the files of messages."""

    async def serve(request: web.Request) -> web.StreamResponse:
        number = request.match_info["attachment_id"]
        found = world.attachments.get(int(number)) if number.isdecimal() else None
        if found is None or found.filename != request.match_info["filename"]:
            raise web.HTTPNotFound
        if found.pause_s is not None:
            return await _endless(request, found, found.pause_s)
        return web.Response(body=found.data, headers={"Content-Type": found.content_type})

    return serve


async def _endless(request: web.Request, what: Attachment, pause_s: float) -> web.StreamResponse:
    """Send the content again and again until whoever downloads it has enough."""
    response = web.StreamResponse(headers={"Content-Type": what.content_type})
    await response.prepare(request)
    try:
        while True:
            await response.write(what.data)
            await asyncio.sleep(pause_s)
    except ConnectionError:
        return response
