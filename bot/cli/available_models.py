"""`ovbot model list --available`: the catalogue, with what fits this machine."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.model.catalogue import (
    CHAT_KINDS,
    KV_TOKENS,
    CatalogueEntry,
    Fit,
    Machine,
    best_fit,
    fit,
    load_catalogue,
)
from bot.model.disk import gigabytes
from bot.model.pull import this_machine

_COLUMNS = "{:<22}  {:>8}  {:>8}  {:>8}  {:>8}  {}"
_STYLES = {Fit.FITS: "green", Fit.TIGHT: "yellow", Fit.NO_DISK: "red", Fit.NO_MEMORY: "red"}


def print_available_models(device: str) -> None:
    """Print what `ovbot model pull` can download. device: what the bot runs models on."""
    machine, entries = this_machine(), load_catalogue()
    best = best_fit(entries, machine, npu=device.upper().startswith("NPU"))
    console = Console(highlight=False)
    memory = machine.memory
    console.print(
        f"This machine has {gigabytes(memory.total)} of memory, {gigabytes(memory.free)} of it free, and "
        f"{gigabytes(machine.disk_free)} free on the disk."
    )
    for title, section in _sections(entries):
        console.print(Text(f"\n{title}", "bold"))
        console.print(Text(_COLUMNS.format("name", "disk", "context", "running", "loading", "fits"), "dim"))
        for entry in section:
            console.print(_row(entry, machine), soft_wrap=True)
            for line in _details(entry, is_best=entry is best):
                console.print(Padding(line, (0, 0, 0, 4), expand=False))
            if entry.hub_id is None:
                console.print(f"    {entry.export_command()}", soft_wrap=True)  # to be copied in one piece
    console.print()
    for remark in _legend(best, device):
        console.print(remark)


def _sections(entries: tuple[CatalogueEntry, ...]) -> Iterator[tuple[str, list[CatalogueEntry]]]:
    chat = [entry for entry in entries if entry.kind in CHAT_KINDS]
    yield "Models to chat with, the most capable first", [entry for entry in chat if not entry.npu]
    yield "For an NPU", [entry for entry in chat if entry.npu]
    yield "Helpers: speech, search", [entry for entry in entries if entry.kind not in CHAT_KINDS]


def _row(entry: CatalogueEntry, machine: Machine) -> Text:
    need, fits = entry.need(), fit(entry, machine)
    context = f"{entry.context:,}" if entry.context else "-"
    cells = (entry.name, gigabytes(entry.size), context, _estimate(need.run), _estimate(need.load))
    row = Text(_COLUMNS.format(*cells, ""))
    row.stylize("bold", 0, len(entry.name))
    return row.append(fits.value, _STYLES[fits])


def _estimate(size: int) -> str:
    return f"~{size / 1e9:.1f} GB"


def _details(entry: CatalogueEntry, *, is_best: bool) -> Iterator[Text]:
    yield Text(entry.purpose)
    abilities = ", ".join(entry.abilities) or "none"
    can = f"abilities: {abilities}" if entry.kind in CHAT_KINDS else entry.kind
    yield Text(f"{can}; languages: {entry.languages}; licence: {entry.licence}", "dim")
    if entry.hub_id is not None:
        revision = entry.revision[:12] if entry.revision else "the newest revision"
        yield Text(f"{entry.hub_id}, {revision}", "dim", overflow="fold")
    note = entry.note if entry.verified else f"Not all verified. {entry.note}"
    if note:
        yield Text(note, "dim")
    if is_best:
        yield Text(f"Recommended for this machine: ovbot model pull {entry.name}", "green")


def _legend(best: CatalogueEntry | None, device: str) -> Iterator[str]:
    yield f"running, loading: memory; ~ is an estimate, for {KV_TOKENS:,} tokens of conversation."
    yield "tight: there is enough memory, but not enough of it is free: close other programs."
    if "GPU" in device.upper():
        yield "A GPU may have memory of its own, which is not counted here."
    if best is None:
        yield "None of the models to chat with fits into the memory and disk that are free."
    yield "Download: ovbot model pull NAME, or any model for OpenVINO by its id on the Hub, OWNER/NAME."
