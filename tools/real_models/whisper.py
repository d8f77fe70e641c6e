"""A Whisper model of CTranslate2 as a checkpoint of transformers."""

from __future__ import annotations

import io
import json
import re
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import numpy as np
import torch
from transformers import (
    GenerationConfig,
    WhisperConfig,
    WhisperFeatureExtractor,
    WhisperForConditionalGeneration,
)
from transformers.utils.logging import disable_progress_bar

from tools.real_models.errors import RealModelsError

# CTranslate2's numbers for the types of its tensors.
TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
# Its names for the parts of a layer; the projections that it joins have several.
ENCODER_LAYER = {
    "self_attention/layer_norm": ["self_attn_layer_norm"],
    "self_attention/linear_0": ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"],
    "self_attention/linear_1": ["self_attn.out_proj"],
    "ffn/layer_norm": ["final_layer_norm"],
    "ffn/linear_0": ["fc1"],
    "ffn/linear_1": ["fc2"],
}
DECODER_LAYER = {
    **ENCODER_LAYER,
    "attention/layer_norm": ["encoder_attn_layer_norm"],
    "attention/linear_0": ["encoder_attn.q_proj"],
    "attention/linear_1": ["encoder_attn.k_proj", "encoder_attn.v_proj"],
    "attention/linear_2": ["encoder_attn.out_proj"],
}
OUTER = {"conv1": "conv1", "conv2": "conv2", "layer_norm": "layer_norm", "embeddings": "embed_tokens"}
KINDS = {"weight": "weight", "bias": "bias", "gamma": "weight", "beta": "bias"}
Tensor = np.ndarray[Any, Any]


def write_checkpoint(parts: Iterable[Path], config: Path, tokenizer: Path, folder: Path) -> None:
    """Write weights in float32, configurations and the tokenizer to `folder`.

    parts: the files that make up `model.bin`, in their order. config: CTranslate2's `config.json`.

    Raises: RealModelsError where the weights are not those of a whole Whisper model.
    """
    disable_progress_bar()
    blob = b"".join(part.read_bytes() for part in parts)
    folder.mkdir(exist_ok=True)
    (folder / "tokenizer.json").write_bytes(tokenizer.read_bytes())
    added = json.loads(tokenizer.read_text(encoding="utf-8"))["added_tokens"]
    ids = {token["content"]: token["id"] for token in added}
    tensors = _read(blob)
    model = WhisperForConditionalGeneration(_config(tensors, ids))
    try:
        model.load_state_dict(
            {name: torch.from_numpy(array.astype(np.float32)) for name, array in _renamed(tensors).items()},
            strict=True,
        )
    except RuntimeError as error:
        said = str(error).splitlines()[0]
        raise RealModelsError(f"these are not the weights of a Whisper model: {said}") from error
    settings = json.loads(config.read_text(encoding="utf-8"))
    model.generation_config = GenerationConfig(**_generation(model.config, ids, settings))
    model.save_pretrained(folder)
    WhisperFeatureExtractor().save_pretrained(folder)
    tokens = dict.fromkeys(("bos_token", "eos_token", "pad_token", "unk_token"), "<|endoftext|>")
    named = {"tokenizer_class": "WhisperTokenizer", "model_max_length": 448, **tokens}
    (folder / "tokenizer_config.json").write_text(json.dumps(named, indent=2), encoding="utf-8")


def _read(blob: bytes) -> dict[str, Tensor]:
    """The tensors of a CTranslate2 model."""
    file = io.BytesIO(blob)
    (version,) = _unpack(file, "<I")
    specification = _text(file)
    if (version, specification) != (6, "WhisperSpec"):
        raise RealModelsError(
            f"this is a {specification} of version {version}, not a WhisperSpec of version 6"
        )
    _revision, count = _unpack(file, "<II")
    tensors = {}
    for _ in range(count):
        name = _text(file)
        (rank,) = _unpack(file, "<B")
        shape = _unpack(file, f"<{rank}I")
        type_, size = _unpack(file, "<BI")
        tensors[name] = np.frombuffer(file.read(size), TYPES[type_]).reshape(shape)
    return tensors


