"""The model process: reads commands, steps the model, sends what came of it.

Everything heavy is imported in `main`, so that the bot can name it without loading a model runtime.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import logging
import os
import signal
import sys
import time
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from typing import Protocol

from bot.chat.ports import SamplingParams
from bot.engine.genai.kv_pool import KvPool
from bot.engine.genai.protocol import (
    AddRequest,
    CancelRequest,
    LoadFailed,
    Logged,
    Ready,
    RequestOutput,
    Shutdown,
    Stepped,
    WorkerConfig,
)
from bot.errors import OvbotError

_PR_SET_PDEATHSIG = 1
_NICE = 5


class Runner(Protocol):
    """What the loop drives: a BatchRunner, a VisionRunner, or a SerialRunner."""

    @property
    def pool(self) -> KvPool | None:
        """The KV pool that requests share; None where they share none."""

    @property
    def image_tokens(self) -> int:
        """Tokens that a picture takes at most; 0 where the model sees none."""

    @property
    def busy(self) -> bool:
        """Whether a step has something to do."""

    def add(self, add: AddRequest) -> None:
        """Let a request take part in the steps to come."""

    def cancel(self, request_id: int) -> None:
        """End a request with the next step."""

    def step(self) -> tuple[RequestOutput, ...]:
        """Work once on all requests; what they got."""


def main(config: WorkerConfig, commands: Connection, events: Connection, log_file: str) -> None:
    """Load the model, then serve until a Shutdown or until the bot is gone.

    log_file: takes whatever this process or native code prints.
    """
    started = time.monotonic()
    _detach(log_file)
    logging.getLogger("bot").addHandler(_ToBot(events))
    try:
        runner = _load(config)
    except OvbotError as error:
        events.send(LoadFailed(error))
        return
    import psutil

    resident = psutil.Process().memory_info().rss
    try:
        events.send(Ready(runner.pool, time.monotonic() - started, resident, runner.image_tokens))
        serve(runner, commands, events)
    except (EOFError, OSError):
        return  # the bot is gone


class _ToBot(logging.Handler):
    """Hands log records to the bot."""

    def __init__(self, events: Connection) -> None:
        super().__init__()
        self._events = events

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError):
            self._events.send(Logged(record.levelno, record.getMessage()))


def serve(runner: Runner, commands: Connection, events: Connection) -> None:
    """Take what is in the pipe, blocking only when idle; step; send. Returns at a Shutdown.

    Raises: EOFError, OSError where the other side is gone.
    """
    while True:
        while commands.poll(0 if runner.busy else None):
            match commands.recv():
                case AddRequest() as add:
                    runner.add(add)
                case CancelRequest(request):
                    runner.cancel(request)
                case Shutdown():
                    return
        if outputs := runner.step():
            events.send(Stepped(outputs))


def _detach(log_file: str) -> None:
    """Leave the terminal to the bot, and go when it goes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    file = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.flush()
    os.dup2(file, 1)
    os.dup2(file, 2)
    faulthandler.enable()
    _lower_priority()
    if sys.platform == "linux":
        # Even from within a step, which the closed pipe would end only afterwards.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        parent = parent_process()
        if parent is not None and os.getppid() != parent.pid:
            sys.exit()


def _lower_priority() -> None:
    """Leave the cores to the bot whenever it needs one: the model takes all there are, all the time."""
    if sys.platform == "win32":
        import psutil

        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        os.nice(_NICE)


def _load(config: WorkerConfig) -> Runner:
    """A runner whose model is loaded and has made a token. Raises OvbotError."""
    from bot.engine.device import check_device, check_properties

    check_device(config.device)
    runner: Runner
    if config.single:  # openvino-genai has properties of its own there, such as MAX_PROMPT_LEN
        from bot.engine.genai.serial_runner import SerialRunner

        runner = SerialRunner(config)
    else:
        devices = check_properties(config.device, config.properties)
        from bot.engine.genai.pipeline import plan_pool_for

        pool = plan_pool_for(config, devices)
        if config.controls is None:
            from bot.engine.genai.batch_runner import BatchRunner

            runner = BatchRunner(config, pool)
        else:
            from bot.engine.genai.vision_runner import VisionRunner

            runner = VisionRunner(config, pool)
    _warm_up(runner, config)
    return runner


def _warm_up(runner: Runner, config: WorkerConfig) -> None:
    """Compute the prompt that others begin with, and make one token: shows that the model runs."""
    from bot.engine.device import another_choice
    from bot.errors import EngineError

    prompt = config.warm_ids or config.end_ids[:1] or (0,)
    runner.add(AddRequest(-1, prompt, SamplingParams(max_new_tokens=1)))
    while runner.busy:
        for output in runner.step():
            if output.error:
                raise EngineError(
                    f"The model in {config.model_dir} does not run on {config.device}: {output.error}. "
                    + another_choice(config.device)
                )
