from __future__ import annotations

import pytest

from bot.chat.reply import Phase, Reply, Snapshot
from bot.chat.speed import Speed
from bot.chat.turns import Author, Role, Turn
from bot.chat.watchdog import Watchdog


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def reply() -> Reply:
    prompt = Turn(1, channel_id=5, role=Role.USER, author=Author(7, "Mika"), text="hi")
    return Reply(prompt, Turn(2, channel_id=5, role=Role.ASSISTANT, author=None, text="", reply_to=1))


def measured(prefill: float = 50.0, decode: float = 5.0) -> Speed:
    """After one reply at these speeds, in tokens a second."""
    speed, first = Speed(), 200 / prefill
    speed.record(
        Snapshot(prompt_tokens=200, tokens=11, first_token_seconds=first, seconds=first + 10 / decode)
    )
    return speed


def test_a_long_prompt_is_no_reason_to_worry_as_long_as_the_speed_explains_it(reply: Reply) -> None:
    clock = Clock()
    watchdog = Watchdog(measured(prefill=50.0), patience=20, clock=clock)
    reply.update(phase=Phase.READING, prompt_tokens=2000)
    with watchdog.watching(reply):
        clock.now += 2000 / 50 * 3
        watchdog.check()
        assert not reply.snapshot.stalled
        clock.now += 2000 / 50 * 2
        watchdog.check()
        assert reply.snapshot.stalled
        assert reply.snapshot.silent_seconds == 200


def test_a_silence_of_up_to_the_patience_is_never_too_long(reply: Reply) -> None:
    clock = Clock()
    watchdog = Watchdog(measured(decode=100.0), patience=20, clock=clock)
    reply.update(phase=Phase.WRITING)
    with watchdog.watching(reply):
        for silent, stalled in ((20.0, False), (20.5, True)):
            clock.now = 100 + silent
            watchdog.check()
            assert reply.snapshot.stalled is stalled


def test_a_sign_of_life_takes_the_mark_away_at_once(reply: Reply) -> None:
    clock = Clock()
    watchdog = Watchdog(Speed(), patience=20, clock=clock)
    reply.update(phase=Phase.WRITING)
    with watchdog.watching(reply) as sign:
        clock.now += 60
        watchdog.check()
        assert reply.snapshot.stalled
        sign()
        assert (reply.snapshot.stalled, reply.snapshot.silent_seconds) == (False, 0)
        watchdog.check()
        assert not reply.snapshot.stalled


def test_what_is_read_already_needs_no_more_patience(reply: Reply) -> None:
    watchdog = Watchdog(measured(prefill=10.0), patience=20)
    reply.update(phase=Phase.READING, prompt_tokens=1000)
    assert watchdog.allowed(reply) == pytest.approx(400)
    reply.update(read_tokens=900)
    assert watchdog.allowed(reply) == pytest.approx(40)


def test_nothing_is_left_of_the_mark_when_the_engine_is_done(reply: Reply) -> None:
    clock = Clock()
    watchdog = Watchdog(Speed(), patience=20, clock=clock)
    with watchdog.watching(reply):
        clock.now += 3600
        watchdog.check()
        assert reply.snapshot.stalled
    assert not reply.snapshot.stalled
    clock.now += 3600
    watchdog.check()
    assert not reply.snapshot.stalled
