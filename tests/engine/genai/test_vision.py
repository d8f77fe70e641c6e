"""A vision-language model in a process of its own: prompts are text there, with pictures in it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.chat.ports import PartKind, PromptPart, SamplingParams
from bot.chat.turns import FinishReason, Image
from bot.engine import create_engine
from bot.engine.genai.engine import GenaiEngine
from bot.engine.genai.kv_pool import KvPool
from bot.engine.genai.protocol import AddRequest, WorkerConfig
from bot.engine.genai.vision_runner import VisionRunner
from bot.engine.tokenizer import ChatTokenizer, TokenPrompt, image_id, load_tokenizer
from bot.errors import PromptTooLongError, SettingsError
from bot.settings import load_settings
from tests.engine.genai.conftest import OpenEngine, Reply
from tests.engine.genai.test_batch_runner import collect, steps
from tests.pictures import encoded, picture

RED, BLUE = (Image(1, encoded(picture(color))) for color in ("red", "blue"))
TALL = Image(1, encoded(picture("green", (20, 700))))
QUESTION = "hello, how are you today? "
BLOCKS = 64


def ask(text: str, *images: Image) -> list[PromptPart]:
    return [
        PromptPart(PartKind.SYSTEM, "You are a helpful AI assistant."),
        PromptPart(PartKind.USER, text, images=images),
    ]


async def answer(
    engine: GenaiEngine, parts: Sequence[PromptPart], tokens: int = 12, **sampling: Any
) -> Reply:
    prompt, text, pieces = engine.tokenizer.encode(parts), "", 0
    async with aclosing(engine.stream(prompt, SamplingParams(max_new_tokens=tokens, **sampling))) as stream:
        async for piece in stream:
            text += piece.text
            pieces += 1
            if piece.finish:
                return Reply(text, pieces, piece.finish)
    raise AssertionError("the stream ended without a finish")


async def test_questions_with_and_without_pictures_are_answered_side_by_side(
    tiny_vision_model: Path, open_engine: OpenEngine
) -> None:
    questions = [
        ask(QUESTION),
        ask(QUESTION, RED),
        ask(QUESTION, RED, TALL),
        ask(f"{QUESTION} I am a dog.", BLUE),
    ]
    async with open_engine(tiny_vision_model) as engine:
        alone = [await answer(engine, question) for question in questions]
        together = await asyncio.gather(*(answer(engine, question) for question in questions))
    assert engine.info.sees
    assert [reply.ids for reply in together] == [reply.ids for reply in alone]
    assert all(len(reply.ids) == 12 for reply in alone)
    assert len({reply.ids for reply in alone}) == 4


async def test_a_picture_counts_as_the_tokens_that_it_takes(
    tiny_vision_model: Path, open_engine: OpenEngine
) -> None:
    async with open_engine(tiny_vision_model) as engine:
        lengths = [
            len(engine.tokenizer.encode(ask(QUESTION, *images))) for images in ((), (RED,), (RED, BLUE))
        ]
        reply = await answer(engine, ask(QUESTION, RED, BLUE))
    assert engine.image_tokens >= 16
    # The text behind a picture begins anew, without a blank in front.
    text = [length - number * engine.image_tokens for number, length in enumerate(lengths)]
    assert max(text) - min(text) <= 1
    assert reply.finish.prompt_tokens == lengths[2]


async def test_stop_strings_end_a_reply_to_a_picture(
    tiny_vision_model: Path, open_engine: OpenEngine
) -> None:
    async with open_engine(tiny_vision_model) as engine:
        whole = await answer(engine, ask(QUESTION, RED), 40)
        mark = whole.text[4:7]
        stopped = await answer(engine, ask(QUESTION, RED), 40, stop=(mark,))
    assert stopped.text == whole.text[: whole.text.index(mark)]
    assert stopped.finish.finish_reason is FinishReason.COMPLETE
    assert whole.finish.finish_reason is FinishReason.LENGTH


async def test_a_reply_to_a_picture_goes_on_after_the_process_died(
    tiny_vision_model: Path, open_engine: OpenEngine
) -> None:
    async with open_engine(tiny_vision_model) as engine:
        prompt = engine.tokenizer.encode(ask(QUESTION, RED))
        undisturbed = await answer(engine, ask(QUESTION, RED), 300)
        text, finish = "", None
        async with aclosing(engine.stream(prompt, SamplingParams(max_new_tokens=300))) as stream:
            killed = False
            async for piece in stream:
                text += piece.text
                if piece.tokens > 5 and not killed:
                    assert engine.pid is not None
                    os.kill(engine.pid, signal.SIGKILL)
                    killed = True
                finish = piece.finish
    assert finish is not None
    # The text so far may be read as more tokens than it was made of, for which there was no room.
    assert 250 < len(finish.token_ids) <= 300
    assert finish.finish_reason is FinishReason.LENGTH
    assert finish.token_ids[:5] == undisturbed.ids[:5]
    assert text == engine.tokenizer.decode(finish.token_ids)


async def test_more_than_the_pool_holds_waits_and_fails_nothing(
    tiny_vision_model: Path, open_engine: OpenEngine
) -> None:
    async with open_engine(tiny_vision_model, kv_cache_gib=0.001) as engine:
        assert engine.capacity < 600
        room = engine.capacity - len(engine.tokenizer.encode(ask(QUESTION, RED, BLUE)))
        replies = await asyncio.gather(*(answer(engine, ask(QUESTION, RED, BLUE), room) for _ in range(4)))
        with pytest.raises(PromptTooLongError):
            await answer(engine, ask(QUESTION, *[RED] * 60), 1)
    assert all(len(reply.ids) == room for reply in replies)
    assert len({reply.ids for reply in replies}) == 1


async def test_the_beginning_of_prompts_is_read_ahead(
    tiny_vision_model: Path, open_engine: OpenEngine
) -> None:
    async with open_engine(tiny_vision_model) as engine:
        before = await answer(engine, ask(QUESTION, RED))
        await engine.warm(ask("")[:1])
        assert (await answer(engine, ask(QUESTION, RED))).ids == before.ids


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"engine": "optimum"}, "ENGINE=optimum does not run: set ENGINE=genai"), ({"device": "NPU"}, "NPU")],
)
def test_what_cannot_run_it_is_refused(tiny_vision_model: Path, changes: dict[str, str], why: str) -> None:
    with pytest.raises((SettingsError, Exception), match=why):
        create_engine(load_settings(env_file=None, **changes), tiny_vision_model)


@pytest.fixture(scope="module")
def tokenizer(tiny_vision_model: Path) -> ChatTokenizer:
    made = load_tokenizer(tiny_vision_model)
    made.image_tokens = 17
    return made


@pytest.fixture(scope="module")
def config(tiny_vision_model: Path, tokenizer: ChatTokenizer) -> WorkerConfig:
    return WorkerConfig(
        model_dir=str(tiny_vision_model),
        device="CPU",
        properties={"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0"},
        kv_precision="f32",
        kv_cache_bytes=None,
        prefill_chunk=64,
        context_length=4096,
        concurrency=4,
        end_ids=(),
        controls={id_: text for text, id_ in tokenizer.vocabulary.controls.items()},
    )


@pytest.fixture
def runner(config: WorkerConfig) -> VisionRunner:
    return VisionRunner(config, KvPool(BLOCKS, 16, 1))


def request(number: int, prompt: TokenPrompt, tokens: int = 12) -> AddRequest:
    images = tuple(image.data for image in prompt.images)
    return AddRequest(number, prompt.token_ids, SamplingParams(max_new_tokens=tokens, seed=1), images)


def used_blocks(runner: VisionRunner) -> float:
    return round(float(runner.pipeline.get_metrics().cache_usage) * BLOCKS / 100)


def test_blocks_are_measured_by_a_picture(runner: VisionRunner) -> None:
    assert runner.pool.block_tokens == 32
    assert 16 <= runner.image_tokens <= 18


@pytest.mark.parametrize("prefill_chunk", [64, 70])
@pytest.mark.parametrize("steps_before", [0, 1, 3, 20])
def test_a_cancelled_request_gives_its_room_back_and_spoils_nothing(
    config: WorkerConfig, tokenizer: ChatTokenizer, prefill_chunk: int, steps_before: int
) -> None:
    config = replace(config, prefill_chunk=prefill_chunk)
    prompt = tokenizer.encode(ask(QUESTION * 30, RED))
    fresh = VisionRunner(config, KvPool(BLOCKS, 32, 1))
    fresh.add(request(1, prompt))
    alone = collect(steps(fresh))[1][0]
    runner = VisionRunner(config, KvPool(BLOCKS, 32, 1))
    runner.add(request(1, prompt, tokens=500))
    for _ in range(steps_before):
        runner.step()
    runner.cancel(1)
    assert collect(steps(runner))[1][1].ended is FinishReason.STOPPED
    runner.add(request(2, prompt))
    runner.add(request(3, prompt))
    after = collect(steps(runner))
    assert [after[2][0], after[3][0]] == [alone, alone]


def test_progress_is_told_while_a_prompt_is_read(runner: VisionRunner, tokenizer: ChatTokenizer) -> None:
    prompt = tokenizer.encode(ask(QUESTION * 30, RED))
    runner.add(request(1, prompt))
    outputs = list(steps(runner))
    reads = [output.prompt_read for output in outputs if output.prompt_read is not None]
    assert reads == sorted(reads)
    assert 64 in reads
    assert max(reads) < len(prompt)


def test_a_request_never_takes_more_tokens_than_there_was_room_for(
    runner: VisionRunner, tokenizer: ChatTokenizer
) -> None:
    """Where the pipeline reads more tokens than the prompt has ids, the reply is that much shorter."""
    letters = [id_ for letter in "the quick brown fox" for id_ in tokenizer.encode_text(letter)]
    prompt = tokenizer.encode(ask(QUESTION))
    # Its text is that of the letters without blanks, which is read as fewer tokens or as more.
    add = AddRequest(1, (*prompt.token_ids, *letters), SamplingParams(max_new_tokens=6, seed=1))
    _, tokens = runner._texts.text(add.prompt_ids)
    assert tokens != len(add.prompt_ids)
    runner.add(add)
    got = len(collect(steps(runner))[1][0])
    assert got == min(6, len(add.prompt_ids) + 6 - tokens)


def test_a_file_that_is_no_picture_fails_its_request_alone(
    runner: VisionRunner, tokenizer: ChatTokenizer
) -> None:
    prompt = tokenizer.encode(ask(QUESTION, RED))
    runner.add(AddRequest(1, prompt.token_ids, SamplingParams(max_new_tokens=4, seed=1), (b"no picture",)))
    runner.add(request(2, prompt, 4))
    got = collect(steps(runner))
    assert got[1][1].error
    assert got[2][1].ended is FinishReason.LENGTH


def test_a_prompt_keeps_the_place_of_each_picture(tokenizer: ChatTokenizer) -> None:
    parts = [
        *ask("first", RED),
        PromptPart(PartKind.ASSISTANT, "a dog"),
        PromptPart(PartKind.USER, "second", images=(BLUE, TALL)),
    ]
    prompt = tokenizer.encode(parts)
    assert prompt.images == (RED, BLUE, TALL)
    assert [id_ for id_ in prompt.token_ids if id_ < 0] == [image_id(0), image_id(1), image_id(2)]
    first = prompt.token_ids.index(image_id(0))
    assert tokenizer.decode(prompt.token_ids[first + 1 :][:3]).startswith("fir")
    begun = tokenizer.encode(parts[:2])
    assert prompt.token_ids[: first + 1] == begun.token_ids[: first + 1]
