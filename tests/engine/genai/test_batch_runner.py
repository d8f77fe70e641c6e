"""Requests on a real pipeline: what they share, and what becomes of them when a step fails."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openvino_genai as genai
import pytest

from bot.chat.ports import SamplingParams
from bot.chat.turns import FinishReason
from bot.engine.genai.batch_runner import BatchRunner
from bot.engine.genai.kv_pool import KvPool, kv_token_bytes
from bot.engine.genai.pipeline import GenerationConfigs
from bot.engine.genai.protocol import AddRequest, RequestOutput, WorkerConfig
from tests.engine.genai.conftest import prompt

CHUNK = 64
BLOCKS = 64
POISON = 666


class PoisonedConfigs(GenerationConfigs):
    """Configs of which that with the poisonous seed makes the step fail that begins its request."""

    def make(self, sampling: SamplingParams, already: int = 0) -> genai.GenerationConfig:
        config = super().make(sampling, already)
        if sampling.seed == POISON:
            grammar = genai.StructuredOutputConfig()
            grammar.json_schema = "{no schema"
            config.structured_output_config = grammar
        return config


@pytest.fixture(scope="module")
def config(endless_model: Path) -> WorkerConfig:
    return WorkerConfig(
        model_dir=str(endless_model),
        device="CPU",
        properties={"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0"},
        kv_precision="f32",
        kv_cache_bytes=None,
        prefill_chunk=CHUNK,
        context_length=4096,
        concurrency=4,
        end_ids=(),
    )


@pytest.fixture
def batch(config: WorkerConfig) -> BatchRunner:
    return make_batch(config)


def make_batch(config: WorkerConfig) -> BatchRunner:
    """A batch with an empty cache."""
    return BatchRunner(config, KvPool(BLOCKS, 32, 1), PoisonedConfigs(config))


def request(number: int, ids: list[int], tokens: int = 12, seed: int = 1) -> AddRequest:
    return AddRequest(number, tuple(ids), SamplingParams(max_new_tokens=tokens, seed=seed))


def steps(batch: BatchRunner, most: int = 500) -> Iterator[RequestOutput]:
    for _ in range(most):
        if not batch.busy:
            return
        yield from batch.step()
    raise AssertionError("the batch does not come to an end")


def run(batch: BatchRunner, *adds: AddRequest) -> dict[int, tuple[list[int], RequestOutput]]:
    """Ids and last output of each request."""
    for add in adds:
        batch.add(add)
    return collect(steps(batch))


def collect(outputs: Iterator[RequestOutput]) -> dict[int, tuple[list[int], RequestOutput]]:
    ids: dict[int, list[int]] = {}
    last: dict[int, RequestOutput] = {}
    for output in outputs:
        assert output.request not in last, "an output after the last one"
        ids.setdefault(output.request, []).extend(output.token_ids)
        if output.last:
            last[output.request] = output
    return {number: (ids[number], last[number]) for number in ids}


def used_blocks(batch: BatchRunner) -> float:
    """Blocks in use just after a one-token request was taken in, its own one left out."""
    run(batch, request(999, prompt(3, 99), tokens=1))
    return float(batch.pipeline.get_metrics().cache_usage) * BLOCKS / 100 - 1


def test_requests_at_once_get_the_ids_that_each_gets_alone(batch: BatchRunner) -> None:
    adds = [request(number, prompt(90 + 10 * number, number)) for number in range(4)]
    alone = [run(batch, add)[add.request][0] for add in adds]
    together = run(batch, *adds)
    assert [together[number][0] for number in range(4)] == alone
    assert all(len(ids) == 12 for ids in alone)
    assert all(together[number][1].ended is FinishReason.LENGTH for number in range(4))


def test_an_end_token_completes_a_reply(config: WorkerConfig, batch: BatchRunner) -> None:
    ids = run(batch, request(1, prompt(40)))[1][0]
    ending = make_batch(replace(config, end_ids=(ids[5],)))
    got, last = run(ending, request(1, prompt(40)))[1]
    assert got == ids[: ids.index(ids[5]) + 1]
    assert last.ended is FinishReason.COMPLETE


@pytest.mark.parametrize("steps_before", [0, 1, 5, 20])
def test_a_cancelled_request_ends_with_the_next_step_and_gives_its_blocks_back(
    batch: BatchRunner, steps_before: int
) -> None:
    batch.add(request(1, prompt(1000, 7), tokens=500))
    batch.add(request(2, prompt(40, 8), tokens=40))
    for _ in range(steps_before):
        batch.step()
    batch.cancel(1)
    assert RequestOutput(1, ended=FinishReason.STOPPED, reused_tokens=0) in batch.step()
    assert len(collect(steps(batch))[2][0]) > 0
    assert used_blocks(batch) == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize("neighbours", [0, 2])
@pytest.mark.parametrize("steps_before", [1, 4])
def test_a_prompt_cancelled_half_way_spoils_nothing_for_the_next_one(
    config: WorkerConfig, neighbours: int, steps_before: int
) -> None:
    """Held against a batch with an empty cache. CHUNK + 6 is no multiple of a block."""
    add = request(1, prompt(700, 7), tokens=40)
    alone = run(make_batch(config), add)[1][0]
    batch = make_batch(replace(config, prefill_chunk=CHUNK + 6))
    for number in range(neighbours):
        batch.add(request(10 + number, prompt(40, number), tokens=60))
    for _ in range(2 * neighbours):
        batch.step()
    batch.add(add)
    for _ in range(steps_before):
        batch.step()
    batch.cancel(1)
    list(steps(batch))
    again = run(batch, replace(add, request=2))[2]
    assert again[0] == alone
    assert again[1].reused_tokens == steps_before * CHUNK


@pytest.mark.parametrize("shared", [20, 50])
def test_prompts_that_begin_alike_do_not_write_into_each_other_s_blocks(
    config: WorkerConfig, batch: BatchRunner, shared: int
) -> None:
    beginning = prompt(shared, 50)
    adds = [request(number, [*beginning, *prompt(100, number)], tokens=30) for number in range(4)]
    alone = [run(make_batch(config), add)[add.request][0] for add in adds]
    run(batch, request(9, beginning, tokens=1))
    together = run(batch, *adds)
    assert [together[number][0] for number in range(4)] == alone


@pytest.mark.parametrize("guessing", [{}, {"prompt_lookup": 4}, {"draft_model_dir": "the same"}])
def test_conversations_at_once_with_cancelled_turns_get_what_each_would_get_alone(
    config: WorkerConfig, guessing: dict[str, Any]
) -> None:
    if "draft_model_dir" in guessing:
        guessing = {"draft_model_dir": config.model_dir}
    drawn = random.Random(1)
    batch = make_batch(replace(config, context_length=1024, **guessing))
    conversations = [prompt(20, 50) for _ in range(4)]
    open_turns: dict[int, int] = {}
    adds: dict[int, AddRequest] = {}
    outputs: list[RequestOutput] = []
    while len(adds) < 18 or open_turns:
        free = [number for number in range(4) if number not in open_turns.values()]
        if len(adds) < 18 and free and drawn.random() < 0.4:
            conversation, turn = drawn.choice(free), len(adds)
            conversations[conversation] = [
                *conversations[conversation][:350],
                *prompt(drawn.choice([3, 40, 110]), turn),
            ]
            adds[turn] = request(turn, conversations[conversation], drawn.choice([1, 10, 25]))
            open_turns[turn] = conversation
            batch.add(adds[turn])
        if open_turns and drawn.random() < 0.07:
            batch.cancel(drawn.choice(list(open_turns)))
        for output in batch.step():
            outputs.append(output)
            assert not output.error
            conversations[open_turns[output.request]] += output.token_ids
            if output.last:
                del open_turns[output.request]
    got = collect(iter(outputs))
    assert {last.ended for _, last in got.values()} == {FinishReason.STOPPED, FinishReason.LENGTH}
    alone = make_batch(config)
    for turn, (ids, _) in got.items():
        assert run(alone, adds[turn])[turn][0][: len(ids)] == ids


def test_a_short_prompt_need_not_wait_for_a_long_one(batch: BatchRunner) -> None:
    batch.add(request(1, prompt(1000, 7), tokens=2))
    batch.step()
    batch.add(request(2, prompt(40, 8), tokens=2))
    assert [output.request for output in batch.step() if output.prompt_read is None] == [2]
    assert [output.request for output in steps(batch) if output.last] == [2, 1]


@pytest.mark.parametrize("guesses", [0, 31])
def test_replies_count_among_the_tokens_of_a_step(config: WorkerConfig, guesses: int) -> None:
    """What they leave is cut to whole blocks, one at least."""
    batch = make_batch(replace(config, prompt_lookup=guesses))
    batch.add(request(1, prompt(1000, 7), tokens=2))
    alone = [output.prompt_read for _ in range(2) for output in batch.step()]
    assert alone == [CHUNK, 2 * CHUNK]
    batch.add(request(2, prompt(20, 8), tokens=100))
    batch.step()
    beside = [output.prompt_read for _ in range(2) for output in batch.step() if output.request == 1]
    assert beside == [2 * CHUNK + 32, 2 * CHUNK + 64]


@pytest.mark.parametrize("steps_before", [0, 1, 2, 3, 10])
def test_the_only_request_can_be_cancelled_at_any_time(batch: BatchRunner, steps_before: int) -> None:
    batch.add(request(1, prompt(100), tokens=500))
    for _ in range(steps_before):
        batch.step()
    batch.cancel(1)
    assert [output.ended for output in batch.step()] == [FinishReason.STOPPED]
    assert not batch.busy
    assert len(run(batch, request(2, prompt(100)))[2][0]) == 12


def test_cancelling_what_is_not_there_does_nothing(batch: BatchRunner) -> None:
    batch.cancel(5)
    assert not batch.busy


def test_a_cancelled_neighbour_changes_nothing_for_the_others(batch: BatchRunner) -> None:
    alone = run(batch, request(1, prompt(100, 1), tokens=30))[1][0]
    batch.add(request(1, prompt(100, 1), tokens=30))
    batch.add(request(2, prompt(100, 2), tokens=30))
    outputs = [output for _ in range(10) for output in batch.step()]
    batch.cancel(2)
    outputs += steps(batch)
    assert collect(iter(outputs))[1][0] == alone


def test_the_next_turn_reuses_prompt_and_reply_of_the_last_one(batch: BatchRunner) -> None:
    first = prompt(600, 3)
    reply, last = run(batch, request(1, first))[1]
    assert last.reused_tokens == 0
    batch.add(request(2, [*first, *reply, *prompt(20, 4)]))
    outputs = [batch.step(), batch.step()]
    assert any(output.token_ids for output in outputs[0] + outputs[1]), (
        "more than two steps to the first token"
    )
    last = list(steps(batch))[-1]
    assert last.reused_tokens == (600 + 11) // 32 * 32


def test_reuse_is_not_claimed_for_what_the_pool_has_lost(batch: BatchRunner) -> None:
    first = prompt(600, 5)
    run(batch, request(1, first))
    for number in range(8):  # three pools full of other prompts
        run(batch, request(10 + number, prompt(800, 20 + number), tokens=2))
    batch.add(request(2, first, tokens=2))
    made = []
    while batch.busy:
        made.append(batch.step())
    computed_at_least = (len(made) - 2) * CHUNK
    reused = made[-1][-1].reused_tokens
    assert reused is not None
    assert reused <= 600 - computed_at_least


@pytest.mark.parametrize("when", [0, 5])
def test_a_failing_request_fails_alone(batch: BatchRunner, when: int) -> None:
    adds = [request(number, prompt(100, number), tokens=20) for number in range(3)]
    alone = [run(batch, add)[add.request][0] for add in adds]
    for add in adds:
        batch.add(add)
    outputs = [output for _ in range(when) for output in batch.step()]
    batch.add(request(9, prompt(50, 9), seed=POISON))
    outputs += steps(batch)
    got = collect(iter(outputs))
    assert [got[number][0] for number in range(3)] == alone
    assert "JSON" in got[9][1].error or "json" in got[9][1].error


def test_two_failing_requests_among_others_are_both_found(batch: BatchRunner) -> None:
    adds = [request(number, prompt(60, number), tokens=8) for number in range(2)]
    alone = [run(batch, add)[add.request][0] for add in adds]
    got = run(batch, request(8, prompt(9), seed=POISON), *adds, request(9, prompt(50, 9), seed=POISON))
    assert [got[number][0] for number in range(2)] == alone
    assert got[8][1].error
    assert got[9][1].error


def test_a_request_cancelled_while_it_waits_to_come_back_ends(batch: BatchRunner) -> None:
    batch.add(request(1, prompt(60, 1)))
    batch.add(request(2, prompt(60, 2)))
    first = [*batch.step(), *batch.step()]
    batch.add(request(8, prompt(9), seed=POISON))
    first += batch.step()  # fails
    batch.cancel(2)
    got = collect(iter([*first, *steps(batch)]))
    assert got[2][1].ended is FinishReason.STOPPED
    assert len(got[1][0]) == 12


def test_seeds_make_draws_repeatable(batch: BatchRunner) -> None:
    def draw(seed: int) -> list[int]:
        sampling = SamplingParams(max_new_tokens=20, temperature=1.5, seed=seed)
        return run(batch, AddRequest(1, tuple(prompt(30)), sampling))[1][0]

    assert draw(5) == draw(5)
    assert draw(5) != draw(6)


def test_the_pool_takes_the_bytes_that_were_planned(config: WorkerConfig, endless_model: Path) -> None:
    for precision, properties in (("u8", {}), ("bf16", {}), ("f32", config.properties)):
        pool = KvPool(10, 32, kv_token_bytes(endless_model, precision))
        batch = BatchRunner(replace(config, kv_precision=precision, properties=properties), pool)
        assert batch.pipeline.get_metrics().cache_size_in_bytes == pool.size


@pytest.mark.parametrize("guessing", [{}, {"prompt_lookup": 4}, {"draft_model_dir": "the same"}])
@pytest.mark.parametrize("planned", [16, 32, 256])
@pytest.mark.parametrize("blocks", [2, 999])
def test_the_size_of_a_block_is_the_one_that_the_pool_has(
    config: WorkerConfig, guessing: dict[str, Any], planned: int, blocks: int
) -> None:
    """On a CPU 32 tokens, whatever was planned: AUTO may take another device than was expected."""
    if "draft_model_dir" in guessing:
        guessing = {"draft_model_dir": config.model_dir}
    batch = BatchRunner(replace(config, **guessing), KvPool(blocks, planned, 1))
    assert batch.pool == KvPool(blocks, 32, 1)
