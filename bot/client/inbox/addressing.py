"""Whether a message is meant for the bot, and what it says in plain words."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import discord
from cachetools import LRUCache

from bot.chat.turns import Role
from bot.client.requests import RequestError, translate_errors
from bot.client.services import ConversationStore

_REMEMBERED_THREADS = 1024
_AFTER_ALL_TURNS = 2**62
_FROM_PEOPLE = (discord.MessageType.default, discord.MessageType.reply)


class Addressed(StrEnum):
    """Whether a message is meant for the bot."""

    YES = "yes"
    NO = "no"
    WHERE_FREE = "where free"  # in a channel where no mention is needed, and in a thread that the bot joined


@dataclass(frozen=True, slots=True)
class Addressees:
    """What of a message tells whom it is for.

    mentions_me: the bot itself is mentioned, or the role that Discord gave it (not everyone, not another
    role). replied_to: the author of the message replied to. leads_with: whom the text's first mention
    names, where the text begins with one: a user or a role, or 0 for everyone.
    """

    me: int
    direct: bool = False
    mentions_me: bool = False
    replied_to: int | None = None
    leads_with: int | None = None


def addressed(to: Addressees) -> Addressed:
    """Whether the bot is meant: by mention, by reply, in a direct message, or where no mention is needed.

    A message to somebody else is not for the bot.
    """
    if to.direct or to.mentions_me or to.replied_to == to.me:
        return Addressed.YES
    to_others = to.replied_to is not None or to.leads_with is not None
    return Addressed.NO if to_others else Addressed.WHERE_FREE


def is_from_person(message: discord.Message) -> bool:
    """Whether a person wrote a message: not a bot, a webhook or Discord itself."""
    return not message.author.bot and message.webhook_id is None and message.type in _FROM_PEOPLE


def addressed_by(message: discord.Message, own: discord.ClientUser) -> Addressed:
    """Whether the bot `own` is meant by a message, as far as that can be told at once."""
    if not is_from_person(message):
        return Addressed.NO
    # A role that may not be pinged is written out all the same, by whoever takes it for the bot.
    my_role = message.guild.self_role if message.guild else None
    mentioned = any(user.id == own.id for user in message.mentions)
    mentioned = mentioned or (my_role is not None and my_role.mention in message.content)
    return addressed(
        Addressees(
            me=own.id,
            direct=message.guild is None,
            mentions_me=mentioned,
            replied_to=_replied_to(message),
            leads_with=leading_mention(message.content),
        )
    )


def _replied_to(message: discord.Message) -> int | None:
    """The author of the message replied to; 0 where that is not known, None where it is no reply."""
    reference = message.reference
    if reference is None or reference.type is not discord.MessageReferenceType.reply:
        return None
    return reference.resolved.author.id if isinstance(reference.resolved, discord.Message) else 0


class JoinedThreads:
    """Knows the threads in which no mention is needed, from Discord and the store: a restart changes nothing.

    The bot joined a thread that it is a member of (a mention makes it one), that began from one of its
    messages, or in which it has answered before.
    """

    def __init__(self, client: discord.Client, store: ConversationStore) -> None:
        self._client = client
        self._store = store
        self._known: LRUCache[int, asyncio.Future[bool]] = LRUCache(_REMEMBERED_THREADS)

    def remember(self, thread_id: int) -> None:
        """The bot was called into a thread just now."""
        joined = asyncio.get_running_loop().create_future()
        joined.set_result(True)
        self._known[thread_id] = joined

    def is_member(self, thread: discord.Thread) -> bool:
        """Whether Discord says that the bot is in a thread."""
        return thread.me is not None or thread.owner_id == self._own_id

    async def has_joined(self, thread: discord.Thread) -> bool:
        """Whether the bot takes part in a thread of which it may not be a member.

        Those who ask at the same time get their answers in the order in which they asked.

        Raises: StoreError.
        """
        if (known := self._known.get(thread.id)) is None:
            known = self._known[thread.id] = asyncio.get_running_loop().create_future()
            try:
                known.set_result(await self._look_up(thread))
            finally:
                if not known.done():  # do not keep those who wait, and ask again the next time
                    known.set_result(False)
                    self._known.pop(thread.id, None)
        return await asyncio.shield(known)

    @property
    def _own_id(self) -> int:
        return self._client.user.id if self._client.user else 0

    async def _look_up(self, thread: discord.Thread) -> bool:
        # A thread that was started from a message has that message's id.
        turn = await self._store.replied_message(thread.id)
        if turn is not None and turn.role is Role.ASSISTANT:
            return True
        if await self._store.history(thread.id, _AFTER_ALL_TURNS):
            return True
        parent = thread.parent
        if isinstance(parent, discord.TextChannel):
            with suppress(RequestError), translate_errors():
                return (await parent.fetch_message(thread.id)).author.id == self._own_id
        return False


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
