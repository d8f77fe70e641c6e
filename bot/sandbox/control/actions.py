"""What a person can be told to do over HTTP, with arguments in JSON."""

import base64
import binascii
from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox import payloads
from bot.sandbox.errors import SandboxError
from bot.sandbox.interaction import Interaction
from bot.sandbox.model import Channel, Json, Message
from bot.sandbox.people import Person
from bot.sandbox.services import Services
from bot.sandbox.world import World


class NotThereError(SandboxError):
    """A person, a channel or a message that there is not."""


def find_channel(world: World, number: str) -> Channel:
    """Return the channel with that id.

    Raises:
        NotThereError: there is none.
    """
    channel = world.channel(int(number)) if number.isdecimal() else None
    if channel is None:
        raise NotThereError(f"there is no channel {number}")
    return channel


def shown_message(world: World, message: Message) -> Json:
    """Return a message as people see it, with who alone sees it."""
    shown = payloads.gateway_message(message, world)
    if message.ephemeral_to is not None:
        shown["ephemeral_to"] = str(message.ephemeral_to.id)
    return shown


def shown_interaction(world: World, interaction: Interaction) -> Json:
    """Return how an interaction was answered."""
    message = interaction.message
    return {
        "id": str(interaction.id),
        "answer": interaction.answer.name.lower() if interaction.answer is not None else None,
        "message": shown_message(world, message) if message is not None else None,
        "modal": interaction.modal,
    }


class Arguments:
    """What an action was given. The methods raise `SandboxError` for what is missing or of another kind."""

    def __init__(self, services: Services, body: Json) -> None:
        self._services = services
        self._body = body

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text that was given."""
        value = self._body.get(name, default)
        if not isinstance(value, str):
            raise SandboxError(f"{name} must be a text")
        return value

    def mapping(self, name: str) -> Json:
        """Return an object that was given, empty where it was not."""
        value = self._body.get(name, {})
        if not isinstance(value, dict):
            raise SandboxError(f"{name} must be an object")
        return value

    def values(self, name: str) -> list[Any]:
        """Return a list that was given, empty where it was not."""
        value = self._body.get(name, [])
        if not isinstance(value, list):
            raise SandboxError(f"{name} must be a list")
        return value

    def channel(self) -> Channel:
        """Return the channel that was named."""
        return find_channel(self._services.world, self.text("channel"))

    def message(self, name: str = "message") -> Message:
        """Return the message that was named."""
        number = self.text(name)
        for channel in self._services.world.channels():
            if number.isdecimal() and int(number) in channel.messages:
                return channel.messages[int(number)]
        raise NotThereError(f"there is no message {number}")

    def optional_message(self, name: str) -> Message | None:
        """Return the message that was named, if one was."""
        return self.message(name) if self._body.get(name) is not None else None

    def interaction(self) -> Interaction:
        """Return the interaction that was named."""
        number = self.text("interaction")
        found = self._services.interactions.get(int(number)) if number.isdecimal() else None
        if found is None:
            raise NotThereError(f"there is no interaction {number}")
        return found

    def files(self) -> list[tuple[str, bytes]]:
        """Return the files, whose contents come in base64."""
        try:
            return [
                (file["name"], base64.b64decode(file["data"], validate=True)) for file in self.values("files")
            ]
        except (KeyError, TypeError, binascii.Error):
            raise SandboxError("files must be objects with a name and data in base64") from None


def shown(world: World, outcome: object) -> Json:
    """Return the JSON of what an action led to."""
    if isinstance(outcome, Message):
        return shown_message(world, outcome)
    if isinstance(outcome, Channel):
        return payloads.channel(outcome)
    if isinstance(outcome, Interaction):
        return shown_interaction(world, outcome)
    return {"choices": outcome} if isinstance(outcome, list) else {}


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
    message = given.optional_message("message")
    return person.start_thread(given.channel(), given.text("name"), message=message)


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
    "thread": _start_thread,  # channel, name, message?
    "command": _command,  # channel, command, options?
    "autocomplete": _autocomplete,  # channel, command, option, typed, options?
    "menu": _menu,  # message, command
    "click": _click,  # message, button
    "choose": _choose,  # message, menu, values
    "submit": _submit,  # interaction, values
}
