"""One request at a time, for devices on which openvino-genai has no continuous batching (NPU)."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable

import numpy as np
import openvino as ov
import openvino_genai as genai

from bot.chat.ports import Sampling
from bot.chat.turns import Ending
from bot.engine.device import reason
from bot.engine.genai.messages import Add, Output
from bot.engine.genai.pipeline import NATIVE_ERRORS

MakeConfig = Callable[[Sampling, int], genai.GenerationConfig]


class Single:
    """Runs requests one after the other on a stateful pipeline.

    The pipeline generates in a thread of its own (it lets go of the interpreter lock meanwhile);
    `step` waits for its next tokens.
    """

    def __init__(self, pipeline: genai.LLMPipeline, make_config: MakeConfig) -> None:
        self._pipeline = pipeline
        self._make_config = make_config
        self._waiting: deque[Add] = deque()
        self._current: int | None = None
        self._cancelled = threading.Event()
        self._outputs: queue.SimpleQueue[Output] = queue.SimpleQueue()
        self._done: list[Output] = []

    @property
    def busy(self) -> bool:
        """Whether a step has something to do."""
        return bool(self._waiting or self._done or self._current is not None)

    def add(self, add: Add) -> None:
        """Put a request in the line."""
        self._waiting.append(add)

    def cancel(self, request_id: int) -> None:
        """End a request with its next token."""
        if request_id == self._current:
            self._cancelled.set()
        for add in [add for add in self._waiting if add.request == request_id]:
            self._waiting.remove(add)
            self._done.append(Output(request_id, ended=Ending.STOPPED))

    def step(self) -> tuple[Output, ...]:
        """Wait for the next tokens of the current request, or take up the next one."""
        if self._done:
            done, self._done = self._done, []
            return tuple(done)
        if self._current is None:
            add = self._waiting.popleft()
            self._current = add.request
            self._cancelled.clear()
            threading.Thread(target=self._generate, args=(add,), name="generate", daemon=True).start()
        output = self._outputs.get()
        if output.last:
            self._current = None
        return (output,)

    def _generate(self, add: Add) -> None:
        streamer = _Streamer(lambda ids: self._outputs.put(Output(add.request, ids)), self._cancelled)
        ids = ov.Tensor(np.asarray(add.prompt_ids, dtype=np.int64)[np.newaxis])
        try:
            result = self._pipeline.generate(ids, self._make_config(add.sampling, 0), streamer)
        except NATIVE_ERRORS as error:
            self._outputs.put(Output(add.request, error=reason(error)))
            return
        if self._cancelled.is_set():
            ended = Ending.STOPPED
        elif genai.GenerationFinishReason.LENGTH in result.finish_reasons:
            ended = Ending.LENGTH
        else:
            ended = Ending.COMPLETE
        self._outputs.put(Output(add.request, ended=ended))


class _Streamer(genai.StreamerBase):  # type: ignore[misc]
    def __init__(self, send: Callable[[tuple[int, ...]], None], cancelled: threading.Event) -> None:
        super().__init__()
        self._send = send
        self._cancelled = cancelled

    def write(self, token: int | list[int]) -> genai.StreamingStatus:
        """Called by the pipeline with each new token."""
        self._send(tuple(token) if isinstance(token, list) else (token,))
        cancelled = self._cancelled.is_set()
        return genai.StreamingStatus.CANCEL if cancelled else genai.StreamingStatus.RUNNING

    def end(self) -> None:
        """Called by the pipeline after the last token."""
