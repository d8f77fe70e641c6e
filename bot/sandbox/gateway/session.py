"""Gateway sessions: the numbered events that an identified client is owed, across connections."""

import asyncio
import secrets
from collections import deque

from bot.sandbox import payloads
from bot.sandbox.events import Event
from bot.sandbox.gateway.intents import CHANNEL_EVENTS, KNOWN, Intent, visible, wanted
from bot.sandbox.model import Guild, Json
from bot.sandbox.world import World

AUTHENTICATION_FAILED, DECODE_ERROR, INVALID_SEQUENCE, INVALID_SHARD = 4004, 4002, 4007, 4010
INVALID_INTENTS, DISALLOWED_INTENTS = 4013, 4014
_MESSAGES = frozenset({"MESSAGE_CREATE", "MESSAGE_UPDATE"})
_CHUNK = 1000


class Session:
    """The events of one client, of which the newest `keep` can be replayed.

    presence: what the client last said about itself. disconnected_at: `Clock.monotonic`; None while
    connected. holder: counts the connections that the session has had; only the newest may send.
    """

    def __init__(self, intents: int, shard: tuple[int, int], presence: Json | None, keep: int) -> None:
        self.id = secrets.token_hex(16)
        self.intents = intents
        self.shard = shard
        self.presence = presence
        self.disconnected_at: float | None = None
        self.holder = 0
        self._log: deque[tuple[int, Json]] = deque(maxlen=keep)
        self._sequence = 0
        self._news = asyncio.Event()

    @property
    def sequence(self) -> int:
        """The number of the last event."""
        return self._sequence

    def add(self, name: str, data: Json) -> None:
        """Give an event the next number and keep it."""
        self._sequence += 1
        self._log.append((self._sequence, {"op": 0, "t": name, "s": self._sequence, "d": data}))
        self._news.set()

    def attach(self) -> int:
        """Hand the session to a new connection and return its number; the one before must close."""
        self.holder += 1
        self.disconnected_at = None
        self._news.set()
        return self.holder

    def can_replay_after(self, sequence: int) -> bool:
        """Whether all events after that number are still kept."""
        return self._sequence == sequence or (bool(self._log) and self._log[0][0] <= sequence + 1)

    def after(self, sequence: int) -> list[Json]:
        """The events after that number."""
        missing = self._sequence - sequence
        return [frame for _, frame in list(self._log)[-missing:]] if missing > 0 else []

    async def wait_after(self, sequence: int, holder: int) -> None:
        """Return once there is an event after that number, or another connection holds the session."""
        while self._sequence <= sequence and self.holder == holder:
            self._news.clear()
            await self._news.wait()

    def owns(self, guild_id: int | None) -> bool:
        """Whether events of that guild belong to this shard; those without a guild go to the first one."""
        number, total = self.shard
        return number == (0 if guild_id is None else (guild_id >> 22) % total)


