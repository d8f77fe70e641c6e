"""Model folders: what one holds, read from its files without loading the model, and what is no model."""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.chat.ports import ModelInfo, SamplingParams
from bot.engine.generation_config import sampling_defaults
from bot.engine.model_config import context_length, sliding_window, text_config
from bot.errors import ModelError
from bot.hints import quoted

logger = logging.getLogger(__name__)

REQUIRED = ("config.json", "openvino_model.xml", "openvino_model.bin", "tokenizer.json")
# Which models besides these have depends on their architecture.
REQUIRED_OF_VISION = (
    "config.json",
    "openvino_language_model.xml",
    "openvino_language_model.bin",
    "openvino_text_embeddings_model.xml",
    "openvino_text_embeddings_model.bin",
    "openvino_vision_embeddings_model.xml",
    "openvino_vision_embeddings_model.bin",
    "openvino_tokenizer.xml",
    "openvino_tokenizer.bin",
    "openvino_detokenizer.xml",
    "openvino_detokenizer.bin",
    "preprocessor_config.json",
    "tokenizer.json",
)
LANGUAGE_MODELS = ("openvino_language_model.xml", "openvino_model.xml")
HOW_TO_GET_ONE = "Get one by `ovbot model pull`, or leave MODEL_DIR empty for the demo model."

