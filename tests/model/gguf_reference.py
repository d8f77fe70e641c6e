"""The model in a GGUF file as transformers runs it: the same weights, dequantized by llama.cpp's library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tests.model.gguf_files import Weights

NAMES = {
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


class Reference:
    """The weights in transformers' model of the architecture that the folder's config.json names."""

    def __init__(self, weights: Weights, folder: Path) -> None:
        import torch
        from transformers import AutoConfig, AutoModelForCausalLM

        config = AutoConfig.from_pretrained(folder)
        self._model: Any = AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()
        heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
        state = {
            "model.embed_tokens.weight": weights["token_embd.weight"],
            "model.norm.weight": weights["output_norm.weight"],
            "lm_head.weight": weights.get("output.weight", weights["token_embd.weight"]),
        }
        for name, values in weights.items():
            if not name.startswith("blk."):
                continue
            _, layer, part, role = name.split(".")
            if config.model_type == "llama" and part in heads:
                values = _by_halves(values, heads[part])
            state[f"model.layers.{layer}.{NAMES[part]}.{role}"] = values
        self._model.load_state_dict(
            {name: torch.tensor(values) for name, values in state.items()}, strict=True
        )
        if "rope_freqs.weight" in weights:
            self._model.model.rotary_emb.inv_freq /= torch.tensor(weights["rope_freqs.weight"])

    def logits(self, ids: Sequence[int]) -> np.ndarray:
        """The scores of each next token: a row for each of `ids`, a column for each id."""
        import torch

        with torch.no_grad():
            scores: np.ndarray = self._model(torch.tensor([list(ids)])).logits[0].numpy()
        return scores

    def greedy(self, ids: Sequence[int], new_tokens: int) -> tuple[int, ...]:
        """The likeliest continuation, token by token."""
        generated: list[int] = []
        for _ in range(new_tokens):
            generated.append(int(self.logits([*ids, *generated])[-1].argmax()))
        return tuple(generated)


def _by_halves(values: np.ndarray, heads: int) -> np.ndarray:
    """Rows of queries or keys as transformers has them: llama.cpp interleaves each head's halves."""
    half = len(values) // heads // 2
    rows = values.reshape(heads, half, 2, -1).swapaxes(1, 2)
    return np.ascontiguousarray(rows).reshape(values.shape)
