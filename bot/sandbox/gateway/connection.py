"""One websocket connection to the gateway."""

import asyncio
import contextlib
import json
import time
from collections import deque
from typing import Any

import aiohttp
from aiohttp import web

from bot.sandbox.gateway.encoding import Encoder, PlainEncoder, encoder_for
from bot.sandbox.gateway.handshake import identify, resume
from bot.sandbox.gateway.hub import Gateway
from bot.sandbox.gateway.members import members_chunks
from bot.sandbox.gateway.session import Session
from bot.sandbox.limits import IDENTIFY_BYTES
from bot.sandbox.model import Json
from bot.sandbox.wire import Frame

_ENDS_SESSION = (1000, 1001)


class GatewayCloseError(Exception):
    """The connection shall be closed with a code."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class Connection:
    """Speaks the protocol with one client until either side ends it."""

    def __init__(self, gateway: Gateway, request: web.Request) -> None:
        self._gateway = gateway
        self._request = request
        self._clock = gateway.world.clock
        self._socket = web.WebSocketResponse(max_msg_size=0, autoping=True)
        self._encoder: Encoder = PlainEncoder()
        self._sending = asyncio.Lock()
        self._received: deque[float] = deque()
        self._last_beat = time.monotonic()
        self._sent_sequence = 0
        self._client_code: int | None = None
        self._identified = asyncio.Event()
        self.session: Session | None = None

    async def run(self) -> web.WebSocketResponse:
        """Serve the client and return the finished response."""
        await self._socket.prepare(self._request)
        self._gateway.connections.append(self)
        try:
            await self._serve()
        except GatewayCloseError as closed:
            await self.close(closed.code)
        finally:
            self._gateway.connections.remove(self)
            if self.session is not None:
                self.session.disconnected_at = self._clock.monotonic()
                if self._client_code in _ENDS_SESSION:
                    self._gateway.end_session(self.session)
            self._gateway.world.changes.notify()
        return self._socket

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
        interval = self._gateway.world.limits.heartbeat_interval_s
        await self.send({"op": 10, "d": {"heartbeat_interval": int(interval * 1000)}, "s": None, "t": None})
        tasks = [asyncio.create_task(self._watch_heartbeat(interval)), asyncio.create_task(self._pump())]
        reading = asyncio.create_task(self._read())
        try:
            done, _ = await asyncio.wait([reading, *tasks], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (reading, *tasks):
                task.cancel()
            await asyncio.gather(reading, *tasks, return_exceptions=True)

    async def send(self, message: Json) -> None:
        """Send a message. To a client that is gone nothing is sent."""
        async with self._sending:
            if self._socket.closed:
                return
            self._gateway.wire.record_frame(Frame(True, message, self._clock.monotonic()))
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
        now = self._clock.monotonic()
        window = self._gateway.world.limits.gateway_events
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
        self._gateway.wire.record_frame(Frame(False, message, now))
        await self._handle(op, data)

    async def _handle(self, op: object, data: Any) -> None:
        if op == 1:
            self._last_beat = time.monotonic()
            if self._gateway.acknowledging:
                await self.send({"op": 11, "d": None, "s": None, "t": None})
        elif op == 2:
            await self._identify(data)
        elif op == 6:
            await self._resume(data)
        elif self.session is None:
            raise GatewayCloseError(4003)
        elif op == 3:
            self.session.presence = data
            self._gateway.world.publish("SANDBOX_PRESENCE", data)
        elif op == 8:
            members_chunks(self._gateway.world, self.session, data)
        elif op != 4:
            raise GatewayCloseError(4001)

    async def _identify(self, data: Json) -> None:
        if self.session is not None:
            raise GatewayCloseError(4005)
        outcome = identify(self._gateway, data)
        if isinstance(outcome, int):
            raise GatewayCloseError(outcome)
        if outcome is None:
            await self.send({"op": 9, "d": False, "s": None, "t": None})
            return
        self._adopt(outcome, 0)

    async def _resume(self, data: Json) -> None:
        if self.session is not None:
            raise GatewayCloseError(4005)
        outcome = resume(self._gateway, data)
        if isinstance(outcome, int):
            raise GatewayCloseError(outcome)
        if outcome is None:
            await self.send({"op": 9, "d": False, "s": None, "t": None})
            return
        outcome.add("RESUMED", {"_trace": []})
        self._adopt(outcome, data["seq"])

    def _adopt(self, session: Session, sequence: int) -> None:
        for other in self._gateway.connections:
            if other.session is session:
                other.session = None
                other.abort()
        self.session = session
        session.disconnected_at = None
        self._sent_sequence = sequence
        self._identified.set()
        self._gateway.world.changes.notify()

    async def _pump(self) -> None:
        """Send the session's events as they come."""
        await self._identified.wait()
        session = self.session
        assert session is not None
        while True:
            await session.wait_after(self._sent_sequence)
            if not session.can_replay_after(self._sent_sequence):
                self._gateway.end_session(session)
                raise GatewayCloseError(4000)
            for frame in session.after(self._sent_sequence):
                await self.send(frame)
                self._sent_sequence = frame["s"]

    async def _watch_heartbeat(self, interval: float) -> None:
        """Close the connection when no heartbeat came for one and a half intervals.

        Clients beat in real time, so this does not go by the clock that tests move ahead.
        """
        while True:
            await asyncio.sleep(interval / 2)
            if time.monotonic() - self._last_beat > interval * 1.5:
                raise GatewayCloseError(4000)
