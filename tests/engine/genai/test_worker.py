"""The model process's loop, over real pipes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from multiprocessing import Pipe

import pytest

from bot.chat.ports import SamplingParams
from bot.chat.turns import FinishReason
from bot.engine.genai.protocol import AddRequest, CancelRequest, Logged, RequestOutput, Shutdown, Stepped
from bot.engine.genai.worker import _ToBot, serve


class Counting:
    """Gives each request one token a step, three in all. `after_step` is called after each step."""

    def __init__(self, after_step: Callable[[], None] = lambda: None) -> None:
        self.after_step = after_step
        self.left: dict[int, int] = {}
        self.steps = 0
        self.pool = None

    image_tokens = 0

    @property
    def busy(self) -> bool:
        return bool(self.left)

    def add(self, add: AddRequest) -> None:
        self.left[add.request] = 3

    def cancel(self, request_id: int) -> None:
        self.left.pop(request_id, None)

    def step(self) -> tuple[RequestOutput, ...]:
        self.steps += 1
        self.left = {number: left - 1 for number, left in self.left.items()}
        outputs = tuple(
            RequestOutput(number, (left,), None if left else FinishReason.LENGTH)
            for number, left in self.left.items()
        )
        self.left = {number: left for number, left in self.left.items() if left}
        self.after_step()
        return outputs


def add(number: int) -> AddRequest:
    return AddRequest(number, (1, 2), SamplingParams(max_new_tokens=3, seed=1))


def test_all_that_is_in_the_pipe_is_taken_before_a_step() -> None:
    theirs, commands = Pipe(duplex=False)
    events, ours = Pipe(duplex=False)
    for command in (add(1), add(2), add(3), CancelRequest(2)):
        commands.send(command)
    serve(Counting(lambda: commands.send(Shutdown())), theirs, ours)
    first = events.recv()
    assert isinstance(first, Stepped)
    assert [output.request for output in first.outputs] == [1, 3]


def test_a_stop_ends_the_loop_whatever_is_under_way() -> None:
    theirs, commands = Pipe(duplex=False)
    _events, ours = Pipe(duplex=False)
    runner = Counting()
    commands.send(add(1))
    commands.send(Shutdown())
    serve(runner, theirs, ours)
    assert runner.steps == 0


def test_a_bot_that_is_gone_ends_the_loop_before_the_next_step() -> None:
    theirs, commands = Pipe(duplex=False)
    _events, ours = Pipe(duplex=False)
    runner = Counting(commands.close)
    commands.send(add(1))
    with pytest.raises((EOFError, OSError)):
        serve(runner, theirs, ours)
    assert runner.steps == 1


def test_a_bot_that_no_longer_listens_ends_the_loop() -> None:
    theirs, commands = Pipe(duplex=False)
    events, ours = Pipe(duplex=False)
    events.close()
    commands.send(add(1))
    with pytest.raises(OSError):  # noqa: PT011  which one depends on the system
        serve(Counting(), theirs, ours)


def test_what_is_logged_goes_to_the_bot() -> None:
    events, ours = Pipe(duplex=False)
    logger = logging.getLogger("test-worker")
    handler = _ToBot(ours)
    logger.addHandler(handler)
    try:
        logger.warning("A step failed: %s", "no memory")
        assert events.recv() == Logged(logging.WARNING, "A step failed: no memory")
        ours.close()
        logger.warning("nobody hears this")
    finally:
        logger.removeHandler(handler)
