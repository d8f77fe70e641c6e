"""A tiny model of Phi-3's architecture with random weights, exported as a real one is.

Made once and kept in `.cache/tests/`, under a name that changes with whatever goes into it.
`python -m tests.tiny_model` makes it and prints where it is.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from bot.model.export import ExportOptions, export
from tests.engine.vocabularies import PHI3_CONTROLS, sentencepiece_like, with_controls

CACHE = Path(__file__).parents[1] / ".cache" / "tests"
SEED = 20260101
PACKAGES = ("optimum-intel", "transformers", "tokenizers", "openvino", "nncf", "torch")
TEMPLATE = (
    "{% for message in messages %}{% if message['role'] == 'system' %}"
    "{{'<|system|>\n' + message['content'] + '<|end|>\n'}}{% elif message['role'] == 'user' %}"
    "{{'<|user|>\n' + message['content'] + '<|end|>\n'}}{% elif message['role'] == 'assistant' %}"
    "{{'<|assistant|>\n' + message['content'] + '<|end|>\n'}}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% else %}{{ eos_token }}{% endif %}"
)
# As in microsoft/Phi-3-mini-4k-instruct but for its sizes. The matrices are rounded up: there are ids
# beyond the vocabulary.
CONFIG = {
    "vocab_size": 640,
    "hidden_size": 128,
    "intermediate_size": 256,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 4,
    "max_position_embeddings": 4096,
    "original_max_position_embeddings": 4096,
    "sliding_window": 2047,
    # Wide enough for random weights to have preferences.
    "initializer_range": 0.1,
}


def tiny_model() -> Path:
    """The folder of the exported model; made where it is not there yet (about 20 s)."""
    tokenizer_json = with_controls(sentencepiece_like(), PHI3_CONTROLS)
    command = ExportOptions("source").arguments(Path("target"))
    recipe = [SEED, command, TEMPLATE, CONFIG, tokenizer_json, {name: version(name) for name in PACKAGES}]
    digest = hashlib.sha256(json.dumps(recipe).encode() + Path(__file__).read_bytes()).hexdigest()[:12]
    folder = CACHE / f"tiny-phi3-{digest}"
    if folder.is_dir():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="making-") as scratch:
        source, exported = Path(scratch, "source"), Path(scratch, "exported")
        source.mkdir()
        _write_tokenizer(source, tokenizer_json)
        _write_weights_in_a_process(source)
        export(ExportOptions(str(source)), exported, lambda progress: None)
        try:
            exported.rename(folder)
        except OSError:  # another run was faster
            if not folder.is_dir():
                raise
    return folder


def _write_weights_in_a_process(folder: Path) -> None:
    """So that most test runs do without importing torch."""
    command = [sys.executable, "-m", "tests.tiny_model", "--weights", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[1], check=False)
    if done.returncode:
        raise RuntimeError(f"the tiny model's weights could not be made:\n{done.stderr}")


def _write_tokenizer(folder: Path, tokenizer_json: str) -> None:
    (folder / "tokenizer.json").write_text(tokenizer_json, encoding="utf-8")
    flags = ("content", "single_word", "lstrip", "rstrip", "normalized", "special")
    added = {
        str(token["id"]): {flag: token[flag] for flag in flags}
        for token in json.loads(tokenizer_json)["added_tokens"]
    }
    config = {
        "tokenizer_class": "LlamaTokenizer",
        "add_bos_token": False,
        "add_eos_token": False,
        "legacy": False,
        "bos_token": "<s>",
        "eos_token": "<|endoftext|>",
        "pad_token": "<|endoftext|>",
        "unk_token": "<unk>",
        "model_max_length": CONFIG["max_position_embeddings"],
        "added_tokens_decoder": added,
        "chat_template": TEMPLATE,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")


def _write_weights(folder: Path) -> None:
    import torch
    from tokenizers import Tokenizer
    from transformers import GenerationConfig, Phi3Config, Phi3ForCausalLM

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    turns = ("<|endoftext|>", "<|assistant|>", "<|end|>", "<|system|>", "<|user|>")
    turn_ids = [tokenizer.token_to_id(text) for text in turns]
    end_of_text, assistant, end, *_ = turn_ids
    torch.manual_seed(SEED)
    ids = {"bos_token_id": 1, "eos_token_id": end_of_text, "pad_token_id": end_of_text}
    model = Phi3ForCausalLM(Phi3Config(**CONFIG, **ids))
    with torch.no_grad():
        # Never the likeliest: greedy replies go on until somebody stops them.
        model.lm_head.weight[turn_ids] = 0
    model.generation_config = GenerationConfig(
        **{**ids, "eos_token_id": [end_of_text, assistant, end]}, do_sample=False
    )
    model.save_pretrained(folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--weights"]:
        _write_weights(Path(sys.argv[2]))
    else:
        print(tiny_model())
