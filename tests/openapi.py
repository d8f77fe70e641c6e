"""Checks recorded traffic against Discord's own OpenAPI document.

The document is `specs/openapi.json` of the repository discord/discord-api-spec; its path is in the
environment variable `DISCORD_OPENAPI`. It covers REST; the objects in gateway events are the same ones.
It is adjusted in six points:

- ids may be integers in requests (Discord takes them, and discord.py sends some that way);
- `content` has at most 2000 characters for bots (the document has the limit for paying users, 4000);
- a message may refer to one that it forwards (the document only has replies);
- the codes of single fields in error 50035 are words, as in Discord's reference, not numbers;
- there are media channels (type 16; they are in Discord's reference);
- starting a thread takes the query parameter `use_nested_fields` (discord.py sends it for forums).
"""

import json
import os
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from bot.sandbox.wire import Exchange, Frame

VARIABLE = "DISCORD_OPENAPI"
MISSING = (
    f"{VARIABLE} is not set: download specs/openapi.json from https://github.com/discord/discord-api-spec "
    f"and set {VARIABLE} to its path"
)
_REQUEST, _ANSWER = "urn:discord:request", "urn:discord:answer"
_formats = FormatChecker(formats=())


@_formats.checks("date-time", raises=ValueError)
def _is_time(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@_formats.checks("uri", raises=ValueError)
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme)


def available() -> bool:
    """Whether there is a document to check against."""
    return bool(os.environ.get(VARIABLE))


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(Path(os.environ[VARIABLE]).read_text(encoding="utf-8"))
    schemas = document["components"]["schemas"]
    schemas["InnerErrors"]["properties"]["_errors"]["items"] = {
        "type": "object",
        "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
        "required": ["code", "message"],
    }
    schemas["MessageReferenceType"]["oneOf"].append({"title": "FORWARD", "const": 1})
    schemas["ChannelTypes"]["oneOf"].append({"title": "GUILD_MEDIA", "const": 16})
    schemas["GuildChannelResponse"]["properties"]["type"]["enum"].append(16)
    nested = {"name": "use_nested_fields", "in": "query", "schema": {"type": "boolean"}}
    document["paths"]["/channels/{channel_id}/threads"]["post"].setdefault("parameters", []).append(nested)
    for name in ("MessageCreateRequest", "MessageEditRequestPartial"):
        schemas[name]["properties"]["content"]["maxLength"] = 2000
    return document


@cache
def _registry() -> Any:
    answer = _document()
    schemas = answer["components"]["schemas"]
    snowflake = {"anyOf": [schemas["SnowflakeType"], {"type": "integer", "minimum": 0}]}
    request = {
        **answer,
        "components": {**answer["components"], "schemas": {**schemas, "SnowflakeType": snowflake}},
    }
    documents = ((_REQUEST, request), (_ANSWER, answer))
    return Registry().with_resources(
        (uri, DRAFT202012.create_resource(contents)) for uri, contents in documents
    )


@cache
def _validator(document: str, pointer: str) -> Draft202012Validator:
    schema = {"$ref": f"{document}#{quote(pointer)}"}
    return Draft202012Validator(schema, registry=_registry(), format_checker=_formats)


def _problem(document: str, pointer: str, instance: Any) -> str | None:
    """Return what is wrong with `instance` by the schema at `pointer`, None where nothing is."""
    error = best_match(_validator(document, pointer).iter_errors(instance))
    if error is None:
        return None
    while error.context:
        deeper = best_match(error.context)
        if deeper is None or len(deeper.absolute_path) < len(error.absolute_path):
            break
        error = deeper
    return f"{error.json_path}: {error.message[:300]}"


def _pointer(*steps: str) -> str:
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


def _operation_of(exchange: Exchange) -> tuple[str, str]:
    """Return the path and method in the document; names in braces may differ from the sandbox's."""
    method, route = exchange.method.lower(), exchange.route or exchange.path
    for path in _document()["paths"]:
        if _shape(path) == _shape(route) and method in _document()["paths"][path]:
            return path, method
    raise AssertionError(f"Discord has no operation {exchange.method} {route}")


@cache
def _shape(path: str) -> tuple[str, ...]:
    return tuple("{}" if step.startswith("{") else step for step in path.split("/"))


_BOOLEANS = {"true": True, "True": True, "1": True, "false": False, "False": False, "0": False}


def _query_problem(path: str, method: str, query: dict[str, str]) -> str | None:
    """Return what is wrong with the query. Its values are converted to the types in the schema."""
    declared = _document()["paths"][path][method].get("parameters", [])
    known = {p["name"]: index for index, p in enumerate(declared) if p["in"] == "query"}
    for name, text in query.items():
        if name not in known:
            return f"query: {name} is not known"
        value: Any = text
        kind = declared[known[name]]["schema"].get("type")
        if kind == "integer" and text.isdecimal():
            value = int(text)
        elif kind == "boolean":
            value = _BOOLEANS.get(text, text)
        pointer = _pointer("paths", path, method, "parameters", str(known[name]), "schema")
        problem = _problem(_REQUEST, pointer, value)
        if problem is not None:
            return f"query {name}: {problem}"
    return None


def request_problem(exchange: Exchange) -> str | None:
    """Return what is wrong with a request, None where nothing is."""
    path, method = _operation_of(exchange)
    operation = _document()["paths"][path][method]
    problem = _query_problem(path, method, exchange.query)
    if problem is not None:
        return problem
    declared = operation.get("requestBody")
    if declared is None:
        return None if exchange.body is None else "a body where there must be none"
    if exchange.body is None:
        return "no body" if declared.get("required") and not exchange.files else None
    media = "multipart/form-data" if exchange.multipart else "application/json"
    if media not in declared["content"]:
        return f"{media} is not accepted here"
    pointer = _pointer("paths", path, method, "requestBody", "content", media, "schema")
    return _problem(_REQUEST, pointer, exchange.body)


