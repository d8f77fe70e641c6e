"""Application commands: registering them, and Discord's rules for them.

The rules are those of developers/interactions/application-commands.mdx. A scope is a guild's id, or None
for global commands.
"""

import unicodedata
from collections import Counter
from typing import Any

from bot.sandbox import permissions
from bot.sandbox.errors import ApiError, FormErrors, SandboxError, api_error, well_shaped
from bot.sandbox.limits import COMMANDS_PER_KIND
from bot.sandbox.model import Channel, Json, User
from bot.sandbox.world import World

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP = 1, 2
_MOST_CHARACTERS = 8000
_MOST_OPTIONS = _MOST_CHOICES = 25
LOCALES = frozenset({
    "ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "he", "hi",
    "hr", "hu", "id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th",
    "tr", "uk", "vi", "zh-CN", "zh-TW",
})  # fmt: skip
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


# Registering.


def registered(world: World, scope: int | None) -> list[Json]:
    """The commands of a scope."""
    return list(world.commands.get(scope, {}).values())


def get(world: World, scope: int | None, command_id: int) -> Json:
    """One command.

    Raises: ApiError (10063) where there is none.
    """
    command = world.commands.get(scope, {}).get(command_id)
    if command is None:
        raise api_error(10063)
    return command


@well_shaped()
def replace(world: World, scope: int | None, bodies: list[Json]) -> list[Json]:
    """Replace all commands of a scope. Commands of a kind and name known before keep their ids.

    Raises: ApiError (50035 or 30032), and nothing is changed.
    """
    errors = FormErrors()
    for index, body in enumerate(bodies):
        _check_command(body, errors, f"{index}.")
    errors.check()
    _check_unique(bodies, errors)
    errors.check()
    known = {(c["type"], c["name"]): c for c in registered(world, scope)}
    made = [_made(world, scope, body, known.get(_key(body))) for body in bodies]
    _check_number(made)
    world.commands[scope] = {int(command["id"]): command for command in made}
    return made


@well_shaped()
def create(world: World, scope: int | None, body: Json) -> tuple[Json, bool]:
    """Add a command, or replace the one of the same kind and name; return it, and whether it is new.

    Raises: ApiError (50035 or 30032).
    """
    _check(body)
    known = {(c["type"], c["name"]): c for c in registered(world, scope)}
    old = known.get(_key(body))
    command = _made(world, scope, body, old)
    _check_number([*(c for c in registered(world, scope) if c is not old), command])
    world.commands.setdefault(scope, {})[int(command["id"])] = command
    return command, old is None


@well_shaped()
def edit(world: World, scope: int | None, command_id: int, body: Json) -> Json:
    """Change the given fields of a command.

    Raises: ApiError (10063 or 50035).
    """
    old = get(world, scope, command_id)
    merged = {**old, **body, "type": old["type"]}
    _check(merged)
    command = _made(world, scope, merged, old)
    world.commands[scope][command_id] = command
    return command


def delete(world: World, scope: int | None, command_id: int) -> None:
    """Remove a command.

    Raises: ApiError (10063) where there is none.
    """
    get(world, scope, command_id)
    del world.commands[scope][command_id]


def find(world: World, guild_id: int | None, name: str, kind: int) -> Json | None:
    """The command that a name stands for in a guild (None: in direct messages)."""
    scopes: list[int | None] = [None] if guild_id is None else [guild_id, None]
    for scope in scopes:
        for command in registered(world, scope):
            if command["name"] == name and command["type"] == kind:
                return command
    return None


def usable(world: World, user: User, channel: Channel, name: str, kind: int) -> Json:
    """The command of that name, if the user may use it in this channel.

    Raises: SandboxError where there is no such command, or not here, or not for this user.
    """
    command = find(world, channel.guild_id, name, kind)
    if command is None:
        raise SandboxError(f"there is no command {name!r} here")
    context = 0 if channel.guild is not None else 1
    contexts = command["contexts"]
    if contexts is not None and context not in contexts:
        raise SandboxError(f"{name} cannot be used here")
    if context == 1:
        if contexts is None and not command["dm_permission"]:
            raise SandboxError(f"{name} cannot be used in direct messages")
        return command
    bits = permissions.in_channel(channel, user.id)
    needed = command["default_member_permissions"]
    needed = permissions.Permission.ADMINISTRATOR if needed == "0" else int(needed or 0)
    if not bits & permissions.Permission.USE_APPLICATION_COMMANDS or bits & needed != needed:
        raise SandboxError(f"{user.name} may not use {name} here")
    return command


def _made(world: World, scope: int | None, body: Json, old: Json | None) -> Json:
    kind = _key(body)[0]
    needed = body.get("default_member_permissions")
    made: Json = {
        "application_id": str(world.application.id),
        "type": kind,
        "name": body["name"],
        "name_localizations": body.get("name_localizations"),
        "description": body.get("description") or "",
        "description_localizations": body.get("description_localizations"),
        "default_member_permissions": None if needed is None else str(needed),
        "dm_permission": body.get("dm_permission") is not False,
        "contexts": body.get("contexts"),
        "integration_types": body.get("integration_types") or [0],
        "nsfw": bool(body.get("nsfw")),
    }
    if kind == CHAT_INPUT:
        made["options"] = [_option(option) for option in body.get("options") or []]
    if scope is not None:
        made["guild_id"] = str(scope)
    same = old is not None and all(old.get(name) == made.get(name) for name in _FIELDS)
    made["id"] = old["id"] if old is not None else str(world.ids.next())
    made["version"] = old["version"] if old is not None and same else str(world.ids.next())
    return made