class Sessions:
    """The sessions by id. Every event of the world goes into each session that may have it.

    identified_at: when clients identified (`Clock.monotonic`).
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._sessions: dict[str, Session] = {}
        self.identified_at: list[float] = []
        world.events.listen(self._publish)

    def identify(self, data: Json) -> Session | int | None:
        """Answer IDENTIFY: a new session, the code to close with, or None where it comes too soon."""
        app = self._world.application
        if not isinstance(data, dict) or "properties" not in data:
            return DECODE_ERROR
        if data.get("token") != app.token:
            return AUTHENTICATION_FAILED
        intents = data.get("intents")
        if not isinstance(intents, int) or intents < 0 or intents & ~KNOWN:
            return INVALID_INTENTS
        switched_on = (
            (Intent.MESSAGE_CONTENT, app.message_content),
            (Intent.GUILD_MEMBERS, app.guild_members),
            (Intent.GUILD_PRESENCES, app.presences),
        )
        if any(intents & intent and not on for intent, on in switched_on):
            return DISALLOWED_INTENTS
        number, total = data.get("shard") or (0, 1)
        if not 0 <= number < total:
            return INVALID_SHARD
        now = self._world.clock.monotonic()
        interval = self._world.limits.identify_interval_s
        if self.identified_at and now - self.identified_at[-1] < interval:
            return None
        self.identified_at.append(now)
        return self._open(intents, (number, total), data.get("presence"))

    def resume(self, data: Json) -> Session | int | None:
        """Answer RESUME: the session to go on with, the code to close with, or None where it is gone."""
        self._end_old()
        if not isinstance(data, dict) or not isinstance(data.get("seq"), int | None):
            return DECODE_ERROR
        if data.get("token") != self._world.application.token:
            return AUTHENTICATION_FAILED
        session = self._sessions.get(str(data.get("session_id")))
        sequence = data.get("seq")
        if session is None or sequence is None:
            return None
        if sequence > session.sequence:
            return INVALID_SEQUENCE
        if not session.can_replay_after(sequence):
            return None
        session.add("RESUMED", {"_trace": []})
        return session

    def end(self, session: Session) -> None:
        """End a session; it cannot be resumed."""
        self._sessions.pop(session.id, None)

    def send_members(self, session: Session, data: Json) -> None:
        """Answer REQUEST_GUILD_MEMBERS, by ids or by the beginning of the name, in chunks of 1,000."""
        guild = self._world.guilds.get(int(data["guild_id"]))
        if guild is None or self._world.bot.id not in guild.members:
            return
        ids = data.get("user_ids")
        not_found: list[str] = []
        if ids is not None:
            asked = [int(i) for i in (ids if isinstance(ids, list) else [ids])]
            found = [guild.members[i] for i in asked if i in guild.members]
            not_found = [str(i) for i in asked if i not in guild.members]
        else:
            start = str(data.get("query") or "").lower()
            found = [
                m for m in guild.members.values() if (m.nick or m.user.display_name).lower().startswith(start)
            ]
            found = found[: data.get("limit") or None]
        chunks = [found[i : i + _CHUNK] for i in range(0, len(found), _CHUNK)] or [[]]
        for index, chunk in enumerate(chunks):
            payload: Json = {
                "guild_id": str(guild.id),
                "members": [payloads.member(member) for member in chunk],
                "chunk_index": index,
                "chunk_count": len(chunks),
                "not_found": not_found,
            }
            if data.get("nonce"):
                payload["nonce"] = data["nonce"]
            session.add("GUILD_MEMBERS_CHUNK", payload)

    def _open(self, intents: int, shard: tuple[int, int], presence: Json | None) -> Session:
        """Return a new session whose first events are READY and one GUILD_CREATE per guild."""
        session = Session(intents, shard, presence, self._world.limits.replay_events)
        self._sessions[session.id] = session
        bot, app = self._world.bot, self._world.application
        guilds = [g for g in self._world.guilds.values() if bot.id in g.members and session.owns(g.id)]
        ready = {
            "v": 10,
            "user": payloads.own_user(bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self._world.gateway_url + "resume",
            "session_type": "normal",
            "private_channels": [],
            "shard": list(shard),
            "application": {"id": str(app.id), "flags": payloads.application(app, 0)["flags"]},
        }
        session.add("READY", ready)
        for guild in guilds:
            self._show_guild(session, guild)
        return session

    def _end_old(self) -> None:
        """End the sessions that have been disconnected for too long."""
        oldest = self._world.clock.monotonic() - self._world.limits.session_timeout_s
        for session in list(self._sessions.values()):
            if session.disconnected_at is not None and session.disconnected_at < oldest:
                self.end(session)

    def _show_guild(self, session: Session, guild: Guild, *, joined: bool = False) -> None:
        all_members = bool(session.intents & Intent.GUILD_MEMBERS)
        shown = payloads.guild_create(guild, self._world.bot, all_members=all_members, joined=joined)
        session.add("GUILD_CREATE", shown)

    def _publish(self, event: Event) -> None:
        me = self._world.bot.id
        for session in self._sessions.values():
            if not wanted(event, session.intents, me) or not visible(event, me):
                continue
            if not session.owns(event.guild.id if event.guild is not None else None):
                continue
            if event.name == "GUILD_CREATE" and event.guild is not None:
                self._show_guild(session, event.guild, joined=True)
            else:
                session.add(event.name, self._shown(event, session))

    def _shown(self, event: Event, session: Session) -> Json:
        if event.name in CHANNEL_EVENTS and event.channel is not None:
            return payloads.channel_for(event.channel, self._world.bot.id)
        if event.name not in _MESSAGES or event.guild is None or session.intents & Intent.MESSAGE_CONTENT:
            return event.data
        return payloads.without_content(event.data, self._world.bot.id)
