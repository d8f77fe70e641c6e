"""Routes for channels and threads."""

from bot.sandbox import guilds, messages, payloads, threads
from bot.sandbox.errors import api_error, form_error
from bot.sandbox.model import FORUMS, Channel, ChannelType, Json
from bot.sandbox.permissions import Permission, sending_bit
from bot.sandbox.rest.call import Answer, Call, Route

_ARCHIVE_MINUTES = (60, 1440, 4320, 10080)


async def get_channel(call: Call) -> Json:
    """A channel."""
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
    """Delete a channel or a thread, and return it."""
    channel = _managed(call)
    guilds.remove_channel(call.world, channel)
    return payloads.channel(channel)


async def start_typing(call: Call) -> None:
    """Show that the bot is typing."""
    channel = call.channel()
    call.channel(sending_bit(channel))
    messages.start_typing(call.world, channel, call.me)


def _name(call: Call) -> str:
    name = call.fields.get("name")
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= 100:
        raise form_error("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    return name.strip()


def _archive_minutes(call: Call) -> int:
    minutes = call.fields.get("auto_archive_duration") or 1440
    if minutes not in _ARCHIVE_MINUTES:
        raise form_error(
            "auto_archive_duration", "BASE_TYPE_CHOICES", f"Value must be one of {_ARCHIVE_MINUTES}."
        )
    return int(minutes)


async def start_from_message(call: Call) -> Answer:
    """Start a thread from a message."""
    channel = call.channel()
    message, name, minutes = call.message(channel), _name(call), _archive_minutes(call)
    thread = messages.start_thread(
        call.world, channel, call.me, name, message=message, auto_archive_minutes=minutes
    )
    return Answer(201, payloads.channel(thread))


async def start_without_message(call: Call) -> Answer:
    """Start a thread without a message, private unless another type is given; in a forum, make a post."""
    channel = call.channel()
    if channel.kind in FORUMS:
        draft = messages.read_draft(call.fields.get("message") or {}, call.uploads)
        name, minutes = _name(call), _archive_minutes(call)
        first = messages.post_in_forum(
            call.world, channel, call.me, name, draft, auto_archive_minutes=minutes
        )
        return Answer(
            201, {**payloads.channel(first.channel), "message": payloads.message(first, call.world)}
        )
    kind = call.fields.get("type", int(ChannelType.PRIVATE_THREAD))
    name, minutes = _name(call), _archive_minutes(call)
    private = kind == ChannelType.PRIVATE_THREAD
    thread = messages.start_thread(
        call.world, channel, call.me, name, private=private, auto_archive_minutes=minutes
    )
    return Answer(201, payloads.channel(thread))


def _thread(call: Call, needed: int = 0) -> Channel:
    channel = call.channel(needed)
    if channel.thread is None:
        raise api_error(50024)
    return channel


async def get_members(call: Call) -> list[Json]:
    """The members of a thread."""
    thread = _thread(call)
    assert thread.thread is not None
    full = call.query_flag("with_member")
    return [payloads.thread_member(thread, i, with_member=full) for i in thread.thread.members]


async def join(call: Call) -> None:
    """Join a thread."""
    threads.join(call.world, _thread(call), call.me)


async def leave(call: Call) -> None:
    """Leave a thread."""
    threads.leave(call.world, _thread(call), call.me)


async def add_member(call: Call) -> None:
    """Add somebody to a thread."""
    thread = _thread(call, Permission.SEND_MESSAGES_IN_THREADS)
    user = call.world.users.get(call.id("user_id"))
    if user is None or thread.guild is None or user.id not in thread.guild.members:
        raise api_error(10013)
    threads.join(call.world, thread, user)


async def remove_member(call: Call) -> None:
    """Remove somebody from a thread."""
    user = call.world.users.get(call.id("user_id"))
    if user is None:
        raise api_error(10013)
    threads.leave(call.world, _thread(call, Permission.MANAGE_THREADS), user)


_MEMBERS = "/channels/{channel_id}/thread-members"

ROUTES = (
    Route("GET", "/channels/{channel_id}", get_channel),
    Route("PATCH", "/channels/{channel_id}", edit_channel, "channel"),
    Route("DELETE", "/channels/{channel_id}", delete_channel, "channel"),
    Route("POST", "/channels/{channel_id}/typing", start_typing, "typing"),
    Route("POST", "/channels/{channel_id}/messages/{message_id}/threads", start_from_message, "thread"),
    Route("POST", "/channels/{channel_id}/threads", start_without_message, "thread"),
    Route("GET", _MEMBERS, get_members),
    Route("PUT", _MEMBERS + "/@me", join),
    Route("DELETE", _MEMBERS + "/@me", leave),
    Route("PUT", _MEMBERS + "/{user_id}", add_member),
    Route("DELETE", _MEMBERS + "/{user_id}", remove_member),
)
