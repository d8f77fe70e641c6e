"""The optimum engine against plain OVModelForCausalLM."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.chat.ports import Engine, PartKind, PromptPart, SamplingParams
from bot.engine import create_engine
from bot.engine.model_folder import read_model_folder
from bot.engine.optimum.engine import OptimumEngine
from bot.errors import EngineError, ModelError, SettingsError
from bot.settings import EngineKind, Settings, load_settings
from tests.engine.streams import ids_of, stream_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTIONS = ["can you introduce yourself?", "what is 2 + 2?", "tell me a story " * 20, "日本語?"]
GREEDY = SamplingParams(max_new_tokens=48)


def settings_for(**changes: Any) -> Settings:
    return load_settings(None, **{"engine": EngineKind.OPTIMUM, "cache_dir": "", **changes})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tiny_model: Path) -> AsyncIterator[OptimumEngine]:
    async with OptimumEngine(settings_for(), read_model_folder(tiny_model)) as running:
        yield running


@pytest.fixture(scope="module")
def plain(tiny_model: Path) -> Any:
    """The model as anyone loads it, with the engine's default properties."""
    from optimum.intel.openvino import OVModelForCausalLM

    return OVModelForCausalLM.from_pretrained(
        str(tiny_model), device="CPU", ov_config=settings_for().ov_config
    )


def prompt(engine: Engine, text: str) -> list[int]:
    return ids_of(engine, [PromptPart(PartKind.USER, text)])


def plain_ids(model: Any, ids: list[int], **options: Any) -> tuple[int, ...]:
    import torch

    inputs = torch.tensor([ids])
    output = model.generate(inputs, attention_mask=torch.ones_like(inputs), **options)
    return tuple(output[0, len(ids) :].tolist())


async def reply_ids_of(engine: Engine, ids: list[int], sampling: SamplingParams) -> tuple[int, ...]:
    async with aclosing(stream_of(engine, ids, sampling)) as stream:
        async for piece in stream:
            if piece.finish:
                return piece.finish.token_ids
    raise AssertionError("no finish")


async def test_greedy_ids_are_those_of_plain_generate(engine: Engine, plain: Any) -> None:
    for question in QUESTIONS:
        ids = prompt(engine, question)
        expected = plain_ids(plain, ids, max_new_tokens=48, do_sample=False)
        assert await reply_ids_of(engine, ids, GREEDY) == expected


async def test_greedy_ids_are_the_same_with_four_threads_at_once(engine: Engine, plain: Any) -> None:
    prompts = [prompt(engine, question) for question in QUESTIONS]
    expected = [plain_ids(plain, ids, max_new_tokens=48, do_sample=False) for ids in prompts]
    for _ in range(5):
        assert await asyncio.gather(*(reply_ids_of(engine, ids, GREEDY) for ids in prompts)) == expected


async def test_draws_are_those_of_plain_generate_with_the_same_seed(engine: Engine, plain: Any) -> None:
    """Also while three others draw: each has a generator of its own."""
    import torch

    ids = prompt(engine, "draw")
    options = {"max_new_tokens": 24, "temperature": 1.3, "top_k": 40, "top_p": 0.9, "min_p": 0.3,
               "repetition_penalty": 1.2}  # fmt: skip
    torch.manual_seed(11)
    expected = plain_ids(plain, ids, do_sample=True, **options)
    sampling = SamplingParams(**options, seed=11)  # type: ignore[arg-type]
    others = [
        reply_ids_of(engine, prompt(engine, f"other {n}"), SamplingParams(24, temperature=1.0))
        for n in range(3)
    ]
    drawn, *_ = await asyncio.gather(reply_ids_of(engine, ids, sampling), *others)
    assert drawn == expected


async def all_done(engine: OptimumEngine) -> None:
    """Wait until no thread works on anything: then all workers are idle."""
    for worker in [await engine._idle.get() for _ in range(engine.concurrency)]:
        engine._idle.put_nowait(worker)


async def test_closing_a_stream_breaks_a_long_prefill_off(engine: OptimumEngine) -> None:
    await all_done(engine)
    for _ in range(engine.concurrency):
        stream = stream_of(engine, [5] * 4000, SamplingParams(max_new_tokens=1))
        await anext(stream)
        [request] = engine._running
        await stream.aclose()
        await all_done(engine)
        assert request.token_ids == (), "the prompt was read to its end"


async def test_a_failing_reply_leaves_the_engine_usable(engine: Engine) -> None:
    for _ in range(engine.concurrency + 1):
        with pytest.raises(EngineError, match=r"The model failed on this reply: .*penalty"):
            await reply_ids_of(engine, prompt(engine, "hello"), SamplingParams(repetition_penalty=-1))
    assert await reply_ids_of(engine, prompt(engine, "still there"), SamplingParams(3))


async def test_a_refused_property_is_told_with_its_name(tiny_model: Path) -> None:
    engine = create_engine(settings_for(ov_config={"NO_SUCH_PROPERTY": 1}), tiny_model)
    with pytest.raises(SettingsError, match=r"OV_CONFIG=.* is not allowed on CPU: .*NO_SUCH_PROPERTY"):
        async with engine:
            pass


async def test_the_compiled_model_is_kept_in_the_cache_folder(tiny_model: Path, tmp_path: Path) -> None:
    cache = tmp_path / "made" / "cache"
    async with create_engine(settings_for(cache_dir=str(cache), concurrency=1), tiny_model) as engine:
        assert await reply_ids_of(engine, prompt(engine, "hello"), SamplingParams(3))
    assert list(cache.glob("*.blob"))


async def test_a_model_that_cannot_be_loaded_is_told_in_one_line(tiny_model: Path, tmp_path: Path) -> None:
    import shutil

    broken = Path(shutil.copytree(tiny_model, tmp_path / "broken"))
    (broken / "openvino_model.bin").write_bytes(b"")
    with pytest.raises(ModelError, match="broken is damaged: ") as caught:
        async with create_engine(settings_for(), broken):
            pass
    assert "\n" not in str(caught.value)
