"""The JSON of Discord's objects. Pure functions of the model; ids are strings, times ISO 8601."""

from bot.sandbox import permissions
from bot.sandbox.model import (
    FORUMS,
    VOICE,
    Attachment,
    Channel,
    ChannelType,
    Guild,
    Json,
    Member,
    Message,
    MessageType,
    Overwrite,
    Role,
    ThreadState,
    User,
)
from bot.sandbox.world import Application, Team, World

_CHANNEL_OBFUSCATED = 1 << 17
_GATEWAY_MESSAGE_CONTENT = 1 << 18
_GATEWAY_GUILD_MEMBERS = 1 << 14
_GATEWAY_PRESENCE = 1 << 12
_TEAM_USER = 1 << 10


def user(who: User) -> Json:
    """A user as everyone sees it."""
    payload: Json = {
        "id": str(who.id),
        "username": who.name,
        "avatar": None,
        "discriminator": "0000" if who.bot else "0",
        "public_flags": 0,
        "flags": 0,
        "global_name": None if who.bot else who.display_name,
        "primary_guild": None,
    }
    if who.bot:
        payload["bot"] = True
    return payload


def own_user(who: User) -> Json:
    """A user as it sees itself."""
    return {**user(who), "mfa_enabled": False, "locale": who.locale, "verified": True, "email": None}


