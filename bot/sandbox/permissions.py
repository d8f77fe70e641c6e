"""Discord's permissions, and which ones a member has in a channel (developers/topics/permissions.mdx)."""

from enum import IntFlag

from bot.sandbox.model import VOICE, Channel, ChannelType, Guild, Member


class Permission(IntFlag):
    """The permissions that the sandbox knows. Other bits pass through unchanged."""

    CREATE_INSTANT_INVITE = 1 << 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_AUDIT_LOG = 1 << 7
    STREAM = 1 << 9
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    USE_VAD = 1 << 25
    CHANGE_NICKNAME = 1 << 26
    MANAGE_NICKNAMES = 1 << 27
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    USE_EXTERNAL_STICKERS = 1 << 37
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40
    SEND_POLLS = 1 << 49
    USE_EXTERNAL_APPS = 1 << 50


_P = Permission
ALL = sum(_P)
NONE = 0

# What @everyone has in a new server.
EVERYONE_DEFAULT = (
    _P.CREATE_INSTANT_INVITE | _P.ADD_REACTIONS | _P.STREAM | _P.VIEW_CHANNEL | _P.SEND_MESSAGES
    | _P.EMBED_LINKS | _P.ATTACH_FILES | _P.READ_MESSAGE_HISTORY | _P.MENTION_EVERYONE
    | _P.USE_EXTERNAL_EMOJIS | _P.CONNECT | _P.SPEAK | _P.USE_VAD | _P.CHANGE_NICKNAME
    | _P.USE_APPLICATION_COMMANDS | _P.CREATE_PUBLIC_THREADS | _P.CREATE_PRIVATE_THREADS
    | _P.USE_EXTERNAL_STICKERS | _P.SEND_MESSAGES_IN_THREADS | _P.SEND_POLLS | _P.USE_EXTERNAL_APPS
)  # fmt: skip

_DIRECT_MESSAGE = (
    _P.ADD_REACTIONS | _P.VIEW_CHANNEL | _P.SEND_MESSAGES | _P.EMBED_LINKS | _P.ATTACH_FILES
    | _P.READ_MESSAGE_HISTORY | _P.USE_EXTERNAL_EMOJIS | _P.USE_APPLICATION_COMMANDS
)  # fmt: skip

_NEEDS_CONNECTING = _P.STREAM | _P.SPEAK | _P.USE_VAD | _P.MANAGE_CHANNELS | _P.MANAGE_ROLES
_NEEDS_SENDING = _P.MENTION_EVERYONE | _P.SEND_TTS_MESSAGES | _P.ATTACH_FILES | _P.EMBED_LINKS


def in_guild(guild: Guild, member: Member) -> int:
    """The member's permissions in the guild, before any channel's overwrites."""
    if guild.owner_id == member.user.id:
        return int(ALL)
    bits = guild.roles[guild.id].permissions
    for role_id in member.roles:
        bits |= guild.roles[role_id].permissions
    return int(ALL) if bits & _P.ADMINISTRATOR else int(bits)


def _overwritten(bits: int, channel: Channel, guild: Guild, member: Member) -> int:
    everyone = channel.overwrites.get(guild.id)
    if everyone is not None:
        bits = bits & ~everyone.deny | everyone.allow
    allow = deny = 0
    for role_id in member.roles:
        overwrite = channel.overwrites.get(role_id)
        if overwrite is not None:
            allow |= overwrite.allow
            deny |= overwrite.deny
    bits = bits & ~deny | allow
    own = channel.overwrites.get(member.user.id)
    if own is not None:
        bits = bits & ~own.deny | own.allow
    return bits


def in_channel(channel: Channel, user_id: int) -> int:
    """The user's permissions in the channel; 0 for a user who cannot see it.

    Threads use the overwrites of their channel. Only members see a private thread, and those who may
    manage threads.
    """
    guild = channel.guild
    if guild is None:
        return int(_DIRECT_MESSAGE) if user_id in channel.recipients else NONE
    member = guild.members.get(user_id)
    if member is None:
        return NONE
    bits = in_guild(guild, member)
    if bits & _P.ADMINISTRATOR:
        return bits
    bits = _overwritten(
        bits, channel.parent if channel.is_thread and channel.parent else channel, guild, member
    )
    if not bits & _P.VIEW_CHANNEL:
        return NONE
    outside = channel.thread is not None and user_id not in channel.thread.members
    if channel.kind is ChannelType.PRIVATE_THREAD and outside and not bits & _P.MANAGE_THREADS:
        return NONE
    if channel.kind in VOICE and not bits & _P.CONNECT:
        bits &= ~_NEEDS_CONNECTING
    sending = _P.SEND_MESSAGES_IN_THREADS if channel.is_thread else _P.SEND_MESSAGES
    if not bits & sending:
        bits &= ~_NEEDS_SENDING
    return bits


def sees(channel: Channel, user_id: int) -> bool:
    """Whether the user sees the channel in the list: a category, too, if they see one of its channels."""
    if in_channel(channel, user_id) & _P.VIEW_CHANNEL:
        return True
    if channel.kind is not ChannelType.CATEGORY or channel.guild is None:
        return False
    return any(sees(c, user_id) for c in channel.guild.channels.values() if c.parent is channel)


def may(channel: Channel, user_id: int, needed: int) -> bool:
    """Whether the user has all `needed` permissions in the channel."""
    return in_channel(channel, user_id) & needed == needed


def sending_bit(channel: Channel) -> Permission:
    """The permission to post in the channel; threads have one of their own."""
    return _P.SEND_MESSAGES_IN_THREADS if channel.is_thread else _P.SEND_MESSAGES