def _option(body: Json) -> Json:
    option = {name: value for name, value in body.items() if value is not None}
    if "options" in option:
        option["options"] = [_option(inner) for inner in option["options"]]
    if not option.get("required"):
        option.pop("required", None)
    return option


def _key(body: Json) -> tuple[int, str]:
    return body.get("type") or CHAT_INPUT, body["name"]


def _check_number(commands: list[Json]) -> None:
    for kind, most in COMMANDS_PER_KIND.items():
        if sum(command["type"] == kind for command in commands) > most:
            raise ApiError(400, 30032, f"Maximum number of application commands reached ({most}).")


# The rules.


def _check(body: Json) -> None:
    errors = FormErrors()
    _check_command(body, errors)
    errors.check()


def _check_command(command: Json, errors: FormErrors, path: str = "") -> None:
    """Add to `errors` what is wrong with a command. path: where it is in the body, ending in a dot."""
    kind = command.get("type") or CHAT_INPUT
    name = command.get("name") or ""
    if kind == CHAT_INPUT:
        _check_texts(command, path, errors)
        _check_options(command.get("options") or [], f"{path}options", errors, depth=0)
    else:
        if not 1 <= len(name) <= 32:
            errors.add(f"{path}name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 32 in length.")
        if command.get("description"):
            text = "Context menu commands cannot have description"
            errors.add(f"{path}description", "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_NOT_ALLOWED", text)
    if _characters(command) > _MOST_CHARACTERS:
        text = f"Command exceeds maximum size ({_MOST_CHARACTERS})"
        errors.add(path.rstrip("."), "APPLICATION_COMMAND_TOO_LARGE", text)


def _check_unique(commands: list[Json], errors: FormErrors) -> None:
    """Add to `errors` that two commands of a kind have the same name."""
    names = Counter((command.get("type") or CHAT_INPUT, command["name"]) for command in commands)
    if any(number > 1 for number in names.values()):
        text = "Application command names must be unique"
        errors.add("", "APPLICATION_COMMANDS_DUPLICATE_NAME", text)


def _check_texts(thing: Json, path: str, errors: FormErrors) -> None:
    """Check name and description, with their translations, of a command or an option."""
    names = {f"{path}name": thing.get("name") or ""}
    descriptions = {f"{path}description": thing.get("description") or ""}
    for field, into in (("name_localizations", names), ("description_localizations", descriptions)):
        for locale, text in (thing.get(field) or {}).items():
            if locale not in LOCALES:
                errors.add(f"{path}{field}", "DICT_TYPE_CONVERT", f"{locale} is not a locale of Discord")
            into[f"{path}{field}.{locale}"] = text
    for where, text in names.items():
        if not _valid_name(text):
            errors.add(where, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    for where, text in descriptions.items():
        if not 1 <= len(text) <= 100:
            errors.add(where, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")


def _check_options(options: list[Json], path: str, errors: FormErrors, depth: int) -> None:
    if len(options) > _MOST_OPTIONS:
        errors.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {_MOST_OPTIONS} or fewer in length.")
    names = Counter(option.get("name") for option in options)
    optional_seen = False
    for index, option in enumerate(options):
        where = f"{path}.{index}."
        _check_texts(option, where, errors)
        if names[option.get("name")] > 1:
            text = "Option name already exists in this options list"
            errors.add(f"{where}name", "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", text)
        if option.get("required") and optional_seen:
            text = "Required options must be placed before non-required options"
            errors.add(path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", text)
        optional_seen = optional_seen or not option.get("required")
        if option.get("type") in (SUBCOMMAND, GROUP):
            if depth >= 2 or (option["type"] == GROUP and depth > 0):
                errors.add(f"{where}type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Nested too deep")
            _check_options(option.get("options") or [], f"{where}options", errors, depth + 1)
        else:
            _check_choices(option, where, errors)


def _check_choices(option: Json, path: str, errors: FormErrors) -> None:
    choices = option.get("choices") or []
    if len(choices) > _MOST_CHOICES:
        errors.add(f"{path}choices", "BASE_TYPE_MAX_LENGTH", f"Must be {_MOST_CHOICES} or fewer in length.")
    if choices and option.get("autocomplete"):
        text = "Choices and autocomplete are mutually exclusive"
        errors.add(f"{path}autocomplete", "APPLICATION_COMMAND_OPTIONS_CHOICES_WITH_AUTOCOMPLETE", text)
    if option.get("autocomplete") and option.get("type") not in (3, 4, 10):
        errors.add(f"{path}autocomplete", "BASE_TYPE_CHOICES", "Only text and numbers can be autocompleted")
    for index, choice in enumerate(choices):
        if not 1 <= len(choice.get("name") or "") <= 100:
            where = f"{path}choices.{index}.name"
            errors.add(where, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")


def _characters(thing: Json) -> int:
    """Return the length of all names, descriptions and values, each in its longest translation."""
    total = 0
    for field in ("name", "description"):
        texts = [thing.get(field) or "", *(thing.get(f"{field}_localizations") or {}).values()]
        total += max(len(text) for text in texts)
    value: Any = thing.get("value")
    total += len(value) if isinstance(value, str) else 0
    return total + sum(_characters(t) for field in ("options", "choices") for t in thing.get(field) or [])


def _valid_name(name: str) -> bool:
    """Return whether a slash command or an option may have this name: letters and digits, no capitals."""
    return (
        1 <= len(name) <= 32
        and name == name.lower()
        and all(
            c in "-_'"
            or unicodedata.category(c)[0] in "LN"
            or "\u0900" <= c <= "\u097f"
            or "\u0e00" <= c <= "\u0e7f"
            for c in name
        )
    )