def application(app: Application, guild_count: int) -> Json:
    """The application as its bot sees it."""
    flags = (
        app.message_content * _GATEWAY_MESSAGE_CONTENT
        + app.guild_members * _GATEWAY_GUILD_MEMBERS
        + app.presences * _GATEWAY_PRESENCE
    )
    return {
        "id": str(app.id),
        "name": app.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(app.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "integration_types_config": {"0": {}},
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user(app.owner) if app.team is None else _team_owner(app.team),
        "approximate_guild_count": guild_count,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None if app.team is None else team(app.team),
        "eligible_oauth2_scopes": [],
    }


def team(what: Team) -> Json:
    """A team that owns an application."""
    return {
        "id": str(what.id),
        "icon": None,
        "name": what.name,
        "owner_user_id": str(what.owner_id),
        "members": [
            {
                "user": user(member.user),
                "team_id": str(what.id),
                "membership_state": 2 if member.accepted else 1,
                "role": member.role.value,
                "permissions": ["*"],
            }
            for member in what.members
        ],
    }


def _team_owner(what: Team) -> Json:
    """The account that stands for a team where an application's owner is named."""
    name = f"team{what.id}"
    return {**user(User(what.id, name, name)), "flags": _TEAM_USER, "public_flags": _TEAM_USER}


def partial_member(who: Member) -> Json:
    """A member without its user, as in messages and interactions."""
    return {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": who.joined_at.isoformat(),
        "nick": who.nick,
        "pending": False,
        "premium_since": None,
        "roles": [str(role) for role in sorted(who.roles)],
        "mute": False,
        "deaf": False,
    }


def member(who: Member) -> Json:
    """A member with its user."""
    return {**partial_member(who), "user": user(who.user)}


def role(what: Role) -> Json:
    """A role."""
    return {
        "id": str(what.id),
        "name": what.name,
        "permissions": str(what.permissions),
        "position": what.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": what.bot_id is not None,
        "mentionable": what.mentionable,
        **({"tags": {"bot_id": str(what.bot_id)}} if what.bot_id is not None else {}),
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def overwrite(what: Overwrite) -> Json:
    """The permissions that a channel allows and denies to a role or a member."""
    return {"id": str(what.id), "type": what.kind, "allow": str(what.allow), "deny": str(what.deny)}


def _last_message_id(where: Channel) -> str | None:
    history = where.history
    return str(history[-1].id) if history else None


def channel(where: Channel) -> Json:
    """A channel, a thread or a direct message."""
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
        "position": where.position,
        "parent_id": str(where.parent.id) if where.parent else None,
        "flags": 0,
        "nsfw": where.nsfw,
        "permission_overwrites": [overwrite(what) for what in where.overwrites.values()],
        **_by_type(where, where.guild),
    }


def channel_for(where: Channel, user_id: int) -> Json:
    """A channel as the gateway sends it to a user: obfuscated where they cannot see it."""
    if where.guild is None or where.is_thread or permissions.sees(where, user_id):
        return channel(where)
    deny = int(permissions.Permission.VIEW_CHANNEL)
    payload: Json = {
        "id": str(where.id),
        "type": int(where.kind),
        "guild_id": str(where.guild.id),
        "name": "___hidden___",
        "position": where.position,
        "parent_id": str(where.parent.id) if where.parent else None,
        "flags": _CHANNEL_OBFUSCATED,
        "nsfw": False,
        "permission_overwrites": [overwrite(Overwrite(where.guild.id, 0, 0, deny))],
        "topic": None,
        "last_message_id": None,
        "rate_limit_per_user": 0,
    }
    if where.kind in VOICE:
        payload |= {"bitrate": 64_000, "user_limit": 0}
    if where.kind in FORUMS:
        payload["available_tags"] = []
    return payload


def _by_type(where: Channel, guild: Guild) -> Json:
    """Return the fields that only channels of some types have."""
    if where.kind is ChannelType.CATEGORY:
        return {}
    fields: Json = {"last_message_id": _last_message_id(where), "rate_limit_per_user": where.slowmode_s}
    if where.kind in VOICE:
        fields |= {"bitrate": where.bitrate, "user_limit": where.user_limit, "rtc_region": None}
    if where.kind is not ChannelType.VOICE:
        fields["topic"] = where.topic
    if where.kind in FORUMS:
        # Its messages are its threads.
        threads = [thread.id for thread in guild.threads.values() if thread.parent is where]
        fields |= {
            "last_message_id": str(max(threads)) if threads else None,
            "available_tags": [],
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
        }
    return fields


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
        **({"applied_tags": []} if where.parent is not None and where.parent.kind in FORUMS else {}),
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
    """A user's membership in a thread."""
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
    """A guild as REST returns it."""
    counts = {"approximate_member_count": len(what.members), "approximate_presence_count": len(what.members)}
    return {**_guild_common(what), **(counts if with_counts else {})}


def active_threads(what: Guild, me: User) -> list[Channel]:
    """The threads of a guild that `me` may see and that are not archived."""
    return [
        t
        for t in what.threads.values()
        if permissions.in_channel(t, me.id) and t.thread and not t.thread.archived
    ]


def guild_create(what: Guild, me: User, *, all_members: bool, joined: bool = False) -> Json:
    """A guild as the gateway sends it to `me`: with channels, threads and members.

    all_members: list every member; without the intent for members Discord lists only `me`.
    joined: `me` just joined; clients recognize that by the missing key `unavailable`.
    """
    members = [m for m in what.members.values() if all_members or m.user is me]
    return {
        **_guild_common(what),
        "joined_at": what.members[me.id].joined_at.isoformat(),
        "large": False,
        **({} if joined else {"unavailable": False}),
        "member_count": len(what.members),
        "voice_states": [],
        "members": [member(m) for m in members],
        "channels": [channel_for(c, me.id) for c in what.channels.values()],
        "threads": [channel(t) for t in active_threads(what, me)],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def attachment(what: Attachment, *, ephemeral: bool = False) -> Json:
    """A file on a message."""
    payload: Json = {
        "id": str(what.id),
        "filename": what.filename,
        "size": what.size,
        "url": what.url,
        "proxy_url": what.url,
        "content_type": what.content_type,
    }
    if what.description is not None:
        payload["description"] = what.description
    if ephemeral:
        payload["ephemeral"] = True
    return payload


def message(what: Message, world: World) -> Json:
    """A message as REST returns it: with the message it replies to, without guild and member."""
    payload = _basic_message(what, world)
    is_forward = what.reference is not None and what.reference.kind == 1
    if what.reference is not None and what.kind is not MessageType.THREAD_CREATED and not is_forward:
        target = world.message(what.reference.channel_id, what.reference.message_id)
        payload["referenced_message"] = _basic_message(target, world) if target is not None else None
    return payload


def gateway_message(what: Message, world: World) -> Json:
    """A message as the gateway sends it: with guild, the author's member and those of the mentions."""
    payload = message(what, world)
    where = what.channel.guild
    payload["channel_type"] = int(what.channel.kind)
    if where is None or what.ephemeral_to is not None:
        return payload
    payload["guild_id"] = str(where.id)
    author = where.members.get(what.author.id)
    if author is not None and what.webhook_id is None:
        payload["member"] = partial_member(author)
    for mentioned in payload["mentions"]:
        found = where.members.get(int(mentioned["id"]))
        if found is not None:
            mentioned["member"] = partial_member(found)
    return payload


def _basic_message(what: Message, world: World) -> Json:
    payload: Json = {
        "id": str(what.id),
        "type": int(what.kind),
        "channel_id": str(what.channel.id),
        "author": user(what.author),
        "content": what.content,
        "timestamp": what.created_at.isoformat(),
        "edited_timestamp": what.edited_at.isoformat() if what.edited_at else None,
        "tts": what.tts,
        "mention_everyone": what.mention_everyone,
        "mentions": [user(who) for who in what.mentions],
        "mention_roles": [str(r.id) for r in what.mention_roles],
        "attachments": [attachment(a, ephemeral=what.ephemeral_to is not None) for a in what.attachments],
        "embeds": what.embeds,
        "components": what.components,
        "pinned": False,
        "flags": what.flags,
        **what.extra,
    }
    if what.nonce is not None:
        payload["nonce"] = what.nonce
    if what.webhook_id is not None:
        payload["webhook_id"] = payload["application_id"] = str(what.webhook_id)
    if what.interaction is not None:
        payload["interaction"] = what.interaction
    if what.interaction_metadata is not None:
        payload["interaction_metadata"] = what.interaction_metadata
    if what.reference is not None:
        payload["message_reference"] = {
            "type": what.reference.kind,
            "channel_id": str(what.reference.channel_id),
            "message_id": str(what.reference.message_id),
            **({"guild_id": str(what.reference.guild_id)} if what.reference.guild_id else {}),
        }
    if what.thread is not None:
        payload["thread"] = channel(what.thread)
    if what.reactions:
        payload["reactions"] = [_reaction(name, who, world.bot.id) for name, who in what.reactions.items()]
    return payload


def emoji(name: str) -> Json:
    """An emoji. name: as in routes, a character, or `name:id` for one of a guild."""
    label, _, emoji_id = name.partition(":")
    return {"id": emoji_id or None, "name": label}


def _reaction(name: str, who: list[int], me: int) -> Json:
    return {
        "emoji": emoji(name),
        "count": len(who),
        "count_details": {"burst": 0, "normal": len(who)},
        "burst_colors": [],
        "me_burst": False,
        "me": me in who,
    }


_BLANK = {"content": "", "embeds": [], "attachments": [], "components": []}


def _readable(payload: Json, bot_id: int) -> bool:
    """Whether the bot may read the content without the intent: it wrote it or is mentioned."""
    return payload["author"]["id"] == str(bot_id) or any(u["id"] == str(bot_id) for u in payload["mentions"])


def without_content(payload: Json, bot_id: int) -> Json:
    """A message, and the one it replies to, as a bot without the message-content intent sees them."""
    seen = payload if _readable(payload, bot_id) else {**payload, **_BLANK}
    seen = {name: value for name, value in seen.items() if name != "poll"} if seen is not payload else seen
    referenced = seen.get("referenced_message")
    if referenced is not None and not _readable(referenced, bot_id):
        seen = {**seen, "referenced_message": {**referenced, **_BLANK}}
    return seen
