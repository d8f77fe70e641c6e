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
from functools import partial
from itertools import count
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from typing import Protocol

from bot.chat.ports import Sampling
from bot.engine.genai.messages import (
    Add,
    Cancel,
    LoadFailed,
    Output,
    Ready,
    Said,
    Stepped,
    Stop,
    WorkerConfig,
)
from bot.errors import OvbotError

_PR_SET_PDEATHSIG = 1
_NICE = 5


class Runner(Protocol):
    """What the loop drives: `batch.Batch`, or `single.Single`."""

    @property
    def busy(self) -> bool:
        """Whether a step has something to do."""

    def add(self, add: Add) -> None:
        """Take a request into the next step."""

    def cancel(self, request_id: int) -> None:
        """End a request with the next step."""

    def step(self) -> tuple[Output, ...]:
        """Work once on all requests; what they got."""


def main(config: WorkerConfig, commands: Connection, events: Connection, diagnostics: str) -> None:
    """Load the model, then serve until a Stop or until the bot is gone.

    diagnostics: file that takes whatever this process or native code prints.
    """
    started = time.monotonic()
    _detach(diagnostics)
    logging.getLogger("bot").addHandler(_ToBot(events))
    try:
        runner, kv_tokens, kv_bytes = _load(config)
    except OvbotError as error:
        events.send(LoadFailed(error))
        return
    import psutil

    resident = psutil.Process().memory_info().rss
    try:
        events.send(Ready(kv_tokens, kv_bytes, time.monotonic() - started, resident))
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
            self._events.send(Said(record.levelno, record.getMessage()))


def serve(runner: Runner, commands: Connection, events: Connection) -> None:
    """Take what is in the pipe, blocking only when idle; step; send. Returns at a Stop.

    Raises: EOFError, OSError where the other side is gone.
    """
    while True:
        while commands.poll(0 if runner.busy else None):
            match commands.recv():
                case Add() as add:
                    runner.add(add)
                case Cancel(request):
                    runner.cancel(request)
                case Stop():
                    return
        if outputs := runner.step():
            events.send(Stepped(outputs))


def _detach(diagnostics: str) -> None:
    """Leave the terminal to the bot, and go when it goes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    file = os.open(diagnostics, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.flush()
    os.dup2(file, 1)
    os.dup2(file, 2)
    faulthandler.enable()
    _stand_back()
    if sys.platform == "linux":
        # Even from within a step, which the closed pipe would end only afterwards.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        parent = parent_process()
        if parent is not None and os.getppid() != parent.pid:
            sys.exit()


def _stand_back() -> None:
    """Leave the cores to the bot whenever it needs one: the model takes all there are, all the time."""
    if sys.platform == "win32":
        import psutil

        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        os.nice(_NICE)


def _load(config: WorkerConfig) -> tuple[Runner, int, int]:
    """The runner, and tokens and bytes of its KV pool. Raises OvbotError."""
    from bot.engine.device import check_device, check_properties

    check_device(config.device)
    if not config.single:  # there, openvino-genai has properties of its own, such as MAX_PROMPT_LEN
        check_properties(config.device, config.properties)
    from bot.engine.genai import pipeline

    make_config = pipeline.ConfigFactory(config)
    runner: Runner
    if config.single:
        from bot.engine.genai.single import Single

        runner = Single(pipeline.load_single(config), make_config)
        _warm(runner, config)
        return runner, 0, 0
    from bot.engine.genai.batch import Batch
    from bot.engine.genai.prefixes import PrefixRecord

    pool = pipeline.pool_for(config)
    record = PrefixRecord(pool.block_tokens, pool.blocks)
    load = partial(pipeline.load_batching, config, pool)
    runner = Batch(load, make_config, record, config.prefill_chunk, config.reply_tokens)
    _warm(runner, config)
    return runner, pool.tokens, pool.size


def _warm(runner: Runner, config: WorkerConfig) -> None:
    """Make one token: allocates the KV pool, and shows that the model runs."""
    from bot.errors import EngineError

    prompt = config.warm_ids or config.end_ids[:1] or (0,)
    runner.add(Add(-1, prompt, Sampling(max_new_tokens=1)))
    for _ in count():
        for output in runner.step():
            if output.error:
                raise EngineError(f"The model in {config.model_dir} does not run: {output.error}")
            if output.last:
                return
