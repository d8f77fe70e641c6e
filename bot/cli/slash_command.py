"""Slash commands as they are typed in the demo: `/persona set text:Answer like a pirate. server:True`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.sandbox import SandboxError

_SUBCOMMANDS = (1, 2)
_STRING, _INTEGER, _BOOLEAN, _NUMBER = 3, 4, 5, 10
_OPTION = re.compile(r"([a-z]\w*):(?!//)\S")  # in front of the known ones: not a link, a time, or a sentence
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


def _truth(text: str) -> bool:
    if (truth := _TRUTH.get(text.lower())) is None:
        raise ValueError
    return truth


_TYPES: dict[int, Callable[[str], Any]] = {_STRING: str, _INTEGER: int, _BOOLEAN: _truth, _NUMBER: float}


def parse_slash_command(line: str, commands: Sequence[Mapping[str, Any]]) -> tuple[str, dict[str, Any]]:
    """The command's name with that of its subcommand, and its options by name.

    line: begins with a slash. Options are written as `name:value`; text before the first one is the value
    of the first option that can take it. commands: as they are registered with Discord.

    Raises: SandboxError for an unknown name, an unknown option or a wrong value.
    """
    name, _, rest = line.removeprefix("/").partition(" ")
    if not name:
        raise SandboxError("the command's name is missing: write it after the slash, as in /help")
    command = next((command for command in commands if command["name"] == name), None)
    if command is None:
        known = ", ".join(f"/{command['name']}" for command in commands)
        raise SandboxError(f"there is no command /{name}; there are: {known}")
    path, declared = [name], command.get("options") or []
    while any(option["type"] in _SUBCOMMANDS for option in declared):
        word, _, rest = rest.strip().partition(" ")
        inner = next((option for option in declared if option["name"] == word), None)
        if inner is None:
            those = ", ".join(option["name"] for option in declared)
            raise SandboxError(f"/{' '.join(path)} is followed by one of: {those}")
        path.append(word)
        declared = inner.get("options") or []
    rest = rest.strip()
    if rest and not declared:
        raise SandboxError(f"/{' '.join(path)} takes no options: write it without {rest}")
    return " ".join(path), _options(rest, declared)


def _options(text: str, declared: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    kinds = {option["name"]: option["type"] for option in declared}
    if not kinds:
        return {}
    names = "|".join(re.escape(name) for name in kinds)
    before, *found = re.split(rf"(?:^|(?<=\s))({names}):\s*", text)
    given = dict(zip(found[::2], (value.strip() for value in found[1::2]), strict=True))
    options = {name: _value(name, kinds[name], value) for name, value in given.items()}
    if before := before.strip():
        if unknown := _OPTION.match(before):
            raise SandboxError(f"there is no option {unknown[1]}; there are: {', '.join(kinds)}")
        first = next((name for name in kinds if name not in given and _takes(kinds[name], before)), None)
        if first is None:
            raise SandboxError(f"write options as name:value; there are: {', '.join(kinds)}")
        options[first] = _TYPES[kinds[first]](before)
    return options


def _takes(kind: int, text: str) -> bool:
    try:
        return kind in _TYPES and _TYPES[kind](text) is not None
    except ValueError:
        return False


def _value(name: str, kind: int, text: str) -> Any:
    if _takes(kind, text):
        return _TYPES[kind](text)
    wanted = {_INTEGER: "a whole number", _NUMBER: "a number", _BOOLEAN: "True or False"}
    raise SandboxError(f"{name} takes {wanted.get(kind, 'something that cannot be typed here')}")
