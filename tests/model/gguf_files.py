"""Small GGUF files as llama.cpp's converter writes them: random weights, a real byte-level vocabulary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType, TokenType
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from tests.engine.vocabularies import CORPUS

TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + "
    "'<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
CONTROLS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
Weights = dict[str, np.ndarray]


@dataclass(frozen=True)
class Recipe:
    """What to write. kind: type of the matrices. metadata: further or other keys; None leaves one out.
    tensors: further or other tensors; None leaves one out."""

    architecture: str = "llama"
    kind: str = "Q8_0"
    layers: int = 2
    hidden: int = 256
    inner: int = 512
    heads: int = 4
    kv_heads: int = 2
    head_dim: int = 64
    rope_base: float = 10_000.0
    context: int = 512
    tied: bool = False
    metadata: Mapping[str, Any] = field(default_factory=dict)
    tensors: Mapping[str, np.ndarray | None] = field(default_factory=dict)


@cache
def byte_level() -> Tokenizer:
    """A small byte-level BPE tokenizer of SmolLM's kind, with the three control tokens in front."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=500,
        special_tokens=[AddedToken(text, special=True, normalized=False) for text in CONTROLS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


def vocabulary_metadata(tokenizer: Tokenizer, pre: str, unused: int = 0) -> dict[str, Any]:
    """The keys that llama.cpp's converter writes for a byte-level tokenizer.

    unused: how many ids beyond the vocabulary are filled up.
    """
    spec = json.loads(tokenizer.to_str())
    added = {token["id"]: token for token in spec["added_tokens"]}
    by_id = {id_: text for text, id_ in tokenizer.get_vocab().items()}
    tokens, types = [], []
    for id_ in range(max(by_id) + 1 + unused):
        tokens.append(by_id.get(id_, f"[PAD{id_}]"))
        if id_ not in by_id:
            types.append(TokenType.UNUSED)
        elif id_ in added:
            types.append(TokenType.CONTROL if added[id_]["special"] else TokenType.USER_DEFINED)
        else:
            types.append(TokenType.NORMAL)
    merges = [pair if isinstance(pair, str) else " ".join(pair) for pair in spec["model"]["merges"]]
    return {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": pre,
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [int(kind) for kind in types],
        "tokenizer.ggml.merges": merges,
    }


def write_gguf(path: Path, recipe: Recipe | None = None) -> Weights:
    """Write a file; the weights that are in it, as numbers, by their names there."""
    recipe = recipe or Recipe()
    writer = gguf.GGUFWriter(path, recipe.architecture)
    for key, value in (_metadata(recipe) | dict(recipe.metadata)).items():
        if value is not None:
            _add(writer, key, value)
    written = {}
    for name, (raw, kind) in _tensors(recipe).items():
        if recipe.tensors.get(name, raw) is None:
            continue
        writer.add_tensor(name, raw, raw_dtype=kind)
        written[name] = gguf.dequantize(raw, kind).astype(np.float32)
    for name, extra in recipe.tensors.items():
        if extra is not None:
            writer.add_tensor(name, extra)
            written[name] = extra
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return written


def _metadata(recipe: Recipe) -> dict[str, Any]:
    name = recipe.architecture
    file_type = {"F32": 0, "F16": 1, "Q4_0": 2, "Q4_1": 3, "Q8_0": 7, "Q4_K": 15, "Q6_K": 18}
    return {
        "general.type": "model",
        "general.name": "Tiny Test Instruct",
        "general.organization": "People",
        "general.file_type": np.uint32(file_type.get(recipe.kind, 7)),
        f"{name}.block_count": np.uint32(recipe.layers),
        f"{name}.context_length": np.uint32(recipe.context),
        f"{name}.embedding_length": np.uint32(recipe.hidden),
        f"{name}.feed_forward_length": np.uint32(recipe.inner),
        f"{name}.attention.head_count": np.uint32(recipe.heads),
        f"{name}.attention.head_count_kv": np.uint32(recipe.kv_heads),
        f"{name}.attention.key_length": np.uint32(recipe.head_dim),
        f"{name}.attention.value_length": np.uint32(recipe.head_dim),
        f"{name}.attention.layer_norm_rms_epsilon": np.float32(1e-5),
        f"{name}.rope.freq_base": np.float32(recipe.rope_base),
        f"{name}.rope.dimension_count": np.uint32(recipe.head_dim),
        f"{name}.vocab_size": np.uint32(512),
        **vocabulary_metadata(byte_level(), "smollm", 512 - byte_level().get_vocab_size()),
        "tokenizer.ggml.bos_token_id": np.uint32(1),
        "tokenizer.ggml.eos_token_id": np.uint32(2),
        "tokenizer.ggml.padding_token_id": np.uint32(2),
        "tokenizer.ggml.add_bos_token": False,
        "tokenizer.chat_template": TEMPLATE,
    }


def _add(writer: gguf.GGUFWriter, key: str, value: Any) -> None:
    kinds = {np.uint32: writer.add_uint32, np.uint16: writer.add_uint16, np.float32: writer.add_float32}
    if isinstance(value, bool):
        writer.add_bool(key, value)
    elif isinstance(value, str):
        writer.add_string(key, value)
    elif isinstance(value, list):
        writer.add_array(key, value)
    else:
        kinds[type(value)](key, value)


def _tensors(recipe: Recipe) -> dict[str, tuple[np.ndarray, GGMLQuantizationType]]:
    draw = np.random.default_rng(7)
    queries, keys = recipe.heads * recipe.head_dim, recipe.kv_heads * recipe.head_dim
    shapes: dict[str, tuple[int, ...]] = {
        "token_embd.weight": (512, recipe.hidden),
        "output_norm.weight": (recipe.hidden,),
    }
    if not recipe.tied:
        shapes["output.weight"] = (512, recipe.hidden)
    for layer in range(recipe.layers):
        block = {
            "attn_norm.weight": (recipe.hidden,),
            "attn_q.weight": (queries, recipe.hidden),
            "attn_k.weight": (keys, recipe.hidden),
            "attn_v.weight": (keys, recipe.hidden),
            "attn_output.weight": (recipe.hidden, queries),
            "ffn_norm.weight": (recipe.hidden,),
            "ffn_gate.weight": (recipe.inner, recipe.hidden),
            "ffn_up.weight": (recipe.inner, recipe.hidden),
            "ffn_down.weight": (recipe.hidden, recipe.inner),
        }
        if recipe.architecture == "qwen2":
            block |= {"attn_q.bias": (queries,), "attn_k.bias": (keys,), "attn_v.bias": (keys,)}
        if recipe.architecture == "qwen3":
            block |= {"attn_q_norm.weight": (recipe.head_dim,), "attn_k_norm.weight": (recipe.head_dim,)}
        shapes |= {f"blk.{layer}.{name}": shape for name, shape in block.items()}
    full = GGMLQuantizationType.F32
    return {
        name: _matrix(draw, shape, GGMLQuantizationType[recipe.kind])
        if len(shape) > 1
        else (draw.normal(1 if "norm" in name else 0, 0.2, shape).astype(np.float32), full)
        for name, shape in shapes.items()
    }


def _matrix(
    draw: np.random.Generator, shape: tuple[int, ...], kind: GGMLQuantizationType
) -> tuple[np.ndarray, GGMLQuantizationType]:
    if kind not in (GGMLQuantizationType.Q4_K, GGMLQuantizationType.Q6_K):
        # Off centre, so that no zero point is a whole number.
        values = draw.normal(0.01, 0.1, shape).astype(np.float32)
        return gguf.quantize(values, kind), kind
    # The library reads these and does not write them: any bytes will do but for the scales.
    block, size = GGML_QUANT_SIZES[kind]
    raw = draw.integers(0, 256, (shape[0] * shape[1] // block, size), dtype=np.uint8)
    if kind is GGMLQuantizationType.Q4_K:
        raw[:, :4] = np.array([4e-4, 3e-3], dtype=np.float16).view(np.uint8)
    else:
        raw[:, -2:] = np.array([1e-4], dtype=np.float16).view(np.uint8)
    return raw.reshape(shape[0], -1), kind
