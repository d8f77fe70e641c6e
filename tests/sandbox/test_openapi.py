"""The check against Discord's document finds what it should."""

from dataclasses import replace

import pytest

from bot.sandbox import ChannelType, Sandbox
from bot.sandbox.wire import Exchange
from tests.openapi import (
    MISSING,
    answer_problem,
    assert_frames_valid,
    assert_wire_valid,
    available,
    request_problem,
)
from tests.sandbox.conftest import Client, Rest

pytestmark = pytest.mark.skipif(not available(), reason=MISSING)


@pytest.fixture
async def posted(sandbox: Sandbox, rest: Rest) -> Exchange:
    await rest("POST", f"/channels/{sandbox.general.id}/messages", {"content": "hello"})
    return sandbox.wire.find("POST", status=200)[0]


async def test_a_valid_exchange_passes(posted: Exchange) -> None:
    assert_wire_valid([posted])


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2001},
        {"content": 7},
        {"flags": "many"},
        {
            "components": [
                {"type": 1, "components": [{"type": 2, "style": 1, "label": "x" * 81, "custom_id": "a"}]}
            ]
        },
        {"message_reference": {}},
        {"embeds": [{"title": "x" * 257}]},
        None,
    ],
)
async def test_a_wrong_request_is_found(posted: Exchange, body: object) -> None:
    assert request_problem(replace(posted, body=body)) is not None


async def test_ids_may_be_integers_in_requests_but_not_in_answers(posted: Exchange) -> None:
    body = {"content": "hello", "message_reference": {"message_id": 5}}
    assert request_problem(replace(posted, body=body)) is None
    assert answer_problem(replace(posted, answer={**posted.answer, "id": 5})) is not None


async def test_an_unknown_query_is_found(posted: Exchange) -> None:
    assert request_problem(replace(posted, query={"wait": "1"})) is not None


@pytest.mark.parametrize("missing", ["id", "author", "mentions", "edited_timestamp", "components"])
async def test_an_incomplete_answer_is_found(posted: Exchange, missing: str) -> None:
    answer = {name: value for name, value in posted.answer.items() if name != missing}
    problem = answer_problem(replace(posted, answer=answer))
    assert problem is not None
    assert missing in problem


async def test_a_wrong_time_or_status_is_found(posted: Exchange) -> None:
    assert answer_problem(replace(posted, answer={**posted.answer, "timestamp": "yesterday"})) is not None
    assert answer_problem(replace(posted, status=204)) is not None


async def test_an_operation_that_discord_does_not_have_is_found(posted: Exchange) -> None:
    with pytest.raises(AssertionError, match="no operation"):
        assert_wire_valid([replace(posted, route="/channels/{channel_id}/letters")])


async def test_a_wrong_object_in_a_gateway_event_is_found(sandbox: Sandbox, client: Client) -> None:
    voice = sandbox.channel("lounge", kind=ChannelType.VOICE)
    sandbox.person("Ana").say(voice, "hello")
    await client.event_like("message")
    frames = {frame.data["t"]: frame for frame in sandbox.wire.frames if frame.sent}
    for name, path in (("CHANNEL_CREATE", "bitrate"), ("MESSAGE_CREATE", "author")):
        frame = frames[name]
        data = {**frame.data, "d": {**frame.data["d"], path: "wrong"}}
        with pytest.raises(AssertionError, match=path):
            assert_frames_valid([replace(frame, data=data)])
    guild = frames["GUILD_CREATE"].data
    data = {**guild, "d": {**guild["d"], "channels": [{"type": 0}]}}
    with pytest.raises(AssertionError, match="GUILD_CREATE channels"):
        assert_frames_valid([replace(frames["GUILD_CREATE"], data=data)])


async def test_the_report_names_the_exchange_and_the_field(posted: Exchange) -> None:
    with pytest.raises(AssertionError, match=r"POST /channels/.*/messages 200 answer: .*author"):
        assert_wire_valid([replace(posted, answer={**posted.answer, "author": {}})])
