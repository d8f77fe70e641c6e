"""Requests that share each pass over the model's weights, and what becomes of them when a step fails.

openvino-genai 2026.4 splits prompts over steps by itself, and mixes up what it caches when it does: a
prompt that is cancelled between two steps leaves a block behind as computed that is so in part only, and
two that wait with the same beginning write into the same block. So prompts are split here: each part is a
request of its own that ends at a block's end within one step, and one prompt at most is new in a step.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count

import numpy as np
import openvino as ov
import openvino_genai as genai

from bot.chat.ports import SamplingParams
from bot.chat.turns import FinishReason
from bot.engine.device import reason
from bot.engine.genai.kv_pool import KvPool
from bot.engine.genai.pipeline import (
    NATIVE_ERRORS,
    GenerationConfigs,
    load_batching,
    measure_block_tokens,
)
from bot.engine.genai.prefix_cache import PrefixCacheRecord
from bot.engine.genai.protocol import AddRequest, RequestOutput, WorkerConfig

logger = logging.getLogger(__name__)

_MAX_STRIKES = 3
_PART = SamplingParams(max_new_tokens=1)


@dataclass(slots=True)
class BatchRequest:
    """A request within the batch.

    prefilled: tokens that should be in the KV cache. end: where the present part ends, and steps:
    how many it has taken. strikes: failed steps it was part of. reused: tokens from the cache; None where
    that cannot be told.
    """

    add: AddRequest
    prefilled: int
    reused: int | None
    generated: list[int] = field(default_factory=list)
    handle: genai.GenerationHandle | None = None
    end: int = 0
    steps: int = 0
    cancelled: bool = False
    strikes: int = 0

    @property
    def number(self) -> int:
        """The bot's number for it."""
        return self.add.request

    @property
    def token_ids(self) -> tuple[int, ...]:
        """Its prompt, and what was generated."""
        return (*self.add.prompt_ids, *self.generated)

    @property
    def left(self) -> int:
        """Tokens to be computed before the next one can be made."""
        return len(self.add.prompt_ids) + len(self.generated) - self.prefilled


