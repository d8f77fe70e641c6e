"""The JSON of accounts: users, the application, members, roles."""

from bot.sandbox.model import Json, Member, Role, User
from bot.sandbox.world import Application

_GATEWAY_MESSAGE_CONTENT = 1 << 18
_GATEWAY_GUILD_MEMBERS = 1 << 14
_GATEWAY_PRESENCE = 1 << 12


def user(who: User) -> Json:
    """Return a user as everyone sees it."""
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
    """Return a user as it sees itself."""
    return {**user(who), "mfa_enabled": False, "locale": who.locale, "verified": True, "email": None}


def application(app: Application, guild_count: int) -> Json:
    """Return the application as its bot sees it."""
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
        "owner": user(app.owner),
        "approximate_guild_count": guild_count,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }


def partial_member(who: Member) -> Json:
    """Return a member without its user, as messages and interactions carry it."""
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
    """Return a member with its user."""
    return {**partial_member(who), "user": user(who.user)}


def role(what: Role) -> Json:
    """Return a role."""
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
