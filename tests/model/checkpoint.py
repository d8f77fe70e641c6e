"""A checkpoint as transformers saves them: tiny, of Phi-3's architecture, with random weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from tests.tiny_model import CONFIG


def write_checkpoint(folder: Path, tokenizer_from: Path) -> None:
    """Write config and weights; the tokenizer's files come from a model folder that has them."""
    folder.mkdir()
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        if (tokenizer_from / name).is_file():
            (folder / name).write_bytes((tokenizer_from / name).read_bytes())
    config = CONFIG | {"model_type": "phi3", "architectures": ["Phi3ForCausalLM"], "torch_dtype": "float32"}
    config |= {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 2}
    (folder / "config.json").write_text(json.dumps(config))
    save_file(_weights(), folder / "model.safetensors", metadata={"format": "pt"})


def _weights() -> dict[str, np.ndarray]:
    sizes = {name: size for name, size in CONFIG.items() if isinstance(size, int)}
    vocabulary, hidden, inner = sizes["vocab_size"], sizes["hidden_size"], sizes["intermediate_size"]
    shapes: dict[str, tuple[int, ...]] = {
        "model.embed_tokens.weight": (vocabulary, hidden),
        "lm_head.weight": (vocabulary, hidden),
        "model.norm.weight": (hidden,),
    }
    for layer in range(sizes["num_hidden_layers"]):
        shapes |= {
            f"model.layers.{layer}.input_layernorm.weight": (hidden,),
            f"model.layers.{layer}.post_attention_layernorm.weight": (hidden,),
            f"model.layers.{layer}.self_attn.qkv_proj.weight": (3 * hidden, hidden),
            f"model.layers.{layer}.self_attn.o_proj.weight": (hidden, hidden),
            f"model.layers.{layer}.mlp.gate_up_proj.weight": (2 * inner, hidden),
            f"model.layers.{layer}.mlp.down_proj.weight": (hidden, inner),
        }
    draw = np.random.default_rng(1)
    return {name: draw.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes.items()}
