"""The REST API over HTTP: faults, limits, authorization, errors and the record, the same for every route."""

import json
import logging
from typing import Any

from aiohttp import web

from bot.sandbox.errors import ApiError, api_error
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.limits import RateLimits, refusal, retry_headers
from bot.sandbox.rest import (
    channel_routes,
    command_routes,
    guild_routes,
    interaction_routes,
    message_routes,
    user_routes,
)
from bot.sandbox.rest.call import Answer, Call, Route, read_body
from bot.sandbox.wire import Exchange, Wire, shown_headers
from bot.sandbox.world import World

PREFIX = "/api/v10"
ROUTES: tuple[Route, ...] = (
    *user_routes.ROUTES,
    *guild_routes.ROUTES,
    *channel_routes.ROUTES,
    *message_routes.ROUTES,
    *command_routes.ROUTES,
    *interaction_routes.ROUTES,
)
_log = logging.getLogger(__name__)
# Without it, discord.py believes that a 429 is a ban by Cloudflare.
_VIA = {"Via": "1.1 sandbox"}
_JSON = {"Content-Type": "application/json"}


class _DroppedError(Exception):
    """The connection was cut on purpose."""


class RestApi:
    """Serves `ROUTES` below `PREFIX`, and the files of messages below /attachments/."""

    def __init__(self, world: World, limits: RateLimits, faults: Faults, wire: Wire) -> None:
        self._world = world
        self._limits = limits
        self._faults = faults
        self._wire = wire

    def add_to(self, app: web.Application) -> None:
        """Add the routes to a web application."""
        for route in ROUTES:
            app.router.add_route(route.method, PREFIX + route.path, self._handler(route))
        app.router.add_route("*", PREFIX + "/{rest:.*}", self._handler(None))
        app.router.add_get("/attachments/{channel_id}/{attachment_id}/{filename}", self._attachment)

    async def _attachment(self, request: web.Request) -> web.StreamResponse:
        fault = self._faults.next(request.method, request.path)
        if fault is not None:
            await fault.wait()
            if fault.drop:
                return _cut(request)
            if fault.status is not None:
                return web.Response(status=fault.status)
        return await message_routes.serve_attachment(self._world, request)

    def _handler(self, route: Route | None) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._exchange(route, request)

        return handle

    async def _exchange(self, route: Route | None, request: web.Request) -> web.StreamResponse:
        clock = self._world.clock
        at = clock.monotonic()
        call = Call(self._world, dict(request.match_info), dict(request.query))
        headers = dict(_VIA)
        try:
            status, body = await self._answer(route, request, call, headers)
        except _DroppedError:
            status, body = 0, None
        self._wire.record(
            Exchange(
                method=request.method,
                route=route.path if route else None,
                path=request.path.removeprefix(PREFIX),
                query=call.query,
                headers=shown_headers(request.headers),
                body=call.body,
                files=tuple((u.filename, len(u.data)) for u in call.uploads.values()),
                multipart=request.content_type == "multipart/form-data",
                status=status,
                answer=body,
                answer_headers=headers,
                at=at,
                done_at=clock.monotonic(),
            )
        )
        if status == 0:
            return _cut(request)
        if body is None:
            return web.Response(status=status, headers=headers)
        # No charset: discord.py reads JSON only from exactly this type.
        return web.Response(body=json.dumps(body).encode(), status=status, headers=headers | _JSON)

    async def _answer(
        self, route: Route | None, request: web.Request, call: Call, headers: dict[str, str]
    ) -> tuple[int, Any]:
        """Return status and body: of the request, or of the fault that happens before or after it."""
        try:
            # Before any fault, so that the record has the body in any case.
            call.body, call.uploads = await read_body(request, self._world.limits)
        except ApiError as error:
            return error.status, error.body()
        fault = self._faults.next(request.method, request.path.removeprefix(PREFIX))
        failed = None
        if fault is not None and not fault.late:
            failed = await _happen(fault, headers)
        answer = failed or await self._carry_out(route, request, call, headers)
        if fault is not None and fault.late:
            failed = await _happen(fault, headers)
        return failed or answer

    async def _carry_out(
        self, route: Route | None, request: web.Request, call: Call, headers: dict[str, str]
    ) -> tuple[int, Any]:
        try:
            if route is None:
                raise ApiError(404, 0, "404: Not Found")
            self._authorize(route, request)
            verdict = self._limits.take(
                route.bucket,
                _major(call.params),
                route=f"{route.method} {route.path}",
                exempt_from_global=not route.bot_only,
            )
            headers |= verdict.headers
            if verdict.limited:
                return 429, refusal(verdict.retry_after, is_global=verdict.is_global)
            result = await route.handler(call)
        except ApiError as error:
            body = error.body()
            if error.code == 30046:
                body |= refusal(5.0) | {"code": 30046, "message": error.message}
                headers |= retry_headers(5.0, "user")
            return error.status, body
        except Exception:  # noqa: BLE001 - a bug in the sandbox is answered with 500, and logged
            _log.exception("the sandbox failed at %s %s", request.method, request.path)
            return 500, {"message": "500: Internal Server Error", "code": 0}
        if isinstance(result, Answer):
            return result.status, result.body
        return (204, None) if result is None else (200, result)

    def _authorize(self, route: Route, request: web.Request) -> None:
        """Refuse a request without the token or the User-Agent that Discord requires.

        Webhooks need no token, and discord.py sends them without its own User-Agent.
        """
        agent = request.headers.get("User-Agent", "")
        if not agent or (route.bot_only and not agent.startswith("DiscordBot (")):
            raise api_error(40333)
        token = self._world.application.token
        if route.bot_only and request.headers.get("Authorization") != f"Bot {token}":
            raise ApiError(401, 0, "401: Unauthorized")


def _major(params: dict[str, str]) -> str:
    """Return the part of the path that is rate limited on its own."""
    for names in (("channel_id",), ("guild_id",), ("webhook_id", "webhook_token"), ("interaction_id",)):
        if names[0] in params:
            return "+".join(params.get(name, "") for name in names)
    return ""


async def _happen(fault: Fault, headers: dict[str, str]) -> tuple[int, Any] | None:
    """Let a fault happen; return the status and body of its error, None where it only takes time."""
    await fault.wait()
    if fault.drop:
        raise _DroppedError
    if fault.status is None:
        return None
    if fault.status == 429:
        headers |= retry_headers(fault.retry_after, fault.scope)
        return 429, refusal(fault.retry_after, is_global=fault.scope == "global")
    if fault.code is not None:
        return fault.status, {**api_error(fault.code).body()}
    return fault.status, {"message": f"{fault.status}: on demand", "code": 0}


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
