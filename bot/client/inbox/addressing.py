"""Whether the bot is meant by a message, and what the message says in plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


class Addressed(StrEnum):
    """Whether a message is meant for the bot."""

    YES = "yes"
    NO = "no"
    IF_INVITED = "if invited"  # yes in a free channel, and in a thread that the bot was called into


@dataclass(frozen=True, slots=True)
class Heard:
    """What of a message tells whom it is for.

    from_machine: another bot, a webhook, Discord itself, or this bot. mentions_me: the bot itself
    is mentioned, or the role that Discord gave it (not everyone, not another role). replied_to: the
    author of the message replied to. leads_with: whom the text's first mention names, where the text
    begins with one: a user or a role, or 0 for everyone.
    """

    me: int
    from_machine: bool = False
    direct: bool = False
    mentions_me: bool = False
    replied_to: int | None = None
    leads_with: int | None = None


def addressed(heard: Heard) -> Addressed:
    """Whether the bot is meant: by mention, by reply, in a direct message, or where no mention is needed.

    A message that turns to somebody else is not for the bot.
    """
    if heard.from_machine:
        return Addressed.NO
    if heard.direct or heard.mentions_me or heard.replied_to == heard.me:
        return Addressed.YES
    to_others = heard.replied_to is not None or heard.leads_with is not None
    return Addressed.NO if to_others else Addressed.IF_INVITED


@dataclass(frozen=True, slots=True)
class Names:
    """Names by id, as people see them."""

    users: Mapping[int, str] = field(default_factory=dict)
    roles: Mapping[int, str] = field(default_factory=dict)
    channels: Mapping[int, str] = field(default_factory=dict)


_LEADING_MENTION = re.compile(r"\s*(?:<@[!&]?(\d+)>|@(?:everyone|here)\b)")
_MARKUP = re.compile(
    r"<(?:@!?(?P<user>\d+)|@&(?P<role>\d+)|\#(?P<channel>\d+)|a?:(?P<emoji>\w+):\d+|/(?P<command>[^:<>]+):\d+)>"
)


def leading_mention(text: str) -> int | None:
    """The user or role that `text` mentions before anything else; 0 where that is everyone."""
    match = _LEADING_MENTION.match(text)
    return int(match[1] or 0) if match else None


def mentioned(text: str, kind: Literal["user", "role", "channel"]) -> set[int]:
    """The ids of the users, roles or channels that `text` mentions."""
    return {int(match[kind]) for match in _MARKUP.finditer(text) if match[kind]}


def plain_text(text: str, me: int, names: Names, *, my_role: int = 0) -> str:
    """`text` without mentions of the bot, and with names in place of Discord's `<@id>` and the like.

    me: the bot's id. my_role: that of the role that Discord gave it. 0 for none.
    """

    def name(match: re.Match[str]) -> str:
        if user := match["user"]:
            return "@" + names.users.get(int(user), "someone")
        if role := match["role"]:
            return "@" + names.roles.get(int(role), "role")
        if channel := match["channel"]:
            return "#" + names.channels.get(int(channel), "channel")
        return f":{match['emoji']}:" if match["emoji"] else f"/{match['command']}"

    # A mention of the bot goes together with the space on one side of it.
    own = rf"<(?:@!?{me}|@&{my_role})>"
    text = re.sub(rf"(?:^|[ \t]){own}(?=\s|$)|{own}[,:]?[ \t]?", "", text, flags=re.MULTILINE)
    return _MARKUP.sub(name, text).strip()
