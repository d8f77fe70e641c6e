"""The whole sandbox: state, REST API, gateway and people, on a port of the loopback."""

import socket
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.sandbox import commands, guilds, messages
from bot.sandbox.clock import Clock
from bot.sandbox.control import Control
from bot.sandbox.errors import SandboxError
from bot.sandbox.faults import Faults
from bot.sandbox.gateway.gateway import Gateway
from bot.sandbox.limits import Limits, RateLimits
from bot.sandbox.model import Channel, ChannelType, Guild, Json, Role, User
from bot.sandbox.people import People, Person
from bot.sandbox.permissions import NONE
from bot.sandbox.rest.api import PREFIX, RestApi
from bot.sandbox.wire import Wire
from bot.sandbox.world import Team, TeamMember, TeamRole, World


class Sandbox:
    """A local Discord. Opened by `async with`, it listens on the loopback until it is left.

    limits: what Discord allows; `Limits.fast()` for tests. port: 0 for a free one.

    It has a server (`guild`) with a channel #general (`general`) and the bot in it. `wire` is the recorded
    traffic, `faults` injects faults, `gateway` knows who is connected and drops connections, `clock` can
    be moved ahead.

    Raises: SandboxError on opening, where the port is taken.
    """

    def __init__(self, *, limits: Limits | None = None, port: int = 0) -> None:
        self.clock = Clock()
        self.world = World(self.clock, limits or Limits())
        self.wire = Wire(self.world.limits.wire_records)
        self.faults = Faults()
        self.rate_limits = RateLimits(self.clock, self.world.limits)
        self.gateway = Gateway(self.world, self.wire, self.faults)
        self._port = port
        self._runner: web.AppRunner | None = None
        self.guild = guilds.add_guild(self.world, "Sandbox")
        self.general = guilds.add_channel(self.world, self.guild, "general")
        self.people = People(self.world, self.guild)

    async def __aenter__(self) -> Self:
        try:
            listener = socket.create_server(("127.0.0.1", self._port))
        except OSError as error:
            raise SandboxError(f"the sandbox cannot listen on port {self._port}: {error.strerror}") from error
        self.world.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = web.Application(client_max_size=self.world.limits.request_bytes)
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_get("/gateway/resume", self.gateway.serve)
        RestApi(self.world, self.rate_limits, self.faults, self.wire).add_to(app)
        Control(self.world, self.people, self.gateway).add_to(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.SockSite(self._runner, listener).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.world.events.close()
        self.gateway.drop()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        """The value for `DISCORD_API_URL`."""
        return self.world.base_url + PREFIX

    @property
    def gateway_url(self) -> str:
        """The value for `DISCORD_GATEWAY_URL`."""
        return self.world.gateway_url

    @property
    def token(self) -> str:
        """The value for `DISCORD_TOKEN`."""
        return self.world.application.token

    @property
    def bot(self) -> User:
        """The bot's account."""
        return self.world.bot

    @property
    def owner(self) -> Person:
        """The person who owns the bot's application, and the sandbox's server."""
        return Person(self.world, self.world.application.owner)

    def give_to_team(self, name: str, owner: Person, *members: TeamMember) -> Team:
        """Have a team own the bot's application. owner: of the team. members: the others in it."""
        lead = TeamMember(owner.user, TeamRole.ADMIN)
        team = Team(self.world.ids.next(), name, owner.id, [lead, *members])
        self.world.application.team = team
        return team

    def commands(self, guild: Guild | None = None) -> list[Json]:
        """The commands that the bot registered for a guild; without one, the global ones."""
        return commands.registered(self.world, guild.id if guild is not None else None)

    def person(self, name: str, **more: Any) -> Person:
        """Make a person in the sandbox's server. more: as for `People.add`."""
        return self.people.add(name, **more)

    def channel(
        self,
        name: str,
        *,
        guild: Guild | None = None,
        kind: ChannelType = ChannelType.TEXT,
        parent: Channel | None = None,
        topic: str | None = None,
    ) -> Channel:
        """Make a channel in the sandbox's server, or in `guild`. parent: its category."""
        return guilds.add_channel(
            self.world, guild or self.guild, name, kind=kind, parent=parent, topic=topic
        )

    def role(
        self, name: str, permissions: int = NONE, *, guild: Guild | None = None, mentionable: bool = False
    ) -> Role:
        """Make a role in the sandbox's server, or in `guild`."""
        return guilds.add_role(self.world, guild or self.guild, name, permissions, mentionable=mentionable)

    def bot_role(self, *, guild: Guild | None = None) -> Role:
        """Give the bot the role that Discord makes for a bot invited with permissions."""
        home, bot = guild or self.guild, self.world.bot
        role = guilds.add_role(self.world, home, bot.name, bot_id=bot.id)
        self.give(bot, role, guild=home)
        return role

    def give(self, who: User | Person, *roles: Role, guild: Guild | None = None) -> None:
        """Give more roles to a person, or to the bot (`sandbox.bot`)."""
        user, home = _user(who), guild or self.guild
        guilds.set_roles(self.world, home, user, home.members[user.id].roles | {role.id for role in roles})

    def remove_roles(self, who: User | Person, *roles: Role, guild: Guild | None = None) -> None:
        """Remove roles from a person, or from the bot (`sandbox.bot`)."""
        user, home = _user(who), guild or self.guild
        guilds.set_roles(self.world, home, user, home.members[user.id].roles - {role.id for role in roles})

    def add_guild(self, name: str, *, locale: str = "en-US") -> Guild:
        """Make another server with the bot in it."""
        return guilds.add_guild(self.world, name, locale=locale)

    def who_types(self, channel: Channel) -> list[User]:
        """The users shown as typing in a channel."""
        return messages.who_types(self.world, channel)

    def allow(self, channel: Channel, target: Role | User | Person, permissions: int) -> None:
        """Allow a role or a member something in this channel, whatever their roles are."""
        guilds.set_overwrite(self.world, channel, _target(target), allow=permissions)

    def deny(self, channel: Channel, target: Role | User | Person, permissions: int) -> None:
        """Deny a role or a member something in this channel; pass `sandbox.bot` for the bot."""
        guilds.set_overwrite(self.world, channel, _target(target), deny=permissions)

    def clear_overwrite(self, channel: Channel, target: Role | User | Person) -> None:
        """Undo `allow` and `deny` for a role or a member in this channel."""
        guilds.clear_overwrite(self.world, channel, _target(target))


def _user(who: User | Person) -> User:
    return who.user if isinstance(who, Person) else who


def _target(who: Role | User | Person) -> Role | User:
    return who if isinstance(who, Role) else _user(who)
