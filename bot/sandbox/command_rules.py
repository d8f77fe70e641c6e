"""Discord's rules for application commands (developers/interactions/application-commands.mdx)."""

import unicodedata
from collections import Counter
from typing import Any

from bot.sandbox.errors import FormErrors
from bot.sandbox.model import Json

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP = 1, 2
_MOST_CHARACTERS = 8000
_MOST_OPTIONS = _MOST_CHOICES = 25
LOCALES = frozenset({
    "ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "he", "hi",
    "hr", "hu", "id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th",
    "tr", "uk", "vi", "zh-CN", "zh-TW",
})  # fmt: skip


def _valid_name(name: str) -> bool:
    """Tell whether this may name a slash command or an option: letters and digits, no capitals."""
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


def check(command: Json, errors: FormErrors, path: str = "") -> None:
    """Note in `errors` what is wrong with a command; `path`, ending in a dot, is where it stands."""
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


def check_unique(commands: list[Json], errors: FormErrors) -> None:
    """Note in `errors` that two commands of one kind have the same name."""
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
                errors.add(f"{path}{field}", "DICT_TYPE_CONVERT", f"{locale} is no locale of Discord")
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
    """Count names, descriptions and values, each in its longest translation."""
    total = 0
    for field in ("name", "description"):
        texts = [thing.get(field) or "", *(thing.get(f"{field}_localizations") or {}).values()]
        total += max(len(text) for text in texts)
    value: Any = thing.get("value")
    total += len(value) if isinstance(value, str) else 0
    return total + sum(_characters(t) for field in ("options", "choices") for t in thing.get(field) or [])
