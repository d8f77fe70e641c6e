"""Threads: starting them, and who is in them."""

from bot.sandbox import payloads, thread_start, threads
from bot.sandbox.errors import api_error, form_error
from bot.sandbox.model import Channel, ChannelType, Json
from bot.sandbox.permissions import Permission
from bot.sandbox.rest.call import Answer, Call, Route

_ARCHIVE_MINUTES = (60, 1440, 4320, 10080)


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
    thread = thread_start.start(
        call.world, channel, call.me, name, message=message, auto_archive_minutes=minutes
    )
    return Answer(201, payloads.channel(thread))


async def start_without_message(call: Call) -> Answer:
    """Start a thread of its own; private where nothing else is asked for, as on Discord."""
    channel = call.channel()
    kind = call.fields.get("type", int(ChannelType.PRIVATE_THREAD))
    name, minutes = _name(call), _archive_minutes(call)
    private = kind == ChannelType.PRIVATE_THREAD
    thread = thread_start.start(
        call.world, channel, call.me, name, private=private, auto_archive_minutes=minutes
    )
    return Answer(201, payloads.channel(thread))


def _thread(call: Call, needed: int = 0) -> Channel:
    channel = call.channel(needed)
    if channel.thread is None:
        raise api_error(50024)
    return channel


async def get_members(call: Call) -> list[Json]:
    """Return the members of a thread."""
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
    """Put somebody into a thread."""
    thread = _thread(call, Permission.SEND_MESSAGES_IN_THREADS)
    user = call.world.users.get(call.id("user_id"))
    if user is None or thread.guild is None or user.id not in thread.guild.members:
        raise api_error(10013)
    threads.join(call.world, thread, user)


async def remove_member(call: Call) -> None:
    """Take somebody out of a thread."""
    user = call.world.users.get(call.id("user_id"))
    if user is None:
        raise api_error(10013)
    threads.leave(call.world, _thread(call, Permission.MANAGE_THREADS), user)


_MEMBERS = "/channels/{channel_id}/thread-members"

ROUTES = (
    Route("POST", "/channels/{channel_id}/messages/{message_id}/threads", start_from_message, "thread"),
    Route("POST", "/channels/{channel_id}/threads", start_without_message, "thread"),
    Route("GET", _MEMBERS, get_members),
    Route("PUT", _MEMBERS + "/@me", join),
    Route("DELETE", _MEMBERS + "/@me", leave),
    Route("PUT", _MEMBERS + "/{user_id}", add_member),
    Route("DELETE", _MEMBERS + "/{user_id}", remove_member),
)
