"""Keeping Discord's list of the commands in step with ours."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import discord
from discord import app_commands
from discord.http import Route

from bot.client.requests import RequestError, TransientError, translate_errors

logger = logging.getLogger(__name__)

# What Discord and we both say of a command; the rest (ids, versions) is Discord's own.
_COMPARED = frozenset(
    {
        "name", "description", "type", "options", "nsfw", "contexts", "integration_types",
        "default_member_permissions", "name_localizations", "description_localizations", "required",
        "choices", "value", "min_length", "max_length", "min_value", "max_value", "autocomplete",
        "channel_types",
    }
)  # fmt: skip


class _MalformedError(Exception):
    """Discord's answer is not what its documentation says."""


class CommandSync:
    """Registers the commands with Discord where it has others, and knows the ids that it gave them.

    tree: has all commands. pauses: seconds between attempts while Discord or the network is in trouble.
    """

    def __init__(self, tree: app_commands.CommandTree[Any], pauses: Sequence[float]) -> None:
        self._tree = tree
        self._pauses = pauses
        self._ids: dict[str, int] = {}
        self.ended = asyncio.Event()
        """Set once Discord has the commands, or the attempts are over."""

    def mention(self, name: str) -> str:
        """A command, with its subcommand, as Markdown: a click on it begins to type it."""
        command_id = self._ids.get(name.split()[0])
        return f"`/{name}`" if command_id is None else f"</{name}:{command_id}>"

    async def run(self) -> None:
        """Register the commands; trouble is logged once, when the attempts are over. To be run beside the
        start, in a task of the client's, after it has logged in.
        """
        try:
            if await self._persist():
                logger.info("The slash commands were registered with Discord")
        except (RequestError, _MalformedError, discord.DiscordException) as error:
            logger.warning(
                "The slash commands could not be registered; Discord keeps the ones it has until the next "
                "start: %s",
                error,
            )
        finally:
            self.ended.set()

    async def _persist(self) -> bool:
        for pause in self._pauses:
            try:
                return await self._sync()
            except TransientError:
                await asyncio.sleep(pause)
        return await self._sync()

    async def _sync(self) -> bool:
        """Register the commands where Discord has others; whether it had. Raises: RequestError."""
        client, translator = self._tree.client, self._tree.translator
        ours = [
            await command.get_translated_payload(self._tree, translator)
            if translator
            else command.to_dict(self._tree)
            for command in self._tree.get_commands()
        ]
        # discord.py asks for them without translations, and so would find them changed at every start.
        route = Route("GET", "/applications/{application_id}/commands", application_id=client.application_id)
        with _one_line(), translate_errors(), _well_formed():
            registered = await client.http.request(route, params={"with_localizations": "true"})
            self._ids = {command["name"]: int(command["id"]) for command in registered}
            if _comparable(ours) == _comparable(registered):
                return False
            self._ids = {command.name: command.id for command in await self._tree.sync()}
        return True


@contextmanager
def _one_line() -> Iterator[None]:
    """Leave out the page of HTML that comes with an error of a server in front of Discord."""
    try:
        yield
    except RequestError as error:
        line = str(error)
        raise type(error)(line if len(line) <= 200 else f"{line[:200]}…") from error


@contextmanager
def _well_formed() -> Iterator[None]:
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise _MalformedError(f"Discord's list of commands cannot be read ({error!r})") from error


def _comparable(commands: Any) -> Any:
    """Commands as Discord or we describe them, without what is empty or by default, in one order."""
    if isinstance(commands, Mapping):
        items = {
            key: value if key.endswith("_localizations") else _comparable(value)
            for key, value in commands.items()
            if key in _COMPARED
        }
        return {
            key: str(value) if key == "default_member_permissions" else value
            for key, value in items.items()
            if value not in (None, False, "", [], {})
        }
    if isinstance(commands, list):
        if all(isinstance(item, int) for item in commands):
            return sorted(commands)
        items_ = [_comparable(item) for item in commands]
        is_commands = all(isinstance(item, Mapping) and "contexts" in item for item in items_)
        return sorted(items_, key=lambda item: (item["name"], item.get("type", 1))) if is_commands else items_
    return commands