def _unpack(file: IO[bytes], format_: str) -> tuple[Any, ...]:
    return struct.unpack(format_, file.read(struct.calcsize(format_)))


def _text(file: IO[bytes]) -> str:
    """A text with its length in front and a zero at its end."""
    (length,) = _unpack(file, "<H")
    return file.read(length)[:-1].decode()


def _renamed(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    weights = {}
    for name, array in tensors.items():
        side, _, rest = name.partition("/")
        place, _, kind = rest.rpartition("/")
        if rest == "position_encodings/encodings":
            weights[f"model.{side}.embed_positions.weight"] = array
        elif kind not in KINDS:
            continue
        elif place in OUTER:
            weights[f"model.{side}.{OUTER[place]}.{KINDS[kind]}"] = array
        else:
            layer, _, place = place.partition("/")
            number = layer.removeprefix("layer_")
            joined = (DECODER_LAYER if side == "decoder" else ENCODER_LAYER)[place]
            for part, piece in zip(joined, np.split(array, len(joined)), strict=True):
                if not (kind == "bias" and part.endswith("k_proj")):
                    weights[f"model.{side}.layers.{number}.{part}.{KINDS[kind]}"] = piece
    weights["proj_out.weight"] = weights["model.decoder.embed_tokens.weight"]
    return weights


def _config(tensors: dict[str, Tensor], ids: dict[str, int]) -> WhisperConfig:
    layers = [
        len({name for name in tensors if re.fullmatch(rf"{side}/layer_\d+/ffn/linear_0/weight", name)})
        for side in ("encoder", "decoder")
    ]
    width = tensors["encoder/conv1/weight"].shape[0]
    heads = int(tensors["encoder/num_heads"])
    return WhisperConfig(
        vocab_size=tensors["decoder/embeddings/weight"].shape[0],
        num_mel_bins=tensors["encoder/conv1/weight"].shape[1],
        d_model=width,
        encoder_layers=layers[0],
        decoder_layers=layers[1],
        encoder_attention_heads=heads,
        decoder_attention_heads=heads,
        encoder_ffn_dim=4 * width,
        decoder_ffn_dim=4 * width,
        max_source_positions=tensors["encoder/position_encodings/encodings"].shape[0],
        max_target_positions=tensors["decoder/position_encodings/encodings"].shape[0],
        bos_token_id=ids["<|endoftext|>"],
        eos_token_id=ids["<|endoftext|>"],
        pad_token_id=ids["<|endoftext|>"],
        decoder_start_token_id=ids["<|startoftranscript|>"],
    )


def _generation(config: WhisperConfig, ids: dict[str, int], settings: dict[str, Any]) -> dict[str, Any]:
    """What transformers keeps beside the weights. A vocabulary of 51,865 is that of many languages."""
    multilingual = config.vocab_size >= 51865
    end = ids["<|endoftext|>"]
    generation = {
        "bos_token_id": end,
        "eos_token_id": end,
        "pad_token_id": end,
        "decoder_start_token_id": config.decoder_start_token_id,
        "max_length": config.max_target_positions,
        "no_timestamps_token_id": ids["<|notimestamps|>"],
        "prev_sot_token_id": ids["<|startofprev|>"],
        "max_initial_timestamp_index": 50,
        "suppress_tokens": settings["suppress_ids"],
        "begin_suppress_tokens": settings["suppress_ids_begin"],
        "alignment_heads": settings["alignment_heads"],
        "is_multilingual": multilingual,
        "return_timestamps": False,
    }
    if multilingual:
        texts = {id_: text for text, id_ in ids.items()}
        generation["lang_to_id"] = {texts[id_]: id_ for id_ in settings["lang_ids"]}
        generation["task_to_id"] = {task: ids[f"<|{task}|>"] for task in ("transcribe", "translate")}
    return generation
