from __future__ import annotations

import asyncio

import pytest

from bot.chat.reply import Phase, Reply, Snapshot
from bot.chat.throughput import ThroughputMeter
from bot.chat.turns import Author, Role, Turn
from bot.chat.watchdog import Watchdog
from tests.virtual_time import in_virtual_time


@pytest.fixture
def reply() -> Reply:
    prompt = Turn(1, channel_id=5, role=Role.USER, author=Author(7, "Mika"), text="hi")
    return Reply(prompt, Turn(2, channel_id=5, role=Role.ASSISTANT, author=None, text="", reply_to=1))


def measured(prefill: float = 50.0, decode: float = 5.0) -> ThroughputMeter:
    """After one reply at these rates, in tokens a second."""
    meter, first = ThroughputMeter(), 200 / prefill
    meter.record(
        Snapshot(prompt_tokens=200, tokens=11, first_token_seconds=first, seconds=first + 10 / decode)
    )
    return meter


@in_virtual_time
async def test_a_long_prompt_is_not_stalled_while_the_throughput_explains_the_silence(
    reply: Reply,
) -> None:
    watchdog = Watchdog(measured(prefill=50.0), patience=20)
    reply.update(phase=Phase.PREFILL, prompt_tokens=2000)
    with watchdog.watching(reply):
        watchdog.sign_of_life(reply)
        await asyncio.sleep(2000 / 50 * 3)
        watchdog.check()
        assert not reply.snapshot.stalled
        await asyncio.sleep(2000 / 50 * 2)
        watchdog.check()
        assert reply.snapshot.stalled
        assert reply.snapshot.silent_seconds == pytest.approx(200)


@in_virtual_time
async def test_a_silence_within_the_patience_is_never_stalled(reply: Reply) -> None:
    watchdog = Watchdog(measured(decode=100.0), patience=20)
    reply.update(phase=Phase.DECODE)
    with watchdog.watching(reply):
        watchdog.sign_of_life(reply)
        await asyncio.sleep(20)
        watchdog.check()
        assert not reply.snapshot.stalled
        await asyncio.sleep(0.5)
        watchdog.check()
        assert reply.snapshot.stalled


@pytest.mark.parametrize("phase", [Phase.REASONING, Phase.DECODE])
@in_virtual_time
async def test_a_model_that_is_slow_to_think_or_to_write_is_not_stalled(reply: Reply, phase: Phase) -> None:
    watchdog = Watchdog(measured(decode=0.1), patience=20)
    reply.update(phase=phase)
    with watchdog.watching(reply):
        watchdog.sign_of_life(reply)
        await asyncio.sleep(39)
        watchdog.check()
        assert not reply.snapshot.stalled
        await asyncio.sleep(2)
        watchdog.check()
        assert reply.snapshot.stalled


@in_virtual_time
async def test_a_sign_of_life_clears_the_mark_at_once(reply: Reply) -> None:
    watchdog = Watchdog(ThroughputMeter(), patience=20)
    reply.update(phase=Phase.DECODE)
    with watchdog.watching(reply):
        watchdog.sign_of_life(reply)
        await asyncio.sleep(60)
        watchdog.check()
        assert reply.snapshot.stalled
        watchdog.sign_of_life(reply)
        assert (reply.snapshot.stalled, reply.snapshot.silent_seconds) == (False, 0)
        watchdog.check()
        assert not reply.snapshot.stalled


def test_only_the_rest_of_the_prompt_allows_for_silence(reply: Reply) -> None:
    watchdog = Watchdog(measured(prefill=10.0), patience=20)
    reply.update(phase=Phase.PREFILL, prompt_tokens=1000)
    assert watchdog.allowed(reply) == pytest.approx(400)
    reply.update(read_tokens=900)
    assert watchdog.allowed(reply) == pytest.approx(40)


@in_virtual_time
async def test_a_reply_that_is_done_is_not_stalled(reply: Reply) -> None:
    watchdog = Watchdog(ThroughputMeter(), patience=20)
    with watchdog.watching(reply):
        watchdog.sign_of_life(reply)
        await asyncio.sleep(3600)
        watchdog.check()
        assert reply.snapshot.stalled
    assert not reply.snapshot.stalled
    await asyncio.sleep(3600)
    watchdog.check()
    assert not reply.snapshot.stalled


@in_virtual_time
async def test_a_prompt_that_waits_for_room_in_the_engine_is_not_stalled(reply: Reply) -> None:
    watchdog = Watchdog(ThroughputMeter(), patience=20)
    reply.update(phase=Phase.PREFILL, prompt_tokens=100)
    with watchdog.watching(reply):
        await asyncio.sleep(3600)
        watchdog.check()
        assert not reply.snapshot.stalled
