"""Whether the bot is meant by a message, and what the message says in plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Addressed(StrEnum):
    """Whether a message is meant for the bot."""

    YES = "yes"
    NO = "no"
    IF_CALLED_INTO = "if called into"  # yes where the bot was called into the thread


@dataclass(frozen=True, slots=True)
class Heard:
    """What of a message tells whom it is for.

    from_machine: another bot, a webhook, Discord itself, or this bot. mentions_me: the bot itself
    is mentioned (not everyone, not a role). replied_to: the author of the message replied to.
    leads_with: the user whom the text's first mention names, where the text begins with one.
    """

    me: int
    from_machine: bool = False
    direct: bool = False
    in_thread: bool = False
    mentions_me: bool = False
    replied_to: int | None = None
    leads_with: int | None = None


def addressed(heard: Heard) -> Addressed:
    """Whether the bot is meant: by mention, by reply, in a direct message, in a thread it was called into.

    A message in a thread that turns to somebody else is not for the bot.
    """
    if heard.from_machine:
        return Addressed.NO
    if heard.direct or heard.mentions_me or heard.replied_to == heard.me:
        return Addressed.YES
    to_others = heard.replied_to is not None or heard.leads_with is not None
    return Addressed.IF_CALLED_INTO if heard.in_thread and not to_others else Addressed.NO


@dataclass(frozen=True, slots=True)
class Names:
    """Names by id, as people see them."""

    users: Mapping[int, str] = field(default_factory=dict)
    roles: Mapping[int, str] = field(default_factory=dict)
    channels: Mapping[int, str] = field(default_factory=dict)


_LEADING_MENTION = re.compile(r"\s*<@!?(\d+)>")
_MARKUP = re.compile(
    r"<(?:@!?(?P<user>\d+)|@&(?P<role>\d+)|\#(?P<channel>\d+)|a?:(?P<emoji>\w+):\d+|/(?P<command>[^:<>]+):\d+)>"
)


def leading_mention(text: str) -> int | None:
    """The user whom `text` mentions before anything else."""
    match = _LEADING_MENTION.match(text)
    return int(match[1]) if match else None


def plain_text(text: str, me: int, names: Names) -> str:
    """`text` without mentions of the bot, and with names in place of Discord's `<@id>` and the like."""

    def name(match: re.Match[str]) -> str:
        if user := match["user"]:
            return "@" + names.users.get(int(user), "someone")
        if role := match["role"]:
            return "@" + names.roles.get(int(role), "role")
        if channel := match["channel"]:
            return "#" + names.channels.get(int(channel), "channel")
        return f":{match['emoji']}:" if match["emoji"] else f"/{match['command']}"

    # A mention of the bot goes together with the space on one side of it.
    without_me = re.sub(rf"(?:^|[ \t])<@!?{me}>(?=\s|$)|<@!?{me}>[,:]?[ \t]?", "", text, flags=re.MULTILINE)
    return _MARKUP.sub(name, without_me).strip()
