"""`ovbot model pull`: downloads a model that is in OpenVINO's format already."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bot.engine.genai.kv_pool import read_memory
from bot.engine.model_folder import (
    REQUIRED,
    REQUIRED_OF_VISION,
    ModelFolder,
    explain_model,
    explain_no_model,
    find_local,
    is_model_folder,
    read_model_folder,
)
from bot.errors import ModelError
from bot.hints import quoted
from bot.model.build_folder import build_folder, check_target
from bot.model.catalogue import (
    CHAT_KINDS,
    CatalogueEntry,
    Fit,
    Kind,
    Machine,
    MemoryNeed,
    best_fit,
    find_entry,
    load_catalogue,
    memory_fit,
    memory_need,
    similar_names,
)
from bot.model.disk import check_space, existing_parent, gigabytes, size_under
from bot.model.hub import RemoteFile, Repository, fetch, look_up, size_of
from bot.model.local_models import ROOT
from bot.model.progress_events import Report

DEFAULT_ID = "OpenVINO/Phi-3-mini-4k-instruct-int4-ov"
# The files without which a download is no model of its kind.
_CONFIGS = ("config.json", "tokenizer.json")
FILES: dict[Kind, tuple[str, ...]] = {
    "text": REQUIRED,
    "vision": REQUIRED_OF_VISION,
    "speech": (
        "config.json",
        "generation_config.json",
        "preprocessor_config.json",
        "openvino_encoder_model.xml",
        "openvino_encoder_model.bin",
        "openvino_decoder_model.xml",
        "openvino_decoder_model.bin",
        "openvino_tokenizer.xml",
        "openvino_tokenizer.bin",
        "openvino_detokenizer.xml",
        "openvino_detokenizer.bin",
    ),
    "embedding": (*_CONFIGS, "openvino_model.xml", "openvino_model.bin"),
    "reranker": (*_CONFIGS, "openvino_model.xml", "openvino_model.bin"),
}


@dataclass(frozen=True, slots=True)
class PullPlan:
    """A download to the folder `target` that has been looked up, but has not begun.

    need: memory for the model. fits: whether `machine` has it. best: what of the catalogue suits the
    machine best; None where nothing fits.
    """

    repository: Repository
    files: tuple[RemoteFile, ...]
    target: Path
    kind: Kind
    machine: Machine
    need: MemoryNeed
    fits: Fit
    best: CatalogueEntry | None

    def advice(self) -> list[str]:
        """What a person should know before the download, a line each."""
        memory = self.machine.memory
        lines = [
            f"{self.repository.model_id} takes {gigabytes(size_of(self.files))} on the disk. It needs about "
            f"{gigabytes(self.need.run)} of memory, up to {gigabytes(self.need.load)} while it loads "
            f"(estimated); this machine has {gigabytes(memory.total)}, {gigabytes(memory.free)} of it free."
        ]
        if self.fits is Fit.TIGHT:
            lines.append("That is tight: close other programs, or the system may end the model's process.")
        if self.fits is Fit.NO_MEMORY:
            lines.append("That is more than there is: it can only run with memory of a GPU's own.")
        if self.best and self.best.hub_id != self.repository.model_id and self.kind in CHAT_KINDS:
            lines.append(
                f"The catalogue's best fit for this machine: ovbot model pull {quoted(self.best.name)}"
            )
        return lines


def default_folder(name: str) -> Path:
    """Where a model is put unless told otherwise: `model/` and the name of its repository."""
    entry = find_entry(name, load_catalogue())
    return Path("model", PurePosixPath((entry and entry.hub_id) or name).name)


def this_machine(folder: Path = ROOT) -> Machine:
    """The memory here, and what is free on the disk that `folder` is on or will be."""
    return Machine(read_memory(), shutil.disk_usage(existing_parent(folder)).free)


def plan_pull(
    name: str,
    target: Path,
    machine: Machine,
    *,
    force: bool = False,
    revision: str | None = None,
    device: str = "CPU",
    ignore_memory: bool = False,
) -> PullPlan:
    """Look up a model by its name in the catalogue or its id on the Hub. Nothing of it is downloaded yet.

    force: whether a model that is at `target` is replaced. revision: a commit or branch; the catalogue's
    by default, else the newest. device: what will run the model. ignore_memory: go on where the machine
    has too little memory.

    Raises: ModelError where there is no such model for OpenVINO, it is incomplete, needs more memory than
    the machine has, or `target` is taken.
    """
    _check_not_local(name)
    entries = load_catalogue()
    entry = find_entry(name, entries)
    if entry is None:
        _check_name(name, entries)
    elif entry.hub_id is None:
        raise ModelError(
            f"{entry.name} cannot be downloaded ready for OpenVINO. Convert it: {entry.export_command()}"
        )
    check_target(target, force=force)
    model_id = (entry and entry.hub_id) or name
    repository = look_up(model_id, revision or (entry.revision if entry else None))
    files = repository.only(lambda file: "/" not in file and not file.startswith("."))
    kind = entry.kind if entry else _kind(files)
    _check_complete(model_id, files, kind)
    weights = size_of([file for file in files if _is_weights(file.name)])
    need = entry.need(weights) if entry else memory_need(weights, kind)
    best = best_fit(entries, machine, npu=device.upper().startswith("NPU"))
    fits = memory_fit(need, machine.memory)
    plan = PullPlan(repository, files, target, kind, machine, need, fits, best)
    # A GPU may have memory of its own, of which nothing is known here.
    if fits is Fit.NO_MEMORY and not ignore_memory and "GPU" not in device.upper():
        raise ModelError(_too_large(plan))
    return plan


def pull(plan: PullPlan, report: Report, *, force: bool = False) -> ModelFolder | None:
    """Download what was planned.

    What arrived before an interruption is kept beside the target, and the next call goes on from there.

    Returns: what the folder holds if it is a text model.

    Raises: ModelError; before anything is downloaded where the disk has too little room.
    """
    repository, is_text = plan.repository, plan.kind == "text"
    resume = f"{repository.model_id}@{repository.commit}"
    with build_folder(plan.target, force=force, resume=resume) as build:
        there = size_under(build.result) + size_under(build.scratch)
        check_space(plan.target, size_of(plan.files) - there)
        fetch(repository, plan.files, build.result, build.scratch, report)
        if is_text:
            read_model_folder(build.result)
    return read_model_folder(plan.target) if is_text else None


def _check_not_local(name: str) -> None:
    """Raises ModelError where it names something on this machine, which needs no download."""
    path = find_local(name)
    if path is None:
        return
    if is_model_folder(path):
        raise ModelError(explain_model(path))
    raise ModelError(
        explain_no_model(path)
        or f"{path} is on this machine already and is no model. To download a model, give its id on the Hub, "
        f"such as {DEFAULT_ID}."
    )


def _check_name(name: str, entries: tuple[CatalogueEntry, ...]) -> None:
    """Raises ModelError for a name without an owner that resembles some of the catalogue."""
    similar = similar_names(name, entries) if "/" not in name else []
    if similar:
        raise ModelError(
            f"The catalogue has no {name}. Did you mean {' or '.join(similar)}? "
            "`ovbot model list --available` shows all."
        )


def _kind(files: tuple[RemoteFile, ...]) -> Kind:
    """The kind of a model that the catalogue does not know, by its files."""
    names = {file.name for file in files}
    if "openvino_language_model.xml" in names:
        return "vision"
    return "speech" if "openvino_encoder_model.xml" in names else "text"


def _check_complete(model_id: str, files: tuple[RemoteFile, ...], kind: Kind) -> None:
    missing = ", ".join(sorted(set(FILES[kind]) - {file.name for file in files}))
    if missing and kind == "text":
        raise ModelError(
            f"{model_id} holds no OpenVINO model ({missing} missing): "
            f"convert it by `ovbot model export {model_id}`, or pull one whose name ends in -ov."
        )
    if missing:
        raise ModelError(
            f"{model_id} is no complete {kind} model for OpenVINO ({missing} missing): pull another one, or "
            "convert the original by optimum-cli export openvino."
        )


def _is_weights(name: str) -> bool:
    return name.startswith("openvino_") and name.endswith("model.bin")


def _too_large(plan: PullPlan) -> str:
    fitting = (
        f"{plan.best.name} fits: ovbot model pull {quoted(plan.best.name)}."
        if plan.best
        else "Nothing of the catalogue fits into what is free: close other programs."
    )
    return (
        f"{plan.repository.model_id} needs about {gigabytes(plan.need.run)} of memory (estimated), and this "
        f"machine has {gigabytes(plan.machine.memory.total)}. {fitting} "
        "--ignore-memory downloads it all the same."
    )
