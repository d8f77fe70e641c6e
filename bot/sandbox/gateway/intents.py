"""Which events a client gets (developers/events/gateway.mdx, "List of Intents")."""

from enum import IntFlag

from bot.sandbox.events import Event
from bot.sandbox.permissions import Permission, in_channel


class Intent(IntFlag):
    """The bits of `intents` in IDENTIFY."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MODERATION = 1 << 2
    GUILD_EXPRESSIONS = 1 << 3
    GUILD_INTEGRATIONS = 1 << 4
    GUILD_WEBHOOKS = 1 << 5
    GUILD_INVITES = 1 << 6
    GUILD_VOICE_STATES = 1 << 7
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15
    GUILD_SCHEDULED_EVENTS = 1 << 16
    AUTO_MODERATION_CONFIGURATION = 1 << 20
    AUTO_MODERATION_EXECUTION = 1 << 21
    GUILD_MESSAGE_POLLS = 1 << 24
    DIRECT_MESSAGE_POLLS = 1 << 25


KNOWN = sum(Intent)

# Sent for hidden channels, too, with an obfuscated channel object.
CHANNEL_EVENTS = ("CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE")
_GUILD_STATE = (
    "GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE",
    "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE",
    *CHANNEL_EVENTS, "THREAD_CREATE", "THREAD_UPDATE", "THREAD_DELETE",
    "THREAD_LIST_SYNC", "THREAD_MEMBER_UPDATE", "THREAD_MEMBERS_UPDATE",
)  # fmt: skip
_MEMBERS = ("GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE")
_MESSAGES = ("MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK")
_REACTIONS = ("MESSAGE_REACTION_ADD", "MESSAGE_REACTION_REMOVE")

# The intent for guilds, and the one for direct messages (0: no such events there).
_NEEDED: dict[str, tuple[Intent, Intent]] = {
    **dict.fromkeys(_GUILD_STATE, (Intent.GUILDS, Intent(0))),
    **dict.fromkeys(_MEMBERS, (Intent.GUILD_MEMBERS, Intent(0))),
    **dict.fromkeys(_MESSAGES, (Intent.GUILD_MESSAGES, Intent.DIRECT_MESSAGES)),
    **dict.fromkeys(_REACTIONS, (Intent.GUILD_MESSAGE_REACTIONS, Intent.DIRECT_MESSAGE_REACTIONS)),
    "TYPING_START": (Intent.GUILD_MESSAGE_TYPING, Intent.DIRECT_MESSAGE_TYPING),
}


def wanted(event: Event, intents: int, bot_id: int) -> bool:
    """Whether a bot with these intents gets the event; interactions and its own member need none."""
    if event.name not in _NEEDED:
        return event.name == "INTERACTION_CREATE"
    if event.name == "GUILD_MEMBER_UPDATE" and event.data["user"]["id"] == str(bot_id):
        return True
    if event.name == "THREAD_MEMBERS_UPDATE" and not intents & Intent.GUILD_MEMBERS:
        moved = [member["user_id"] for member in event.data.get("added_members", [])]
        return str(bot_id) in [*moved, *event.data.get("removed_member_ids", [])]
    in_guild, in_direct = _NEEDED[event.name]
    return bool(intents & (in_guild if event.guild is not None else in_direct))


def visible(event: Event, user_id: int) -> bool:
    """Whether the user can see the guild and channel of the event. Interactions come from everywhere."""
    if event.guild is not None and user_id not in event.guild.members:
        return event.name == "GUILD_DELETE"
    if event.channel is None or event.name == "INTERACTION_CREATE" or event.name in CHANNEL_EVENTS:
        return True
    return bool(in_channel(event.channel, user_id) & Permission.VIEW_CHANNEL)
