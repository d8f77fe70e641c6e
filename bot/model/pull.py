"""`ovbot model pull`: downloads a model that is in OpenVINO's format already."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from bot.engine.model_folder import (
    REQUIRED,
    ModelFolder,
    explain_model,
    explain_no_model,
    find_local,
    is_model_folder,
    read_model_folder,
)
from bot.errors import ModelError
from bot.model.build_folder import build_folder, check_target
from bot.model.disk import check_space, size_under
from bot.model.hub import fetch, look_up, size_of
from bot.model.progress_events import Report

DEFAULT_ID = "OpenVINO/Phi-3-mini-4k-instruct-int4-ov"


def default_folder(model_id: str) -> Path:
    """Where a model is put unless told otherwise: `model/` and the name of its repository."""
    return Path("model", PurePosixPath(model_id).name)


def pull(model_id: str, target: Path, report: Report, *, force: bool = False) -> ModelFolder:
    """Download a model folder from the Hugging Face Hub.

    What arrived before an interruption is kept beside `target`, and the next call goes on from there.

    Raises: ModelError.
    """
    _check_not_local(model_id)
    check_target(target, force=force)
    repository = look_up(model_id)
    files = repository.only(lambda name: "/" not in name and not name.startswith("."))
    missing = set(REQUIRED) - {file.name for file in files}
    if missing:
        raise ModelError(
            f"{model_id} holds no OpenVINO model ({', '.join(sorted(missing))} missing): "
            f"convert it by `ovbot model export {model_id}`, or pull one whose name ends in -ov."
        )
    with build_folder(target, force=force, resume=f"{model_id}@{repository.commit}") as build:
        there = size_under(build.result) + size_under(build.scratch)
        check_space(target, size_of(files) - there)
        fetch(repository, files, build.result, build.scratch, report)
        read_model_folder(build.result)
    return read_model_folder(target)


def _check_not_local(model_id: str) -> None:
    """Raises ModelError where it names something on this machine, which needs no download."""
    path = find_local(model_id)
    if path is None:
        return
    if is_model_folder(path):
        raise ModelError(explain_model(path))
    raise ModelError(
        explain_no_model(path)
        or f"{path} is on this machine already and is no model. To download a model, give its id on the Hub, "
        f"such as {DEFAULT_ID}."
    )
