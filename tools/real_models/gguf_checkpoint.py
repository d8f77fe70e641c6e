"""A GGUF of Llama's architecture as a checkpoint of transformers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGUFReader, TokenType, dequantize
from safetensors.numpy import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

LAYER = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
}
OUTER = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}


def write_checkpoint(gguf: Path, folder: Path) -> None:
    """Write configuration, tokenizer, template and weights, which become float32, to `folder`."""
    reader = GGUFReader(gguf)
    values = {name: field.contents() for name, field in reader.fields.items()}
    _write_weights(reader, values, folder)
    _write_config(values, folder)
    _write_tokenizer(values, folder)


def _write_weights(reader: GGUFReader, values: dict[str, Any], folder: Path) -> None:
    heads = {
        "attn_q": values["llama.attention.head_count"],
        "attn_k": values["llama.attention.head_count_kv"],
    }
    weights = {}
    for tensor in reader.tensors:
        matrix = dequantize(tensor.data, tensor.tensor_type)
        parts = tensor.name.split(".")
        if parts[0] == "blk":
            if parts[2] in heads:
                matrix = _in_halves(matrix, heads[parts[2]])
            name = f"model.layers.{parts[1]}.{LAYER[parts[2]]}"
        else:
            name = OUTER[parts[0]]
        weights[f"{name}.weight"] = np.ascontiguousarray(matrix, dtype=np.float32)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def _in_halves(matrix: np.ndarray[Any, Any], heads: int) -> np.ndarray[Any, Any]:
    """Rotary embeddings pair neighbouring rows in a GGUF, and a head's two halves in transformers."""
    pairs = matrix.reshape(heads, matrix.shape[0] // heads // 2, 2, -1)
    return pairs.swapaxes(1, 2).reshape(matrix.shape)


def _write_config(values: dict[str, Any], folder: Path) -> None:
    ids = {
        "bos_token_id": values["tokenizer.ggml.bos_token_id"],
        "eos_token_id": values["tokenizer.ggml.eos_token_id"],
        "pad_token_id": values["tokenizer.ggml.padding_token_id"],
    }
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": values["llama.vocab_size"],
        "hidden_size": values["llama.embedding_length"],
        "intermediate_size": values["llama.feed_forward_length"],
        "num_hidden_layers": values["llama.block_count"],
        "num_attention_heads": values["llama.attention.head_count"],
        "num_key_value_heads": values["llama.attention.head_count_kv"],
        "max_position_embeddings": values["llama.context_length"],
        "rope_theta": values["llama.rope.freq_base"],
        "rms_norm_eps": values["llama.attention.layer_norm_rms_epsilon"],
        "tie_word_embeddings": True,
        "dtype": "float32",
        **ids,
    }
    _write_json(folder / "config.json", config)
    _write_json(folder / "generation_config.json", ids)


def _write_tokenizer(values: dict[str, Any], folder: Path) -> None:
    tokens: list[str] = values["tokenizer.ggml.tokens"]
    merges = [tuple(merge.split(" ")) for merge in values["tokenizer.ggml.merges"]]
    tokenizer = Tokenizer(models.BPE(vocab={text: id_ for id_, text in enumerate(tokens)}, merges=merges))
    # What the vocabulary "smollm" is: the file names it, and does not describe it.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    types = values["tokenizer.ggml.token_type"]
    tokenizer.add_special_tokens(
        [
            AddedToken(text, special=True, normalized=False)
            for text, type_ in zip(tokens, types, strict=True)
            if type_ == TokenType.CONTROL
        ]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "chat_template.jinja").write_text(values["tokenizer.chat_template"], encoding="utf-8")
    named = {
        "bos_token": tokens[values["tokenizer.ggml.bos_token_id"]],
        "eos_token": tokens[values["tokenizer.ggml.eos_token_id"]],
        "pad_token": tokens[values["tokenizer.ggml.padding_token_id"]],
        "unk_token": tokens[values["tokenizer.ggml.unknown_token_id"]],
    }
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": values["llama.context_length"],
    }
    _write_json(folder / "tokenizer_config.json", {**settings, **named})


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")
