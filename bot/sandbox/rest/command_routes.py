"""Routes for application commands, global ones and those of a guild."""

from typing import Any

from bot.sandbox import commands
from bot.sandbox.errors import ApiError, api_error
from bot.sandbox.model import Json
from bot.sandbox.rest.call import Answer, Call, Route


def _scope(call: Call) -> int | None:
    """Check the application of the path; return the guild's id, None for global commands."""
    if call.id("application_id") != call.world.application.id:
        raise api_error(20012)
    return call.guild().id if "guild_id" in call.params else None


async def get_commands(call: Call) -> list[Json]:
    """The commands; their translations only if asked for."""
    found = commands.registered(call.world, _scope(call))
    if call.query_flag("with_localizations"):
        return found
    return [_untranslated(command) for command in found]


def _untranslated(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: inner for key, inner in value.items() if not key.endswith("_localizations")}
        return {key: _untranslated(inner) for key, inner in kept.items()}
    return [_untranslated(inner) for inner in value] if isinstance(value, list) else value


async def replace_commands(call: Call) -> list[Json]:
    """Replace all commands."""
    scope = _scope(call)
    if not isinstance(call.body, list):
        raise ApiError(400, 50035, "Invalid Form Body")
    return commands.replace(call.world, scope, call.body)


async def create_command(call: Call) -> Answer:
    """Add a command: 201 for a new one, 200 where it replaces another."""
    command, new = commands.create(call.world, _scope(call), call.fields)
    return Answer(201 if new else 200, command)


async def get_command(call: Call) -> Json:
    """One command."""
    return commands.get(call.world, _scope(call), call.id("command_id"))


async def edit_command(call: Call) -> Json:
    """Change a command."""
    return commands.edit(call.world, _scope(call), call.id("command_id"), call.fields)


async def delete_command(call: Call) -> None:
    """Remove a command."""
    commands.delete(call.world, _scope(call), call.id("command_id"))


def _routes(base: str) -> tuple[Route, ...]:
    one = base + "/{command_id}"
    return (
        Route("GET", base, get_commands, "commands"),
        Route("PUT", base, replace_commands, "commands"),
        Route("POST", base, create_command, "commands"),
        Route("GET", one, get_command, "commands"),
        Route("PATCH", one, edit_command, "commands"),
        Route("DELETE", one, delete_command, "commands"),
    )


ROUTES = (
    *_routes("/applications/{application_id}/commands"),
    *_routes("/applications/{application_id}/guilds/{guild_id}/commands"),
)
