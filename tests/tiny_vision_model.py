"""A tiny LLaVA with random weights, exported as a real one is: for the path that prompts with pictures take.

Made once and kept in `.cache/tests/`, under a name that changes with whatever goes into it.
`python -m tests.tiny_vision_model` makes it and prints where it is.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from tokenizers import AddedToken

from bot.model.export import ExportOptions, export
from tests.engine.vocabularies import PHI3_CONTROLS, sentencepiece_like, with_controls
from tests.tiny_model import CACHE, PACKAGES, SEED, TEMPLATE

IMAGE_TOKEN = "<image>"
CONTROLS = (*PHI3_CONTROLS, AddedToken(IMAGE_TOKEN, normalized=False, special=True))
TEXT = {
    "vocab_size": 640,
    "hidden_size": 128,
    "intermediate_size": 256,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 4,
    "max_position_embeddings": 4096,
    "initializer_range": 0.1,
}
VISION = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "image_size": 64,
    "patch_size": 16,
    "projection_dim": 64,
    # Wide enough for two pictures to look different.
    "initializer_range": 0.5,
    "initializer_factor": 5.0,
}
PATCHES = 16


def tiny_vision_model() -> Path:
    """The folder of the exported model; made where it is not there yet (about a minute)."""
    tokenizer_json = with_controls(sentencepiece_like(), CONTROLS)
    options = ExportOptions("source", task="image-text-to-text", weight_format="int8")
    command = options.arguments(Path("target"))
    recipe = [SEED, command, TEMPLATE, TEXT, VISION, {name: version(name) for name in PACKAGES}]
    digest = hashlib.sha256(
        json.dumps(recipe).encode() + tokenizer_json.encode() + Path(__file__).read_bytes()
    )
    folder = CACHE / f"tiny-llava-{digest.hexdigest()[:12]}"
    if folder.is_dir():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="making-") as scratch:
        source, exported = Path(scratch, "source"), Path(scratch, "exported")
        source.mkdir()
        (source / "tokenizer.json").write_text(tokenizer_json, encoding="utf-8")
        _write_source_in_a_process(source)
        export(
            ExportOptions(str(source), task=options.task, weight_format=options.weight_format),
            exported,
            lambda progress: None,
        )
        try:
            exported.rename(folder)
        except OSError:  # another run was faster
            if not folder.is_dir():
                raise
    return folder


def _write_source_in_a_process(folder: Path) -> None:
    """So that most test runs do without importing torch."""
    command = [sys.executable, "-m", "tests.tiny_vision_model", "--source", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[1], check=False)
    if done.returncode:
        raise RuntimeError(f"the tiny model could not be made:\n{done.stderr}")


def _write_source(folder: Path) -> None:
    import torch
    from tokenizers import Tokenizer
    from transformers import (
        CLIPImageProcessor,
        CLIPVisionConfig,
        GenerationConfig,
        LlamaConfig,
        LlavaConfig,
        LlavaForConditionalGeneration,
        LlavaProcessor,
        PreTrainedTokenizerFast,
    )

    vocabulary = Tokenizer.from_file(str(folder / "tokenizer.json"))
    turns = ("<|endoftext|>", "<|assistant|>", "<|end|>", "<|system|>", "<|user|>", IMAGE_TOKEN)
    turn_ids = [vocabulary.token_to_id(text) for text in turns]
    ids = {"bos_token_id": 1, "eos_token_id": turn_ids[0], "pad_token_id": turn_ids[0]}
    torch.manual_seed(SEED)
    model = LlavaForConditionalGeneration(
        LlavaConfig(
            text_config=LlamaConfig(**TEXT, **ids),
            vision_config=CLIPVisionConfig(**VISION),
            image_token_id=turn_ids[-1],
            image_seq_length=PATCHES,
        )
    )
    with torch.no_grad():
        # Never the likeliest: greedy replies go on until somebody stops them.
        model.lm_head.weight[turn_ids] = 0
    model.generation_config = GenerationConfig(**ids, do_sample=False)
    model.eval().save_pretrained(folder)
    side = VISION["image_size"]
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=vocabulary,
        bos_token="<s>",
        eos_token="<|endoftext|>",
        pad_token="<|endoftext|>",
        unk_token="<unk>",
        model_max_length=TEXT["max_position_embeddings"],
        extra_special_tokens={"image_token": IMAGE_TOKEN},
    )
    LlavaProcessor(
        image_processor=CLIPImageProcessor(
            size={"shortest_edge": side}, crop_size={"height": side, "width": side}
        ),
        tokenizer=tokenizer,
        patch_size=VISION["patch_size"],
        vision_feature_select_strategy="default",
        chat_template=TEMPLATE,
        image_token=IMAGE_TOKEN,
        num_additional_image_tokens=1,
    ).save_pretrained(folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--source"]:
        _write_source(Path(sys.argv[2]))
    else:
        print(tiny_vision_model())
