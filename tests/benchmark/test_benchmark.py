"""The benchmark of the engines, on a tiny model."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest
from rich.console import Console

from bot.benchmark.machine import memory_bandwidth, resident_bytes
from bot.benchmark.measure import measure_longest_pause, measure_throughput, measure_turns
from bot.benchmark.plot import check_plotting, plot_report
from bot.benchmark.prompts import Prompts
from bot.benchmark.report import EngineReport, Machine, Plan, Report, Throughput
from bot.benchmark.run import run_bench
from bot.benchmark.table import print_report
from bot.chat.ports import PartKind, PromptPart, SamplingParams
from bot.engine.scripted import ByteTokenizer, ScriptedEngine
from bot.errors import SettingsError
from bot.hints import install_command
from bot.settings import EngineKind, load_settings

PLAN = Plan(streams=(1, 2), prompt_tokens=64, new_tokens=8, context_tokens=300, added_tokens=10)
REPORT = Report(
    model="some/model",
    precision="int4",
    device="CPU",
    weight_bytes=2 * 10**9,
    plan=Plan(streams=(1, 2)),
    machine=Machine("a CPU", 2, 2**34, 20e9, "a system", {"openvino": "1"}),
    engines=(
        EngineReport(
            "genai",
            3.0,
            10.0,
            0.5,
            1472,
            150.0,
            8.0,
            1.5,
            2**31,
            (Throughput(1, 7, 2, 2), Throughput(2, 12, 3, 4)),
        ),
        EngineReport(
            "optimum",
            9.0,
            11.0,
            11.5,
            None,
            140.0,
            5.0,
            1.5,
            2**31,
            (Throughput(1, 4, 2, 2), Throughput(2, 4, 4, 8)),
        ),
    ),
)


async def test_the_whole_benchmark_runs_on_both_engines(tiny_model: Path) -> None:
    told: list[str] = []
    settings = load_settings(env_file=None, kv_cache_gib=0.1, prefill_chunk=64)
    report = await run_bench(settings, tiny_model, list(EngineKind), PLAN, told.append)
    assert {engine.engine for engine in report.engines} == {"genai", "optimum"}
    for engine in report.engines:
        assert [point.streams for point in engine.throughput] == [1, 2]
        assert all(
            0 < point.mean_first_token <= point.worst_first_token and point.tokens_per_second > 0
            for point in engine.throughput
        )
        assert min(engine.load, engine.first_token_cold, engine.prefill, engine.decode, engine.memory) > 0
        assert any(engine.engine in line for line in told)
    genai = next(engine for engine in report.engines if engine.engine == "genai")
    assert genai.reused_tokens is not None
    assert genai.reused_tokens >= 256
    assert report.weight_bytes == (tiny_model / "openvino_model.bin").stat().st_size
    json.dumps(report.as_json())


async def test_a_plan_that_does_not_fit_the_context_is_cut_or_refused(tiny_model: Path) -> None:
    settings = load_settings(env_file=None, context_tokens=100)
    with pytest.raises(SettingsError, match="context of 100 tokens has no room"):
        await run_bench(settings, tiny_model, [], Plan(), lambda line: None)
    settings = load_settings(env_file=None, context_tokens=120)
    report = await run_bench(settings, tiny_model, [], PLAN, lambda line: None)
    assert report.plan.context_tokens == 120 - 16 - 10 - 16


async def test_rates_count_all_tokens_of_all_streams() -> None:
    async with ScriptedEngine(lambda prompt: ["abcd", "efgh"]) as engine:
        point = await measure_throughput(engine, Prompts(engine.tokenizer), PLAN, 4)
        assert point.streams == 4
        assert point.tokens_per_second > 4 * 8


async def test_the_later_turn_begins_with_the_first_prompt_and_its_reply() -> None:
    async with ScriptedEngine(lambda prompt: ["abcd"]) as engine:
        turns = await measure_turns(engine, Prompts(engine.tokenizer), PLAN)
        first, second = engine.prompts
        assert turns.prompt_tokens == len(first)
        assert turns.cold.finish is not None
        assert second[: len(first) + 4] == [*first, *turns.cold.finish.token_ids[:4]]
        around = len(engine.tokenizer.encode([PromptPart(PartKind.USER, "")]))
        assert len(second) == len(first) + len(turns.cold.finish.token_ids) + PLAN.added_tokens + around


async def test_the_longest_pause_of_a_reply_is_measured_while_another_prompt_is_read() -> None:
    """The reply pauses for 0.1 s once, before the other stream answers."""
    pauses = 0

    def gate() -> asyncio.Future[None] | None:
        nonlocal pauses
        pauses += 1
        if pauses != 4:
            return None
        loop = asyncio.get_running_loop()
        held: asyncio.Future[None] = loop.create_future()
        loop.call_later(0.1, held.set_result, None)
        return held

    async with ScriptedEngine(lambda prompt: ["ab"] * 20, gate=gate) as engine:
        assert await measure_longest_pause(engine, Prompts(engine.tokenizer), PLAN) >= 0.1


def test_prompts_have_their_length_and_share_no_prefix() -> None:
    prompts = Prompts(ByteTokenizer())
    drawn = [ByteTokenizer().encode(prompts.draw(120)) for _ in range(20)]
    assert {len(ids) for ids in drawn} == {120}
    assert len({tuple(ids[:10]) for ids in drawn}) == 20
    assert drawn[0] == ByteTokenizer().encode(Prompts(ByteTokenizer()).draw(120))


def test_the_limit_is_the_bandwidth_over_the_weights() -> None:
    data = REPORT.as_json()
    assert data["decode_limit"] == 10
    assert [engine["share_of_limit"] for engine in data["engines"]] == [0.8, 0.5]


def test_the_table_shows_every_figure() -> None:
    console = Console(record=True, width=120)
    print_report(REPORT, console)
    text = console.export_text()
    for shown in (
        "some/model, int4, 2.00 GB of weights, on CPU",
        "0.50 s (0.05)",
        "1472",
        "–",
        "8.0 tokens/s (80% of limit)",
        "12.0; 3.0 s, 4.0 s",
        "20.0 GB/s",
        "at most 10.0 tokens/s",
    ):
        assert shown in text


def test_the_picture_is_written(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    plot_report(REPORT, tmp_path / "curves.png")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["curves.doc", "nowhere/curves.png"])
def test_a_picture_that_cannot_be_written_is_refused_before_measuring(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="--plot"):
        check_plotting(tmp_path / name)


def test_without_matplotlib_the_command_that_installs_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(SettingsError) as caught:
        check_plotting(tmp_path / "curves.png")
    assert str(caught.value).endswith(f"install matplotlib: {install_command('plot')}")


def test_memory_bandwidth_and_resident_memory_are_measured() -> None:
    assert memory_bandwidth() > 1e8
    assert resident_bytes() > 10 * 2**20


async def test_measured_streams_are_greedy() -> None:
    seen: list[SamplingParams] = []

    class Watched(ScriptedEngine):
        def stream(self, prompt, sampling):  # type: ignore[no-untyped-def]
            seen.append(sampling)
            return super().stream(prompt, sampling)

    async with Watched(lambda prompt: ["ab"]) as engine:
        await measure_throughput(engine, Prompts(engine.tokenizer), PLAN, 2)
    assert seen == [SamplingParams(max_new_tokens=PLAN.new_tokens)] * 2
