"""How Discord is told of the commands, and told only where it knows others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands
from discord.http import Route

# What Discord and we both say of a command; the rest (ids, versions) is Discord's own.
_COMPARED = frozenset(
    {
        "name", "description", "type", "options", "nsfw", "contexts", "integration_types",
        "default_member_permissions", "name_localizations", "description_localizations", "required",
        "choices", "value", "min_length", "max_length", "min_value", "max_value", "autocomplete",
        "channel_types",
    }
)  # fmt: skip


class KnownCommands:
    """The commands as Discord knows them, once it was told."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}

    def note(self, ids: Mapping[str, int]) -> None:
        """Note Discord's ids of the commands, by name."""
        self._ids = dict(ids)

    def shown(self, name: str) -> str:
        """A command, with its subcommand, as text in a message: a click on it begins to type it."""
        command_id = self._ids.get(name.split()[0])
        return f"`/{name}`" if command_id is None else f"</{name}:{command_id}>"


async def sync_if_changed(tree: app_commands.CommandTree[Any], known_commands: KnownCommands) -> bool:
    """Tell Discord of the commands where it knows others; whether it did.

    Raises: discord.HTTPException, aiohttp.ClientError; TranslationError.
    """
    client, translator = tree.client, tree.translator
    if client.application_id is None:
        raise discord.MissingApplicationID
    # discord.py asks for them without their translations, which would differ from ours at every start.
    route = Route("GET", "/applications/{application_id}/commands", application_id=client.application_id)
    known = await client.http.request(route, params={"with_localizations": "true"})
    ours = [
        await command.get_translated_payload(tree, translator) if translator else command.to_dict(tree)
        for command in tree.get_commands()
    ]
    known_commands.note({command["name"]: int(command["id"]) for command in known})
    if _comparable(ours) == _comparable(known):
        return False
    known_commands.note({command.name: command.id for command in await tree.sync()})
    return True


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
