"""The figures as tables for the terminal."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from bot.benchmark.report import EngineReport, Machine, Report

_GIB = 2**30
_GB = 1e9


def print_report(report: Report, console: Console) -> None:
    """Print the machine, the figures of each engine, and the throughput."""
    console.print(Group(_heading(report), _engines(report), _throughput(report), _limit(report)))


def _heading(report: Report) -> Text:
    machine = report.machine
    return Text(
        f"{report.model}, {report.precision}, {report.weight_bytes / _GB:.2f} GB of weights, "
        f"on {report.device}\n{describe(machine)}\n"
    )


def describe(machine: Machine) -> str:
    """The machine, in two lines."""
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    memory = f"{machine.memory_bytes / _GIB:.0f} GiB"
    return f"{machine.cpu}, {machine.cores} cores, {memory}; {machine.system}\n{versions}"


def _engines(report: Report) -> Table:
    plan = report.plan
    rows: list[tuple[str, Callable[[EngineReport], str]]] = [
        ("load", lambda engine: f"{engine.load:.1f} s"),
        (
            f"first token, {plan.context_tokens}-token prompt, cold",
            lambda engine: f"{engine.first_token_cold:.2f} s",
        ),
        (
            "first token, next turn",
            lambda engine: (
                f"{engine.first_token_later:.2f} s ({engine.first_token_later / engine.first_token_cold:.2f})"
            ),
        ),
        ("prompt tokens reused in the next turn", lambda engine: _or_dash(engine.reused_tokens)),
        ("prefill", lambda engine: f"{engine.prefill:.0f} tokens/s"),
        (
            "decode, one stream",
            lambda engine: (
                f"{engine.decode:.1f} tokens/s ({engine.decode / report.decode_limit:.0%} of limit)"
            ),
        ),
        ("longest pause of another reply meanwhile", lambda engine: f"{engine.longest_pause:.2f} s"),
        ("memory", lambda engine: f"{engine.memory / _GIB:.2f} GiB"),
    ]
    table = Table("", *(engine.engine for engine in report.engines))
    for name, value in rows:
        table.add_row(name, *(value(engine) for engine in report.engines))
    return table


def _throughput(report: Report) -> Table:
    table = Table(
        "streams", title="tokens/s of all streams; mean and worst first token", title_justify="left"
    )
    for engine in report.engines:
        table.add_column(engine.engine, justify="right")
    for index, streams in enumerate(report.plan.streams):
        cells = []
        for engine in report.engines:
            point = engine.throughput[index]
            waits = f"{point.mean_first_token:.1f} s, {point.worst_first_token:.1f} s"
            cells.append(f"{point.tokens_per_second:.1f}; {waits}")
        table.add_row(str(streams), *cells)
    return table


def _limit(report: Report) -> Text:
    return Text(
        f"Memory bandwidth, measured: {report.machine.bandwidth / _GB:.1f} GB/s. With these weights one "
        f"stream can decode at most {report.decode_limit:.1f} tokens/s."
    )


def _or_dash(value: int | None) -> str:
    return "–" if value is None else str(value)
