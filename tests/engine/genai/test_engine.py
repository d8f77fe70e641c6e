"""The engine as the bot uses it, on a real model in a real process."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import shutil
import sys
from contextlib import aclosing
from pathlib import Path

import psutil
import pytest

from bot.chat.engine_state import EngineState
from bot.chat.ports import PartKind, PromptPart, SamplingParams
from bot.chat.turns import FinishReason
from bot.engine.genai.engine import GenaiEngine
from bot.errors import DeviceError, ModelError, PromptTooLongError, SettingsError
from tests.engine.genai.conftest import OpenEngine, prompt, read
from tests.engine.streams import first_text, ids_of, stream_of


async def test_streams_at_once_get_what_each_gets_alone(open_engine: OpenEngine) -> None:
    async with open_engine() as engine:
        alone = [await read(engine, prompt(60 + i, i), 20) for i in range(4)]
        together = await asyncio.gather(*(read(engine, prompt(60 + i, i), 20) for i in range(4)))
        assert [reply.ids for reply in together] == [reply.ids for reply in alone]
        assert [reply.text for reply in together] == [reply.text for reply in alone]
        for reply in alone:
            assert reply.finish.finish_reason is FinishReason.LENGTH
            assert reply.text == engine.tokenizer.decode(reply.ids)


async def test_more_streams_than_may_run_at_once_are_all_served(open_engine: OpenEngine) -> None:
    async with open_engine(concurrency=2) as engine:
        replies = await asyncio.gather(*(read(engine, prompt(30, i), 8) for i in range(9)))
        assert [len(reply.ids) for reply in replies] == [8] * 9


async def test_a_conversation_reuses_its_earlier_turns(open_engine: OpenEngine) -> None:
    async with open_engine() as engine:
        first = await read(engine, prompt(300), 20)
        again = await read(engine, [*prompt(300), *first.ids, *prompt(20, 5)], 5)
        assert first.finish.reused_tokens == 0
        assert again.finish.reused_tokens == 319 // 32 * 32


async def test_a_warmed_prompt_is_reused_by_this_process_and_by_the_next_one(open_engine: OpenEngine) -> None:
    system = prompt(128)
    async with open_engine() as engine:
        await engine.read_ahead(system)
        assert (await read(engine, [*system, *prompt(9, 2)], 3)).finish.reused_tokens == 128
        await kill(engine)
        assert (await read(engine, [*system, *prompt(9, 3)], 3)).finish.reused_tokens == 128


async def test_closing_a_stream_makes_room_for_the_next_one(open_engine: OpenEngine) -> None:
    async with open_engine(concurrency=1) as engine:
        for _ in range(20):
            async with aclosing(stream_of(engine, prompt(50), SamplingParams(max_new_tokens=2000))) as stream:
                async for piece in stream:
                    if piece.tokens > 3:
                        break
        assert len((await read(engine, prompt(50), 5)).ids) == 5


async def test_streams_cancelled_at_any_moment_leave_nothing_behind(open_engine: OpenEngine) -> None:
    async with open_engine(concurrency=3) as engine:
        for moment in range(0, 24, 2):
            async with aclosing(
                stream_of(engine, prompt(200, 9), SamplingParams(max_new_tokens=500))
            ) as stream:
                await anext(stream)
                tasks = [asyncio.create_task(read(engine, prompt(200, i), 500)) for i in range(6)]
                async for piece in stream:
                    if piece.tokens >= moment:
                        break
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        replies = await asyncio.gather(*(read(engine, prompt(40, i), 6) for i in range(6)))
        assert [len(reply.ids) for reply in replies] == [6] * 6


@pytest.mark.skipif(sys.platform == "win32", reason="its priorities are named, not numbered")
async def test_the_model_leaves_the_cores_to_the_bot(open_engine: OpenEngine) -> None:
    async with open_engine() as engine:
        assert psutil.Process(engine.pid).nice() > psutil.Process().nice()


async def test_a_slow_reader_holds_nobody_back(open_engine: OpenEngine) -> None:
    async with (
        open_engine() as engine,
        aclosing(stream_of(engine, prompt(30), SamplingParams(max_new_tokens=300))) as slow,
    ):
        first = await first_text(slow)
        await read(engine, prompt(30, 2), 600)
        rest = [piece async for piece in slow]
        assert len(rest) <= 2
        assert rest[-1].finish is not None
        assert first.text + "".join(piece.text for piece in rest) == engine.tokenizer.decode(
            rest[-1].finish.token_ids
        )


async def test_a_stop_string_ends_the_reply_and_the_work_on_it(open_engine: OpenEngine) -> None:
    async with open_engine(concurrency=1) as engine:
        whole = (await read(engine, prompt(30), 60)).text
        stop = whole[20:23]
        reply = await read(engine, prompt(30), 3000, stop=(stop,))
        assert reply.text == whole[: whole.index(stop)]
        assert reply.finish.finish_reason is FinishReason.COMPLETE
        assert len(reply.ids) < 60
        assert (await read(engine, prompt(30), 1)).ids


async def test_seeds_make_draws_repeatable_and_no_seed_draws_anew(open_engine: OpenEngine) -> None:
    async with open_engine() as engine:

        async def draw(seed: int | None) -> tuple[int, ...]:
            return (await read(engine, prompt(30), 20, temperature=1.5, seed=seed)).ids

        assert await draw(7) == await draw(7)
        assert await draw(7) != await draw(8)
        assert await draw(None) != await draw(None)


async def test_a_reply_ends_where_the_context_does(open_engine: OpenEngine) -> None:
    async with open_engine(context_tokens=100) as engine:
        reply = await read(engine, prompt(90), 50)
        assert len(reply.ids) == 10
        assert reply.finish.finish_reason is FinishReason.LENGTH


async def test_a_prompt_that_cannot_fit_is_refused(open_engine: OpenEngine) -> None:
    async with open_engine(context_tokens=100) as engine:
        with pytest.raises(PromptTooLongError, match="has 100 tokens; the model takes 1 to 99"):
            await read(engine, prompt(100), 5)
        assert len((await read(engine, prompt(99), 5)).ids) == 1


async def test_a_pool_smaller_than_the_context_limits_the_prompt_and_is_told(
    open_engine: OpenEngine, caplog: pytest.LogCaptureFixture
) -> None:
    tokens = 10 * 32
    async with open_engine(kv_cache_gib=tokens * 2 * 4 * 2 * 32 * 4 / 2**30) as engine:
        assert "holds 320 tokens, less than the context of 4096" in caplog.text
        with pytest.raises(PromptTooLongError):
            await read(engine, prompt(tokens), 5)
        assert len((await read(engine, prompt(tokens - 5), 5)).ids) == 5, "the whole pool"
        replies = await asyncio.gather(*(read(engine, prompt(200, i), 100) for i in range(4)))
        assert [len(reply.ids) for reply in replies] == [100] * 4


async def test_the_log_says_what_is_loaded_where_and_how_long_it_took(
    open_engine: OpenEngine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with open_engine() as engine:
        loading, ready = [record.getMessage() for record in caplog.records]
        assert loading == f"Loading endless ({engine.info.precision}, 0.00 GB) on CPU, engine genai"
        assert re.match(
            r"Model ready on CPU after \d+\.\d s; KV cache for 10464 tokens \(0\.02 GiB, f32\); process",
            ready,
        )


async def test_the_process_loads_neither_torch_nor_transformers(open_engine: OpenEngine) -> None:
    async with open_engine() as engine:
        loaded = {Path(mapped.path).name for mapped in psutil.Process(engine.pid).memory_maps()}
        assert any("openvino_genai" in name for name in loaded)
        assert not any("torch" in name or name.startswith("tokenizers") for name in loaded)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
async def test_a_process_that_stands_still_does_not_hold_up_the_loop(open_engine: OpenEngine) -> None:
    """As in a long step: commands are sent, streams are closed, and whoever waits can give up."""
    async with open_engine() as engine:
        process = psutil.Process(engine.pid)
        process.suspend()
        streams = [stream_of(engine, prompt(2000, i), SamplingParams(max_new_tokens=10)) for i in range(4)]
        for stream in streams:
            assert (await anext(stream)).prompt_read == 0
        waiting = asyncio.create_task(read(engine, prompt(20), 5))
        await asyncio.sleep(0)
        await streams[0].aclose()
        process.resume()
        assert len((await waiting).ids) == 5
        for stream in streams:
            await stream.aclose()


async def test_prompt_lookup_and_a_draft_model_change_no_ids(
    open_engine: OpenEngine, endless_model: Path
) -> None:
    async with open_engine() as engine:
        plain = [(await read(engine, prompt(80, i), 40)).ids for i in range(3)]
    for setting in ({"prompt_lookup": 4}, {"draft_model_dir": str(endless_model)}):
        async with open_engine(**setting) as engine:
            async with aclosing(
                stream_of(engine, prompt(80, 4), SamplingParams(max_new_tokens=3000))
            ) as stream:
                await first_text(stream)
            replies = await asyncio.gather(*(read(engine, prompt(80, i), 40) for i in range(3)))
            assert [reply.ids for reply in replies] == plain


async def test_a_draft_model_with_another_vocabulary_is_refused(
    open_engine: OpenEngine, endless_model: Path, tmp_path: Path
) -> None:
    other = shutil.copytree(endless_model, tmp_path / "other")
    vocabulary = json.loads((other / "tokenizer.json").read_text())
    vocabulary["added_tokens"][-1]["content"] = "<|changed|>"
    (other / "tokenizer.json").write_text(json.dumps(vocabulary))
    with pytest.raises(SettingsError, match="has another vocabulary"):
        async with open_engine(draft_model_dir=str(other)):
            pass


async def test_a_draft_model_whose_tokenizer_is_damaged_is_told(
    open_engine: OpenEngine, endless_model: Path, tmp_path: Path
) -> None:
    other = shutil.copytree(endless_model, tmp_path / "other")
    (other / "tokenizer.json").write_text("{")
    with pytest.raises(ModelError, match=r"other.tokenizer\.json cannot be read"):
        async with open_engine(draft_model_dir=str(other)):
            pass


async def test_guessing_ahead_keeps_within_the_pool(
    open_engine: OpenEngine, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_engine(kv_cache_gib=10 * 32 * 2 * 4 * 2 * 32 * 4 / 2**30, prompt_lookup=16) as engine:
        with pytest.raises(PromptTooLongError, match="takes 1 to 303"):
            await read(engine, prompt(304), 5)
        replies = await asyncio.gather(*(read(engine, [7, 8] * 100 + [i], 103) for i in range(4)))
        assert [len(reply.ids) for reply in replies] == [103] * 4
    assert "failed" not in caplog.text


async def test_chat_prompts_are_understood(open_engine: OpenEngine, tiny_model: Path) -> None:
    async with open_engine(tiny_model) as engine:
        ids = ids_of(engine, [PromptPart(PartKind.USER, "hello")])
        reply = await read(engine, ids, 200)
        assert reply.finish.finish_reason is FinishReason.LENGTH, "greedy replies do not end by themselves"
        assert reply.text == engine.tokenizer.decode(reply.ids)


async def kill(engine: GenaiEngine) -> None:
    assert engine.pid is not None
    process = psutil.Process(engine.pid)
    process.kill()
    async with aclosing(engine.state.follow()) as states:
        async for state in states:
            if state is EngineState.RESTARTING:
                return


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"device": "GPU"}, DeviceError, "DEVICE=GPU is not there"),
        ({"ov_config": '{"NO_SUCH": "1"}'}, SettingsError, "OV_CONFIG"),
        (
            {"ov_config": '{"INFERENCE_PRECISION_HINT": "f32"}', "kv_precision": "bf16"},
            SettingsError,
            "KV_PRECISION='bf16' does not go with",
        ),
        ({"kv_cache_gib": 1e-6}, SettingsError, "KV_CACHE_GIB=1e-06 is too small"),
        (
            {"kv_cache_gib": 1024},
            SettingsError,
            "KV_CACHE_GIB=1024 is too large: there are",
        ),
    ],
)
async def test_what_keeps_a_model_from_loading_is_told_in_one_line(
    open_engine: OpenEngine, changes: dict[str, object], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says) as raised:
        async with open_engine(**changes):
            pass
    assert "\n" not in str(raised.value)


async def test_a_folder_without_a_model_is_told(open_engine: OpenEngine, tmp_path: Path) -> None:
    for arguments in ({"model": tmp_path / "none"}, {"draft_model_dir": str(tmp_path / "none")}):
        with pytest.raises(ModelError, match="There is no model folder") as raised:
            async with open_engine(**arguments):
                pass
        assert ("DRAFT_MODEL_DIR" in str(raised.value)) == ("draft_model_dir" in arguments)


@pytest.mark.parametrize("file", ["openvino_model.bin", "openvino_model.xml"])
@pytest.mark.parametrize("setting", ["model", "draft_model_dir"])
async def test_a_model_whose_file_is_cut_off_is_told_apart(
    open_engine: OpenEngine, endless_model: Path, tmp_path: Path, file: str, setting: str
) -> None:
    damaged = Path(shutil.copytree(endless_model, tmp_path / "damaged"))
    content = (damaged / file).read_bytes()
    (damaged / file).write_bytes(content[: len(content) // 2])
    with pytest.raises(
        ModelError, match=r"is damaged: .+\. Export or pull it again, with --force\."
    ) as raised:
        async with open_engine(**{setting: damaged if setting == "model" else str(damaged)}):
            pass
    assert "\n" not in str(raised.value)


async def test_a_cache_in_full_precision_needs_no_other_setting(open_engine: OpenEngine) -> None:
    async with open_engine(ov_config="{}", kv_precision="f32") as engine:
        assert len((await read(engine, prompt(20), 5)).ids) == 5
