"""`ovbot bench`: how fast each engine is on this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Device, ModelDir, settings_with
from bot.errors import SettingsError

if TYPE_CHECKING:
    from bot.benchmark.report import Plan
    from bot.settings import EngineKind, Settings


def bench(
    engine: Annotated[
        list[str] | None,
        typer.Option(
            "--engine", help="genai or optimum; may be repeated. By default all that are installed."
        ),
    ] = None,
    streams: Annotated[str, typer.Option(help="Numbers of replies at once, as in 1,2,4,8.")] = "1,2,4,8",
    prompt_tokens: Annotated[int, typer.Option(min=8, help="Length of their prompts, in tokens.")] = 128,
    new_tokens: Annotated[int, typer.Option(min=2, help="Longest reply, in tokens.")] = 48,
    context_tokens: Annotated[
        int, typer.Option(min=8, help="Length of the one long prompt, in tokens.")
    ] = 1500,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the figures there; - prints them.", metavar="FILE")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Draw the curves into a .png or .svg file.", metavar="FILE")
    ] = None,
    model_dir: ModelDir = None,
    device: Device = None,
) -> None:
    """Measure load, first token, prefill, decode, throughput and memory of each engine."""
    from bot import signals
    from bot.benchmark.plot import check_plotting
    from bot.benchmark.report import Plan
    from bot.cli.log import set_up_logging
    from bot.settings import DATABASE, DISCORD, PEOPLE

    settings = settings_with(
        unused=DISCORD | DATABASE | PEOPLE, model_dir=model_dir, device=device, default_log_level="WARNING"
    )
    set_up_logging(settings.log_level)
    if plot:
        check_plotting(plot)
    if json_file and not json_file.parent.is_dir():
        raise SettingsError(f"--json {json_file}: there is no folder {json_file.parent}.")
    plan = Plan(
        streams=_numbers(streams),
        prompt_tokens=prompt_tokens,
        new_tokens=new_tokens,
        context_tokens=context_tokens,
    )
    signals.run(_bench(settings, engine or [], plan, json_file, plot))


async def _bench(
    settings: Settings, engines: list[str], plan: Plan, json_file: Path | None, plot: Path | None
) -> None:
    from rich.console import Console

    from bot.benchmark.plot import plot_report
    from bot.benchmark.run import installed_engines, run_bench
    from bot.benchmark.table import print_report
    from bot.model.local_models import DEMO_FOLDER

    kinds = [_kind(name) for name in engines] or list(installed_engines())
    console = Console(stderr=True)
    with console.status("…") as status:
        report = await run_bench(settings, settings.model_dir or DEMO_FOLDER, kinds, plan, status.update)
    if str(json_file) == "-":
        typer.echo(json.dumps(report.as_json(), indent=2))
    else:
        print_report(report, Console())
        if json_file:
            _write(json_file, json.dumps(report.as_json(), indent=2))
    if plot:
        plot_report(report, plot)


def _kind(name: str) -> EngineKind:
    from bot.settings import EngineKind

    try:
        return EngineKind(name.lower())
    except ValueError:
        raise SettingsError(f"--engine {name} is no engine: choose {' or '.join(EngineKind)}.") from None


def _numbers(text: str) -> tuple[int, ...]:
    try:
        numbers = tuple(int(part) for part in text.split(","))
    except ValueError:
        numbers = ()
    if not numbers or not all(1 <= number <= 64 for number in numbers):
        raise SettingsError(f"--streams {text} is no list of numbers from 1 to 64, such as 1,2,4,8.")
    return numbers


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"--json {file} cannot be written ({error.strerror}).") from None
