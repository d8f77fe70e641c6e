"""The models of the thread pool: one compiled model, an infer request for each thread."""

from __future__ import annotations

import copy
import threading
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from optimum.intel.openvino import OVModelForCausalLM
from transformers import (
    AutoConfig,
    GenerationConfig,
    LogitsProcessor,
    LogitsProcessorList,
    MinPLogitsWarper,
    StoppingCriteria,
    StoppingCriteriaList,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)
from transformers.generation.streamers import BaseStreamer

from bot.chat.ports import SamplingParams
from bot.engine.optimum.request import Request


class _InferRequest:
    """An infer request of OpenVINO that starts nothing more once it is cancelled; its own forgets a cancel
    that comes before a step is under way."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._lock = threading.Lock()
        self._cancelled = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def start_async(self, *arguments: Any, **options: Any) -> None:
        """Begin a step. Raises RuntimeError where it was cancelled."""
        with self._lock:
            if self._cancelled:
                raise RuntimeError("cancelled")
            self._inner.start_async(*arguments, **options)

    def cancel(self) -> None:
        """Break the step off that is under way, and begin no other."""
        with self._lock:
            self._cancelled = True
            # A device that cannot break a step off ends it first.
            with suppress(RuntimeError):
                self._inner.cancel()

    def renew(self) -> None:
        """Let steps begin again, of another reply."""
        with self._lock:
            self._cancelled = False


class Worker:
    """A model with an infer request of its own; runs one request at a time.

    end_ids: the tokens that end a reply.
    """

    def __init__(self, model: OVModelForCausalLM, end_ids: Collection[int]) -> None:
        self._infer_request = model.request = _InferRequest(model.request)
        self._model = model
        self._end_ids = sorted(end_ids)
        self._lock = threading.Lock()
        self._request: Request | None = None

    def run(self, request: Request) -> None:
        """Generate until an end token, the limit of new tokens, or until the request says stop.

        Raises: what optimum and OpenVINO raise, also where the request is cancelled.
        """
        with self._lock:
            self._request = request
            self._infer_request.renew()
        try:
            if not request.cancelled:
                self._generate(request)
        finally:
            with self._lock:
                self._request = None

    def cancel(self, request: Request) -> None:
        """End a request, in the middle of a step where need be. From any thread."""
        with self._lock:
            request.cancelled = True
            if self._request is request:
                self._infer_request.cancel()

    def _generate(self, request: Request) -> None:
        ids = torch.tensor([request.prompt_ids], dtype=torch.int64)
        self._model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            generation_config=self._config(request.sampling),
            logits_processor=_make_draw(request.sampling),
            streamer=_Feed(request),
            stopping_criteria=StoppingCriteriaList([_Stop(request)]),
        )

    def _config(self, sampling: SamplingParams) -> GenerationConfig:
        return GenerationConfig(
            max_new_tokens=sampling.max_new_tokens,
            do_sample=False,
            num_beams=1,
            repetition_penalty=sampling.repetition_penalty,
            eos_token_id=self._end_ids or None,
            pad_token_id=self._end_ids[0] if self._end_ids else 0,
        )


class _Feed(BaseStreamer):  # type: ignore[misc]
    """Passes each generated id on; `generate()` puts the prompt first."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._prompt_seen = False

    def put(self, value: torch.Tensor) -> None:
        """Take ids of shape [1, n] (the prompt) or [1]."""
        if self._prompt_seen:
            self._request.take(int(value.item()))
        self._prompt_seen = True

    def end(self) -> None:
        """Nothing is held back."""


class _Stop(StoppingCriteria):  # type: ignore[misc]
    """Asked after each token."""

    def __init__(self, request: Request) -> None:
        self._request = request

    def __call__(self, input_ids: torch.Tensor, scores: Any, **kwargs: Any) -> torch.Tensor:
        """Whether to end the sequences of `input_ids`, shape [1, n]."""
        return torch.full((input_ids.shape[0],), self._request.cancelled)


class _Draw(LogitsProcessor):  # type: ignore[misc]
    """Draws one token from scores of shape [1, vocabulary] and leaves only it.

    `generate()` draws from torch's global generator, in which requests that run at the same time would
    disturb each other. So it is asked for the likeliest token, and is shown scores in which the token
    drawn here, with a generator of one's own, is the only one.
    """

    def __init__(self, seed: int | None) -> None:
        self._generator = torch.Generator()
        if seed is None:
            self._generator.seed()
        else:
            self._generator.manual_seed(seed)

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Scores of shape [1, vocabulary]: 0 for the token drawn, minus infinity for the others."""
        token = torch.multinomial(scores.softmax(dim=-1), 1, generator=self._generator)
        return torch.full_like(scores, float("-inf")).scatter(-1, token, 0.0)


def _make_draw(sampling: SamplingParams) -> LogitsProcessorList:
    """What turns `generate()`'s scores into a draw; empty for greedy decoding.

    The same draws as `generate(do_sample=True)` makes after `torch.manual_seed(seed)`.
    """
    steps = LogitsProcessorList()
    if sampling.temperature == 0:
        return steps
    if sampling.temperature != 1:
        steps.append(TemperatureLogitsWarper(sampling.temperature))
    if sampling.top_k:
        steps.append(TopKLogitsWarper(sampling.top_k))
    if sampling.top_p < 1:
        steps.append(TopPLogitsWarper(sampling.top_p))
    if sampling.min_p:
        steps.append(MinPLogitsWarper(sampling.min_p))
    steps.append(_Draw(sampling.seed))
    return steps


def load_workers(
    folder: Path, device: str, properties: Mapping[str, Any], end_ids: Collection[int], count: int
) -> list[Worker]:
    """Load and compile a model once, and make `count` workers that share it.

    Raises: what optimum and OpenVINO raise.
    """
    first = OVModelForCausalLM.from_pretrained(
        str(folder),
        export=False,
        config=AutoConfig.from_pretrained(folder),
        device=device,
        ov_config=dict(properties),
    )
    return [Worker(first, end_ids), *(Worker(_share(first), end_ids) for _ in range(count - 1))]


def _share(model: OVModelForCausalLM) -> OVModelForCausalLM:
    """A second model over the same compiled one; the KV cache lives in the infer request."""
    twin = copy.copy(model)
    twin.request = model.request.get_compiled_model().create_infer_request()
    twin.next_beam_idx = None
    twin._past_length = 0
    return twin
