"""The gateway: who is connected, what they get, and trouble on demand."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox import payloads
from bot.sandbox.content import without_content
from bot.sandbox.events import Event
from bot.sandbox.gateway.intents import Intent, visible, wanted
from bot.sandbox.gateway.session import Session
from bot.sandbox.model import Guild, Json
from bot.sandbox.wire import Wire
from bot.sandbox.world import World

if TYPE_CHECKING:
    from bot.sandbox.gateway.connection import Connection

_MESSAGES = frozenset({"MESSAGE_CREATE", "MESSAGE_UPDATE"})


@dataclass(eq=False)
class Gateway:
    """Sessions and connections. Events of the world are numbered into every session that wants them."""

    world: World
    wire: Wire
    acknowledging: bool = True
    sessions: dict[str, Session] = field(default_factory=dict)
    connections: list["Connection"] = field(default_factory=list)
    identified_at: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.world.events.listen(self._publish)

    @property
    def presence(self) -> Json | None:
        """What the bot last told of itself: status and activities; None where it did not, or is offline."""
        online = [c.session for c in self.connections if c.session is not None]
        return online[-1].presence if online else None

    @property
    def online(self) -> bool:
        """Whether the bot is connected and identified."""
        return any(c.session is not None for c in self.connections)

    async def wait_online(self, timeout: float = 10.0) -> None:
        """Return once the bot is connected and identified.

        Raises:
            TimeoutError: it was not within `timeout` seconds.
        """
        await self.world.changes.until(
            lambda: self.online or None, timeout, lambda: "the bot is not connected"
        )

    def open_session(self, intents: int, shard: tuple[int, int], presence: Json | None) -> Session:
        """Make a session with READY and one GUILD_CREATE per guild as its first events."""
        session = Session(intents, shard, presence, self.world.limits.replay_events)
        self.sessions[session.id] = session
        bot, app = self.world.bot, self.world.application
        guilds = [g for g in self.world.guilds.values() if bot.id in g.members and session.owns(g.id)]
        application = {"id": str(app.id), "flags": payloads.application(app, 0)["flags"]}
        ready = {
            "v": 10,
            "user": payloads.own_user(bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.world.gateway_url + "resume",
            "session_type": "normal",
            "private_channels": [],
            "shard": list(shard),
            "application": application,
        }
        session.add("READY", ready)
        for guild in guilds:
            self._show_guild(session, guild)
        return session

    def end_session(self, session: Session) -> None:
        """Forget a session for good."""
        session.ended = True
        self.sessions.pop(session.id, None)

    def forget_old_sessions(self) -> None:
        """End the sessions that have been disconnected too long to be resumed."""
        oldest = self.world.clock.monotonic() - self.world.limits.session_timeout_s
        for session in list(self.sessions.values()):
            if session.disconnected_at is not None and session.disconnected_at < oldest:
                self.end_session(session)

    def _show_guild(self, session: Session, guild: Guild, *, joined: bool = False) -> None:
        everybody = bool(session.intents & Intent.GUILD_MEMBERS)
        shown = payloads.guild_create(guild, self.world.bot, all_members=everybody, joined=joined)
        session.add("GUILD_CREATE", shown)

    def _publish(self, event: Event) -> None:
        me = self.world.bot.id
        for session in self.sessions.values():
            if not wanted(event, session.intents, me) or not visible(event, me):
                continue
            if not session.owns(event.guild.id if event.guild is not None else None):
                continue
            if event.name == "GUILD_CREATE" and event.guild is not None:
                self._show_guild(session, event.guild, joined=True)
            else:
                session.add(event.name, self._shown(event, session))

    def _shown(self, event: Event, session: Session) -> Json:
        if event.name not in _MESSAGES or event.guild is None or session.intents & Intent.MESSAGE_CONTENT:
            return event.data
        return without_content(event.data, self.world.bot.id)

    async def ask_to_reconnect(self) -> None:
        """Send op 7: clients shall reconnect and resume."""
        for connection in list(self.connections):
            await connection.send({"op": 7, "d": None, "s": None, "t": None})

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Send op 9: the session is not valid any more, or may be resumed."""
        for connection in list(self.connections):
            if connection.session is not None and not resumable:
                self.end_session(connection.session)
            await connection.send({"op": 9, "d": resumable, "s": None, "t": None})

    async def close(self, code: int) -> None:
        """Close every connection with a close code."""
        for connection in list(self.connections):
            await connection.close(code)

    def drop(self) -> None:
        """Cut every connection without a word, as a failing network does."""
        for connection in list(self.connections):
            connection.abort()
