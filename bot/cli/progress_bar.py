"""How far a long command is, on standard error: bars in a terminal, lines elsewhere."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING

import typer

from bot.cli.log import error_console

if TYPE_CHECKING:
    from rich.progress import ProgressColumn

    from bot.model.progress_events import Progress, Report


@contextmanager
def progress_bars() -> Iterator[Report]:
    """Give what progress is reported to, and show it while the block runs."""
    if sys.stderr.isatty():
        with _bars() as report:
            yield report
    else:
        yield _lines()


@asynccontextmanager
async def elapsed_time(what: str) -> AsyncIterator[None]:
    """Show what is being waited for, and for how many seconds, while the block runs."""
    if sys.stderr.isatty():
        from rich import progress as rich

        columns = (rich.SpinnerColumn(), rich.TextColumn("{task.description}"), rich.TimeElapsedColumn())
        with rich.Progress(*columns, console=error_console(), transient=True) as bar:
            bar.add_task(what, total=None)
            yield
        return
    lines = asyncio.create_task(_elapsed_lines(what), name=f"progress: {what}")
    try:
        yield
    finally:
        lines.cancel()
        with suppress(asyncio.CancelledError):
            await lines


async def _elapsed_lines(what: str) -> None:
    from bot.app import elapsed_seconds

    async for seconds in elapsed_seconds(1, 5, 10, 20, 30):
        typer.echo(f"{what} … {seconds} s", err=True)


def _lines() -> Report:
    shown = ""

    def report(progress: Progress) -> None:
        nonlocal shown
        if progress.what != shown:
            shown = progress.what
            size = f" ({progress.total / 1e6:.1f} MB)" if progress.unit == "B" and progress.total else ""
            typer.echo(f"{shown}{size} …", err=True)

    return report


@contextmanager
def _bars() -> Iterator[Report]:
    from rich import progress as rich
    from rich.text import Text

    class Amount(rich.ProgressColumn):
        """Bytes and speed of a download, a percentage of anything else."""

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
    with rich.Progress(*columns, console=error_console()) as bars:

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
