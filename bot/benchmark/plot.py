"""Throughput and time to first token as a picture."""

from __future__ import annotations

from pathlib import Path

from bot.benchmark.report import Report
from bot.errors import SettingsError
from bot.hints import install_command

_SUFFIXES = (".png", ".svg")


def check_plotting(file: Path) -> None:
    """Check that a picture can be written to `file`, before minutes of measuring.

    Raises: SettingsError where it cannot.
    """
    if file.suffix not in _SUFFIXES or not file.parent.is_dir():
        raise SettingsError(f"--plot {file}: name a .png or .svg file in a folder that exists.")
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise SettingsError(
            f"--plot needs matplotlib; leave it out, or install matplotlib: {install_command('plot')}"
        ) from None


def plot_report(report: Report, file: Path) -> None:
    """Draw each engine's curves over the number of streams.

    Raises: SettingsError where matplotlib is not installed or the file cannot be written.
    """
    check_plotting(file)
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4), layout="constrained")
    rates, waits = figure.subplots(1, 2)
    for engine in report.engines:
        streams = [point.streams for point in engine.throughput]
        rates.plot(
            streams, [point.tokens_per_second for point in engine.throughput], marker="o", label=engine.engine
        )
        waits.plot(
            streams, [point.worst_first_token for point in engine.throughput], marker="o", label=engine.engine
        )
    rates.axhline(
        report.decode_limit, color="grey", linestyle=":", label="memory bandwidth's limit for one stream"
    )
    rates.set_title("Throughput of all streams")
    rates.set_ylabel("tokens/s")
    waits.set_title("Worst time to first token")
    waits.set_ylabel("seconds")
    for axes in (rates, waits):
        axes.set_xlabel("streams")
        axes.set_xticks(report.plan.streams)
        axes.set_ylim(bottom=0)
        axes.legend()
    figure.suptitle(f"{report.model}, {report.precision}, on {report.machine.cpu}")
    try:
        figure.savefig(file)
    except OSError as error:
        raise SettingsError(f"--plot {file} cannot be written ({error.strerror}).") from None
