"""Downloading a model that is in OpenVINO's format already."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from bot.engine.modelinfo import REQUIRED, ModelFolder, read_model_folder
from bot.errors import ModelError
from bot.model.hub import fetch, look_up, size_of
from bot.model.progress import Report
from bot.model.workplace import check_space, check_target, size_under, workplace

DEFAULT_ID = "OpenVINO/Phi-3-mini-4k-instruct-int4-ov"


def default_folder(model_id: str) -> Path:
    """Where a model is put unless told otherwise: `model/` and the name of its repository."""
    return Path("model", PurePosixPath(model_id).name)


def pull(model_id: str, target: Path, report: Report, *, force: bool = False) -> ModelFolder:
    """Download a model folder from the Hugging Face Hub.

    What arrived before an interruption is kept beside `target`, and the next call goes on from there.

    Raises: ModelError.
    """
    check_target(target, force=force)
    repository = look_up(model_id)
    files = repository.only(lambda name: "/" not in name and not name.startswith("."))
    missing = set(REQUIRED) - {file.name for file in files}
    if missing:
        raise ModelError(
            f"{model_id} holds no OpenVINO model ({', '.join(sorted(missing))} missing): "
            f"convert it by `ovbot model export {model_id}`, or pull one whose name ends in -ov."
        )
    with workplace(target, force=force, resume=f"{model_id}@{repository.commit}") as place:
        there = size_under(place.result) + size_under(place.scratch)
        check_space(target, size_of(files) - there)
        fetch(repository, files, place.result, place.scratch, report)
        read_model_folder(place.result)
    return read_model_folder(target)
