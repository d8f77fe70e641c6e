"""Requests that share each pass over the model's weights, and what becomes of them when a step fails."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import numpy as np
import openvino as ov
import openvino_genai as genai

from bot.chat.ports import Sampling
from bot.chat.turns import Ending
from bot.engine.device import reason
from bot.engine.genai.messages import Add, Output
from bot.engine.genai.pipeline import NATIVE_ERRORS
from bot.engine.genai.prefixes import PrefixRecord

logger = logging.getLogger(__name__)

MakeConfig = Callable[[Sampling, int], genai.GenerationConfig]

_MAX_RETRIES = 3


@dataclass(slots=True)
class _Request:
    add: Add
    handle: genai.GenerationHandle | None = None
    generated: list[int] = field(default_factory=list)
    cancelled: bool = False
    retries: int = 0
    # For the count of reused tokens: what the record says, what full steps were surely spent on, and
    # what the present step may be.
    recorded: int = 0
    computed: int = 0
    credited: int = 0

    @property
    def token_ids(self) -> tuple[int, ...]:
        return (*self.add.prompt_ids, *self.generated)


class PipelineBrokenError(Exception):
    """The pipeline does not recover from a failed step; only a new process helps."""


class Batch:
    """Runs requests on a continuous batching pipeline.

    After a failed step all requests leave the pipeline, and come back with what they have as their
    prompt: those that were there in good steps before at once, the others one by one, so that the
    one that fails alone is known and the rest go on.

    make_config: sampling, and how many of its tokens are generated already, to a config.
    step_tokens: tokens that a step works on at most. decode_tokens: of these, for each decoding
        request at most.
    """

    def __init__(
        self,
        pipeline: genai.ContinuousBatchingPipeline,
        make_config: MakeConfig,
        prefixes: PrefixRecord,
        step_tokens: int,
        decode_tokens: int = 1,
    ) -> None:
        self._pipeline = pipeline
        self._make_config = make_config
        self._prefixes = prefixes
        self._step_tokens = step_tokens
        self._decode_tokens = decode_tokens
        self._running: dict[int, _Request] = {}
        self._unproven: set[int] = set()
        self._on_trial: deque[_Request] = deque()
        self._done: list[Output] = []
        self._handle_ids = count()

    @property
    def busy(self) -> bool:
        """Whether a step has something to do."""
        return bool(self._running or self._on_trial or self._done)

    def add(self, add: Add) -> None:
        """Take a request into the next step."""
        self._enter(_Request(add))

    def cancel(self, request_id: int) -> None:
        """End a request with the next step."""
        if (request := self._running.get(request_id)) and request.handle:
            request.cancelled = True
            request.handle.cancel()
        for request in [waiting for waiting in self._on_trial if waiting.add.request == request_id]:
            self._on_trial.remove(request)
            self._done.append(Output(request_id, ended=Ending.STOPPED))

    def step(self) -> tuple[Output, ...]:
        """Let the model work once on all requests; what they got.

        Raises: PipelineBrokenError.
        """
        if self._on_trial and not self._unproven:
            self._enter(self._on_trial.popleft())
        if self._running:
            self._count_prefill()
            try:
                self._pipeline.step()
            except NATIVE_ERRORS as error:
                self._recover(error)
            else:
                self._unproven.clear()
                for request in list(self._running.values()):
                    self._collect(request)
        done, self._done = self._done, []
        return tuple(done)

    def _enter(self, request: _Request) -> None:
        ids = request.token_ids
        if not request.generated:
            request.recorded = self._prefixes.reused(ids)
            request.computed = request.credited = 0
        try:
            request.handle = self._pipeline.add_request(
                next(self._handle_ids),
                ov.Tensor(np.asarray(ids, dtype=np.int64)[np.newaxis]),
                self._make_config(request.add.sampling, len(request.generated)),
            )
        except NATIVE_ERRORS as error:
            self._fail(request, error)
        else:
            self._running[request.add.request] = request
            self._unproven.add(request.add.request)

    def _count_prefill(self) -> None:
        """Credit the next step to the prompt that comes first: the pipeline fills prompts in their order
        with what the decoding requests leave of the chunk."""
        decoding = sum(bool(request.generated) for request in self._running.values())
        first = next((request for request in self._running.values() if not request.generated), None)
        if first:
            left = self._step_tokens - decoding * self._decode_tokens
            first.computed, first.credited = first.computed + first.credited, max(left, 1)

    def _collect(self, request: _Request) -> None:
        handle = request.handle
        assert handle is not None
        new_ids: list[int] = []
        reason_of_end = genai.GenerationFinishReason.NONE
        while handle.can_read():
            for output in handle.read().values():
                new_ids += output.generated_ids
                reason_of_end = output.finish_reason
        if new_ids and not request.generated:
            # At least one token was computed in the step that ended the prefill.
            request.recorded = min(request.recorded, len(request.add.prompt_ids) - request.computed - 1)
            self._prefixes.remember(request.add.prompt_ids)
        request.generated += new_ids
        # A step that has nothing else to do calls a cancelled request out of memory.
        match genai.GenerationStatus.CANCEL if request.cancelled else handle.get_status():
            case genai.GenerationStatus.RUNNING:
                if new_ids:
                    self._done.append(Output(request.add.request, tuple(new_ids)))
                return
            case genai.GenerationStatus.IGNORED:
                self._leave(request)
                self._retry(request, MemoryError("the KV cache is too small"))
                return
            case genai.GenerationStatus.FINISHED:
                length = reason_of_end == genai.GenerationFinishReason.LENGTH
                ended = Ending.LENGTH if length else Ending.COMPLETE
            case _:
                ended = Ending.STOPPED
        self._leave(request)
        if request.generated:
            self._prefixes.remember(request.token_ids[:-1])
        self._done.append(Output(request.add.request, tuple(new_ids), ended, request.recorded))

    def _recover(self, error: Exception) -> None:
        logger.warning("A step failed: %s", reason(error))
        running = list(self._running.values())
        unproven = set(self._unproven)
        for request in running:
            assert request.handle is not None
            request.handle.cancel()
            self._leave(request)
        try:
            self._pipeline.step()
        except NATIVE_ERRORS as again:
            raise PipelineBrokenError(reason(again)) from error
        for request in running:
            name = request.add.request
            if request.cancelled:
                self._done.append(Output(name, ended=Ending.STOPPED))
            elif unproven == {name}:
                self._fail(request, error)
            elif unproven and name not in unproven:
                self._enter(request)
            else:
                self._retry(request, error)
        self._unproven.clear()

    def _retry(self, request: _Request, error: Exception) -> None:
        request.retries += 1
        if request.retries > _MAX_RETRIES:
            self._fail(request, error)
        else:
            self._on_trial.append(request)

    def _fail(self, request: _Request, error: Exception) -> None:
        self._done.append(Output(request.add.request, error=reason(error)))

    def _leave(self, request: _Request) -> None:
        del self._running[request.add.request]
        self._unproven.discard(request.add.request)
