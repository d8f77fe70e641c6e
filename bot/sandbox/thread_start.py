"""Starting threads, from a message or without one."""

from bot.sandbox.drafts import Draft
from bot.sandbox.errors import api_error
from bot.sandbox.messages import add, updated
from bot.sandbox.model import (
    Channel,
    ChannelType,
    Message,
    MessageFlag,
    MessageType,
    Reference,
    ThreadState,
    User,
)
from bot.sandbox.permissions import Permission, in_channel
from bot.sandbox.threads import publish
from bot.sandbox.world import World


def start(
    world: World,
    parent: Channel,
    owner: User,
    name: str,
    *,
    message: Message | None = None,
    private: bool = False,
    auto_archive_minutes: int = 1440,
) -> Channel:
    """Start a thread, from a message or without one.

    Raises:
        ApiError: 50013 the owner may not, 50024 no threads here, 160004 the message has one already.
    """
    needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
    if parent.guild is None or parent.is_thread:
        raise api_error(50024)
    if not in_channel(parent, owner.id) & needed:
        raise api_error(50013)
    if message is not None and message.thread is not None:
        raise api_error(160004)
    now = world.clock.now()
    # A thread started from a message has that message's id.
    thread_id = message.id if message is not None else world.ids.next()
    state = ThreadState(owner.id, now, now, {owner.id: now}, auto_archive_minutes=auto_archive_minutes)
    kind = ChannelType.PRIVATE_THREAD if private else ChannelType.PUBLIC_THREAD
    thread = Channel(thread_id, kind, name, world.changes, parent.guild, parent, thread=state)
    parent.guild.threads[thread.id] = thread
    publish(world, "THREAD_CREATE", thread, newly_created=True)
    if message is not None:
        _attach(world, thread, message)
    elif not private:
        reference = Reference(thread.id, thread.id, parent.guild_id)
        add(world, parent, owner, Draft(content=name), kind=MessageType.THREAD_CREATED, reference=reference)
    return thread


def _attach(world: World, thread: Channel, message: Message) -> None:
    message.thread = thread
    message.flags |= MessageFlag.HAS_THREAD
    updated(world, message)
    reference = Reference(message.channel.id, message.id, message.channel.guild_id)
    add(world, thread, message.author, Draft(), kind=MessageType.THREAD_STARTER_MESSAGE, reference=reference)