# Constants in OpenVINO's XML: `<data element_type="i4" shape="…" offset="…" size="bytes" />`.
CONSTANT = re.compile(rb'<data element_type="(\w+)" shape="([^"]*)" offset="\d+" size="(\d+)"')
BITS = {
    "u4": 4,
    "i4": 4,
    "nf4": 4,
    "f4e2m1": 4,
    "u8": 8,
    "i8": 8,
    "f8e4m3": 8,
    "f16": 16,
    "bf16": 16,
    "f32": 32,
}
LABELS = {
    "u4": "int4",
    "i4": "int4",
    "u8": "int8",
    "i8": "int8",
    "f4e2m1": "fp4",
    "f16": "fp16",
    "f32": "fp32",
}
INTEGERS = ("u4", "i4", "u8", "i8")
PRECISION_NAME = re.compile(r"(int|fp|f|nf|bf|w|q)\d+.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A complete OpenVINO model folder.

    precision: the share of the weights by type, as in "int4 (60 %), int8 (40 %)".
    weight_groups: of integer weights, how many share a scale: groups or whole rows; empty where others
        make up the most of them.
    size: bytes of all files. context_length and sliding_window: tokens; the window is None where
        the model attends to its whole context.
    eos_ids: the token ids that end a reply by the model's own configuration.
    sampling: how tokens are chosen by the model's own configuration.
    is_demo: whether it is the little model that comes with the program: `"ovbot_demo": true` in
        config.json.
    is_vision: whether it is a vision-language model: it sees pictures, and takes prompts as text.
    """

    path: Path
    name: str
    architecture: str
    precision: str
    weight_groups: frozenset[int]
    size: int
    context_length: int
    sliding_window: int | None
    eos_ids: frozenset[int]
    sampling: SamplingParams
    is_demo: bool
    is_vision: bool = False

    def info(self, engine: str, device: str, context_tokens: int | None = None) -> ModelInfo:
        """How the model is shown when it runs; `context_tokens` limits the context further."""
        context = min(self.context_length, context_tokens or self.context_length)
        return ModelInfo(
            name=self.name,
            architecture=self.architecture,
            precision=self.precision,
            device=device,
            engine=engine,
            context_length=context,
            sliding_window=self.sliding_window,
            is_demo=self.is_demo,
            sampling=self.sampling,
            sees=self.is_vision,
        )

    def log_loading(self, engine: str, device: str) -> None:
        """Say in the log which model is about to be loaded."""
        logger.info(
            "Loading %s (%s, %.2f GB) on %s, engine %s",
            self.name,
            self.precision,
            self.size / 1e9,
            device,
            engine,
        )


def read_model_folder(path: Path, advice: str = HOW_TO_GET_ONE) -> ModelFolder:
    """Read a model folder. `advice`: what to do where there is none.

    Raises: ModelError with one line where it is missing, incomplete or no text model.
    """
    try:
        return _read(path, advice)
    except OSError as error:
        raise ModelError(
            f"{error.filename or path} cannot be read ({error.strerror}): check the path and its permissions."
        ) from None


def _read(path: Path, advice: str) -> ModelFolder:
    if not path.exists():
        raise ModelError(f"There is no model folder {path.absolute()}. {advice}")
    missing = (
        missing_files(file.name for file in path.iterdir() if file.is_file()) if path.is_dir() else REQUIRED
    )
    if missing:
        raise ModelError(
            _explain_preprocessor(path, missing)
            or explain_no_model(path)
            or f"{path} is no complete OpenVINO model: {', '.join(missing)} missing. {advice}"
        )
    config = read_json(path / "config.json")
    context = context_length(config)
    if context is None:
        raise ModelError(
            f"{path / 'config.json'} gives no max_position_embeddings: it is not a text model. {advice}"
        )
    architectures = config.get("architectures")
    if not isinstance(architectures, list) or not architectures:
        architectures = [config.get("model_type", "unknown")]
    constants = _constants(language_model(path))
    generation = path / "generation_config.json"
    generation_config = read_json(generation)
    return ModelFolder(
        path=path,
        name=_name(path, config),
        architecture=str(architectures[0]),
        precision=_precision(constants),
        weight_groups=_weight_groups(constants),
        size=sum(file.stat().st_size for file in path.rglob("*") if file.is_file()),
        context_length=context,
        sliding_window=sliding_window(config, context),
        eos_ids=_ids(config.get("eos_token_id"))
        | _ids(text_config(config).get("eos_token_id"))
        | _ids(generation_config.get("eos_token_id")),
        sampling=sampling_defaults(generation_config, generation),
        is_demo=config.get("ovbot_demo") is True,
        is_vision=is_vision(path),
    )


def is_model_folder(path: Path) -> bool:
    """Whether a folder has all files of an OpenVINO model."""
    return path.is_dir() and not missing_files(file.name for file in path.iterdir() if file.is_file())


def missing_files(names: Iterable[str]) -> tuple[str, ...]:
    """What a folder with files of these names lacks to be a text model, or a vision-language model."""
    there = set(names)
    required = REQUIRED_OF_VISION if LANGUAGE_MODELS[0] in there else REQUIRED
    return tuple(name for name in required if name not in there)


def has_model(path: Path) -> bool:
    """Whether a folder holds an OpenVINO model, be it complete or not."""
    return any((path / name).is_file() for name in LANGUAGE_MODELS)


def language_model(path: Path) -> Path:
    """The file of the model proper, of a text model or of a vision-language model."""
    return path / LANGUAGE_MODELS[0 if is_vision(path) else 1]


def has_token_types(path: Path) -> bool:
    """Whether the model proper is told which tokens of a prompt are pictures': these attend to one another
    both ways, so they have to be read together.
    """
    return b'"token_type_ids"' in language_model(path).read_bytes()


def is_vision(path: Path) -> bool:
    """Whether a folder holds a vision-language model, be it complete or not."""
    return (path / LANGUAGE_MODELS[0]).is_file()


def _explain_preprocessor(path: Path, missing: Sequence[str]) -> str | None:
    """What to do where newer versions of transformers saved what is missing as a part of another file."""
    nested = path / "processor_config.json"
    if tuple(missing) != ("preprocessor_config.json",) or "image_processor" not in read_json(nested):
        return None
    return (
        f"{path} has no preprocessor_config.json, by which OpenVINO prepares pictures. Make that file of the "
        f'value of "image_processor" in {nested}.'
    )


def find_local(name: str) -> Path | None:
    """What a name given in place of a model id means on this machine; None where nothing is there."""
    try:
        path = Path(name).expanduser()
        return path if path.exists() else None
    except (OSError, RuntimeError):  # too long, not to be looked into, or no such home
        return None


def explain_model(path: Path) -> str:
    """How to use what is a complete model already, in one line."""
    return (
        f"{path} is a model for OpenVINO already. Use it by MODEL_DIR={path}, or try it: "
        f"ovbot chat --model-dir {quoted(path)}"
    )


def explain_no_model(path: Path) -> str | None:
    """What is at `path` if no model folder, and the command that makes a model of it, in one line; None where
    it resembles nothing that is known."""
    if path.suffix.lower() == ".gguf" and not path.is_dir():
        make = import_command(path)
        return f"{path} is a GGUF file, the format of llama.cpp. Make a model folder of it: {make}"
    if files := sorted(path.glob("*.[gG][gG][uU][fF]")) if path.is_dir() else []:
        what = "a GGUF file" if len(files) == 1 else f"{len(files)} GGUF files"
        one = "it" if len(files) == 1 else "one of them"
        return (
            f"{path} holds {what}, the format of llama.cpp. Make a model folder of {one}: "
            f"{import_command(files[0])}"
        )
    if path.is_file():
        return _explain_file(path)
    if _is_checkpoint(path):
        return (
            f"{path} is a checkpoint of transformers, which OpenVINO cannot run as it is. Convert it: "
            f"ovbot model export {quoted(path)}"
        )
    models = sorted(child.parent for name in LANGUAGE_MODELS for child in path.glob(f"*/{name}"))
    if models:
        return f"{path} is no model but holds some: name one of them, such as {models[0]}."
    return None


def import_command(file: Path) -> str:
    """The command line that makes a model folder of a GGUF file."""
    return f"ovbot model import {quoted(file)}"


def _explain_file(path: Path) -> str:
    if is_model_folder(path.parent):
        return f"{path} is one file of the model in {path.parent}: name that folder."
    if _is_checkpoint(path.parent):
        return (
            f"{path} is one file of a checkpoint of transformers. Convert it: "
            f"ovbot model export {quoted(path.parent)}"
        )
    return f"{path} is a file; a model is a folder that holds {', '.join(REQUIRED)}. {HOW_TO_GET_ONE}"


def _is_checkpoint(folder: Path) -> bool:
    """Whether a folder holds a model as transformers saves it."""
    weights = any(folder.glob("*.safetensors")) or any(folder.glob("pytorch_model*.bin"))
    return weights and (folder / "config.json").is_file()


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file; empty where there is no such file.

    Raises: ModelError where the file holds something else.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read ({error}): export or pull the model again.") from None
    if not isinstance(value, dict):
        raise ModelError(f"{path} is no JSON object: export or pull the model again.")
    return value


def _name(path: Path, config: dict[str, Any]) -> str:
    """The model's name: from its configuration, else from the folder (`phi3-instruct/int4`)."""
    source = config.get("_name_or_path")
    if isinstance(source, str) and re.fullmatch(r"[\w.-]+/[\w.-]+", source) and not Path(source).exists():
        return source
    path = path.resolve()
    return f"{path.parent.name}/{path.name}" if PRECISION_NAME.fullmatch(path.name) else path.name


def _ids(value: object) -> frozenset[int]:
    if isinstance(value, int):
        return frozenset({value})
    return frozenset(id_ for id_ in value if isinstance(id_, int)) if isinstance(value, list) else frozenset()


@dataclass(frozen=True, slots=True)
class _Constant:
    """A constant of the model: its OpenVINO type, its shape, how many elements it has."""

    kind: str
    shape: tuple[int, ...]
    elements: int


def _constants(xml: Path) -> list[_Constant]:
    """The constants of floating or short integer types. Raises OSError."""
    return [
        _Constant(
            kind.decode(),
            tuple(int(length) for length in shape.split(b",") if length.strip()),
            int(size) * 8 // BITS[kind.decode()],
        )
        for kind, shape, size in CONSTANT.findall(xml.read_bytes())
        if kind.decode() in BITS
    ]


def _weight_groups(constants: Iterable[_Constant]) -> frozenset[int]:
    """The lengths of the innermost axes; those of length 1 are scales and zero points."""
    groups: set[int] = set()
    integers = others = 0
    for constant in constants:
        if constant.kind not in INTEGERS:
            others += constant.elements
        elif len(constant.shape) > 1 and constant.shape[-1] > 1:
            integers += constant.elements
            groups.add(constant.shape[-1])
    return frozenset(groups) if integers > others else frozenset()


def _precision(constants: Iterable[_Constant]) -> str:
    """Types of the weights by their share of all weights; those below 5 % (scales, norms) left out."""
    counts: Counter[str] = Counter()
    for constant in constants:
        counts[LABELS.get(constant.kind, constant.kind)] += constant.elements
    total = sum(counts.values())
    shares = [(name, count / total) for name, count in counts.most_common() if count / total >= 0.05]
    if len(shares) == 1:
        return shares[0][0]
    return ", ".join(f"{name} ({share:.0%})".replace("%", " %") for name, share in shares) or "unknown"
