"""The people of the sandbox over HTTP, for a terminal or a page in another process: routes under /sandbox/.

    GET  /sandbox/people                        everyone there is
    POST /sandbox/people                        {"name"}: add somebody
    POST /sandbox/people/{name}/{action}        do something, see `ACTIONS`
    GET  /sandbox/channels                      the channels, threads and direct messages
    GET  /sandbox/channels/{id}/messages        the messages there, oldest first
    GET  /sandbox/commands                      the bot's commands
    GET  /sandbox/bot                           the bot, whether it is online, and its presence
    GET  /sandbox/events                        what happens from now on, as server-sent events

Channels and messages are named by id. Errors are {"error": text}: 400 for what cannot be done, 404 for what
does not exist, 504 where the bot did not respond in time. Only this machine is served: requests with another
host name, or with a body that is not JSON, are refused, so that no web page can act here.
"""

import asyncio
import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.sandbox import commands, interactions, payloads
from bot.sandbox.errors import NoAnswerError, SandboxError
from bot.sandbox.events import Event
from bot.sandbox.gateway.gateway import Gateway
from bot.sandbox.model import Channel, Interaction, Json, Message
from bot.sandbox.people import People, Person
from bot.sandbox.world import World

_HOSTS = frozenset({"127.0.0.1", "localhost"})
_KEEP_ALIVE_S = 15.0
_MESSAGES = frozenset({"MESSAGE_CREATE", "MESSAGE_UPDATE"})
Handler = Callable[[web.Request], Awaitable[Any]]


class NotThereError(SandboxError):
    """There is no such person, channel or message."""


class Control:
    """Serves the people of a sandbox to other processes."""

    def __init__(self, world: World, people: People, gateway: Gateway) -> None:
        self._world = world
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
        name = Arguments(self._world, await _body(request)).text("name")
        return payloads.user(self._people.add(name).user)

    async def _act(self, request: web.Request) -> Json:
        person = self._people.find(request.match_info["person"])
        action = ACTIONS.get(request.match_info["action"])
        if person is None or action is None:
            raise NotThereError(f"there is no {request.match_info['person' if person is None else 'action']}")
        outcome = await action(person, Arguments(self._world, await _body(request)))
        return shown(self._world, outcome)

    async def _get_channels(self, request: web.Request) -> list[Json]:
        return [payloads.channel(channel) for channel in self._world.channels()]

    async def _get_messages(self, request: web.Request) -> list[Json]:
        channel = find_channel(self._world, request.match_info["channel"])
        return [shown_message(self._world, message) for message in channel.messages.values()]

    async def _get_commands(self, request: web.Request) -> list[Json]:
        scopes: list[int | None] = [None, *self._world.guilds]
        return [command for scope in scopes for command in commands.registered(self._world, scope)]

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
                    async with asyncio.timeout(_KEEP_ALIVE_S):
                        event = await queue.get()
                except TimeoutError:
                    await response.write(b": keep-alive\n\n")
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


class Arguments:
    """The arguments of an action. Its methods raise `SandboxError` where one is missing or wrong."""

    def __init__(self, world: World, body: Json) -> None:
        self._world = world
        self._body = body

    def text(self, name: str, default: str | None = None) -> str:
        """A text."""
        value = self._body.get(name, default)
        if not isinstance(value, str):
            raise SandboxError(f"{name} must be a text")
        return value

    def mapping(self, name: str) -> Json:
        """An object; empty where it was not given."""
        value = self._body.get(name, {})
        if not isinstance(value, dict):
            raise SandboxError(f"{name} must be an object")
        return value

    def values(self, name: str) -> list[Any]:
        """A list; empty where it was not given."""
        value = self._body.get(name, [])
        if not isinstance(value, list):
            raise SandboxError(f"{name} must be a list")
        return value

    def channel(self) -> Channel:
        """The channel with the id that was given."""
        return find_channel(self._world, self.text("channel"))

    def message(self, name: str = "message") -> Message:
        """The message with the id that was given."""
        number = self.text(name)
        for channel in self._world.channels():
            if number.isdecimal() and int(number) in channel.messages:
                return channel.messages[int(number)]
        raise NotThereError(f"there is no message {number}")

    def optional_message(self, name: str) -> Message | None:
        """The message with the id that was given, if one was."""
        return self.message(name) if self._body.get(name) is not None else None

    def interaction(self) -> Interaction:
        """The interaction with the id that was given."""
        number = self.text("interaction")
        found = interactions.find(self._world, int(number)) if number.isdecimal() else None
        if found is None:
            raise NotThereError(f"there is no interaction {number}")
        return found

    def files(self) -> list[tuple[str, bytes]]:
        """The files; their contents come in base64."""
        try:
            return [
                (file["name"], base64.b64decode(file["data"], validate=True)) for file in self.values("files")
            ]
        except (KeyError, TypeError, binascii.Error):
            raise SandboxError("files must be objects with a name and data in base64") from None


