"""`ovbot model export`: converts a model to OpenVINO with compressed weights, by optimum's own command."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

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
from bot.model.export_types import TEXT_TASK, VISION_TASK, ExportType, ExportVersions, bot_versions, find_type
from bot.model.optimum_cli import run_optimum
from bot.model.progress_events import Report

if TYPE_CHECKING:
    from bot.model.hub import RemoteFile, Repository

DEFAULT_ID = "microsoft/Phi-3-mini-4k-instruct"
DEFAULT_FOLDER = Path("model", "phi3-instruct", "int4")
# The share of weights in int4; the rest stays in int8. 0.6 keeps more of the model's quality. At Phi-3-mini's
# size 1.0 gave 9.4 tokens/s for 6.1 to 7.2, and 2.07 GB for 2.78 GB (two cores, genai, one stream).
DEFAULT_RATIO = 0.6
FAST_RATIO = 1.0
WEIGHT_FORMATS = ("fp32", "fp16", "int8", "int4", "mxfp4", "nf4", "cb4")
PACKAGES = ("optimum-intel", "nncf", "torch")
LANGUAGE_MODEL_FILE = "openvino_language_model.xml"  # of a model of text and images
# What a pipeline for text and images needs, and optimum writes only where transformers can load it.
PREPROCESSORS = ("preprocessor_config.json", "video_preprocessor_config.json", "processor_config.json")
NO_CHECKPOINT = (
    "is no checkpoint of transformers: it has no config.json. Give the id of a model on the Hub, or a "
    "checkpoint's folder."
)


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """The flags of `optimum-cli export openvino`, by their names there.

    task: None for the one that suits the model's type. group_size: weights that share a scale; -1 for a
    whole channel. ratio: share of the weights in 4 bits, 0 to 1. sym: no zero points. Those three are
    for 4-bit formats only.
    """

    model: str = DEFAULT_ID
    task: str | None = None
    weight_format: str = "int4"
    group_size: int = 128
    ratio: float = DEFAULT_RATIO
    sym: bool = True
    trust_remote_code: bool = False

    def arguments(self, output: Path) -> list[str]:
        """The command line after `optimum-cli`."""
        flags = [
            "--model",
            self.model,
            "--task",
            self.task or TEXT_TASK,
            "--weight-format",
            self.weight_format,
        ]
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
    options: ExportOptions,
    target: Path,
    report: Report,
    *,
    isolated: bool | None = None,
    say: Callable[[str], None] = lambda line: None,
    force: bool = False,
    verbose: bool = False,
) -> ModelFolder | None:
    """Export a model, a Hub id or the folder of a transformers checkpoint, to the folder `target`.

    `target` is complete afterwards, or as it was before.

    isolated: whether optimum runs in an environment of its own, which is installed if need be; None for
    models of a type that the bot's own environment cannot export. say: is told so beforehand, in a line.
    verbose: pass on what optimum writes.

    Returns: what `target` holds; None for a model of text and images.

    Raises: ModelError.
    """
    local = find_local(options.model)
    if local is not None:
        _check_checkpoint(local)
    if isolated is False:
        require(*PACKAGES)
    check_target(target, force=force)
    checkpoint = _Checkpoint(local) if local else _find_checkpoint(options.model)
    kind = _kind(checkpoint.folder, options.task)
    versions = _versions(kind, isolated)
    if versions is None:
        require(*PACKAGES)
    python = _prepare(kind, versions, report, say) if versions else None
    checkpoint.fetch_rest(report)
    options = replace(options, model=str(checkpoint.folder), task=options.task or kind.task)
    check_space(target, _needed(_weights_size(checkpoint.folder), options.weight_format))
    with build_folder(target, force=force) as build:
        run_optimum(options.arguments(build.result), build.scratch, report, python=python, verbose=verbose)
        if checkpoint.repository:
            _note_name(build.result, checkpoint.repository.model_id)
        if options.task == VISION_TASK:
            _complete_preprocessors(build.result, checkpoint.folder)
        else:
            read_model_folder(build.result)
            find_template(build.result)
    return None if options.task == VISION_TASK else read_model_folder(target)


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
            "`ovbot model pull`, have --isolated install what it needs apart from the bot, or install it "
            f"yourself: {install_command('optimum')}"
        )


@dataclass(frozen=True, slots=True)
class _Checkpoint:
    """A checkpoint whose folder has its configuration.

    repository, files: where the rest is downloaded from; None where all of it is there.
    """

    folder: Path
    repository: Repository | None = None
    files: tuple[RemoteFile, ...] = ()

    def fetch_rest(self, report: Report) -> None:
        """Download what is not in the folder yet. Raises ModelError."""
        if self.files and self.repository:
            from bot.model import hub

            hub.check_cache_space(self.files, self.repository)
            hub.fetch_to_cache(self.repository, self.files, report)


def _find_checkpoint(model_id: str) -> _Checkpoint:
    """A checkpoint on the Hub with its configuration in the shared cache, or all of it if it is there."""
    # Half a second that a local checkpoint need not wait for.
    from bot.model import hub

    try:
        repository = hub.look_up(model_id)
    except hub.OfflineError:
        cached = hub.cached(model_id)
        if cached is None:
            raise
        return _Checkpoint(cached, hub.Repository(model_id, commit="", files=()))
    files = repository.only(lambda name: "/" not in name and not name.startswith("."))
    # Some repositories hold the same weights in both formats.
    has_safetensors = any(file.name.endswith(".safetensors") for file in files)
    wanted = (".json", ".jinja", ".model", ".txt", ".py", ".safetensors" if has_safetensors else ".bin")
    files = tuple(file for file in files if file.name.endswith(wanted))
    config = repository.only(lambda name: name == "config.json")
    if not config:
        raise ModelError(f"{model_id} {NO_CHECKPOINT}")
    folder = hub.fetch_to_cache(repository, config, lambda progress: None)
    return _Checkpoint(folder, repository, files)


def _kind(checkpoint: Path, task: str | None) -> ExportType:
    """What exports a checkpoint. A type that the table lacks may be one for another task, which is optimum's
    to judge. Raises ModelError."""
    name = read_json(checkpoint / "config.json").get("model_type")
    found = find_type(str(name))
    if found is not None:
        return found
    if task is None:
        raise ModelError(
            f"optimum-intel cannot export models of the type {name} for conversations. If this one is for "
            "something else, name its task by --task; if not, look for one that is exported already, for "
            "`ovbot model pull`."
        )
    return ExportType(str(name), task, bot_versions())


def _versions(kind: ExportType, isolated: bool | None) -> ExportVersions | None:
    """The versions for an environment of its own; None where the bot's is taken. Raises ModelError."""
    if isolated or (isolated is None and kind.versions != bot_versions()):
        return kind.versions
    if kind.versions != bot_versions():
        raise ModelError(
            f"Models of the type {kind.name} are exported by {kind.versions}, but the bot has "
            f"{bot_versions()}. Leave out --no-isolated: that is installed apart from the bot then."
        )
    return None


