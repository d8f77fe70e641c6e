"""Checkpoints of well-known types with random weights, below 1 MB, as transformers saves them.

`python -m tests.model.random_checkpoint TYPE FOLDER`, in a process of its own because it imports torch.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers

TEXT: dict[str, Any] = {
    "vocab_size": 640,
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "pad_token_id": 2,
}


def gemma3_text(folder: Path) -> Any:
    config = transformers.Gemma3TextConfig(**TEXT, head_dim=16, sliding_window=64)
    return transformers.Gemma3ForCausalLM(config)


def qwen2_vl(folder: Path) -> Any:
    preprocessor = {
        "image_processor_type": "Qwen2VLImageProcessor",
        "processor_class": "Qwen2VLProcessor",
        "min_pixels": 3136,
        "max_pixels": 50176,
        "patch_size": 14,
        "temporal_patch_size": 2,
        "merge_size": 2,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(preprocessor))
    rope = {"rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 1e6}
    vision = {
        "depth": 2,
        "embed_dim": 32,
        "hidden_size": 64,
        "num_heads": 2,
        "mlp_ratio": 2,
        "patch_size": 14,
    }
    tokens = {
        "vision_start_token_id": 600,
        "vision_end_token_id": 601,
        "image_token_id": 602,
        "video_token_id": 603,
    }
    text = TEXT | {"rope_parameters": rope}
    config = transformers.Qwen2VLConfig(text_config=text, vision_config=vision, **tokens)
    return transformers.Qwen2VLForConditionalGeneration(config)


MAKERS: dict[str, Callable[[Path], Any]] = {"gemma3_text": gemma3_text, "qwen2_vl": qwen2_vl}


def main() -> None:
    name, folder = sys.argv[1], Path(sys.argv[2])
    torch.manual_seed(20260101)
    folder.mkdir(exist_ok=True)
    MAKERS[name](folder).save_pretrained(folder)


if __name__ == "__main__":
    main()