def answer_problem(exchange: Exchange) -> str | None:
    """Return what is wrong with an answer; None where nothing is, or it is not the API's (5xx, cut)."""
    if exchange.status == 0 or exchange.status >= 500:
        return None
    path, method = _operation_of(exchange)
    declared = _document()["paths"][path][method]["responses"]
    key = str(exchange.status) if str(exchange.status) in declared else f"{exchange.status // 100}XX"
    if key not in declared:
        return f"status {exchange.status} is not in the document"
    reference = declared[key].get("$ref")
    where = (
        (reference.removeprefix("#/").split("/")) if reference else ["paths", path, method, "responses", key]
    )
    response: Any = _document()
    for step in where:
        response = response[step]
    if "content" not in response:
        return None if exchange.answer is None else "a body where there must be none"
    pointer = _pointer(*where, "content", "application/json", "schema")
    return _problem(_ANSWER, pointer, exchange.answer)


def assert_wire_valid(wire: Iterable[Exchange], *, wrong_requests: bool = False) -> None:
    """Check every recorded request and every recorded answer.

    wrong_requests: requests that were answered with 4xx may be wrong, for tests that send such.

    Raises: AssertionError with each exchange that does not fit, and where.
    """
    if not available():
        pytest.skip(MISSING)
    problems = []
    for exchange in wire:
        refused = 400 <= exchange.status < 500 and exchange.status != 429
        asked = None if wrong_requests and refused else request_problem(exchange)
        if wrong_requests and exchange.route is None:
            continue
        for what, problem in (("request", asked), ("answer", answer_problem(exchange))):
            if problem is not None:
                problems.append(f"{exchange.method} {exchange.path} {exchange.status} {what}: {problem}")
    assert not problems, "\n".join(problems)


# Where the objects of a gateway event are, and their schemas. `*` is every item or value; the empty path is
# the event's data itself. Channels, threads and direct messages have different schemas, chosen by type.
_CHANNEL = "channel"
_OBJECTS: dict[str, dict[str, str]] = {
    "READY": {"user": "UserResponse"},
    "GUILD_CREATE": {
        "": "GuildResponse",
        "roles.*": "GuildRoleResponse",
        "channels.*": _CHANNEL,
        "threads.*": _CHANNEL,
        "members.*": "GuildMemberResponse",
    },
    **{key: {"": _CHANNEL} for key in ("CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE")},
    **{key: {"": _CHANNEL} for key in ("THREAD_CREATE", "THREAD_UPDATE")},
    "THREAD_LIST_SYNC": {"threads.*": _CHANNEL, "members.*": "ThreadMemberResponse"},
    "THREAD_MEMBERS_UPDATE": {"added_members.*": "ThreadMemberResponse"},
    **{key: {"": "GuildMemberResponse"} for key in ("GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE")},
    "GUILD_MEMBERS_CHUNK": {"members.*": "GuildMemberResponse"},
    **{key: {"role": "GuildRoleResponse"} for key in ("GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE")},
    **{key: {"": "MessageResponse"} for key in ("MESSAGE_CREATE", "MESSAGE_UPDATE")},
    **{key: {"member": "GuildMemberResponse"} for key in ("MESSAGE_REACTION_ADD", "TYPING_START")},
    "INTERACTION_CREATE": {
        "channel": _CHANNEL,
        "user": "UserResponse",
        "member": "GuildMemberResponse",
        "message": "MessageResponse",
        "data.resolved.users.*": "UserResponse",
        "data.resolved.roles.*": "GuildRoleResponse",
        "data.resolved.channels.*": _CHANNEL,
        "data.resolved.messages.*": "MessageResponse",
        "data.resolved.attachments.*": "MessageAttachmentResponse",
    },
}
_DIRECT, _THREADS = 1, (10, 11, 12)


def _at(value: Any, path: str) -> list[Any]:
    """Return the objects at a path; none where it does not lead anywhere."""
    step, _, rest = path.partition(".")
    if not step:
        return [value]
    if step == "*":
        inner = list(value.values()) if isinstance(value, dict) else value
    else:
        inner = [value[step]] if step in value else []
    return [found for one in inner for found in _at(one, rest)]


def _schema_of_channel(channel: dict[str, Any]) -> str:
    if channel["type"] == _DIRECT:
        return "PrivateChannelResponse"
    return "ThreadResponse" if channel["type"] in _THREADS else "GuildChannelResponse"


def frame_problems(frame: Frame) -> list[str]:
    """Return what is wrong with the objects of a gateway event that the sandbox sent."""
    problems = []
    for path, name in _OBJECTS.get(frame.data["t"] or "", {}).items():
        for found in _at(frame.data["d"], path):
            schema = _schema_of_channel(found) if name == _CHANNEL else name
            problem = _problem(_ANSWER, _pointer("components", "schemas", schema), found)
            if problem is not None:
                problems.append(f"{frame.data['t']} {path} ({schema}): {problem}")
    return problems


def assert_frames_valid(frames: Iterable[Frame]) -> None:
    """Check the objects in every recorded gateway event.

    Raises: AssertionError with each object that does not fit, and where.
    """
    if not available():
        pytest.skip(MISSING)
    problems = [problem for frame in frames if frame.sent for problem in frame_problems(frame)]
    assert not problems, "\n".join(problems)
