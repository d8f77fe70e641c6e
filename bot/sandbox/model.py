"""What there is: users, guilds, roles, channels, messages. Data and small look-ups, no rules."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, IntFlag
from typing import Any

from bot.sandbox.changes import Changes

Json = dict[str, Any]


class ChannelType(IntEnum):
    """The kinds of channel the sandbox has."""

    TEXT = 0
    DM = 1
    VOICE = 2
    CATEGORY = 4
    NEWS = 5
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12


class MessageType(IntEnum):
    """The kinds of message the sandbox makes."""

    DEFAULT = 0
    THREAD_CREATED = 18
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    THREAD_STARTER_MESSAGE = 21
    CONTEXT_MENU_COMMAND = 23


class MessageFlag(IntFlag):
    """Bits of a message's `flags`."""

    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    HAS_SNAPSHOT = 1 << 14
    IS_VOICE_MESSAGE = 1 << 13
    IS_COMPONENTS_V2 = 1 << 15


@dataclass(eq=False)
class User:
    """An account: a person, the bot, or another bot."""

    id: int
    name: str
    display_name: str
    bot: bool = False
    locale: str = "en-US"

    @property
    def mention(self) -> str:
        """The text that mentions this user."""
        return f"<@{self.id}>"


@dataclass(eq=False)
class Role:
    """A role of a guild; the one whose id is the guild's is @everyone."""

    id: int
    name: str
    permissions: int
    position: int
    mentionable: bool = False
    bot_id: int | None = None
    """The bot that Discord made the role for."""

    @property
    def mention(self) -> str:
        """The text that mentions everybody with this role."""
        return f"<@&{self.id}>"


@dataclass(frozen=True)
class Overwrite:
    """What a channel allows or denies to a role (kind 0) or a member (kind 1)."""

    id: int
    kind: int
    allow: int
    deny: int


@dataclass(eq=False)
class Member:
    """A user in a guild."""

    user: User
    joined_at: datetime
    roles: set[int] = field(default_factory=set)
    nick: str | None = None


@dataclass(eq=False)
class Guild:
    """A server. `threads` and `channels` are kept apart, as Discord does."""

    id: int
    name: str
    owner_id: int
    locale: str = "en-US"
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, "Channel"] = field(default_factory=dict)
    threads: dict[int, "Channel"] = field(default_factory=dict)


@dataclass(eq=False)
class ThreadState:
    """What a thread has beyond a channel."""

    owner_id: int
    created_at: datetime
    archived_at: datetime
    members: dict[int, datetime] = field(default_factory=dict)
    archived: bool = False
    locked: bool = False
    auto_archive_minutes: int = 1440
    invitable: bool = True


@dataclass(eq=False)
class Channel:
    """A text channel, a thread or a direct message, with its messages oldest first.

    Ephemeral messages lie in `messages` too; `history` leaves them out.
    """

    id: int
    kind: ChannelType
    name: str
    changes: Changes = field(repr=False)
    guild: Guild | None = None
    parent: "Channel | None" = None
    topic: str | None = None
    position: int = 0
    slowmode_s: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict, repr=False)
    recipients: dict[int, User] = field(default_factory=dict, repr=False)
    messages: dict[int, "Message"] = field(default_factory=dict, repr=False)
    typing: dict[int, float] = field(default_factory=dict, repr=False)
    thread: ThreadState | None = field(default=None, repr=False)

    @property
    def mention(self) -> str:
        """The text that links to this channel."""
        return f"<#{self.id}>"

    @property
    def is_thread(self) -> bool:
        """Whether this is a thread."""
        return self.thread is not None

    @property
    def guild_id(self) -> int | None:
        """The id of the guild, none in direct messages."""
        return self.guild.id if self.guild is not None else None

    @property
    def history(self) -> list["Message"]:
        """The messages everyone here can read, oldest first."""
        return [message for message in self.messages.values() if message.ephemeral_to is None]

    async def wait_for(self, predicate: "Callable[[Message], object]", timeout: float = 5.0) -> "Message":
        """Return the first message here, ephemeral ones included, for which `predicate` holds, now or soon.

        Raises:
            TimeoutError: there was none within `timeout` seconds; tells what there was.
        """

        def probe() -> "Message | None":
            return next((message for message in self.messages.values() if predicate(message)), None)

        return await self.changes.until(probe, timeout, lambda: f"#{self.name}: {_transcript(self)}")


