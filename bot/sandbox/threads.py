"""Threads: who is in them, and their state."""

from bot.sandbox import payloads
from bot.sandbox.model import Channel, Json, User
from bot.sandbox.world import World


def publish(world: World, name: str, thread: Channel, **more: object) -> None:
    """Tell everybody of a thread under the event's name."""
    data: Json = {**payloads.channel(thread), **more}
    if thread.thread is not None and world.bot.id in thread.thread.members:
        data["member"] = payloads.thread_member(thread, world.bot.id)
    world.publish(name, data, channel=thread)


def join(world: World, thread: Channel, user: User) -> None:
    """Make a user a member of a thread; one who is already stays."""
    assert thread.thread is not None
    if user.id in thread.thread.members:
        return
    thread.thread.members[user.id] = world.clock.now()
    _members_update(world, thread, added=[user.id])


def leave(world: World, thread: Channel, user: User) -> None:
    """Take a user out of a thread."""
    assert thread.thread is not None
    if thread.thread.members.pop(user.id, None) is not None:
        _members_update(world, thread, removed=[user.id])


def _members_update(
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


def update(world: World, thread: Channel, changes: Json) -> None:
    """Rename, archive, lock, as the body of a PATCH says."""
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
    publish(world, "THREAD_UPDATE", thread)


def wake(world: World, thread: Channel) -> None:
    """Bring an archived thread back, as a new message does."""
    if thread.thread is not None and thread.thread.archived:
        update(world, thread, {"archived": False})
