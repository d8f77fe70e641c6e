"""Converting a model to OpenVINO's format with compressed weights, by optimum's own command."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath

from bot.engine.modelinfo import ModelFolder, read_model_folder
from bot.engine.template import find_template
from bot.errors import ModelError
from bot.model.optimum_cli import run_optimum
from bot.model.progress import Report
from bot.model.workplace import check_space, check_target, workplace

DEFAULT_ID = "microsoft/Phi-3-mini-4k-instruct"
DEFAULT_FOLDER = Path("model", "phi3-instruct", "int4")
# The share of weights in int4; the rest stays in int8. 0.6 keeps more of the model's quality. At Phi-3-mini's
# size 1.0 gave 9.4 tokens/s for 6.1 to 7.2, and 2.07 GB for 2.78 GB (two cores, genai, one stream).
DEFAULT_RATIO = 0.6
FAST_RATIO = 1.0
WEIGHT_FORMATS = ("fp32", "fp16", "int8", "int4", "mxfp4", "nf4", "cb4")
PACKAGES = ("optimum-intel", "nncf", "torch")


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
    require(*PACKAGES)
    check_target(target, force=force)
    offline = False
    if Path(options.model).is_dir():
        size = _checkpoint_size(Path(options.model))
    else:
        size, offline = _fetch_checkpoint(options, report)
    check_space(target, _needed(size, options.weight_format))
    with workplace(target, force=force) as place:
        run_optimum(options.arguments(place.result), place.scratch, report, offline=offline, verbose=verbose)
        read_model_folder(place.result)
        find_template(place.result)
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
            f"The export needs {', '.join(missing)}: "
            'pip install "openvino-discord-bot[optimum]" (or `ovbot model pull`, which needs nothing more).'
        )


def _is_weights(name: str) -> bool:
    return name.endswith((".safetensors", ".bin"))


def _checkpoint_size(folder: Path) -> int:
    if not (folder / "config.json").is_file():
        raise ModelError(f"{folder} is no checkpoint of transformers: it has no config.json.")
    size = sum(file.stat().st_size for file in folder.iterdir() if _is_weights(file.name))
    if not size:
        raise ModelError(f"{folder} holds no weights (*.safetensors or *.bin).")
    return size


def _fetch_checkpoint(options: ExportOptions, report: Report) -> tuple[int, bool]:
    """Download the checkpoint into the shared cache; bytes of its weights, and whether the Hub is away."""
    # Half a second that a local checkpoint need not wait for.
    from bot.model import hub

    try:
        repository = hub.look_up(options.model)
    except hub.OfflineError:
        cached = hub.cached(options.model)
        if cached is None:
            raise
        return _checkpoint_size(cached), True
    files = repository.only(lambda name: "/" not in name and not name.startswith("."))
    if not any(file.name == "config.json" for file in files):
        raise ModelError(f"{options.model} holds no checkpoint of transformers: it has no config.json.")
    kind = ".safetensors" if any(file.name.endswith(".safetensors") for file in files) else ".bin"
    weights = [file for file in files if file.name.endswith(kind)]
    if not weights:
        raise ModelError(f"{options.model} holds no weights (*.safetensors or *.bin).")
    others = [file for file in files if file.name.endswith((".json", ".jinja", ".model", ".txt", ".py"))]
    hub.check_cache_space([*others, *weights], repository)
    hub.fetch_to_cache(repository, [*others, *weights], report)
    return hub.size_of(weights), False


def _needed(size: int, weight_format: str) -> int:
    """Bytes on the disk while exporting `size` bytes of weights: the model as it was, and compressed."""
    return size * 2 if weight_format in ("fp32", "fp16") else size * 8 // 5
