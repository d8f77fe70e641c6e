"""The routes under /sandbox/.

    GET  /sandbox/people                        who there is
    POST /sandbox/people                        {"name"}: somebody new
    POST /sandbox/people/{name}/{action}        do something, see `actions.ACTIONS`
    GET  /sandbox/channels                      where one can talk
    GET  /sandbox/channels/{id}/messages        what was said there, oldest first
    GET  /sandbox/commands                      the bot's commands
    GET  /sandbox/bot                           the bot, whether it is online, and its presence
    GET  /sandbox/events                        what happens from now on, as server-sent events

Channels and messages are named by id. Errors are {"error": text}: 400 for what cannot be done, 404 for what
is not there, 504 where the bot did not answer in time. Only this machine is served: requests by another host
name, or with a body that is not JSON, are refused, so that no web page can act here.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.sandbox import payloads
from bot.sandbox.control.actions import ACTIONS, Arguments, NotThereError, find_channel, shown, shown_message
from bot.sandbox.errors import NoAnswerError, SandboxError
from bot.sandbox.events import Event
from bot.sandbox.gateway.hub import Gateway
from bot.sandbox.model import Json
from bot.sandbox.people import People
from bot.sandbox.services import Services

_HOSTS = frozenset({"127.0.0.1", "localhost"})
_KEEP_ALIVE_S = 15.0
_MESSAGES = frozenset({"MESSAGE_CREATE", "MESSAGE_UPDATE"})
Handler = Callable[[web.Request], Awaitable[Any]]


class Control:
    """Serves the people of a sandbox to other processes."""

    def __init__(self, services: Services, people: People, gateway: Gateway) -> None:
        self._services = services
        self._world = services.world
        self._people = people
        self._gateway = gateway

    def add_to(self, app: web.Application) -> None:
        """Add the routes to a web application."""
        for method, path, handler in (
            ("GET", "/people", self._get_people),
            ("POST", "/people", self._add_person),
            ("POST", "/people/{person}/{action}", self._act),
            ("GET", "/channels", self._get_channels),
            ("GET", "/channels/{channel}/messages", self._get_messages),
            ("GET", "/commands", self._get_commands),
            ("GET", "/bot", self._get_bot),
        ):
            app.router.add_route(method, "/sandbox" + path, _answering(handler))
        app.router.add_get("/sandbox/events", self._stream)

    async def _get_people(self, request: web.Request) -> list[Json]:
        return [payloads.user(person.user) for person in self._people]

    async def _add_person(self, request: web.Request) -> Json:
        name = Arguments(self._services, await _body(request)).text("name")
        return payloads.user(self._people.add(name).user)

    async def _act(self, request: web.Request) -> Json:
        person = self._people.find(request.match_info["person"])
        action = ACTIONS.get(request.match_info["action"])
        if person is None or action is None:
            raise NotThereError(f"there is no {request.match_info['person' if person is None else 'action']}")
        outcome = await action(person, Arguments(self._services, await _body(request)))
        return shown(self._world, outcome)

    async def _get_channels(self, request: web.Request) -> list[Json]:
        return [payloads.channel(channel) for channel in self._world.channels()]

    async def _get_messages(self, request: web.Request) -> list[Json]:
        channel = find_channel(self._world, request.match_info["channel"])
        return [shown_message(self._world, message) for message in channel.messages.values()]

    async def _get_commands(self, request: web.Request) -> list[Json]:
        scopes: list[int | None] = [None, *self._world.guilds]
        return [command for scope in scopes for command in self._services.commands.all(scope)]

    async def _get_bot(self, request: web.Request) -> Json:
        user = payloads.user(self._world.bot)
        return {"user": user, "online": self._gateway.online, "presence": self._gateway.presence}

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        _check_host(request)
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        with self._world.events.subscribe() as queue:
            await response.prepare(request)
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), _KEEP_ALIVE_S)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                if event is None:
                    return response
                await response.write(
                    f"event: {event.name}\ndata: {json.dumps(self._shown(event))}\n\n".encode()
                )

    def _shown(self, event: Event) -> Json:
        if event.name in _MESSAGES and event.channel is not None:
            message = event.channel.messages.get(int(event.data["id"]))
            if message is not None and message.ephemeral_to is not None:
                return {**event.data, "ephemeral_to": str(message.ephemeral_to.id)}
        return event.data


def _check_host(request: web.Request) -> None:
    if request.url.host not in _HOSTS:
        raise web.HTTPForbidden


async def _body(request: web.Request) -> Json:
    if request.content_type != "application/json":
        raise SandboxError("the body must be JSON, with Content-Type: application/json")
    try:
        body = await request.json()
    except ValueError:
        raise SandboxError("the body is no JSON") from None
    if not isinstance(body, dict):
        raise SandboxError("the body must be an object")
    return body


def _answering(handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Return a handler that answers with JSON, errors too."""

    async def answer(request: web.Request) -> web.Response:
        _check_host(request)
        try:
            return web.json_response(await handler(request))
        except NotThereError as error:
            return web.json_response({"error": str(error)}, status=404)
        except NoAnswerError as error:
            return web.json_response({"error": str(error)}, status=504)
        except SandboxError as error:
            return web.json_response({"error": str(error)}, status=400)

    return answer
