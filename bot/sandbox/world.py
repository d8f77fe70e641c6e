"""The whole state of the sandbox, and what every change of it needs: ids, clock, limits, the event log."""

import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count

from bot.sandbox.clock import Clock
from bot.sandbox.condition import Condition
from bot.sandbox.events import Event, Events
from bot.sandbox.limits import Limits
from bot.sandbox.model import Attachment, Channel, Guild, Interaction, Json, Message, User

_DISCORD_EPOCH_MS = 1_420_070_400_000


class TeamRole(StrEnum):
    """What a member of a team may do; its owner is a member, too."""

    ADMIN = "admin"
    DEVELOPER = "developer"
    READ_ONLY = "read_only"


@dataclass(eq=False)
class TeamMember:
    """A member of a team. accepted: whether they have accepted the invitation."""

    user: User
    role: TeamRole
    accepted: bool = True


@dataclass(eq=False)
class Team:
    """A team that owns an application. owner_id: the member that owns the team."""

    id: int
    name: str
    owner_id: int
    members: list[TeamMember]


@dataclass(eq=False)
class Application:
    """The bot's entry in the Developer Portal, with its switches for privileged intents.

    team: the team that owns it, in place of `owner`.
    """

    id: int
    name: str
    bot: User
    owner: User
    token: str
    team: Team | None = None
    message_content: bool = True
    guild_members: bool = True
    presences: bool = True


class Ids:
    """Snowflakes: milliseconds since 2015, then a counter, so that they sort by age."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counter = count()
        self._last_ms = 0

    def next(self) -> int:
        """A new id, larger than all before it."""
        self._last_ms = max(int(self._clock.time() * 1000) - _DISCORD_EPOCH_MS, self._last_ms)
        step = next(self._counter)
        if step and step % 4096 == 0:
            self._last_ms += 1
        return self._last_ms << 22 | step % 4096


@dataclass(eq=False)
class World:
    """Everything that exists in the sandbox. The rules are in the modules that change it.

    direct: direct messages by id. commands: the registered application commands by guild id (None:
    global ones) and by id. interactions: by token.
    """

    clock: Clock = field(default_factory=Clock)
    limits: Limits = field(default_factory=Limits)
    base_url: str = ""
    users: dict[int, User] = field(default_factory=dict)
    guilds: dict[int, Guild] = field(default_factory=dict)
    direct: dict[int, Channel] = field(default_factory=dict)
    attachments: dict[int, Attachment] = field(default_factory=dict)
    commands: dict[int | None, dict[int, Json]] = field(default_factory=dict)
    interactions: dict[str, Interaction] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ids = Ids(self.clock)
        self.changes = Condition()
        self.events = Events(self.changes, self.limits.event_records)
        owner = self.add_user("owner", "Owner")
        bot = self.add_user("ovbot", "ovbot", bot=True)
        token = f"sandbox.{secrets.token_urlsafe(16)}"
        self.application = Application(self.ids.next(), "ovbot", bot, owner, token)

    @property
    def bot(self) -> User:
        """The bot's account."""
        return self.application.bot

    @property
    def gateway_url(self) -> str:
        """The gateway's address; sessions are resumed at `resume` below it."""
        return self.base_url.replace("http", "ws", 1) + "/gateway/"

    def add_user(
        self, name: str, display_name: str = "", *, bot: bool = False, locale: str = "en-US"
    ) -> User:
        """Make an account."""
        user = User(self.ids.next(), name, display_name or name, bot, locale)
        self.users[user.id] = user
        return user

    def channels(self) -> list[Channel]:
        """All channels, threads and direct messages."""
        of_guilds = [c for g in self.guilds.values() for c in (*g.channels.values(), *g.threads.values())]
        return [*of_guilds, *self.direct.values()]

    def channel(self, channel_id: int) -> Channel | None:
        """The channel, thread or direct message with that id."""
        for guild in self.guilds.values():
            found = guild.channels.get(channel_id) or guild.threads.get(channel_id)
            if found is not None:
                return found
        return self.direct.get(channel_id)

    def message(self, channel_id: int, message_id: int) -> Message | None:
        """A message that everyone in its channel can read; None where it is deleted or ephemeral."""
        channel = self.channel(channel_id)
        message = channel.messages.get(message_id) if channel is not None else None
        return (
            message if message is not None and not message.deleted and message.ephemeral_to is None else None
        )

    def publish(
        self, name: str, data: Json, *, guild: Guild | None = None, channel: Channel | None = None
    ) -> None:
        """Put an event into the log, for everyone who listens; `channel` implies its guild."""
        if channel is not None and guild is None:
            guild = channel.guild
        self.events.publish(Event(name, data, self.clock.monotonic(), guild, channel))
