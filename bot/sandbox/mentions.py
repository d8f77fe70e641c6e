"""Whom a text mentions, and whom it may ping (resources/message.mdx, "Allowed Mentions Object")."""

import re
from dataclasses import dataclass, field

from bot.sandbox import permissions
from bot.sandbox.errors import form_error
from bot.sandbox.model import Channel, Json, Message, Role, User
from bot.sandbox.world import World

_CODE = re.compile(r"```.*?```|``.+?``|`[^`\n]+`", re.DOTALL)
_USER = re.compile(r"<@!?(\d{1,20})>")
_ROLE = re.compile(r"<@&(\d{1,20})>")
_EVERYONE = re.compile(r"@(everyone|here)\b")


@dataclass
class Allowed:
    """Which mentions count: all of a kind, or single ids."""

    users: bool = True
    roles: bool = True
    everyone: bool = True
    replied_user: bool = True
    user_ids: frozenset[int] = frozenset()
    role_ids: frozenset[int] = frozenset()

    @classmethod
    def of(cls, body: Json | None, *, by_interaction: bool = False) -> "Allowed":
        """Read `allowed_mentions`. Without it all mentions count; in responses to interactions, users only.

        Raises: ApiError (50035) where a kind is given together with ids of that kind.
        """
        if body is None:
            return cls(roles=not by_interaction, everyone=not by_interaction)
        parse = body.get("parse") or []
        users = frozenset(int(i) for i in body.get("users") or [])
        roles = frozenset(int(i) for i in body.get("roles") or [])
        for kind, ids in (("users", users), ("roles", roles)):
            if kind in parse and ids:
                text = f"parse:[{kind!r}] and {kind}: [ids...] are mutually exclusive."
                raise form_error("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", text)
        replied = bool(body.get("replied_user", False))
        return cls("users" in parse, "roles" in parse, "everyone" in parse, replied, users, roles)


@dataclass
class Mentions:
    """What a message mentions. pinged: the ids of the users who are notified."""

    users: list[User] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    everyone: bool = False
    pinged: set[int] = field(default_factory=set)


def parse(
    world: World,
    channel: Channel,
    author: User,
    content: str,
    allowed: Allowed,
    replied_to: Message | None = None,
) -> Mentions:
    """Find the mentions in `content`. Those in code or not allowed do not count."""
    text = _CODE.sub(" ", content)
    found = Mentions()
    for user_id in dict.fromkeys(int(i) for i in _USER.findall(text)):
        user = world.users.get(user_id)
        if user is not None and (allowed.users or user_id in allowed.user_ids):
            found.users.append(user)
    if replied_to is not None and allowed.replied_user and replied_to.author not in found.users:
        found.users.append(replied_to.author)
    if channel.guild is None:
        found.pinged = {user.id for user in found.users} & set(channel.recipients)
    else:
        _guild_mentions(channel, author, text, allowed, found)
    found.pinged.discard(author.id)
    return found


def _guild_mentions(channel: Channel, author: User, text: str, allowed: Allowed, found: Mentions) -> None:
    guild = channel.guild
    assert guild is not None
    anyone = permissions.may(channel, author.id, permissions.Permission.MENTION_EVERYONE)
    for role_id in dict.fromkeys(int(i) for i in _ROLE.findall(text)):
        role = guild.roles.get(role_id)
        if (
            role is not None
            and (role.mentionable or anyone)
            and (allowed.roles or role_id in allowed.role_ids)
        ):
            found.roles.append(role)
    found.everyone = anyone and allowed.everyone and bool(_EVERYONE.search(text))
    role_ids = {role.id for role in found.roles}
    user_ids = {user.id for user in found.users}
    found.pinged = {
        member.user.id
        for member in guild.members.values()
        if (found.everyone or member.user.id in user_ids or member.roles & role_ids)
        and permissions.may(channel, member.user.id, permissions.Permission.VIEW_CHANNEL)
    }
