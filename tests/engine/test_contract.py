"""What holds for every engine, with a real model."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.chat.ports import Engine, Finish, PartKind, PromptPart, SamplingParams, StreamChunk
from bot.chat.turns import FinishReason
from bot.engine import create_engine
from bot.engine.token_engine import TokenEngine
from bot.errors import EngineError, PromptTooLongError
from bot.settings import EngineKind, Settings, load_settings
from tests.engine.streams import first_text, ids_of, stream_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

GREEDY = SamplingParams(max_new_tokens=24)
WILD = SamplingParams(max_new_tokens=150, temperature=2.0)
# The tiny model's greedy replies do not end by themselves.
LONG = SamplingParams(max_new_tokens=4000)
# int8 activations depend on what else is in a batch.
EXACT = {
    "INFERENCE_PRECISION_HINT": "f32",
    "KV_CACHE_PRECISION": "f32",
    "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0",
}


def settings_for(kind: EngineKind) -> Settings:
    return load_settings(
        None, engine=kind, ov_config=EXACT, kv_precision="f32", cache_dir="", concurrency=4, kv_cache_gib=0.25
    )


@pytest.fixture(scope="module", params=list(EngineKind))
def kind(request: pytest.FixtureRequest) -> EngineKind:
    return EngineKind(request.param)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(kind: EngineKind, tiny_model: Path) -> AsyncIterator[Engine]:
    async with create_engine(settings_for(kind), tiny_model) as running:
        yield running


def prompt(engine: Engine, text: str) -> list[int]:
    return ids_of(engine, [PromptPart(PartKind.USER, text)])


async def pieces_of(engine: Engine, ids: list[int], sampling: SamplingParams) -> list[StreamChunk]:
    async with aclosing(stream_of(engine, ids, sampling)) as stream:
        return [piece async for piece in stream]


async def reply_to(engine: Engine, ids: list[int], sampling: SamplingParams) -> tuple[str, Finish]:
    pieces = await pieces_of(engine, ids, sampling)
    finish = pieces[-1].finish
    assert finish is not None
    return "".join(piece.text for piece in pieces), finish


async def test_it_says_what_it_runs(engine: Engine, kind: EngineKind) -> None:
    assert engine.info.engine == kind
    assert engine.info.architecture == "Phi3ForCausalLM"
    assert engine.info.context_length == 4096
    assert engine.info.sliding_window == 2047
    assert engine.concurrency == 4


async def test_the_text_is_what_the_generated_ids_say(engine: Engine) -> None:
    for seed in range(6):
        text, finish = await reply_to(engine, prompt(engine, f"tell me {seed}"), replace(WILD, seed=seed))
        assert text == engine.tokenizer.decode(finish.token_ids)


async def test_only_the_last_piece_has_the_finish(engine: Engine) -> None:
    ids = prompt(engine, "hello")
    pieces = await pieces_of(engine, ids, GREEDY)
    assert [piece.finish is not None for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert all(bool(piece.text) != (piece.prompt_read is not None) for piece in pieces[:-1])
    finish = pieces[-1].finish
    assert finish is not None
    assert finish.prompt_tokens == len(ids)
    counts = [piece.tokens for piece in pieces]
    assert counts == sorted(counts)
    assert counts[-1] == len(finish.token_ids)


async def test_a_stream_tells_how_far_its_prompt_is_read(engine: Engine, kind: EngineKind) -> None:
    ids = prompt(engine, "reading " * 150)
    pieces = await pieces_of(engine, ids, GREEDY)
    read = [piece.prompt_read for piece in pieces if piece.prompt_read is not None]
    assert [piece.prompt_read for piece in pieces[: len(read)]] == read, "reading comes before writing"
    assert read[0] == 0
    assert read == sorted(read)
    assert read[-1] < len(ids)
    if kind is EngineKind.GENAI:
        assert len(set(read)) >= len(ids) // 128
    else:
        assert read == [0]


async def test_no_control_token_is_ever_text(engine: Engine) -> None:
    seen: set[int] = set()
    for seed in range(6):
        text, finish = await reply_to(engine, prompt(engine, "hi"), replace(WILD, seed=100 + seed))
        assert isinstance(engine, TokenEngine)
        seen |= engine.tokenizer.control_ids & set(finish.token_ids)
        assert "<|" not in text
        assert "</s>" not in text
    assert seen


async def test_a_reply_ends_after_max_new_tokens(engine: Engine) -> None:
    for limit in (1, 7):
        _, finish = await reply_to(engine, prompt(engine, "hello"), replace(GREEDY, max_new_tokens=limit))
        assert len(finish.token_ids) == limit
        assert finish.finish_reason is FinishReason.LENGTH


async def test_a_reply_ends_at_an_end_token(engine: Engine) -> None:
    """Of many wild replies some draw one, and none goes on after it."""
    ends = {600, 601, 607}
    finishes = [
        (await reply_to(engine, prompt(engine, "hi"), replace(WILD, seed=seed)))[1] for seed in range(12)
    ]
    complete = [finish for finish in finishes if finish.finish_reason is FinishReason.COMPLETE]
    assert complete
    assert all(finish.token_ids[-1] in ends for finish in complete)
    assert not any(ends & set(finish.token_ids[:-1]) for finish in finishes)


async def test_a_stop_string_ends_the_text_before_it(engine: Engine) -> None:
    ids = prompt(engine, "hello there")
    whole, _ = await reply_to(engine, ids, GREEDY)
    stop = whole[len(whole) // 2 : len(whole) // 2 + 3]
    text, finish = await reply_to(engine, ids, replace(GREEDY, stop=("never said", stop)))
    assert text == whole.split(stop)[0]
    assert finish.finish_reason is FinishReason.COMPLETE


async def test_the_same_seed_draws_the_same_reply(engine: Engine) -> None:
    ids = prompt(engine, "draw")
    sampling = SamplingParams(max_new_tokens=20, temperature=1.0, top_p=0.95, top_k=50, seed=7)
    first, again, other = [
        (await reply_to(engine, ids, replace(sampling, seed=seed)))[1].token_ids for seed in (7, 7, 8)
    ]
    assert first == again
    assert first != other


async def test_without_a_seed_each_reply_is_drawn_anew(engine: Engine) -> None:
    ids = prompt(engine, "draw")
    sampling = SamplingParams(max_new_tokens=20, temperature=1.0)
    assert len({(await reply_to(engine, ids, sampling))[1].token_ids for _ in range(3)}) > 1


async def test_min_p_leaves_out_what_is_less_likely(engine: Engine) -> None:
    ids = prompt(engine, "draw")
    greedy = (await reply_to(engine, ids, GREEDY))[1].token_ids
    wild = replace(GREEDY, temperature=1.5, seed=7)
    assert (await reply_to(engine, ids, wild))[1].token_ids != greedy
    assert (await reply_to(engine, ids, replace(wild, min_p=0.999)))[1].token_ids == greedy


async def test_replies_made_at_once_are_those_made_alone(engine: Engine) -> None:
    prompts = [prompt(engine, f"question {'abc' * n} number {n}") for n in range(engine.concurrency + 2)]
    samplings = [GREEDY, replace(GREEDY, temperature=1.0, seed=3)] * 3
    jobs = list(zip(prompts, samplings, strict=True))
    alone = [await reply_to(engine, *job) for job in jobs]
    together = await asyncio.gather(*(reply_to(engine, *job) for job in jobs))
    assert [text for text, _ in together] == [text for text, _ in alone]
    assert [finish.token_ids for _, finish in together] == [finish.token_ids for _, finish in alone]


async def test_a_slow_reader_gets_merged_text(engine: Engine) -> None:
    sampling = replace(GREEDY, max_new_tokens=60)
    async with aclosing(stream_of(engine, prompt(engine, "slow"), sampling)) as slow:
        pieces = [await first_text(slow)]
        # The other one is as long and starts later: meanwhile the slow one is made, and not read.
        await reply_to(engine, prompt(engine, "other"), replace(sampling, max_new_tokens=80))
        pieces += [piece async for piece in slow]
    finish = pieces[-1].finish
    assert finish is not None
    assert "".join(piece.text for piece in pieces) == engine.tokenizer.decode(finish.token_ids)
    assert len(pieces) < len(finish.token_ids) / 4


async def test_closing_a_stream_ends_its_generation(engine: Engine) -> None:
    async with asyncio.timeout(20):
        for _ in range(8):
            streams = [
                stream_of(engine, prompt(engine, f"long {n}"), LONG) for n in range(engine.concurrency)
            ]
            await asyncio.gather(*(first_text(stream) for stream in streams))
            await asyncio.gather(*(stream.aclose() for stream in streams))
        # Thirty-two replies of 4000 tokens each take a minute.
        _, finish = await reply_to(engine, prompt(engine, "short"), GREEDY)
    assert finish.token_ids


async def test_cancelling_the_reader_ends_the_generation(engine: Engine) -> None:
    started = asyncio.Event()

    async def read() -> None:
        async with aclosing(stream_of(engine, prompt(engine, "long"), LONG)) as stream:
            async for _ in stream:
                started.set()

    async with asyncio.timeout(20):
        for _ in range(engine.concurrency + 1):
            started.clear()
            reader = asyncio.create_task(read())
            await started.wait()
            reader.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reader
        await reply_to(engine, prompt(engine, "short"), GREEDY)


async def test_a_stream_that_waits_can_be_left(engine: Engine) -> None:
    async with asyncio.timeout(20):
        busy = [stream_of(engine, prompt(engine, f"long {n}"), LONG) for n in range(engine.concurrency)]
        await asyncio.gather(*(first_text(stream) for stream in busy))
        waiting = asyncio.create_task(reply_to(engine, prompt(engine, "wait"), GREEDY))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await asyncio.gather(*(stream.aclose() for stream in busy))
        await asyncio.gather(*(reply_to(engine, prompt(engine, "next"), GREEDY) for _ in range(5)))


async def test_a_prompt_as_long_as_the_context_is_refused(engine: Engine) -> None:
    for length in (4096, 9000, 0):
        with pytest.raises(PromptTooLongError, match=f"{length} tokens"):
            await pieces_of(engine, [5] * length, GREEDY)
    await reply_to(engine, prompt(engine, "still there"), GREEDY)


async def test_a_reply_ends_where_the_context_does(engine: Engine) -> None:
    _, finish = await reply_to(engine, [5] * 4090, GREEDY)
    assert finish.prompt_tokens == 4090
    assert len(finish.token_ids) == 6
    assert finish.finish_reason is FinishReason.LENGTH


async def test_nothing_that_people_write_or_get_is_logged_at_any_level(
    kind: EngineKind, tiny_model: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither as text nor as ids, whether all goes well, fails or is cancelled."""
    caplog.set_level(logging.DEBUG)
    async with create_engine(settings_for(kind), tiny_model) as engine:
        ids = prompt(engine, "my secret is xylophone")
        text, finish = await reply_to(engine, ids, GREEDY)
        with pytest.raises(EngineError):
            await reply_to(engine, ids, replace(GREEDY, repetition_penalty=-1.0))
        async with aclosing(stream_of(engine, ids, LONG)) as stream:
            await first_text(stream)
    assert "Loading" in caplog.text
    logged = caplog.text
    assert "xylophone" not in logged
    assert text[:10] not in logged
    for some in (ids, list(finish.token_ids)):
        assert ", ".join(map(str, some[:4])) not in logged


async def test_closing_the_engine_ends_its_streams(kind: EngineKind, tiny_model: Path) -> None:
    engine = create_engine(settings_for(kind), tiny_model)
    async with asyncio.timeout(60):
        async with engine:
            streams = [
                stream_of(engine, prompt(engine, f"long {n}"), LONG) for n in range(engine.concurrency)
            ]
            await asyncio.gather(*(first_text(stream) for stream in streams))
            waiting = asyncio.create_task(reply_to(engine, prompt(engine, "wait"), GREEDY))
            await asyncio.sleep(0)
        for stream in streams:
            with pytest.raises(EngineError):
                [piece async for piece in stream]
        with pytest.raises(EngineError):
            await waiting
