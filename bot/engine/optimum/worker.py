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
from transformers import AutoConfig, GenerationConfig, StoppingCriteria, StoppingCriteriaList
from transformers.generation.streamers import BaseStreamer

from bot.chat.ports import Sampling
from bot.engine.optimum.draw import make_draw
from bot.engine.optimum.job import Job


class Worker:
    """A model with an infer request of its own; runs one job at a time.

    end_ids: the tokens that end a reply.
    """

    def __init__(self, model: OVModelForCausalLM, end_ids: Collection[int]) -> None:
        self._model = model
        self._end_ids = sorted(end_ids)
        self._lock = threading.Lock()
        self._job: Job | None = None

    def run(self, job: Job) -> None:
        """Generate until an end token, the limit of new tokens, or until the job says stop.

        Raises: what optimum and OpenVINO raise, also where the job is cancelled.
        """
        with self._lock:
            self._job = job
        try:
            if not job.cancelled:
                self._generate(job)
        finally:
            with self._lock:
                self._job = None

    def cancel(self, job: Job) -> None:
        """End a job, in the middle of a step where need be. From any thread."""
        with self._lock:
            job.cancelled = True
            if self._job is job:
                # A device that cannot break a step off ends the job after it.
                with suppress(RuntimeError):
                    self._model.request.cancel()

    def _generate(self, job: Job) -> None:
        ids = torch.tensor([job.prompt_ids], dtype=torch.int64)
        self._model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            generation_config=self._config(job.sampling),
            logits_processor=make_draw(job.sampling),
            streamer=_Feed(job),
            stopping_criteria=StoppingCriteriaList([_Stop(job)]),
        )

    def _config(self, sampling: Sampling) -> GenerationConfig:
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

    def __init__(self, job: Job) -> None:
        self._job = job
        self._prompt_seen = False

    def put(self, value: torch.Tensor) -> None:
        """Take ids of shape [1, n] (the prompt) or [1]."""
        if self._prompt_seen:
            self._job.take(int(value.item()))
        self._prompt_seen = True

    def end(self) -> None:
        """Nothing is held back."""


class _Stop(StoppingCriteria):  # type: ignore[misc]
    """Asked after each token."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def __call__(self, input_ids: torch.Tensor, scores: Any, **kwargs: Any) -> torch.Tensor:
        """Whether to end the sequences of `input_ids`, shape [1, n]."""
        return torch.full((input_ids.shape[0],), self._job.stopped)


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
