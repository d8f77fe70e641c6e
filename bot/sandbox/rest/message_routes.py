"""Routes for the messages of a channel, their reactions and attachments."""

import asyncio

from aiohttp import web

from bot.sandbox import messages, payloads
from bot.sandbox.errors import api_error, form_error
from bot.sandbox.limits import HISTORY
from bot.sandbox.model import Attachment, Channel, Json, Message
from bot.sandbox.permissions import Permission, may
from bot.sandbox.rest.call import Call, Route, snowflake
from bot.sandbox.world import World

_TWO_WEEKS_S = 14 * 86_400


def _shown(call: Call, message: Message) -> Json:
    """Return a message as the bot may read it: without the intent for content, not all of it."""
    payload = payloads.message(message, call.world)
    if call.world.application.message_content or message.channel.guild is None:
        return payload
    return payloads.without_content(payload, call.me.id)


async def get_history(call: Call) -> list[Json]:
    """Messages, newest first: the last ones, or those before, after or around an id."""
    channel = call.channel()
    limit = call.limit(50, HISTORY)
    if not may(channel, call.me.id, Permission.READ_MESSAGE_HISTORY):
        return []
    history = channel.history
    before, after, around = (call.query_id(name) for name in ("before", "after", "around"))
    if around is not None:
        older = [m for m in history if m.id < around][-(limit // 2) :]
        newer = [m for m in history if m.id >= around][: limit - len(older)]
        chosen = older + newer
    elif after is not None:
        chosen = [m for m in history if m.id > after][:limit]
    else:
        chosen = [m for m in history if before is None or m.id < before][-limit:]
    return [_shown(call, message) for message in reversed(chosen)]


async def get_message(call: Call) -> Json:
    """One message."""
    return _shown(call, call.message(call.channel(Permission.READ_MESSAGE_HISTORY)))


async def create_message(call: Call) -> Json:
    """Post a message."""
    channel = call.channel()
    draft = messages.read_draft(call.fields, call.uploads)
    return payloads.message(messages.post(call.world, channel, call.me, draft), call.world)


async def edit_message(call: Call) -> Json:
    """Edit a message of the bot, or the flags of anyone's."""
    channel = call.channel()
    message = call.message(channel)
    if message.author is not call.me:
        if set(call.fields) - {"flags"}:
            raise api_error(50005)
        call.channel(Permission.MANAGE_MESSAGES)
    _check_not_archived(channel)
    draft = messages.read_draft(call.fields, call.uploads)
    return payloads.message(messages.edit(call.world, message, draft), call.world)


async def delete_message(call: Call) -> None:
    """Delete a message of the bot, or anyone's with the permission to."""
    channel = call.channel()
    message = call.message(channel)
    if message.author is not call.me:
        if channel.guild is None:
            raise api_error(50003)
        call.channel(Permission.MANAGE_MESSAGES)
    _check_not_archived(channel)
    messages.delete(call.world, message)


def _check_not_archived(channel: Channel) -> None:
    if channel.thread is not None and channel.thread.archived:
        raise api_error(50083)


async def bulk_delete(call: Call) -> None:
    """Delete up to a hundred messages, none older than two weeks."""
    channel = call.channel(Permission.MANAGE_MESSAGES)
    ids = [snowflake("messages", str(i)) for i in call.fields.get("messages") or []]
    if not 2 <= len(set(ids)) <= 100:
        raise form_error("messages", "BASE_TYPE_BAD_LENGTH", "Must be between 2 and 100 in length.")
    oldest = call.world.clock.time() - _TWO_WEEKS_S
    if any(i in channel.messages and channel.messages[i].created_at.timestamp() < oldest for i in ids):
        raise api_error(50034)
    messages.bulk_delete(call.world, channel, ids)


async def add_reaction(call: Call) -> None:
    """React to a message."""
    channel = call.channel(Permission.ADD_REACTIONS | Permission.READ_MESSAGE_HISTORY)
    messages.add_reaction(call.world, call.message(channel), call.me, call.params["emoji_name"])


async def remove_own_reaction(call: Call) -> None:
    """Remove the bot's reaction."""
    messages.remove_reaction(call.world, call.message(call.channel()), call.me, call.params["emoji_name"])


_ALL = "/channels/{channel_id}/messages"
_ONE = _ALL + "/{message_id}"
_REACTION = _ONE + "/reactions/{emoji_name}/@me"

ROUTES = (
    Route("GET", _ALL, get_history, "history"),
    Route("POST", _ALL, create_message, "send"),
    Route("POST", _ALL + "/bulk-delete", bulk_delete, "bulk-delete"),
    Route("GET", _ONE, get_message, "history"),
    Route("PATCH", _ONE, edit_message, "edit"),
    Route("DELETE", _ONE, delete_message, "delete"),
    Route("PUT", _REACTION, add_reaction, "reaction"),
    Route("DELETE", _REACTION, remove_own_reaction, "reaction"),
)


async def serve_attachment(world: World, request: web.Request) -> web.StreamResponse:
    """Serve a file of a message, below /attachments/ on no API route."""
    number = request.match_info["attachment_id"]
    found = world.attachments.get(int(number)) if number.isdecimal() else None
    if found is None or found.filename != request.match_info["filename"]:
        raise web.HTTPNotFound
    if found.pause_s is not None:
        return await _serve_endlessly(request, found, found.pause_s)
    return web.Response(body=found.data, headers={"Content-Type": found.content_type})


async def _serve_endlessly(request: web.Request, file: Attachment, pause_s: float) -> web.StreamResponse:
    """Send the content again and again until the client has enough of it."""
    response = web.StreamResponse(headers={"Content-Type": file.content_type})
    await response.prepare(request)
    try:
        while True:
            await response.write(file.data)
            await asyncio.sleep(pause_s)
    except ConnectionError:
        return response
