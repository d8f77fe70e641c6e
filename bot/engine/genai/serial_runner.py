"""One request at a time, for devices on which openvino-genai has no continuous batching (NPU)."""

from __future__ import annotations

import queue
import threading
from collections import deque

import numpy as np
import openvino as ov
import openvino_genai as genai

from bot.chat.turns import FinishReason
from bot.engine.device import reason
from bot.engine.genai.pipeline import NATIVE_ERRORS, GenerationConfigs, load_single
from bot.engine.genai.protocol import AddRequest, RequestOutput, WorkerConfig


class SerialRunner:
    """Runs requests one after the other on a stateful pipeline.

    The pipeline generates in a thread of its own (it releases the interpreter lock meanwhile); `step` waits
    for its next tokens.

    Raises: OvbotError where the model cannot be loaded.
    """

    pool: None = None
    """Requests share none."""
    image_tokens = 0
    """The model sees no pictures."""

    def __init__(self, config: WorkerConfig) -> None:
        self._pipeline = load_single(config)
        self._configs = GenerationConfigs(config)
        self._waiting: deque[AddRequest] = deque()
        self._current: int | None = None
        self._cancelled = threading.Event()
        self._outputs: queue.SimpleQueue[RequestOutput] = queue.SimpleQueue()
        self._done: list[RequestOutput] = []

    @property
    def busy(self) -> bool:
        """Whether a step has something to do."""
        return bool(self._waiting or self._done or self._current is not None)

    def add(self, add: AddRequest) -> None:
        """Put a request in the queue."""
        self._waiting.append(add)

    def cancel(self, request_id: int) -> None:
        """End a request with its next token."""
        if request_id == self._current:
            self._cancelled.set()
        for add in [add for add in self._waiting if add.request == request_id]:
            self._waiting.remove(add)
            self._done.append(RequestOutput(request_id, ended=FinishReason.STOPPED))

    def step(self) -> tuple[RequestOutput, ...]:
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

    def _generate(self, add: AddRequest) -> None:
        streamer = _Streamer(add.request, self._outputs, self._cancelled)
        ids = ov.Tensor(np.asarray(add.prompt_ids, dtype=np.int64)[np.newaxis])
        try:
            result = self._pipeline.generate(ids, self._configs.make(add.sampling), streamer)
        except NATIVE_ERRORS as error:
            self._outputs.put(RequestOutput(add.request, error=reason(error)))
            return
        if self._cancelled.is_set():
            ended = FinishReason.STOPPED
        elif genai.GenerationFinishReason.LENGTH in result.finish_reasons:
            ended = FinishReason.LENGTH
        else:
            ended = FinishReason.COMPLETE
        self._outputs.put(RequestOutput(add.request, ended=ended))


class _Streamer(genai.StreamerBase):  # type: ignore[misc]
    def __init__(
        self, request: int, outputs: queue.SimpleQueue[RequestOutput], cancelled: threading.Event
    ) -> None:
        super().__init__()
        self._request = request
        self._outputs = outputs
        self._cancelled = cancelled

    def write(self, token: int | list[int]) -> genai.StreamingStatus:
        """Called by the pipeline with each new token."""
        ids = tuple(token) if isinstance(token, list) else (token,)
        self._outputs.put(RequestOutput(self._request, ids))
        cancelled = self._cancelled.is_set()
        return genai.StreamingStatus.CANCEL if cancelled else genai.StreamingStatus.RUNNING

    def end(self) -> None:
        """Called by the pipeline after the last token."""
