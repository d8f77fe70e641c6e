"""One websocket connection to the gateway."""

import asyncio
import contextlib
import json
from collections import deque
from typing import Any

import aiohttp
from aiohttp import web

from bot.sandbox.gateway.compression import Encoder, PlainEncoder, encoder_for
from bot.sandbox.gateway.session import Session, Sessions
from bot.sandbox.limits import IDENTIFY_BYTES
from bot.sandbox.model import Json
from bot.sandbox.wire import Frame, Wire
from bot.sandbox.world import World

_ENDS_SESSION = (1000, 1001)


class GatewayCloseError(Exception):
    """The connection must be closed with a code."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class Connection:
    """Speaks the gateway's protocol with one client until either side ends it.

    session: None until the client has identified or resumed.
    acknowledging: answer heartbeats; off, the connection looks dead to the client.
    """

    def __init__(
        self, world: World, sessions: Sessions, wire: Wire, request: web.Request, *, acknowledging: bool
    ) -> None:
        self._world = world
        self._sessions = sessions
        self._wire = wire
        self._request = request
        self._socket = web.WebSocketResponse(max_msg_size=0, autoping=True)
        self._encoder: Encoder = PlainEncoder()
        self._sending = asyncio.Lock()
        self._received: deque[float] = deque()
        self._beat = asyncio.Event()
        self._sent_sequence = 0
        self._client_code: int | None = None
        self._identified = asyncio.Event()
        self._holder = 0
        self.session: Session | None = None
        self.acknowledging = acknowledging

    async def run(self) -> web.WebSocketResponse:
        """Serve the client and return the finished response."""
        await self._socket.prepare(self._request)
        try:
            await self._serve()
        except GatewayCloseError as closed:
            await self.close(closed.code)
        finally:
            session = self.session
            if session is not None and session.holder == self._holder:
                session.disconnected_at = self._world.clock.monotonic()
                if self._client_code in _ENDS_SESSION:
                    self._sessions.end(session)
        return self._socket

    async def send(self, message: Json) -> None:
        """Send a message, unless the client is gone."""
        async with self._sending:
            if self._socket.closed:
                return
            self._wire.record_frame(Frame(True, message, self._world.clock.monotonic()))
            packed = self._encoder.encode(message)
            with contextlib.suppress(aiohttp.ClientConnectionError):
                if isinstance(packed, bytes):
                    await self._socket.send_bytes(packed)
                else:
                    await self._socket.send_str(packed)

    async def close(self, code: int) -> None:
        """Close with a code."""
        await self._socket.close(code=code)

    def abort(self) -> None:
        """Cut the TCP connection."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def _serve(self) -> None:
        query = self._request.query
        encoder = encoder_for(query.get("compress"))
        if (
            query.get("v", "10") not in ("9", "10")
            or query.get("encoding", "json") != "json"
            or encoder is None
        ):
            raise GatewayCloseError(4012)
        self._encoder = encoder
        interval = self._world.limits.heartbeat_interval_s
        await self.send({"op": 10, "d": {"heartbeat_interval": int(interval * 1000)}, "s": None, "t": None})
        tasks = [
            asyncio.create_task(self._read()),
            asyncio.create_task(self._watch_heartbeat(interval)),
            asyncio.create_task(self._pump()),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self) -> None:
        while True:
            message = await self._socket.receive()
            if message.type is aiohttp.WSMsgType.TEXT:
                await self._receive(message.data)
            elif message.type is aiohttp.WSMsgType.CLOSE:
                self._client_code = message.data
                return
            elif message.type is not aiohttp.WSMsgType.BINARY:
                return

    async def _receive(self, text: str) -> None:
        now = self._world.clock.monotonic()
        window = self._world.limits.gateway_events
        self._received.append(now)
        while self._received[0] <= now - window.seconds:
            self._received.popleft()
        if len(self._received) > window.requests:
            raise GatewayCloseError(4008)
        if len(text.encode()) > IDENTIFY_BYTES:
            raise GatewayCloseError(4002)
        try:
            message = json.loads(text)
            op, data = message["op"], message.get("d")
        except (ValueError, KeyError, TypeError):
            raise GatewayCloseError(4002) from None
        self._wire.record_frame(Frame(False, message, now))
        await self._handle(op, data)

    async def _handle(self, op: object, data: Any) -> None:
        if op == 1:
            self._beat.set()
            if self.acknowledging:
                await self.send({"op": 11, "d": None, "s": None, "t": None})
        elif op in (2, 6):
            await self._begin(op == 6, data)
        elif self.session is None:
            raise GatewayCloseError(4003)
        elif op == 3:
            self.session.presence = data
            self._world.publish("SANDBOX_PRESENCE", data)
        elif op == 8:
            self._sessions.send_members(self.session, data)
        elif op != 4:
            raise GatewayCloseError(4001)

    async def _begin(self, resumes: bool, data: Json) -> None:
        if self.session is not None:
            raise GatewayCloseError(4005)
        outcome = self._sessions.resume(data) if resumes else self._sessions.identify(data)
        if isinstance(outcome, int):
            raise GatewayCloseError(outcome)
        if outcome is None:
            await self.send({"op": 9, "d": False, "s": None, "t": None})
            return
        self.session = outcome
        self._holder = outcome.attach()
        self._sent_sequence = data["seq"] if resumes else 0
        self._identified.set()
        self._world.changes.notify()

    async def _pump(self) -> None:
        """Send the session's events as they come."""
        await self._identified.wait()
        session = self.session
        assert session is not None
        while True:
            await session.wait_after(self._sent_sequence, self._holder)
            if session.holder != self._holder:
                self.abort()
                return
            if not session.can_replay_after(self._sent_sequence):
                self._sessions.end(session)
                raise GatewayCloseError(4000)
            for frame in session.after(self._sent_sequence):
                await self.send(frame)
                self._sent_sequence = frame["s"]

    async def _watch_heartbeat(self, interval: float) -> None:
        """Close the connection where no heartbeat comes for two intervals.

        Clients beat in real time, so the clock that tests move ahead does not count here.
        """
        while True:
            self._beat.clear()
            try:
                # Not wait_for: where a beat comes just then, it loses that the task was cancelled.
                async with asyncio.timeout(interval * 2):
                    await self._beat.wait()
            except TimeoutError:
                raise GatewayCloseError(4000) from None