@dataclass(eq=False)
class Attachment:
    """A file of a message; `url` serves it."""

    id: int
    filename: str
    content_type: str
    data: bytes = field(repr=False)
    url: str
    description: str | None = None
    announced_size: int | None = None
    pause_s: float | None = None

    @property
    def size(self) -> int:
        """Bytes, as everybody is told."""
        return len(self.data) if self.announced_size is None else self.announced_size


@dataclass(frozen=True)
class Reference:
    """What a message is a reply to (kind 0), was started from, or forwards (kind 1)."""

    channel_id: int
    message_id: int
    guild_id: int | None
    kind: int = 0


@dataclass(frozen=True)
class Revision:
    """A text a message had, and since when (`Clock.monotonic`)."""

    content: str
    at: float


@dataclass(eq=False)
class Message:
    """A message as it is now; `revisions` has all its texts, from the first to the present one."""

    id: int
    channel: Channel = field(repr=False)
    author: User
    content: str
    created_at: datetime = field(repr=False)
    kind: MessageType = MessageType.DEFAULT
    flags: int = 0
    edited_at: datetime | None = field(default=None, repr=False)
    tts: bool = False
    mention_everyone: bool = False
    mentions: list[User] = field(default_factory=list, repr=False)
    mention_roles: list[Role] = field(default_factory=list, repr=False)
    pinged: frozenset[int] = field(default=frozenset(), repr=False)
    attachments: list[Attachment] = field(default_factory=list, repr=False)
    embeds: list[Json] = field(default_factory=list, repr=False)
    components: list[Json] = field(default_factory=list, repr=False)
    nonce: int | str | None = field(default=None, repr=False)
    reference: Reference | None = field(default=None, repr=False)
    webhook_id: int | None = field(default=None, repr=False)
    interaction: Json | None = field(default=None, repr=False)
    interaction_metadata: Json | None = field(default=None, repr=False)
    ephemeral_to: User | None = field(default=None, repr=False)
    thread: Channel | None = field(default=None, repr=False)
    reactions: dict[str, list[int]] = field(default_factory=dict, repr=False)
    extra: Json = field(default_factory=dict, repr=False)
    revisions: list[Revision] = field(default_factory=list, repr=False)
    deleted: bool = False

    @property
    def loading(self) -> bool:
        """Whether this still says "thinking"."""
        return bool(self.flags & MessageFlag.LOADING)

    def component(self, custom_id: str) -> Json | None:
        """Return the button, menu or input with that `custom_id`, at whatever depth."""
        return next((c for c in walk_components(self.components) if c.get("custom_id") == custom_id), None)

    def walk(self) -> list[Json]:
        """Return all components, nested ones after what holds them."""
        return walk_components(self.components)

    def buttons(self) -> list[Json]:
        """Return the buttons, in the order they are shown."""
        return [c for c in self.walk() if c["type"] == 2]

    async def wait_until(self, predicate: "Callable[[Message], object]", timeout: float = 5.0) -> "Message":
        """Return this message as soon as `predicate` holds for it.

        Raises:
            TimeoutError: it did not within `timeout` seconds; tells what the message is.
        """
        return await self.channel.changes.until(
            lambda: self if predicate(self) else None, timeout, lambda: f"the message is {self!r}"
        )


def walk_components(components: list[Json]) -> list[Json]:
    """Return all components, nested ones after what holds them."""
    found: list[Json] = []
    for component in components:
        found.append(component)
        found += walk_components(component.get("components", []))
        found += walk_components([component[key] for key in ("accessory", "component") if component.get(key)])
    return found


def _transcript(channel: Channel) -> str:
    lines = [
        f"{m.author.name}: {m.content!r}" + (" (deleted)" if m.deleted else "")
        for m in channel.messages.values()
    ]
    return "; ".join(lines[-12:]) or "no messages"
