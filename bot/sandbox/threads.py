"""Threads: creating and changing them, and who is in them."""

from bot.sandbox import payloads
from bot.sandbox.errors import api_error, well_shaped
from bot.sandbox.model import FORUMS, Channel, ChannelType, Json, Message, ThreadState, User
from bot.sandbox.permissions import Permission, in_channel
from bot.sandbox.world import World

_WITH_THREADS = FORUMS | {ChannelType.TEXT, ChannelType.NEWS}


def create(
    world: World,
    parent: Channel,
    owner: User,
    name: str,
    *,
    message: Message | None = None,
    private: bool = False,
    auto_archive_minutes: int = 1440,
) -> Channel:
    """Create a thread with its owner in it; `messages.start_thread` and `post_in_forum` fill it.

    Raises: ApiError: 50013 the owner may not; 50024 no threads here; 160004 the message has one already.
    """
    if parent.guild is None or parent.kind not in _WITH_THREADS or (private and parent.kind in FORUMS):
        raise api_error(50024)
    if parent.kind in FORUMS:
        needed = Permission.SEND_MESSAGES
    else:
        needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
    if not in_channel(parent, owner.id) & needed:
        raise api_error(50013)
    if message is not None and message.thread is not None:
        raise api_error(160004)
    now = world.clock.now()
    # A thread started from a message has that message's id.
    thread_id = message.id if message is not None else world.ids.next()
    state = ThreadState(owner.id, now, now, {owner.id: now}, auto_archive_minutes=auto_archive_minutes)
    public = ChannelType.NEWS_THREAD if parent.kind is ChannelType.NEWS else ChannelType.PUBLIC_THREAD
    kind = ChannelType.PRIVATE_THREAD if private else public
    thread = Channel(thread_id, kind, name, world.changes, parent.guild, parent, thread=state)
    parent.guild.threads[thread.id] = thread
    _publish(world, "THREAD_CREATE", thread, newly_created=True)
    return thread


def join(world: World, thread: Channel, user: User) -> None:
    """Add a user to a thread, if they are not in it yet."""
    assert thread.thread is not None
    if user.id in thread.thread.members:
        return
    thread.thread.members[user.id] = world.clock.now()
    _publish_members(world, thread, added=[user.id])


def leave(world: World, thread: Channel, user: User) -> None:
    """Remove a user from a thread."""
    assert thread.thread is not None
    if thread.thread.members.pop(user.id, None) is not None:
        _publish_members(world, thread, removed=[user.id])


@well_shaped()
def update(world: World, thread: Channel, changes: Json) -> None:
    """Rename, archive or lock a thread. changes: the body of a PATCH.

    Raises: ApiError (50035) where a value has the wrong type.
    """
    state = thread.thread
    assert state is not None
    thread.name = changes.get("name") or thread.name
    thread.slowmode_s = int(changes.get("rate_limit_per_user") or thread.slowmode_s)
    state.auto_archive_minutes = changes.get("auto_archive_duration") or state.auto_archive_minutes
    state.locked = bool(changes.get("locked", state.locked))
    state.invitable = bool(changes.get("invitable", state.invitable))
    archived = bool(changes.get("archived", state.archived))
    if archived != state.archived:
        state.archived, state.archived_at = archived, world.clock.now()
    _publish(world, "THREAD_UPDATE", thread)


def wake(world: World, thread: Channel) -> None:
    """Unarchive a thread, as a new message does."""
    if thread.thread is not None and thread.thread.archived:
        update(world, thread, {"archived": False})


def _publish(world: World, name: str, thread: Channel, **more: object) -> None:
    data: Json = {**payloads.channel(thread), **more}
    if thread.thread is not None and world.bot.id in thread.thread.members:
        data["member"] = payloads.thread_member(thread, world.bot.id)
    world.publish(name, data, channel=thread)


def _publish_members(
    world: World, thread: Channel, *, added: list[int] | None = None, removed: list[int] | None = None
) -> None:
    assert thread.thread is not None
    data: Json = {
        "id": str(thread.id),
        "guild_id": str(thread.guild_id),
        "member_count": min(len(thread.thread.members), 50),
    }
    if added:
        data["added_members"] = [payloads.thread_member(thread, i, with_member=True) for i in added]
    if removed:
        data["removed_member_ids"] = [str(i) for i in removed]
    world.publish("THREAD_MEMBERS_UPDATE", data, channel=thread)
