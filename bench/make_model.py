"""Makes a model of Phi-3-mini's size with random weights, and exports it like the real one.

    python -m bench.make_model model/phi3-size/int4 [--ratio 1.0]

What the weights say makes no difference to the speed, so this stands in for the real model where that cannot
be downloaded. The checkpoint (7.6 GB in bfloat16) is written shard by shard into a folder beside the target
and deleted afterwards. The export takes some 12 GB of memory and, on two cores, a few minutes.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.errors import OvbotError
from bot.model.export import ExportOptions, export

# As in microsoft/Phi-3-mini-4k-instruct.
SIZES = {
    "vocab_size": 32064,
    "hidden_size": 3072,
    "intermediate_size": 8192,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 32,
    "max_position_embeddings": 4096,
    "original_max_position_embeddings": 4096,
    "sliding_window": 2047,
}
PIECES = 32000
CONTROLS = (
    "<|endoftext|>",
    "<|assistant|>",
    *(f"<|placeholder{number}|>" for number in range(1, 5)),
    "<|system|>",
    "<|end|>",
    *(f"<|placeholder{number}|>" for number in (5, 6)),
    "<|user|>",
)
TEMPLATE = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>\n' + message['content'] + '<|end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% else %}{{ eos_token }}{% endif %}"
)
SEED = 20260101


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("target", type=Path, help="the new model's folder")
    parser.add_argument("--ratio", type=float, default=0.6, help="share of the weights in 4 bits")
    parser.add_argument("--layers", type=int, default=SIZES["num_hidden_layers"], help="fewer, to try it out")
    arguments = parser.parse_args()
    sizes = {**SIZES, "num_hidden_layers": arguments.layers}
    try:
        make_model(arguments.target, sizes, arguments.ratio)
    except OvbotError as error:
        sys.exit(str(error))


def make_model(target: Path, sizes: dict[str, int], ratio: float) -> None:
    """Make the model in the folder `target`.

    Raises: ModelError where the export fails.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent, prefix="checkpoint-") as scratch:
        checkpoint = Path(scratch)
        print("tokenizer", file=sys.stderr)
        write_tokenizer(checkpoint)
        write_weights(checkpoint, sizes)
        print("export", file=sys.stderr)
        export(ExportOptions(str(checkpoint), ratio=ratio), target, lambda progress: None)


def write_weights(folder: Path, sizes: dict[str, int]) -> None:
    """Write a checkpoint of random weights, one shard per layer and one in memory at a time."""
    import torch
    from safetensors.torch import save_file
    from transformers import GenerationConfig, Phi3Config, Phi3ForCausalLM

    end = {"bos_token_id": 1, "eos_token_id": PIECES, "pad_token_id": PIECES}
    config = Phi3Config(**sizes, **end, dtype="bfloat16")
    with torch.device("meta"):
        shapes = {name: tensor.shape for name, tensor in Phi3ForCausalLM(config).state_dict().items()}
    config.architectures = ["Phi3ForCausalLM"]
    config.save_pretrained(folder)
    stops = [PIECES + CONTROLS.index(text) for text in ("<|endoftext|>", "<|assistant|>", "<|end|>")]
    GenerationConfig(**{**end, "eos_token_id": stops}, do_sample=False).save_pretrained(folder)

    generator = torch.Generator().manual_seed(SEED)
    shards: dict[str, list[str]] = {}
    for name in shapes:
        layer = name.split(".")[2] if name.startswith("model.layers.") else name.replace(".", "-")
        shards.setdefault(f"model-{layer}.safetensors", []).append(name)
    for number, (file, names) in enumerate(shards.items(), 1):
        print(f"weights: shard {number} of {len(shards)}", file=sys.stderr)
        tensors = {}
        for name in names:
            if "norm" in name:
                tensors[name] = torch.ones(shapes[name], dtype=torch.bfloat16)
            else:
                drawn = torch.empty(shapes[name], dtype=torch.bfloat16)
                tensors[name] = drawn.normal_(0, config.initializer_range, generator=generator)
        save_file(tensors, folder / file, metadata={"format": "pt"})
    total = sum(shape.numel() * 2 for shape in shapes.values())
    index = {
        "metadata": {"total_size": total},
        "weight_map": {name: file for file, names in shards.items() for name in names},
    }
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")


def write_tokenizer(folder: Path) -> None:
    """Write a tokenizer like Phi-3's, of the same size, trained on made-up words."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

    byte_tokens = [f"<0x{byte:02X}>" for byte in range(256)]
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    trainer = trainers.BpeTrainer(
        vocab_size=PIECES, special_tokens=["<unk>", "<s>", "</s>", *byte_tokens], show_progress=False
    )
    tokenizer.train_from_iterator(_lines(), trainer)
    if tokenizer.get_vocab_size() != PIECES:
        raise RuntimeError(f"the tokenizer has {tokenizer.get_vocab_size()} pieces, not {PIECES}")
    spec = json.loads(tokenizer.to_str())
    spec["added_tokens"] = [token for token in spec["added_tokens"] if token["content"] not in byte_tokens]
    tokenizer = Tokenizer.from_str(json.dumps(spec))
    tokenizer.pre_tokenizer = None
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.add_tokens([AddedToken(text, normalized=False, special=True) for text in CONTROLS])
    tokenizer.save(str(folder / "tokenizer.json"))
    added = {str(token["id"]): _flags(token) for token in json.loads(tokenizer.to_str())["added_tokens"]}
    config = {
        "tokenizer_class": "LlamaTokenizer",
        "add_bos_token": False,
        "add_eos_token": False,
        "legacy": False,
        "bos_token": "<s>",
        "eos_token": "<|endoftext|>",
        "pad_token": "<|endoftext|>",
        "unk_token": "<unk>",
        "model_max_length": SIZES["max_position_embeddings"],
        "added_tokens_decoder": added,
        "chat_template": TEMPLATE,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")


def _flags(token: dict[str, object]) -> dict[str, object]:
    names = ("content", "single_word", "lstrip", "rstrip", "normalized", "special")
    return {name: token[name] for name in names}


def _lines() -> list[str]:
    """Lines of made-up words, enough to train all pieces."""
    drawn = random.Random(SEED)
    syllables = [
        consonant + vowel + end
        for consonant in "bcdfghjklmnprstvwz"
        for vowel in "aeiou"
        for end in ("", "n", "r", "s", "l")
    ]
    words = ["".join(drawn.choices(syllables, k=drawn.randint(1, 4))) for _ in range(60_000)]
    return [" ".join(drawn.choices(words, k=12)) for _ in range(40_000)]


if __name__ == "__main__":
    main()
