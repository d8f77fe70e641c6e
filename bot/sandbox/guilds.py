"""Guilds with their roles, members and channels, and the direct messages: making and changing them."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.sandbox import payloads
from bot.sandbox.errors import well_shaped
from bot.sandbox.model import Channel, ChannelType, Guild, Json, Member, Overwrite, Role, User
from bot.sandbox.permissions import EVERYONE_DEFAULT, NONE, sees
from bot.sandbox.world import World


def add_guild(world: World, name: str, *, owner: User | None = None, locale: str = "en-US") -> Guild:
    """Make a server with the role @everyone; its owner and the bot are in it."""
    owner = owner or world.application.owner
    guild = Guild(world.ids.next(), name, owner.id, locale)
    guild.roles[guild.id] = Role(guild.id, "@everyone", int(EVERYONE_DEFAULT), 0)
    world.guilds[guild.id] = guild
    for user in (owner, world.bot):
        guild.members[user.id] = Member(user, world.clock.now())
    world.publish("GUILD_CREATE", {"id": str(guild.id)}, guild=guild)
    return guild


def remove_bot(world: World, guild: Guild) -> None:
    """Remove the bot from a server."""
    guild.members.pop(world.bot.id)
    world.publish("GUILD_DELETE", {"id": str(guild.id)}, guild=guild)


def add_member(world: World, guild: Guild, user: User, *, nick: str | None = None) -> Member:
    """Add a user to a guild."""
    member = Member(user, world.clock.now(), nick=nick)
    guild.members[user.id] = member
    data = {**payloads.member(member), "guild_id": str(guild.id)}
    world.publish("GUILD_MEMBER_ADD", data, guild=guild)
    return member


def set_roles(world: World, guild: Guild, user: User, roles: set[int]) -> None:
    """Give a member exactly these roles."""
    member = guild.members[user.id]
    with _tell_access_changes(world, guild):
        member.roles = set(roles)
        data = {**payloads.member(member), "guild_id": str(guild.id)}
        world.publish("GUILD_MEMBER_UPDATE", data, guild=guild)


def add_role(
    world: World,
    guild: Guild,
    name: str,
    permissions: int = NONE,
    *,
    mentionable: bool = False,
    bot_id: int | None = None,
) -> Role:
    """Make a role above the others. bot_id: the bot that it belongs to, if it is a bot's own role."""
    role = Role(world.ids.next(), name, int(permissions), len(guild.roles), mentionable, bot_id)
    guild.roles[role.id] = role
    world.publish("GUILD_ROLE_CREATE", {"guild_id": str(guild.id), "role": payloads.role(role)}, guild=guild)
    return role


def set_role_permissions(world: World, guild: Guild, role: Role, permissions: int) -> None:
    """Change the permissions of a role."""
    with _tell_access_changes(world, guild):
        role.permissions = int(permissions)
        data = {"guild_id": str(guild.id), "role": payloads.role(role)}
        world.publish("GUILD_ROLE_UPDATE", data, guild=guild)


def add_channel(
    world: World,
    guild: Guild,
    name: str,
    *,
    kind: ChannelType = ChannelType.TEXT,
    parent: Channel | None = None,
    topic: str | None = None,
) -> Channel:
    """Make a channel. parent: its category."""
    position = len(guild.channels)
    channel = Channel(
        world.ids.next(), kind, name, world.changes, guild, parent, topic=topic, position=position
    )
    guild.channels[channel.id] = channel
    world.publish("CHANNEL_CREATE", payloads.channel(channel), channel=channel)
    return channel


@well_shaped()
def update_channel(world: World, channel: Channel, changes: Json) -> None:
    """Change what the body of a PATCH gives: name, topic, slow mode, age limit, bitrate, user limit.

    Raises: ApiError (50035) where one of these has the wrong type.
    """
    channel.name = changes.get("name") or channel.name
    channel.topic = changes.get("topic", channel.topic)
    channel.slowmode_s = int(changes.get("rate_limit_per_user", channel.slowmode_s) or 0)
    channel.nsfw = bool(changes.get("nsfw", channel.nsfw))
    channel.bitrate = int(changes.get("bitrate") or channel.bitrate)
    channel.user_limit = int(changes.get("user_limit", channel.user_limit) or 0)
    world.publish("CHANNEL_UPDATE", payloads.channel(channel), channel=channel)


def remove_channel(world: World, channel: Channel) -> None:
    """Delete a thread, or a channel with its threads."""
    guild = channel.guild
    assert guild is not None
    data = payloads.channel(channel)
    if channel.is_thread:
        parent_id = str(channel.parent.id) if channel.parent else None
        data = {
            "id": str(channel.id),
            "guild_id": str(guild.id),
            "parent_id": parent_id,
            "type": int(channel.kind),
        }
    world.publish("THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE", data, channel=channel)
    guild.channels.pop(channel.id, None)
    guild.threads.pop(channel.id, None)
    for thread in [t for t in guild.threads.values() if t.parent is channel]:
        del guild.threads[thread.id]


def set_overwrite(
    world: World, channel: Channel, target: Role | User, *, allow: int = NONE, deny: int = NONE
) -> None:
    """Allow and deny permissions to a role or a member in one channel."""
    kind = 0 if isinstance(target, Role) else 1
    _set_overwrites(world, channel, target, Overwrite(target.id, kind, int(allow), int(deny)))


def clear_overwrite(world: World, channel: Channel, target: Role | User) -> None:
    """Remove the overwrite of a role or a member from one channel."""
    _set_overwrites(world, channel, target, None)


def _set_overwrites(world: World, channel: Channel, target: Role | User, to: Overwrite | None) -> None:
    assert channel.guild is not None
    with _tell_access_changes(world, channel.guild, channel):
        channel.overwrites.pop(target.id, None)
        if to is not None:
            channel.overwrites[target.id] = to


@contextmanager
def _tell_access_changes(world: World, guild: Guild, changed: Channel | None = None) -> Iterator[None]:
    """Tell the bot which channels a change of permissions hides from it, and which ones it shows.

    Publishes CHANNEL_UPDATE for each of these and for `changed`, and THREAD_LIST_SYNC with the threads of
    the channels that became visible. For threads that become hidden Discord sends nothing.
    """
    before = {c.id for c in guild.channels.values() if sees(c, world.bot.id)}
    yield
    after = {c.id for c in guild.channels.values() if sees(c, world.bot.id)}
    for channel in guild.channels.values():
        if channel is changed or channel.id in before ^ after:
            world.publish("CHANNEL_UPDATE", payloads.channel(channel), channel=channel)
    gained = after - before
    if gained:
        threads = [t for t in payloads.active_threads(guild, world.bot) if t.parent and t.parent.id in gained]
        joined = [t for t in threads if t.thread is not None and world.bot.id in t.thread.members]
        data: Json = {
            "guild_id": str(guild.id),
            "channel_ids": [str(i) for i in sorted(gained)],
            "threads": [payloads.channel(t) for t in threads],
            "members": [payloads.thread_member(t, world.bot.id) for t in joined],
        }
        world.publish("THREAD_LIST_SYNC", data, guild=guild)


def direct_channel(world: World, person: User) -> Channel:
    """The direct message between a person and the bot; it is made if there is none."""
    for channel in world.direct.values():
        if person.id in channel.recipients:
            return channel
    both = {user.id: user for user in (person, world.bot)}
    channel = Channel(world.ids.next(), ChannelType.DM, person.name, world.changes, recipients=both)
    world.direct[channel.id] = channel
    return channel
