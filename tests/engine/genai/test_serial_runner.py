"""One request at a time, on the stateful pipeline as an NPU has it; here on CPU."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.chat.ports import SamplingParams
from bot.chat.turns import FinishReason
from bot.engine.genai.protocol import AddRequest, RequestOutput, WorkerConfig
from bot.engine.genai.serial_runner import SerialRunner
from tests.engine.genai.conftest import prompt


@pytest.fixture(scope="module")
def single(endless_model: Path) -> SerialRunner:
    config = WorkerConfig(
        model_dir=str(endless_model),
        device="CPU",
        properties={"INFERENCE_PRECISION_HINT": "f32"},
        kv_precision="f32",
        kv_cache_bytes=None,
        prefill_chunk=64,
        context_length=4096,
        concurrency=1,
        end_ids=(),
    )
    return SerialRunner(config)


def run(single: SerialRunner) -> Iterator[RequestOutput]:
    while single.busy:
        yield from single.step()


def request(number: int, tokens: int, **sampling: object) -> AddRequest:
    params = SamplingParams(max_new_tokens=tokens, seed=1, **sampling)  # type: ignore[arg-type]
    return AddRequest(number, tuple(prompt(40, number)), params)


def test_requests_run_one_after_the_other(single: SerialRunner) -> None:
    for number in range(3):
        single.add(request(number, 5 + number))
    outputs = list(run(single))
    assert [output.request for output in outputs] == sorted(output.request for output in outputs)
    for number in range(3):
        ids = [id_ for output in outputs if output.request == number for id_ in output.token_ids]
        assert len(ids) == 5 + number
    assert [output.ended for output in outputs if output.last] == [FinishReason.LENGTH] * 3


def test_the_current_request_and_waiting_ones_can_be_cancelled(single: SerialRunner) -> None:
    for number in range(3):
        single.add(request(number, 3000 if number == 0 else 5))
    first = single.step()
    single.cancel(0)
    single.cancel(1)
    outputs = [*first, *run(single)]
    endings = {output.request: output.ended for output in outputs if output.last}
    assert endings == {0: FinishReason.STOPPED, 1: FinishReason.STOPPED, 2: FinishReason.LENGTH}
    assert sum(len(output.token_ids) for output in outputs) < 1000


def test_a_failing_request_fails_alone(single: SerialRunner) -> None:
    single.add(request(1, 5, repetition_penalty=-1.0))
    single.add(request(2, 5))
    outputs = list(run(single))
    assert next(output for output in outputs if output.request == 1).error
    assert sum(len(output.token_ids) for output in outputs if output.request == 2) == 5
