"""Where attachments are downloaded from."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.sandbox.world import World


def get_attachment(world: World) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Return the handler that serves the files of messages."""

    async def serve(request: web.Request) -> web.Response:
        number = request.match_info["attachment_id"]
        found = world.attachments.get(int(number)) if number.isdecimal() else None
        if found is None or found.filename != request.match_info["filename"]:
            raise web.HTTPNotFound
        return web.Response(body=found.data, headers={"Content-Type": found.content_type})

    return serve