def _prepare(kind: ExportType, versions: ExportVersions, report: Report, say: Callable[[str], None]) -> Path:
    """The Python of the environment with these versions, installed now or earlier. Raises ModelError."""
    from bot.model.export_environment import ExportEnvironment

    environment = ExportEnvironment(versions)
    if versions != bot_versions():
        say(f"The bot's own {bot_versions()} cannot export models of the type {kind.name}.")
    say(environment.explain())
    environment.make(report)
    return environment.python


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


def _complete_preprocessors(folder: Path, checkpoint: Path) -> None:
    """Copy what transformers could not load, and so optimum did not write, such as for want of torchvision.
    And write what prepares pictures into the file in which openvino-genai looks for it: transformers 5 saves
    it as a part of another one.

    Raises: ModelError where the export has no language model.
    """
    if not (folder / LANGUAGE_MODEL_FILE).is_file():
        raise ModelError(f"optimum wrote no {LANGUAGE_MODEL_FILE}: --verbose shows all that it says.")
    for name in PREPROCESSORS:
        if (checkpoint / name).is_file() and not (folder / name).exists():
            shutil.copyfile(checkpoint / name, folder / name)
    preprocessor = folder / "preprocessor_config.json"
    config = read_json(folder / "processor_config.json").get("image_processor")
    if config is not None and not preprocessor.is_file():
        preprocessor.write_text(json.dumps(config, indent=2), encoding="utf-8")


def _note_name(folder: Path, model_id: str) -> None:
    """Keep the model's name where its configuration has a place for it; optimum saw only a path."""
    path = folder / "config.json"
    config = read_json(path) | {"_name_or_path": model_id}
    path.write_text(json.dumps(config, indent=2), encoding="utf-8")
