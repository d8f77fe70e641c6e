"""A GGUF file, the format of llama.cpp: its metadata and its tensors, and whether a model folder can be made
of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import ModelError

# What openvino-genai 2026.4 converts.
ARCHITECTURES = {"llama": "LlamaForCausalLM", "qwen2": "Qwen2ForCausalLM", "qwen3": "Qwen3ForCausalLM"}
MATRIX_TYPES = frozenset({"F16", "Q4_0", "Q4_1", "Q8_0", "Q4_K", "Q6_K"})
VECTOR_TYPES = frozenset({"F16", "F32"})
ROPE_FACTORS = "rope_freqs.weight"
EXPORT = "Export the model that it was made from: ovbot model export OWNER/NAME"
OR_EXPORT = "or export the model that it was made from: ovbot model export OWNER/NAME"

_WEIGHTS = re.compile(
    r"(token_embd|output_norm|output|rope_freqs|"
    r"blk\.\d+\.(attn_norm|ffn_norm|attn_q|attn_k|attn_v|attn_output|ffn_gate|ffn_up|ffn_down))\.weight"
)
_BIASES = re.compile(r"blk\.\d+\.(attn_v|attn_output|ffn_gate|ffn_up|ffn_down)\.bias")
# openvino-genai puts the rows of these matrices of a llama in another order, and forgets their biases.
_QUERY_BIASES = re.compile(r"blk\.\d+\.attn_[qk]\.bias")
_HEAD_NORMS = re.compile(r"blk\.\d+\.attn_[qk]_norm\.weight")
_SPLIT_NAME = re.compile(r"-\d{5}-of-(\d{5})\.gguf$", re.IGNORECASE)
# Factors that some models multiply by, which openvino-genai does not know.
_FACTORS = ("attention.scale", "logit_scale", "embedding_scale", "residual_scale")
_WHOLE_FLOATS = frozenset({"F16", "F32"})


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor's type, by llama.cpp's name, and its shape, rows first."""

    kind: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GgufFile:
    """What a GGUF file says about its model; `metadata` and `tensors` by the names in the file."""

    path: Path
    metadata: Mapping[str, Any]
    tensors: Mapping[str, Tensor]

    @property
    def architecture(self) -> str:
        """llama.cpp's name of the architecture; "" where the file has none."""
        return str(self.metadata.get("general.architecture", ""))

    def size(self, key: str, default: int | None = None) -> int:
        """A whole number above 0 that the architecture needs, such as "block_count".

        Raises: ModelError where it is another value, or is missing without a default.
        """
        value = self.metadata.get(f"{self.architecture}.{key}", default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ModelError(
                f"{self.path} gives no single number for {self.architecture}.{key}, which openvino-genai "
                f"needs. {EXPORT}"
            )
        return value

    def real(self, key: str, default: float) -> float:
        """A number of the architecture's, such as "rope.freq_base"."""
        value = self.metadata.get(f"{self.architecture}.{key}", default)
        return float(value) if isinstance(value, int | float) else default

    @property
    def head_dim(self) -> int:
        """Numbers of an attention head."""
        return self.size(
            "attention.key_length", self.size("embedding_length") // self.size("attention.head_count")
        )

    @property
    def rope_scale(self) -> float:
        """By how much positions are divided: the linear scale of the rotary embedding, 1 for none."""
        if self.metadata.get(f"{self.architecture}.rope.scaling.type", "linear") != "linear":
            return 1.0
        return self.real("rope.scaling.factor", self.real("rope.scale_linear", 1.0)) or 1.0


def read_gguf(path: Path) -> GgufFile:
    """Read a file and see to it that all of its model is understood.

    Raises: ModelError with one line where it cannot be read, or holds something else than a whole model for
    conversations that openvino-genai converts rightly.
    """
    file = read_metadata(path)
    _check_kind(file)
    _check_architecture(file)
    _check_tensors(file)
    _check_conversation(file)
    return file


def read_metadata(path: Path) -> GgufFile:
    """Read what any GGUF file says. Raises: ModelError where it cannot be read."""
    # Half a second that other commands need not wait for.
    from gguf import GGUFReader

    try:
        reader = GGUFReader(path)
        metadata = {name: field.contents() for name, field in reader.fields.items()}
        tensors = {
            tensor.name: Tensor(tensor.tensor_type.name, tuple(int(n) for n in reversed(tensor.shape)))
            for tensor in reader.tensors
        }
    except OSError as error:
        raise ModelError(
            f"{path} cannot be read ({error.strerror or error}): check the path and its permissions."
        ) from None
    except Exception as error:  # noqa: BLE001  the library raises whatever it stumbles over in a damaged file
        raise ModelError(
            f"{path} cannot be read as a GGUF file ({_brief(error)}): it is damaged, cut short, or of a "
            "newer kind. Download it again."
        ) from None
    if reader.byte_order != "I":
        raise ModelError(f"{path} is in the byte order of other processors. {EXPORT}")
    return GgufFile(path, metadata, tensors)


def _brief(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


def _check_kind(file: GgufFile) -> None:
    split = _SPLIT_NAME.search(file.path.name)
    parts = file.metadata.get("split.count", 0)
    if split or (isinstance(parts, int) and parts > 1):
        raise ModelError(
            f"{file.path} is one of {int(split[1]) if split else parts} parts of a model. Join them by "
            f"llama.cpp's `llama-gguf-split --merge FIRST-PART WHOLE.gguf`, {OR_EXPORT}"
        )
    kind = file.metadata.get("general.type", "model")
    if kind == "adapter":
        raise ModelError(
            f"{file.path} is a LoRA adapter, a change to a model: import the file of a whole model."
        )
    if kind == "mmproj" or file.architecture == "clip":
        raise ModelError(
            f"{file.path} is the image encoder of a model that sees (mmproj): import the file of the "
            "language model that it goes with."
        )
    if kind != "model" or not file.tensors:
        raise ModelError(
            f"{file.path} holds no model (general.type is {kind}, {len(file.tensors)} tensors): import the "
            "file of a whole model."
        )


def _check_architecture(file: GgufFile) -> None:
    name = file.architecture
    if name not in ARCHITECTURES:
        raise ModelError(
            f"{file.path} holds a model of the architecture {name or 'unknown'}; openvino-genai reads "
            f"{', '.join(ARCHITECTURES)} from GGUF files. {EXPORT}"
        )
    if file.metadata.get(f"{name}.pooling_type"):
        raise ModelError(
            f"{file.path} holds a model for embeddings, which writes no text: take an instruct model."
        )
    experts = file.metadata.get(f"{name}.expert_count")
    if experts:
        raise ModelError(
            f"{file.path} holds a mixture of {experts} experts, which openvino-genai does not read from GGUF "
            f"files. {EXPORT}"
        )
    for key in ("embedding_length", "feed_forward_length", "block_count", "context_length"):
        file.size(key)
    head_dim = file.head_dim
    same = {file.size(key, head_dim) for key in ("attention.value_length", "rope.dimension_count")}
    factors = [key for key in _FACTORS if file.real(key, 1.0) not in (0.0, 1.0)]
    if same != {head_dim} or file.real("attention.layer_norm_rms_epsilon", 0) <= 0 or factors:
        raise ModelError(f"{file.path} holds a variant of {name} that openvino-genai does not know. {EXPORT}")
    scaling = file.metadata.get(f"{name}.rope.scaling.type", "none")
    if scaling not in ("none", "linear"):
        raise ModelError(
            f"{file.path} stretches its context by {scaling}, which openvino-genai does not know. {EXPORT}"
        )


def _check_tensors(file: GgufFile) -> None:
    strange = [name for name in file.tensors if not _is_known(name, file.architecture)]
    if strange:
        raise ModelError(f"{file.path} holds {_listed(strange)}, which openvino-genai leaves out. {EXPORT}")
    missing = [name for name in _needed(file) if name not in file.tensors]
    if missing:
        raise ModelError(f"{file.path} lacks {_listed(missing)}: it is damaged. Download it again.")
    refused: dict[str, list[str]] = {}
    for name, tensor in file.tensors.items():
        known = MATRIX_TYPES if len(tensor.shape) > 1 else VECTOR_TYPES
        if tensor.kind not in known:
            refused.setdefault(tensor.kind, []).append(name)
    if refused:
        kinds = ", ".join(f"{kind} ({_listed(names)})" for kind, names in refused.items())
        raise ModelError(
            f"{file.path} has tensors of a type that openvino-genai does not read: {kinds}. Take another "
            f"file of this model, in Q4_K_M, Q4_0, Q6_K, Q8_0 or F16, {OR_EXPORT}"
        )
    kinds_used = {tensor.kind for tensor in file.tensors.values()}
    # By it openvino-genai decides whether to look for scales.
    if (file.metadata.get("general.file_type", 1) in (0, 1)) != (kinds_used <= _WHOLE_FLOATS):
        raise ModelError(
            f"{file.path} does not say rightly how it is quantized (general.file_type): take another file of "
            f"this model, {OR_EXPORT}"
        )


def _is_known(name: str, architecture: str) -> bool:
    if _WEIGHTS.fullmatch(name) or _BIASES.fullmatch(name):
        return True
    if architecture == "llama":
        return False
    return bool(_QUERY_BIASES.fullmatch(name) or (architecture == "qwen3" and _HEAD_NORMS.fullmatch(name)))


def _needed(file: GgufFile) -> list[str]:
    block = [
        "attn_norm",
        "ffn_norm",
        "attn_q",
        "attn_k",
        "attn_v",
        "attn_output",
        "ffn_gate",
        "ffn_up",
        "ffn_down",
    ]
    block += ["attn_q_norm", "attn_k_norm"] if file.architecture == "qwen3" else []
    layers = range(file.size("block_count"))
    names = [f"blk.{layer}.{name}.weight" for layer in layers for name in block]
    return ["token_embd.weight", "output_norm.weight", *names]


def _check_conversation(file: GgufFile) -> None:
    if not file.metadata.get("tokenizer.ggml.tokens"):
        raise ModelError(f"{file.path} holds no tokenizer. {EXPORT}")
    template = file.metadata.get("tokenizer.chat_template")
    if not isinstance(template, str) or not template.strip():
        raise ModelError(
            f"{file.path} has no chat template: it is no model for conversations. Take an instruct model."
        )


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{names[0]}{more}"
