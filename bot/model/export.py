"""`ovbot model export`: converts a model to OpenVINO with compressed weights, by optimum's own command."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath

from bot.engine.chat_template import find_template
from bot.engine.model_folder import (
    ModelFolder,
    explain_model,
    explain_no_model,
    find_local,
    is_model_folder,
    read_json,
    read_model_folder,
)
from bot.errors import ModelError
from bot.hints import install_command
from bot.model.build_folder import build_folder, check_target
from bot.model.disk import check_space
from bot.model.optimum_cli import run_optimum
from bot.model.progress_events import Report

DEFAULT_ID = "microsoft/Phi-3-mini-4k-instruct"
DEFAULT_FOLDER = Path("model", "phi3-instruct", "int4")
# The share of weights in int4; the rest stays in int8. 0.6 keeps more of the model's quality. At Phi-3-mini's
# size 1.0 gave 9.4 tokens/s for 6.1 to 7.2, and 2.07 GB for 2.78 GB (two cores, genai, one stream).
DEFAULT_RATIO = 0.6
FAST_RATIO = 1.0
WEIGHT_FORMATS = ("fp32", "fp16", "int8", "int4", "mxfp4", "nf4", "cb4")
PACKAGES = ("optimum-intel", "nncf", "torch")
NO_CHECKPOINT = (
    "is no checkpoint of transformers: it has no config.json. Give the id of a model on the Hub, or a "
    "checkpoint's folder."
)


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """The flags of `optimum-cli export openvino`, by their names there.

    group_size: weights that share a scale; -1 for a whole channel. ratio: share of the weights in 4
    bits, 0 to 1. sym: no zero points. Those three are for 4-bit formats only.
    """

    model: str = DEFAULT_ID
    task: str = "text-generation-with-past"
    weight_format: str = "int4"
    group_size: int = 128
    ratio: float = DEFAULT_RATIO
    sym: bool = True
    trust_remote_code: bool = False

    def arguments(self, output: Path) -> list[str]:
        """The command line after `optimum-cli`."""
        flags = ["--model", self.model, "--task", self.task, "--weight-format", self.weight_format]
        if self.weight_format not in ("fp32", "fp16", "int8"):
            flags += ["--group-size", str(self.group_size), "--ratio", str(self.ratio)]
            flags += ["--sym"] if self.sym else []
        flags += ["--trust-remote-code"] if self.trust_remote_code else []
        return ["export", "openvino", *flags, str(output)]


def default_folder(options: ExportOptions) -> Path:
    """Where a model is put unless told otherwise: `model/`, its name, and the weights' format."""
    if options.model == DEFAULT_ID:
        return DEFAULT_FOLDER.with_name(options.weight_format)
    return Path("model", PurePosixPath(options.model.replace("\\", "/")).name, options.weight_format)


def export(
    options: ExportOptions, target: Path, report: Report, *, force: bool = False, verbose: bool = False
) -> ModelFolder:
    """Export a model, a Hub id or the folder of a transformers checkpoint, to the folder `target`.

    `target` is complete afterwards, or as it was before. verbose: pass on what optimum writes.

    Raises: ModelError.
    """
    local = find_local(options.model)
    if local is not None:
        _check_checkpoint(local)
    require(*PACKAGES)
    check_target(target, force=force)
    checkpoint = local or _fetch_checkpoint(options.model, report)
    check_space(target, _needed(_weights_size(checkpoint), options.weight_format))
    with build_folder(target, force=force) as build:
        arguments = replace(options, model=str(checkpoint)).arguments(build.result)
        run_optimum(arguments, build.scratch, report, verbose=verbose)
        if local is None:
            _note_name(build.result, options.model)
        read_model_folder(build.result)
        find_template(build.result)
    return read_model_folder(target)


def require(*packages: str) -> None:
    """Raises ModelError where one of the packages of the extra `optimum` is not installed."""
    missing = []
    for package in packages:
        try:
            version(package)
        except PackageNotFoundError:
            missing.append(package)
    if missing:
        raise ModelError(
            f"The export needs {', '.join(missing)}. Download a model that is exported already by "
            f"`ovbot model pull`, or install what the export needs: {install_command('optimum')}"
        )


def _fetch_checkpoint(model_id: str, report: Report) -> Path:
    """The folder in the shared cache to which the checkpoint was downloaded, now or earlier."""
    # Half a second that a local checkpoint need not wait for.
    from bot.model import hub

    try:
        repository = hub.look_up(model_id)
    except hub.OfflineError:
        cached = hub.cached(model_id)
        if cached is None:
            raise
        return cached
    files = repository.only(lambda name: "/" not in name and not name.startswith("."))
    # Some repositories hold the same weights in both formats.
    has_safetensors = any(file.name.endswith(".safetensors") for file in files)
    wanted = (".json", ".jinja", ".model", ".txt", ".py", ".safetensors" if has_safetensors else ".bin")
    files = tuple(file for file in files if file.name.endswith(wanted))
    if not any(file.name == "config.json" for file in files):
        raise ModelError(f"{model_id} {NO_CHECKPOINT}")
    hub.check_cache_space(files, repository)
    return hub.fetch_to_cache(repository, files, report)


def _check_checkpoint(path: Path) -> None:
    """Raises ModelError where there is something else at `path` than a checkpoint's folder."""
    if is_model_folder(path):
        raise ModelError(explain_model(path))
    if path.is_file() or not (path / "config.json").is_file():
        raise ModelError(explain_no_model(path) or f"{path} {NO_CHECKPOINT}")


def _weights_size(checkpoint: Path) -> int:
    weights = [file for file in checkpoint.iterdir() if file.suffix in (".safetensors", ".bin")]
    if not weights:
        raise ModelError(
            f"{checkpoint} holds no weights (*.safetensors or *.bin): download the checkpoint again, or give "
            "its id on the Hub."
        )
    return sum(file.stat().st_size for file in weights)


def _needed(size: int, weight_format: str) -> int:
    """Bytes on the disk while exporting `size` bytes of weights: the model as it was, and compressed."""
    return size * 2 if weight_format in ("fp32", "fp16") else size * 8 // 5


def _note_name(folder: Path, model_id: str) -> None:
    """Keep the model's name where its configuration has a place for it; optimum saw only a path."""
    path = folder / "config.json"
    config = read_json(path) | {"_name_or_path": model_id}
    path.write_text(json.dumps(config, indent=2), encoding="utf-8")
