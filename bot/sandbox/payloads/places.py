"""The JSON of places: channels, threads, guilds."""

from bot.sandbox import permissions
from bot.sandbox.model import Channel, ChannelType, Guild, Json, Overwrite, ThreadState, User
from bot.sandbox.payloads.accounts import member, role, user


def overwrite(what: Overwrite) -> Json:
    """Return what a channel allows or denies to a role or a member."""
    return {"id": str(what.id), "type": what.kind, "allow": str(what.allow), "deny": str(what.deny)}


def _last_message_id(where: Channel) -> str | None:
    history = where.history
    return str(history[-1].id) if history else None


def channel(where: Channel) -> Json:
    """Return a channel, a thread or a direct message, each in its own shape."""
    if where.thread is not None:
        return _thread(where, where.thread)
    if where.guild is None:
        return {
            "id": str(where.id),
            "type": int(ChannelType.DM),
            "last_message_id": _last_message_id(where),
            "flags": 0,
            "recipients": [user(who) for who in where.recipients.values() if not who.bot],
        }
    return {
        "id": str(where.id),
        "type": int(where.kind),
        "guild_id": str(where.guild.id),
        "name": where.name,
        "topic": where.topic,
        "position": where.position,
        "parent_id": str(where.parent.id) if where.parent else None,
        "last_message_id": _last_message_id(where),
        "flags": 0,
        "nsfw": False,
        "rate_limit_per_user": where.slowmode_s,
        "permission_overwrites": [overwrite(what) for what in where.overwrites.values()],
    }


def _thread(where: Channel, state: ThreadState) -> Json:
    messages = len(where.history)
    return {
        "id": str(where.id),
        "type": int(where.kind),
        "guild_id": str(where.guild_id),
        "parent_id": str(where.parent.id) if where.parent else None,
        "name": where.name,
        "last_message_id": _last_message_id(where),
        "flags": 0,
        "owner_id": str(state.owner_id),
        "rate_limit_per_user": where.slowmode_s,
        "message_count": messages,
        "member_count": min(len(state.members), 50),
        "total_message_sent": messages,
        "thread_metadata": {
            "archived": state.archived,
            "archive_timestamp": state.archived_at.isoformat(),
            "auto_archive_duration": state.auto_archive_minutes,
            "locked": state.locked,
            "create_timestamp": state.created_at.isoformat(),
            **({"invitable": state.invitable} if where.kind is ChannelType.PRIVATE_THREAD else {}),
        },
    }


def thread_member(where: Channel, user_id: int, *, with_member: bool = False) -> Json:
    """Return a user's membership in the thread `where`."""
    assert where.thread is not None
    payload: Json = {
        "id": str(where.id),
        "user_id": str(user_id),
        "join_timestamp": where.thread.members[user_id].isoformat(),
        "flags": 0,
    }
    if with_member and where.guild is not None:
        payload["member"] = member(where.guild.members[user_id])
    return payload


def _guild_common(what: Guild) -> Json:
    return {
        "id": str(what.id),
        "name": what.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": [],
        "banner": None,
        "owner_id": str(what.owner_id),
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 0,
        "roles": [role(r) for r in what.roles.values()],
        "default_message_notifications": 1,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": what.locale,
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }


def guild(what: Guild, *, with_counts: bool = False) -> Json:
    """Return a guild as REST does."""
    counts = {"approximate_member_count": len(what.members), "approximate_presence_count": len(what.members)}
    return {**_guild_common(what), **(counts if with_counts else {})}


def guild_create(what: Guild, me: User, *, all_members: bool, joined: bool = False) -> Json:
    """Return a guild as the gateway sends it to `me`: with channels, threads and members.

    Without the intent for members only `me` is in the list of members. A guild that `me` just joined does not
    tell whether it is available; clients know a new one by that.
    """
    seen = [
        c for c in what.channels.values() if permissions.may(c, me.id, permissions.Permission.VIEW_CHANNEL)
    ]
    threads = [
        t
        for t in what.threads.values()
        if permissions.in_channel(t, me.id) and t.thread and not t.thread.archived
    ]
    members = [m for m in what.members.values() if all_members or m.user is me]
    return {
        **_guild_common(what),
        "joined_at": what.members[me.id].joined_at.isoformat(),
        "large": False,
        **({} if joined else {"unavailable": False}),
        "member_count": len(what.members),
        "voice_states": [],
        "members": [member(m) for m in members],
        "channels": [channel(c) for c in seen],
        "threads": [channel(t) for t in threads],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
