"""How far a long command is, on standard error: bars in a terminal, a line for each step elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.progress import ProgressColumn

    from bot.model.progress_events import Progress, Report


@contextmanager
def progress_shown() -> Iterator[Report]:
    """What to report progress to, while the block runs."""
    if sys.stderr.isatty():
        with _bars() as report:
            yield report
    else:
        yield _lines()


def _lines() -> Report:
    said = ""

    def report(progress: Progress) -> None:
        nonlocal said
        if progress.what != said:
            said = progress.what
            size = f" ({progress.total / 1e6:.1f} MB)" if progress.unit == "B" and progress.total else ""
            typer.echo(f"{said}{size} …", err=True)

    return report


@contextmanager
def _bars() -> Iterator[Report]:
    from rich import progress as rich
    from rich.console import Console
    from rich.text import Text

    class Amount(rich.ProgressColumn):
        """Bytes and speed of a download, the share of anything else."""

        columns: tuple[ProgressColumn, ...] = (rich.DownloadColumn(), rich.TransferSpeedColumn())

        def render(self, task: rich.Task) -> Text:
            if task.fields["unit"] == "B":
                return Text("  ").join(Text(str(column(task))) for column in self.columns)
            return Text("" if task.total is None else f"{task.percentage:3.0f} %")

    columns = (
        rich.SpinnerColumn(),
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        Amount(),
        rich.TimeElapsedColumn(),
    )
    tasks: dict[str, rich.TaskID] = {}
    with rich.Progress(*columns, console=Console(stderr=True)) as bars:

        def finish() -> None:
            for task in bars.tasks:
                bars.update(task.id, total=task.total or 1, completed=task.total or 1)
                bars.stop_task(task.id)

        def report(progress: Progress) -> None:
            if progress.what not in tasks:
                finish()
                tasks[progress.what] = bars.add_task(progress.what, total=None, unit=progress.unit)
            bars.update(tasks[progress.what], completed=progress.done, total=progress.total)

        yield report
        finish()
