"""Runs the benchmark, one engine after the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from bot.benchmark.machine import describe_machine, resident_bytes
from bot.benchmark.measure import (
    measure_longest_pause,
    measure_throughput,
    measure_turns,
    run_stream,
)
from bot.benchmark.prompts import Prompts
from bot.benchmark.report import EngineReport, Plan, Report
from bot.chat.ports import Engine
from bot.engine import create_engine
from bot.engine.model_folder import language_model, read_model_folder
from bot.errors import SettingsError
from bot.settings import EngineKind, Settings

_SAMPLE_SECONDS = 0.2
# Around the second turn's messages; every known chat template has fewer.
_TEMPLATE_TOKENS = 16


def installed_engines() -> tuple[EngineKind, ...]:
    """The engines that are installed."""
    optimum = find_spec("optimum") is not None and find_spec("torch") is not None
    return (EngineKind.GENAI, EngineKind.OPTIMUM) if optimum else (EngineKind.GENAI,)


async def run_bench(
    settings: Settings,
    model_dir: Path,
    engines: Sequence[EngineKind],
    plan: Plan,
    tell: Callable[[str], None],
) -> Report:
    """Measure each engine; `tell` is called with a line before each part.

    Raises: SettingsError where the plan does not fit the model, and what loading raises.
    """
    folder = read_model_folder(model_dir)
    plan = _fit(plan, min(folder.context_length, settings.context_tokens or folder.context_length))
    tell("measuring the memory bandwidth")
    machine = await asyncio.to_thread(describe_machine)
    fitting = settings.model_copy(update={"concurrency": max(plan.streams)})
    reports = []
    for kind in engines:
        tell(f"{kind}: loading")
        before = resident_bytes()
        engine = create_engine(fitting.model_copy(update={"engine": kind}), model_dir)
        reports.append(await _bench_engine(kind, engine, plan, before, tell))
    return Report(
        model=folder.name,
        precision=folder.precision,
        device=settings.device,
        weight_bytes=language_model(model_dir).with_suffix(".bin").stat().st_size,
        plan=plan,
        machine=machine,
        engines=tuple(reports),
    )


async def _bench_engine(
    kind: EngineKind, engine: Engine, plan: Plan, before: int, tell: Callable[[str], None]
) -> EngineReport:
    began = time.perf_counter()
    async with engine:
        load = time.perf_counter() - began
        peak = _Peak()
        watching = asyncio.create_task(peak.watch())
        try:
            prompts = Prompts(engine.tokenizer)
            await run_stream(engine, engine.tokenizer.encode(prompts.draw(plan.prompt_tokens)), 2)
            tell(f"{kind}: a prompt of {plan.context_tokens} tokens, and the turn after it")
            turns = await measure_turns(engine, prompts, plan)
            tell(f"{kind}: a reply while somebody else's long prompt is read")
            pause = await measure_longest_pause(engine, prompts, plan)
            throughput = []
            for streams in plan.streams:
                tell(f"{kind}: {streams} replies at once")
                throughput.append(await measure_throughput(engine, prompts, plan, streams))
        finally:
            watching.cancel()
            await asyncio.wait([watching])
    return EngineReport(
        engine=str(kind),
        load=load,
        first_token_cold=turns.cold.first_token,
        first_token_later=turns.later.first_token,
        reused_tokens=turns.later.finish.reused_tokens if turns.later.finish else None,
        prefill=turns.prompt_tokens / turns.cold.first_token,
        decode=turns.cold.decode_rate,
        longest_pause=pause,
        memory=peak.bytes - before,
        throughput=tuple(throughput),
    )


def _fit(plan: Plan, context: int) -> Plan:
    """The plan, with the long prompt cut to what the context has room for."""
    room = context - 2 * plan.new_tokens - plan.added_tokens - _TEMPLATE_TOKENS
    if room < plan.prompt_tokens:
        raise SettingsError(
            f"The model's context of {context} tokens has no room for a prompt of {plan.prompt_tokens} "
            f"tokens and two replies of {plan.new_tokens}: choose smaller --prompt-tokens or --new-tokens."
        )
    return replace(plan, context_tokens=min(plan.context_tokens, room))


class _Peak:
    """The most resident memory while it watches, in bytes."""

    def __init__(self) -> None:
        self.bytes = resident_bytes()

    async def watch(self) -> None:
        while True:
            await asyncio.sleep(_SAMPLE_SECONDS)
            self.bytes = max(self.bytes, resident_bytes())
