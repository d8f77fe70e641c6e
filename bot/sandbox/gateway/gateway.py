"""The gateway as a whole: who is connected, and dropping connections on demand."""

from aiohttp import web

from bot.sandbox.faults import CONNECT, GATEWAY, Faults
from bot.sandbox.gateway.connection import Connection
from bot.sandbox.gateway.session import Sessions
from bot.sandbox.model import Json
from bot.sandbox.wire import Wire
from bot.sandbox.world import World


class Gateway:
    """Every connection to the gateway."""

    def __init__(self, world: World, wire: Wire, faults: Faults) -> None:
        self._world = world
        self._wire = wire
        self._faults = faults
        self._sessions = Sessions(world)
        self._connections: list[Connection] = []
        self._acknowledging = True

    @property
    def identified_at(self) -> list[float]:
        """When clients identified (`Clock.monotonic`)."""
        return self._sessions.identified_at

    @property
    def presence(self) -> Json | None:
        """The bot's status and activities; None where it set none or is offline."""
        online = [c.session for c in self._connections if c.session is not None]
        return online[-1].presence if online else None

    @property
    def online(self) -> bool:
        """Whether the bot is connected and identified."""
        return any(c.session is not None for c in self._connections)

    @property
    def acknowledging(self) -> bool:
        """Whether heartbeats are answered. Turned off, connections look dead to the client."""
        return self._acknowledging

    @acknowledging.setter
    def acknowledging(self, on: bool) -> None:
        self._acknowledging = on
        for connection in self._connections:
            connection.acknowledging = on

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one client until either side ends the connection."""
        fault = self._faults.next(CONNECT, GATEWAY)
        if fault is not None:
            await fault.wait()
            if fault.drop and request.transport is not None:
                request.transport.abort()
            if fault.drop or fault.status is not None:
                return web.Response(status=fault.status or 500)
        connection = Connection(
            self._world, self._sessions, self._wire, request, acknowledging=self._acknowledging
        )
        self._connections.append(connection)
        try:
            return await connection.run()
        finally:
            self._connections.remove(connection)
            self._world.changes.notify()

    async def wait_online(self, timeout: float = 20.0) -> None:
        """Return once the bot is connected and identified.

        Raises: TimeoutError where it is not within `timeout` seconds.
        """
        await self._world.changes.until(
            lambda: self.online or None, timeout, lambda: "the bot is not connected"
        )

    async def wait_offline(self, timeout: float = 20.0) -> None:
        """Return once the bot is not connected.

        Raises: TimeoutError where it still is after `timeout` seconds.
        """
        await self._world.changes.until(
            lambda: None if self.online else True, timeout, lambda: "the bot is connected"
        )

    async def ask_to_reconnect(self) -> None:
        """Send op 7: clients must reconnect and resume."""
        for connection in list(self._connections):
            await connection.send({"op": 7, "d": None, "s": None, "t": None})

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Send op 9: the session is not valid any more, or may be resumed."""
        for connection in list(self._connections):
            if connection.session is not None and not resumable:
                self._sessions.end(connection.session)
            await connection.send({"op": 9, "d": resumable, "s": None, "t": None})

    async def close(self, code: int) -> None:
        """Close every connection with a code."""
        for connection in list(self._connections):
            await connection.close(code)

    def drop(self) -> None:
        """Cut every TCP connection, as a failing network does."""
        for connection in list(self._connections):
            connection.abort()
