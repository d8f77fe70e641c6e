"""The gateway's protocol on a plain websocket: order, packing, close codes."""

import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Limits, Sandbox, Window
from bot.sandbox.gateway.compression import encoder_for

INTENTS = 1 << 0 | 1 << 9 | 1 << 12


class Socket:
    """A gateway connection without compression."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, token: str) -> None:
        self.socket = socket
        self.token = token

    async def send(self, op: int, data: Any) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def receive(self) -> dict[str, Any]:
        message: dict[str, Any] = await self.socket.receive_json(timeout=5)
        return message

    async def close_code(self) -> int | None:
        """Return the code with which the server closes, whatever it sends before."""
        while not self.socket.closed:
            await self.socket.receive(timeout=5)
        return self.socket.close_code

    async def identify(self, **changes: Any) -> None:
        properties = {"os": "linux", "browser": "test", "device": "test"}
        await self.send(2, {"token": self.token, "intents": INTENTS, "properties": properties, **changes})

    async def until(self, name: str) -> dict[str, Any]:
        message = await self.receive()
        while message["t"] != name:
            message = await self.receive()
        return message


Dial = Callable[..., Awaitable[Socket]]


@pytest.fixture
async def dial(sandbox: Sandbox) -> AsyncIterator[Dial]:
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())

        async def dial_one(url: str | None = None, **query: str) -> Socket:
            query = {"v": "10", "encoding": "json", **query}
            socket = await stack.enter_async_context(
                session.ws_connect(url or sandbox.gateway_url, params=query)
            )
            return Socket(socket, sandbox.token)

        yield dial_one


@pytest.fixture
async def socket(dial: Dial) -> Socket:
    """A connection that has heard HELLO."""
    socket = await dial()
    assert (await socket.receive())["op"] == 10
    return socket


async def test_hello_ready_and_guilds_come_in_order_with_numbers(sandbox: Sandbox, dial: Dial) -> None:
    socket = await dial()
    hello = await socket.receive()
    assert hello == {"op": 10, "d": {"heartbeat_interval": 41250}, "s": None, "t": None}
    await socket.identify()
    ready = await socket.receive()
    guild = await socket.receive()
    assert (ready["op"], ready["t"], ready["s"]) == (0, "READY", 1)
    assert ready["d"]["guilds"] == [{"id": str(sandbox.guild.id), "unavailable": True}]
    assert (guild["t"], guild["s"], guild["d"]["id"]) == ("GUILD_CREATE", 2, str(sandbox.guild.id))


async def test_heartbeats_are_acknowledged_before_and_after_identify(socket: Socket) -> None:
    await socket.send(1, None)
    assert (await socket.receive())["op"] == 11
    await socket.identify()
    await socket.until("GUILD_CREATE")
    await socket.send(1, 2)
    assert (await socket.receive())["op"] == 11


@pytest.mark.parametrize("limits", [replace(Limits.fast(), heartbeat_interval_s=0.1)])
async def test_a_client_without_heartbeats_is_closed(socket: Socket) -> None:
    await socket.identify()
    assert await socket.close_code() == 4000


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"token": "wrong"}, 4004),
        ({"intents": 1 << 30}, 4013),
        ({"intents": None}, 4013),
        ({"intents": -1}, 4013),
        ({"shard": [2, 2]}, 4010),
    ],
)
async def test_a_wrong_identify_is_answered_by_its_code(
    socket: Socket, changes: dict[str, Any], code: int
) -> None:
    await socket.identify(**changes)
    assert await socket.close_code() == code


@pytest.mark.parametrize("query", [{"v": "6"}, {"encoding": "etf"}, {"compress": "lzma-stream"}])
async def test_an_unknown_version_encoding_or_compression_is_closed(
    dial: Dial, query: dict[str, str]
) -> None:
    assert await (await dial(**query)).close_code() == 4012


async def test_nothing_but_identify_may_come_first(socket: Socket) -> None:
    await socket.send(3, {"status": "online", "activities": [], "since": None, "afk": False})
    assert await socket.close_code() == 4003


async def test_identifying_twice_is_closed(socket: Socket) -> None:
    await socket.identify()
    await socket.identify()
    assert await socket.close_code() == 4005


async def test_an_unknown_opcode_is_closed(socket: Socket) -> None:
    await socket.identify()
    await socket.send(99, None)
    assert await socket.close_code() == 4001


@pytest.mark.parametrize("text", ["{", "[]", '"op"', json.dumps({"op": 3, "d": "x" * 4096})])
async def test_an_invalid_or_too_long_message_is_closed(socket: Socket, text: str) -> None:
    await socket.socket.send_str(text)
    assert await socket.close_code() == 4002


@pytest.mark.parametrize("limits", [replace(Limits.fast(), gateway_events=Window(10, 60.0))])
async def test_too_many_messages_are_closed(socket: Socket) -> None:
    for _ in range(11):
        await socket.send(1, None)
    assert await socket.close_code() == 4008


@pytest.mark.parametrize("limits", [replace(Limits.fast(), identify_interval_s=5.0)])
async def test_identifying_too_soon_again_is_an_invalid_session(
    sandbox: Sandbox, dial: Dial, socket: Socket
) -> None:
    await socket.identify()
    await socket.until("READY")
    second = await dial()
    await second.receive()
    await second.identify()
    assert (await second.receive()) == {"op": 9, "d": False, "s": None, "t": None}
    sandbox.clock.advance(5)
    await second.identify()
    assert (await second.receive())["t"] == "READY"


async def resumed(dial: Dial, ready: dict[str, Any], **changes: Any) -> Socket:
    socket = await dial(ready["d"]["resume_gateway_url"])
    await socket.receive()
    data = {"token": socket.token, "session_id": ready["d"]["session_id"], "seq": 2, **changes}
    await socket.send(6, data)
    return socket


async def test_resume_replays_missed_events_and_then_confirms(
    sandbox: Sandbox, dial: Dial, socket: Socket
) -> None:
    await socket.identify()
    ready = await socket.until("READY")
    await socket.until("GUILD_CREATE")
    await socket.socket.close(code=4000)
    ana = sandbox.person("Ana")
    said = [ana.say(sandbox.general, text) for text in ("one", "two")]
    again = await resumed(dial, ready)
    first, second, last = [await again.receive() for _ in range(3)]
    assert [first["d"]["id"], second["d"]["id"]] == [str(message.id) for message in said]
    assert [first["s"], second["s"], last["s"]] == [3, 4, 5]
    assert last["t"] == "RESUMED"


async def test_resuming_elsewhere_ends_the_connection_before(
    sandbox: Sandbox, dial: Dial, socket: Socket
) -> None:
    await socket.identify()
    ready = await socket.until("READY")
    await socket.until("GUILD_CREATE")
    again = await resumed(dial, ready)
    await again.until("RESUMED")
    assert await socket.close_code() == 1006
    said = sandbox.person("Ana").say(sandbox.general, "hello")
    assert (await again.until("MESSAGE_CREATE"))["d"]["id"] == str(said.id)
    await again.socket.close(code=4000)
    await sandbox.gateway.wait_offline()
    third = await resumed(dial, ready)
    assert (await third.until("MESSAGE_CREATE"))["d"]["id"] == str(said.id)


async def test_a_sequence_number_from_the_future_cannot_be_resumed(dial: Dial, socket: Socket) -> None:
    await socket.identify()
    ready = await socket.until("READY")
    assert await (await resumed(dial, ready, seq=99)).close_code() == 4007


async def test_a_wrong_token_cannot_resume(dial: Dial, socket: Socket) -> None:
    await socket.identify()
    ready = await socket.until("READY")
    assert await (await resumed(dial, ready, token="wrong")).close_code() == 4004


@pytest.mark.parametrize("code", [1000, 1001])
async def test_a_client_that_closed_normally_cannot_resume(
    sandbox: Sandbox, dial: Dial, socket: Socket, code: int
) -> None:
    await socket.identify()
    ready = await socket.until("READY")
    await socket.socket.close(code=code)
    await sandbox.gateway.wait_offline()
    again = await resumed(dial, ready)
    assert (await again.receive()) == {"op": 9, "d": False, "s": None, "t": None}


@pytest.mark.parametrize("limits", [replace(Limits.fast(), replay_events=5)])
async def test_a_session_with_too_many_missed_events_cannot_be_resumed(
    sandbox: Sandbox, dial: Dial, socket: Socket
) -> None:
    await socket.identify()
    ready = await socket.until("READY")
    await socket.until("GUILD_CREATE")
    await socket.socket.close(code=4000)
    await sandbox.gateway.wait_offline()
    ana = sandbox.person("Ana")
    for number in range(6):
        ana.say(sandbox.general, str(number))
    again = await resumed(dial, ready)
    assert (await again.receive())["op"] == 9


async def test_zlib_stream_is_one_context_for_the_whole_connection(sandbox: Sandbox, dial: Dial) -> None:
    socket = await dial(compress="zlib-stream")
    context = zlib.decompressobj()

    async def receive() -> dict[str, Any]:
        packed = await socket.socket.receive_bytes(timeout=5)
        assert packed.endswith(b"\x00\x00\xff\xff")
        message: dict[str, Any] = json.loads(context.decompress(packed))
        return message

    assert (await receive())["op"] == 10
    # The older kind of compression, asked for besides, must not be added to that of the connection.
    await socket.identify(compress=True)
    assert (await receive())["t"] == "READY"
    assert (await receive())["t"] == "GUILD_CREATE"


def test_zstd_stream_is_one_frame_for_the_whole_connection() -> None:
    zstandard = pytest.importorskip("zstandard")
    encoder, context = encoder_for("zstd-stream"), zstandard.ZstdDecompressor().decompressobj()
    assert encoder is not None
    for number in range(3):
        packed = encoder.encode({"op": number})
        assert json.loads(context.decompress(packed)) == {"op": number}


async def test_recorded_frames_have_no_token(sandbox: Sandbox, socket: Socket) -> None:
    await socket.identify()
    await socket.until("READY")
    assert sandbox.token not in str(sandbox.wire.frames)
    assert [frame.data["op"] for frame in sandbox.wire.frames[:2]] == [10, 2]


async def test_a_shard_gets_only_its_servers(sandbox: Sandbox, dial: Dial) -> None:
    servers = {guild.id for guild in (sandbox.guild, sandbox.add_guild("Second"), sandbox.add_guild("Third"))}
    for number in range(2):
        socket = await dial()
        await socket.receive()
        await socket.identify(shard=[number, 2])
        ready = await socket.receive()
        theirs = {int(guild["id"]) for guild in ready["d"]["guilds"]}
        assert theirs == {guild for guild in servers if (guild >> 22) % 2 == number}
