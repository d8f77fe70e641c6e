"""Discord's objects: users, guilds, roles, channels, messages, interactions. Data without rules."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, IntFlag
from typing import Any

from bot.sandbox.condition import Condition

Json = dict[str, Any]


class ChannelType(IntEnum):
    """The types of channel."""

    TEXT = 0
    DM = 1
    VOICE = 2
    CATEGORY = 4
    NEWS = 5
    NEWS_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    STAGE = 13
    FORUM = 15
    MEDIA = 16


VOICE = frozenset({ChannelType.VOICE, ChannelType.STAGE})
# Each post in a forum is a thread; the forum itself has no messages.
FORUMS = frozenset({ChannelType.FORUM, ChannelType.MEDIA})


class MessageType(IntEnum):
    """The types of message that the sandbox makes."""

    DEFAULT = 0
    THREAD_CREATED = 18
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    THREAD_STARTER_MESSAGE = 21
    CONTEXT_MENU_COMMAND = 23


class MessageFlag(IntFlag):
    """The bits of a message's `flags`."""

    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    IS_VOICE_MESSAGE = 1 << 13
    HAS_SNAPSHOT = 1 << 14
    IS_COMPONENTS_V2 = 1 << 15


@dataclass(eq=False)
class User:
    """An account: a person's, the bot's, or another bot's."""

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
    """A role in a guild; the one with the guild's id is @everyone.

    bot_id: the bot that Discord made the role for, if it did.
    """

    id: int
    name: str
    permissions: int
    position: int
    mentionable: bool = False
    bot_id: int | None = None

    @property
    def mention(self) -> str:
        """The text that mentions everyone with this role."""
        return f"<@&{self.id}>"


@dataclass(frozen=True)
class Overwrite:
    """The permissions that a channel allows and denies to a role (kind 0) or a member (kind 1)."""

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
    """A server. Like Discord, it keeps threads apart from channels."""

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
    """What a thread has in addition to a channel. members: when each user joined, by id."""

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
    """A channel of any type, a thread or a direct message, with its messages, oldest first.

    parent: the category of a channel, the channel of a thread. messages: ephemeral ones included;
    `history` leaves them out. typing: when each user began to type, by id (`Clock.monotonic`).
    bitrate: bits per second; voice and stage channels only, as is user_limit (0: no limit).
    """

    id: int
    kind: ChannelType
    name: str
    changes: Condition = field(repr=False)
    guild: Guild | None = None
    parent: "Channel | None" = None
    topic: str | None = None
    position: int = 0
    slowmode_s: int = 0
    nsfw: bool = False
    bitrate: int = 64_000
    user_limit: int = 0
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
        """The guild's id; None in direct messages."""
        return self.guild.id if self.guild is not None else None

    @property
    def history(self) -> list["Message"]:
        """The messages that everyone here can read, oldest first."""
        return [message for message in self.messages.values() if message.ephemeral_to is None]

    async def wait_for(self, predicate: "Callable[[Message], object]", timeout: float = 20.0) -> "Message":
        """Return the first message here, ephemeral ones included, that satisfies `predicate`, now or later.

        Raises: TimeoutError where none did within `timeout` seconds; it lists the messages.
        """

        def probe() -> "Message | None":
            return next((message for message in self.messages.values() if predicate(message)), None)

        return await self.changes.until(probe, timeout, lambda: f"#{self.name}: {_transcript(self)}")


@dataclass(eq=False)
class Attachment:
    """A file on a message, served at `url`.

    announced_size: the size that clients see, where it is wrong on purpose. pause_s: the download never ends;
    the content comes again and again, with that many seconds in between.
    """

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
        """The size in bytes that clients see."""
        return len(self.data) if self.announced_size is None else self.announced_size


@dataclass(frozen=True)
class Reference:
    """The message that another replies to (kind 0), was started from (kind 0) or forwards (kind 1)."""

    channel_id: int
    message_id: int
    guild_id: int | None
    kind: int = 0


@dataclass(frozen=True)
class Revision:
    """A text that a message had, and since when (`Clock.monotonic`)."""

    content: str
    at: float


@dataclass(eq=False)
class Message:
    """A message as it is now; `revisions` holds all its texts, the first one first.

    pinged: the ids of the users who were notified. extra: further fields of its JSON, such as a poll.
    """

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
        """Whether this still says that the bot is thinking."""
        return bool(self.flags & MessageFlag.LOADING)

    def component(self, custom_id: str) -> Json | None:
        """The button, menu or input with that custom id, at any depth."""
        return next((c for c in walk_components(self.components) if c.get("custom_id") == custom_id), None)

    def walk(self) -> list[Json]:
        """All components, each before those inside it."""
        return walk_components(self.components)

    def buttons(self) -> list[Json]:
        """The buttons, in the order in which they are shown."""
        return [c for c in self.walk() if c["type"] == 2]

    async def wait_until(self, predicate: "Callable[[Message], object]", timeout: float = 20.0) -> "Message":
        """Return this message as soon as it satisfies `predicate`.

        Raises: TimeoutError where it did not within `timeout` seconds; it shows the message.
        """
        return await self.channel.changes.until(
            lambda: self if predicate(self) else None, timeout, lambda: f"the message is {self!r}"
        )


class InteractionType(IntEnum):
    """What the person did."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class CallbackType(IntEnum):
    """The types of response that a bot may give to an interaction."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


@dataclass(eq=False)
class Interaction:
    """A command, click, choice or form that a person sent to the bot, and the bot's response.

    at: when it was sent (`Clock.monotonic`). source: the message with the component.
    parent: the interaction that opened the modal which this one submits.
    answer: the type of the response; None before there is one. message: the message that the response
    posted or edited. choices: what autocomplete offers. modal: the form that the response opened.
    """

    id: int
    token: str = field(repr=False)
    kind: InteractionType
    user: User
    channel: Channel
    data: Json
    at: float
    source: Message | None = field(default=None, repr=False)
    parent: "Interaction | None" = field(default=None, repr=False)
    answer: CallbackType | None = None
    message: Message | None = None
    followups: list[Message] = field(default_factory=list)
    choices: list[Json] = field(default_factory=list)
    modal: Json | None = None

    @property
    def origin(self) -> Message | None:
        """The message whose component led here, directly or through a modal."""
        if self.source is not None or self.parent is None:
            return self.source
        return self.parent.origin


def walk_components(components: list[Json]) -> list[Json]:
    """All components, each before those inside it."""
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
