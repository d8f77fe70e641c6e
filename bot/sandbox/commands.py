"""The application commands that the bot registered, everywhere or for one guild."""

from bot.sandbox import command_rules
from bot.sandbox.errors import ApiError, FormErrors, api_error, well_shaped
from bot.sandbox.limits import COMMANDS_PER_KIND
from bot.sandbox.model import Json
from bot.sandbox.world import World

_FIELDS = (
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "options",
    "default_member_permissions",
    "dm_permission",
    "contexts",
    "integration_types",
    "nsfw",
)


class Commands:
    """Registered commands by scope: a guild's id, or None for everywhere."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._scopes: dict[int | None, dict[int, Json]] = {}

    def all(self, scope: int | None) -> list[Json]:
        """Return the commands of a scope."""
        return list(self._scopes.get(scope, {}).values())

    def get(self, scope: int | None, command_id: int) -> Json:
        """Return a command.

        Raises:
            ApiError: 10063, there is none.
        """
        command = self._scopes.get(scope, {}).get(command_id)
        if command is None:
            raise api_error(10063)
        return command

    def find(self, guild_id: int | None, name: str, kind: int) -> Json | None:
        """Return the command somebody in that guild (None: in direct messages) means by a name."""
        scopes: list[int | None] = [None] if guild_id is None else [guild_id, None]
        for scope in scopes:
            for command in self.all(scope):
                if command["name"] == name and command["type"] == kind:
                    return command
        return None

    @well_shaped()
    def replace(self, scope: int | None, bodies: list[Json]) -> list[Json]:
        """Make these all the commands of a scope; those known by kind and name keep their ids.

        Raises:
            ApiError: 50035 or 30032, and nothing is changed.
        """
        errors = FormErrors()
        for index, body in enumerate(bodies):
            command_rules.check(body, errors, f"{index}.")
        errors.check()
        command_rules.check_unique(bodies, errors)
        errors.check()
        known = {(c["type"], c["name"]): c for c in self.all(scope)}
        commands = [self._made(scope, body, known.get(_key(body))) for body in bodies]
        _check_number(commands)
        self._scopes[scope] = {int(command["id"]): command for command in commands}
        return commands

    @well_shaped()
    def create(self, scope: int | None, body: Json) -> tuple[Json, bool]:
        """Add a command, or replace the one of that kind and name; tell whether it is new.

        Raises:
            ApiError: 50035 or 30032.
        """
        _check(body)
        known = {(c["type"], c["name"]): c for c in self.all(scope)}
        old = known.get(_key(body))
        command = self._made(scope, body, old)
        _check_number([*(c for c in self.all(scope) if c is not old), command])
        self._scopes.setdefault(scope, {})[int(command["id"])] = command
        return command, old is None

    @well_shaped()
    def edit(self, scope: int | None, command_id: int, body: Json) -> Json:
        """Change the given fields of a command.

        Raises:
            ApiError: 10063 or 50035.
        """
        old = self.get(scope, command_id)
        merged = {**old, **body, "type": old["type"]}
        _check(merged)
        command = self._made(scope, merged, old)
        self._scopes[scope][command_id] = command
        return command

    def delete(self, scope: int | None, command_id: int) -> None:
        """Remove a command.

        Raises:
            ApiError: 10063, there is none.
        """
        self.get(scope, command_id)
        del self._scopes[scope][command_id]

    def _made(self, scope: int | None, body: Json, old: Json | None) -> Json:
        kind = _key(body)[0]
        permissions = body.get("default_member_permissions")
        made: Json = {
            "application_id": str(self._world.application.id),
            "type": kind,
            "name": body["name"],
            "name_localizations": body.get("name_localizations"),
            "description": body.get("description") or "",
            "description_localizations": body.get("description_localizations"),
            "default_member_permissions": None if permissions is None else str(permissions),
            "dm_permission": body.get("dm_permission") is not False,
            "contexts": body.get("contexts"),
            "integration_types": body.get("integration_types") or [0],
            "nsfw": bool(body.get("nsfw")),
        }
        if kind == command_rules.CHAT_INPUT:
            made["options"] = [_option(option) for option in body.get("options") or []]
        if scope is not None:
            made["guild_id"] = str(scope)
        same = old is not None and all(old.get(name) == made.get(name) for name in _FIELDS)
        made["id"] = old["id"] if old is not None else str(self._world.ids.next())
        made["version"] = old["version"] if old is not None and same else str(self._world.ids.next())
        return made


def _option(body: Json) -> Json:
    option = {name: value for name, value in body.items() if value is not None}
    if "options" in option:
        option["options"] = [_option(inner) for inner in option["options"]]
    if not option.get("required"):
        option.pop("required", None)
    return option


def _key(body: Json) -> tuple[int, str]:
    return body.get("type") or command_rules.CHAT_INPUT, body["name"]


def _check(body: Json) -> None:
    errors = FormErrors()
    command_rules.check(body, errors)
    errors.check()


def _check_number(commands: list[Json]) -> None:
    for kind, most in COMMANDS_PER_KIND.items():
        if sum(command["type"] == kind for command in commands) > most:
            raise ApiError(400, 30032, f"Maximum number of application commands reached ({most}).")
