"""Channels: reading, changing, deleting, typing."""

from bot.sandbox import guilds, payloads, threads
from bot.sandbox import messages as posting
from bot.sandbox.errors import api_error, form_error
from bot.sandbox.model import Channel, Json
from bot.sandbox.permissions import Permission, sending_bit
from bot.sandbox.rest.call import Call, Route


async def get_channel(call: Call) -> Json:
    """Return a channel."""
    return payloads.channel(call.channel())


def _managed(call: Call) -> Channel:
    channel = call.channel()
    if channel.guild is None:
        raise api_error(50003)
    own = channel.thread is not None and channel.thread.owner_id == call.me.id
    return (
        channel
        if own
        else call.channel(Permission.MANAGE_THREADS if channel.is_thread else Permission.MANAGE_CHANNELS)
    )


async def edit_channel(call: Call) -> Json:
    """Change a channel or a thread."""
    channel = _managed(call)
    name = call.fields.get("name", channel.name)
    if not isinstance(name, str) or not 1 <= len(name) <= 100:
        raise form_error("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    if channel.is_thread:
        threads.update(call.world, channel, call.fields)
    else:
        guilds.update_channel(call.world, channel, call.fields)
    return payloads.channel(channel)


async def delete_channel(call: Call) -> Json:
    """Delete a channel or a thread and return what it was."""
    channel = _managed(call)
    guilds.remove_channel(call.world, channel)
    return payloads.channel(channel)


async def start_typing(call: Call) -> None:
    """Show that the bot types."""
    channel = call.channel()
    call.channel(sending_bit(channel))
    posting.start_typing(call.world, channel, call.me)


ROUTES = (
    Route("GET", "/channels/{channel_id}", get_channel),
    Route("PATCH", "/channels/{channel_id}", edit_channel, "channel"),
    Route("DELETE", "/channels/{channel_id}", delete_channel, "channel"),
    Route("POST", "/channels/{channel_id}/typing", start_typing, "typing"),
)
