"""Rate limits: headers, refusals, and discord.py keeping to them by itself."""

import asyncio

import pytest

from bot.sandbox import Limits, Sandbox, Window
from bot.sandbox.clock import Clock
from bot.sandbox.limits import RateLimits
from tests.sandbox.conftest import Client, Rest


class StoppedClock(Clock):
    """Stands still until it is moved ahead."""

    def monotonic(self) -> float:
        return 1000.0 + self._skipped

    def time(self) -> float:
        return 2_000_000_000.0 + self._skipped


def test_a_window_begins_with_its_first_request_and_ends_after_its_seconds() -> None:
    clock = StoppedClock()
    limits = RateLimits(clock, Limits())
    taken = [limits.take("send", "1") for _ in range(6)]
    assert [verdict.limited for verdict in taken] == [False] * 5 + [True]
    assert [verdict.headers["X-RateLimit-Remaining"] for verdict in taken[:5]] == ["4", "3", "2", "1", "0"]
    assert taken[5].retry_after == 5.0
    assert not limits.take("send", "2").limited
    assert not limits.take("edit", "1").limited
    clock.advance(4.5)
    assert limits.take("send", "1").retry_after == 0.5
    clock.advance(0.5)
    assert not limits.take("send", "1").limited


def test_the_headers_say_when_the_window_ends() -> None:
    clock = StoppedClock()
    limits = RateLimits(clock, Limits())
    first = limits.take("send", "1").headers
    clock.advance(2.0)
    second = limits.take("send", "1").headers
    assert (first["X-RateLimit-Reset-After"], second["X-RateLimit-Reset-After"]) == ("5.000", "3.000")
    assert first["X-RateLimit-Reset"] == second["X-RateLimit-Reset"] == "2000000005.000"


def test_the_global_limit_counts_every_request_but_interactions() -> None:
    limits = RateLimits(StoppedClock(), Limits())
    for number in range(50):
        assert not limits.take("send", str(number)).limited
    refused = limits.take("send", "one more")
    assert refused.limited
    assert refused.is_global
    assert refused.headers["X-RateLimit-Scope"] == "global"
    assert not limits.take("default", "token", exempt_from_global=True).limited


def test_routes_in_the_default_bucket_are_counted_one_by_one() -> None:
    limits = RateLimits(StoppedClock(), Limits())
    limits.set_bucket("default", Window(1, 1.0))
    me, gateway = (
        limits.take("default", "", route=route) for route in ("GET /users/@me", "GET /gateway/bot")
    )
    assert not me.limited
    assert not gateway.limited
    assert me.headers["X-RateLimit-Bucket"] != gateway.headers["X-RateLimit-Bucket"]
    assert limits.take("default", "", route="GET /users/@me").limited


def test_the_limit_of_an_unknown_bucket_cannot_be_set() -> None:
    with pytest.raises(ValueError, match="no bucket 'sned'"):
        RateLimits(StoppedClock(), Limits()).set_bucket("sned", Window(1, 1.0))


@pytest.mark.parametrize("limits", [Limits(scale=100.0)])
async def test_answers_carry_the_headers_and_a_refusal_says_when(sandbox: Sandbox, rest: Rest) -> None:
    path = f"/channels/{sandbox.general.id}/messages"
    answers = [await rest("POST", path, {"content": "x"}) for _ in range(6)]
    first, last = answers[0], answers[-1]
    assert first.headers["X-RateLimit-Limit"] == "5"
    assert first.headers["X-RateLimit-Remaining"] == "4"
    assert 0 < float(first.headers["X-RateLimit-Reset-After"]) <= 500
    assert last.status == 429
    assert last.body["message"] == "You are being rate limited."
    assert 0 < last.body["retry_after"] <= 500
    assert last.body["global"] is False
    assert last.headers["X-RateLimit-Scope"] == "user"
    assert int(last.headers["Retry-After"]) >= last.body["retry_after"]
    assert last.headers["X-RateLimit-Bucket"] == first.headers["X-RateLimit-Bucket"]
    assert len(sandbox.general.history) == 5


async def test_discord_py_waits_before_it_is_refused(sandbox: Sandbox, client: Client) -> None:
    channel = client.get_partial_messageable(sandbox.general.id)
    message = await channel.send("0")
    for number in range(1, 13):
        await message.edit(content=str(number))
    edits = sandbox.wire.edits(message.id)
    # Twelve edits at five a window: had it not waited, some would have been refused.
    assert [edit.status for edit in edits] == [200] * 12
    assert sandbox.general.messages[message.id].content == "12"


async def test_discord_py_retries_after_a_429(sandbox: Sandbox, client: Client) -> None:
    channel = client.get_partial_messageable(sandbox.general.id)
    await asyncio.gather(*(channel.send(str(number)) for number in range(12)))
    assert sorted(int(message.content) for message in sandbox.general.history) == list(range(12))
    posts = sandbox.wire.find("POST", "/channels/{channel_id}/messages")
    refused = [post for post in posts if post.status == 429]
    assert len(posts) == 12 + len(refused)


@pytest.mark.parametrize("limits", [Limits(scale=100.0)])
async def test_each_channel_has_its_own_limit(sandbox: Sandbox, client: Client) -> None:
    # A window lasts longer than this test may: eight messages pass only where each channel has its own.
    channels = [sandbox.general, sandbox.channel("second")]
    for channel in channels:
        for _ in range(4):
            await client.get_partial_messageable(channel.id).send("x")
    assert not sandbox.wire.find(status=429)