class BatchRunner:
    """Runs requests on a continuous batching pipeline.

    Of the prompts that wait, the one with the fewest tokens left goes first: a conversation's next
    turn need not wait for somebody's long first message. After a failed step the pipeline is loaded
    again, since nobody knows what its cache holds, and all requests go on from what they have.

    The replies' tokens count among the `prefill_chunk` of a step: on a CPU the first token beyond a multiple
    of 64 costs as much as 64.

    pool: as planned. configs: makes the generation configs; usually from `config`.

    Raises: OvbotError where the model cannot be loaded, or does not run.
    """

    def __init__(self, config: WorkerConfig, pool: KvPool, configs: GenerationConfigs | None = None) -> None:
        self._config = config
        self._configs = configs or GenerationConfigs(config)
        self._pipeline = self._load(pool)
        self._pool = replace(pool, block_tokens=self._measure_block_tokens(pool))
        self._prefixes = PrefixCacheRecord(self._pool)
        self._waiting: list[BatchRequest] = []
        self._prefilling: BatchRequest | None = None
        self._decoding: dict[int, BatchRequest] = {}
        self._done: list[RequestOutput] = []
        self._handle_numbers = count()

    image_tokens = 0
    """The model sees no pictures."""

    @property
    def pool(self) -> KvPool:
        """The KV pool, with blocks as the pipeline has them."""
        return self._pool

    @property
    def busy(self) -> bool:
        """Whether a step has something to do."""
        return bool(self._waiting or self._prefilling or self._decoding or self._done)

    @property
    def pipeline(self) -> genai.ContinuousBatchingPipeline:
        """The pipeline at present."""
        return self._pipeline

    def add(self, add: AddRequest) -> None:
        """Take a request in."""
        cached = self._prefixes.reused(add.prompt_ids)
        self._waiting.append(BatchRequest(add, prefilled=cached, reused=cached))

    def cancel(self, request_id: int) -> None:
        """End a request with the next step; one whose prompt takes longer than expected, after that."""
        if request := self._decoding.get(request_id):
            request.cancelled = True
            if request.handle:
                request.handle.cancel()
        elif self._prefilling and self._prefilling.number == request_id:
            self._prefilling.cancelled = True
        for request in [waiting for waiting in self._waiting if waiting.number == request_id]:
            self._waiting.remove(request)
            self._stop(request)

    def step(self) -> tuple[RequestOutput, ...]:
        """Let the model work once on all requests; what they got.

        Raises: OvbotError where the pipeline had to be loaded again and cannot be.
        """
        if self._waiting and not self._prefilling:
            self._begin(min(self._waiting, key=lambda request: request.left))
        if self._prefilling or self._decoding:
            try:
                self._pipeline.step()
                self._collect()
            except NATIVE_ERRORS as error:
                self._recover(error)
        reading = [*self._waiting, *([self._prefilling] if self._prefilling else [])]
        done, self._done = self._done, []
        return (*done, *(RequestOutput(request.number, prompt_read=request.prefilled) for request in reading))

    def _load(self, pool: KvPool) -> genai.ContinuousBatchingPipeline:
        return load_batching(self._config, pool)

    def _measure_block_tokens(self, pool: KvPool) -> int:
        return measure_block_tokens(self._pipeline, self._config, pool)

    def _begin(self, request: BatchRequest) -> None:
        """Give the pipeline the next part of a prompt, or all that is left of it."""
        self._waiting.remove(request)
        ids = request.token_ids
        room = self._config.prefill_chunk - len(self._decoding) * self._config.reply_tokens
        room = max(room, self._pool.block_tokens)
        if request.left > room:
            request.end = self._pool.whole_blocks(request.prefilled + room)
            config = self._configs.make(_PART, 0)
        else:
            request.end = len(ids)
            config = self._configs.make(request.add.sampling, len(request.generated))
        request.steps = 0
        tensor = ov.Tensor(np.asarray(ids[: request.end], dtype=np.int64)[np.newaxis])
        try:
            request.handle = self._pipeline.add_request(next(self._handle_numbers), tensor, config)
        except NATIVE_ERRORS as error:
            self._fail(request, error)
        else:
            self._prefilling = request

    def _collect(self) -> None:
        """Take up what the step made. Raises: MemoryError."""
        if self._prefilling:
            self._collect_prompt(self._prefilling)
        for request in list(self._decoding.values()):
            self._collect_reply(request)

    def _collect_prompt(self, request: BatchRequest) -> None:
        assert request.handle is not None
        request.steps += 1
        require_memory(request.handle)
        is_part = request.end < len(request.token_ids)
        if is_part:
            over = request.handle.get_status() == genai.GenerationStatus.FINISHED
        else:
            over = request.handle.can_read()
        if not over:
            return
        self._prefilling = None
        if request.steps > 1:  # not as much was cached as the record has it
            computed = (request.steps - 1) * self._config.prefill_chunk + 1
            request.reused = max(min(request.reused or 0, request.end - computed), 0)
        self._prefixes.remember(request.token_ids[: request.end])
        if not is_part:
            self._decoding[request.number] = request
            if request.cancelled:
                request.handle.cancel()
        elif request.cancelled:
            self._stop(request)
        else:
            request.prefilled, request.handle = request.end, None
            self._waiting.append(request)

    def _collect_reply(self, request: BatchRequest) -> None:
        handle = request.handle
        assert handle is not None
        new_ids, why = _read(handle)
        request.generated += new_ids
        if request.cancelled:
            # A step with nothing else to do calls a cancelled request out of memory, so its status is no use.
            if not new_ids:
                del self._decoding[request.number]
                self._remember(request)
                self._stop(request)
            return
        require_memory(handle)
        if handle.get_status() == genai.GenerationStatus.RUNNING:
            if new_ids:
                self._done.append(RequestOutput(request.number, tuple(new_ids)))
            return
        del self._decoding[request.number]
        self._remember(request)
        ended = FinishReason.LENGTH if why == genai.GenerationFinishReason.LENGTH else FinishReason.COMPLETE
        self._done.append(RequestOutput(request.number, tuple(new_ids), ended, request.reused))

    def _remember(self, request: BatchRequest) -> None:
        """The last token was made, but never went through the model."""
        self._prefixes.remember(request.token_ids[:-1])

    def _recover(self, error: Exception) -> None:
        """Load the pipeline again; the requests in it go on, except for those that keep failing."""
        logger.warning("A step failed, so the model is loaded again: %s", reason(error))
        newest = self._prefilling if self._prefilling and self._prefilling.steps == 0 else None
        were_in = [*self._decoding.values(), *([self._prefilling] if self._prefilling else [])]
        self._decoding, self._prefilling = {}, None
        for request in were_in:
            request.handle = None
        del self._pipeline
        self._prefixes.clear()
        self._pipeline = self._load(self._pool)
        for request in self._waiting:
            request.prefilled = 0
        for request in were_in:
            request.prefilled = 0
            if request is newest or newest is None:
                request.strikes += 1
            if request.cancelled:
                self._stop(request)
            elif request.strikes >= (_MAX_STRIKES if newest is None else 2):
                self._fail(request, error)
            else:
                self._waiting.append(request)

    def _stop(self, request: BatchRequest) -> None:
        self._done.append(
            RequestOutput(request.number, ended=FinishReason.STOPPED, reused_tokens=request.reused)
        )

    def _fail(self, request: BatchRequest, error: Exception) -> None:
        self._done.append(RequestOutput(request.number, error=reason(error)))


def _read(handle: genai.GenerationHandle) -> tuple[list[int], genai.GenerationFinishReason]:
    """The tokens that are there to be read, and why there will be no more, if so."""
    ids: list[int] = []
    why = genai.GenerationFinishReason.NONE
    for output in _outputs(handle):
        ids += output.generated_ids
        why = output.finish_reason
    return ids, why


def _outputs(handle: genai.GenerationHandle) -> Iterator[genai.GenerationOutput]:
    while handle.can_read():
        yield from handle.read().values()


def require_memory(handle: genai.GenerationHandle) -> None:
    """Raises: MemoryError where the pipeline gave a request up for want of blocks."""
    if handle.get_status() == genai.GenerationStatus.IGNORED:
        raise MemoryError("the KV cache is too small")