async def _say(person: Person, given: Arguments) -> Message:
    reply_to, files = given.optional_message("reply_to"), given.files()
    return person.say(given.channel(), given.text("text", ""), reply_to=reply_to, files=files)


async def _edit(person: Person, given: Arguments) -> Message:
    return person.edit(given.message(), given.text("text"))


async def _delete(person: Person, given: Arguments) -> None:
    person.delete(given.message())


async def _react(person: Person, given: Arguments) -> None:
    person.react(given.message(), given.text("emoji"))


async def _type(person: Person, given: Arguments) -> None:
    person.type(given.channel())


async def _open_dm(person: Person, given: Arguments) -> Channel:
    return person.open_dm()


async def _start_thread(person: Person, given: Arguments) -> Channel:
    message, text = given.optional_message("message"), given.text("text", "")
    return person.start_thread(given.channel(), given.text("name"), message=message, text=text)


async def _command(person: Person, given: Arguments) -> Interaction:
    return await person.command(given.channel(), given.text("command"), **given.mapping("options"))


async def _autocomplete(person: Person, given: Arguments) -> list[Json]:
    command, option, typed = (given.text(name) for name in ("command", "option", "typed"))
    return await person.autocomplete(given.channel(), command, option, typed, **given.mapping("options"))


async def _menu(person: Person, given: Arguments) -> Interaction:
    return await person.menu(given.message(), given.text("command"))


async def _click(person: Person, given: Arguments) -> Interaction:
    return await person.click(given.message(), given.text("button"))


async def _choose(person: Person, given: Arguments) -> Interaction:
    return await person.choose(given.message(), given.text("menu"), *given.values("values"))


async def _submit(person: Person, given: Arguments) -> Interaction:
    return await person.submit(given.interaction(), given.mapping("values"))


ACTIONS: dict[str, Callable[[Person, Arguments], Awaitable[object]]] = {
    "say": _say,  # channel, text, reply_to?, files?
    "edit": _edit,  # message, text
    "delete": _delete,  # message
    "react": _react,  # message, emoji
    "type": _type,  # channel
    "dm": _open_dm,
    "thread": _start_thread,  # channel, name, message?, text? (for a post in a forum)
    "command": _command,  # channel, command, options?
    "autocomplete": _autocomplete,  # channel, command, option, typed, options?
    "menu": _menu,  # message, command
    "click": _click,  # message, button
    "choose": _choose,  # message, menu, values
    "submit": _submit,  # interaction, values
}


def find_channel(world: World, number: str) -> Channel:
    """The channel with that id.

    Raises: NotThereError where there is none.
    """
    channel = world.channel(int(number)) if number.isdecimal() else None
    if channel is None:
        raise NotThereError(f"there is no channel {number}")
    return channel


def shown_message(world: World, message: Message) -> Json:
    """A message as people see it, with the only person who sees it if it is ephemeral."""
    shown = payloads.gateway_message(message, world)
    if message.ephemeral_to is not None:
        shown["ephemeral_to"] = str(message.ephemeral_to.id)
    return shown


def shown_interaction(world: World, interaction: Interaction) -> Json:
    """An interaction and the bot's response."""
    message = interaction.message
    return {
        "id": str(interaction.id),
        "answer": interaction.answer.name.lower() if interaction.answer is not None else None,
        "message": shown_message(world, message) if message is not None else None,
        "modal": interaction.modal,
    }


def shown(world: World, outcome: object) -> Json:
    """The JSON of the result of an action."""
    if isinstance(outcome, Message):
        return shown_message(world, outcome)
    if isinstance(outcome, Channel):
        return payloads.channel(outcome)
    if isinstance(outcome, Interaction):
        return shown_interaction(world, outcome)
    return {"choices": outcome} if isinstance(outcome, list) else {}


def _check_host(request: web.Request) -> None:
    if request.url.host not in _HOSTS:
        raise web.HTTPForbidden


async def _body(request: web.Request) -> Json:
    if request.content_type != "application/json":
        raise SandboxError("the body must be JSON, with Content-Type: application/json")
    try:
        body = await request.json()
    except ValueError:
        raise SandboxError("the body is not JSON") from None
    if not isinstance(body, dict):
        raise SandboxError("the body must be an object")
    return body


def _answering(handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A handler that answers with JSON, in case of an error too."""

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
