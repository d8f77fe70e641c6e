"""One REST request: as the handlers see it, and how it is read from HTTP."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from bot.sandbox.errors import ApiError, api_error, form_error
from bot.sandbox.limits import Limits
from bot.sandbox.messages import Upload, content_type
from bot.sandbox.model import Channel, Guild, Json, Message, User
from bot.sandbox.permissions import Permission, in_channel
from bot.sandbox.world import World


@dataclass(frozen=True)
class Answer:
    """An answer with a status other than 200 or 204."""

    status: int
    body: Any


@dataclass
class Call:
    """A request. params: the variable parts of the path. body: parsed JSON. uploads: files by number."""

    world: World
    params: dict[str, str]
    query: dict[str, str]
    body: Any = None
    uploads: dict[int, Upload] = field(default_factory=dict)

    @property
    def me(self) -> User:
        """The bot, which makes the request."""
        return self.world.bot

    @property
    def fields(self) -> Json:
        """The body as a JSON object.

        Raises: ApiError (50035) where it is something else.
        """
        if self.body is None:
            return {}
        if not isinstance(self.body, dict):
            raise ApiError(400, 50035, "Invalid Form Body")
        return self.body

    def id(self, name: str) -> int:
        """An id from the path.

        Raises: ApiError (50035) where it is not a number.
        """
        return snowflake(name, self.params[name])

    def query_id(self, name: str) -> int | None:
        """An id from the query, if it is given."""
        return snowflake(name, self.query[name]) if name in self.query else None

    def query_flag(self, name: str) -> bool:
        """A boolean from the query."""
        return self.query.get(name, "").lower() in ("1", "true")

    def limit(self, default: int, most: int) -> int:
        """The query's `limit`.

        Raises: ApiError (50035) where it is not a number from 1 to `most`.
        """
        value = self.query.get("limit", str(default))
        if not value.isdecimal() or not 1 <= int(value) <= most:
            text = f"int value should be between 1 and {most}."
            raise form_error("limit", "NUMBER_TYPE_MAX", text)
        return int(value)

    def channel(self, needed: int = 0) -> Channel:
        """The channel of the path. needed: the permissions that the bot must have in it.

        Raises: ApiError: 10003 no such channel; 50001 the bot cannot see it; 50013 a permission is missing.
        """
        channel = self.world.channel(self.id("channel_id"))
        if channel is None:
            raise api_error(10003)
        bits = in_channel(channel, self.me.id)
        if not bits & Permission.VIEW_CHANNEL:
            raise api_error(50001)
        if bits & needed != needed:
            raise api_error(50013)
        return channel

    def message(self, channel: Channel) -> Message:
        """The message of the path.

        Raises: ApiError (10008) where there is none.
        """
        message = self.world.message(channel.id, self.id("message_id"))
        if message is None:
            raise api_error(10008)
        return message

    def guild(self) -> Guild:
        """The guild of the path.

        Raises: ApiError: 10004 no such guild; 50001 the bot is not in it.
        """
        guild = self.world.guilds.get(self.id("guild_id"))
        if guild is None:
            raise api_error(10004)
        if self.me.id not in guild.members:
            raise api_error(50001)
        return guild


Handler = Callable[[Call], Awaitable[Any]]


@dataclass(frozen=True)
class Route:
    """A REST operation. Its handler returns JSON for 200, None for 204, or an `Answer`.

    bucket: its rate limit, a name in `limits.BUCKETS`. bot_only: it needs the bot's token.
    """

    method: str
    path: str
    handler: Handler
    bucket: str = "default"
    bot_only: bool = True


def snowflake(name: str, value: str) -> int:
    """An id from text.

    Raises: ApiError (50035) where it is not a number.
    """
    if not value.isdecimal() or len(value) > 20:
        raise form_error(name, "NUMBER_TYPE_COERCE", f'Value "{value[:40]}" is not snowflake.')
    return int(value)


async def read_body(request: web.Request, limits: Limits) -> tuple[Any, dict[int, Upload]]:
    """The JSON of a request, and its files by number.

    The body is JSON, a multipart form with `payload_json` and `files[n]`, or empty.

    Raises: ApiError: 50109 bad JSON; 50035 another content type; 40005 too large.
    """
    try:
        if request.content_type == "multipart/form-data":
            return await _read_form(request, limits)
        text = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise api_error(40005) from None
    if not text:
        return None, {}
    if request.content_type != "application/json":
        expected = 'Expected "Content-Type" header to be one of {"application/json"}.'
        raise form_error("_content_type", "CONTENT_TYPE_INVALID", expected)
    return _parse(text), {}


def _parse(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise api_error(50109) from None


async def _read_form(request: web.Request, limits: Limits) -> tuple[Any, dict[int, Upload]]:
    payload: Any = None
    uploads: dict[int, Upload] = {}
    left = limits.request_bytes
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise ApiError(400, 50035, "Invalid Form Body")
        name, filename = part.name or "", part.filename
        data = await _read_part(part, left if filename is None else min(left, limits.attachment_bytes))
        left -= len(data)
        if filename is not None:
            number = int(name[6:-1]) if name.startswith("files[") and name[6:-1].isdecimal() else len(uploads)
            uploads[number] = Upload(filename, content_type(filename), data)
        elif name == "payload_json":
            payload = _parse(data)
    return payload, uploads


async def _read_part(part: BodyPartReader, most: int) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk(1 << 16):
        data += chunk
        if len(data) > most:
            raise api_error(40005)
    return bytes(data)
