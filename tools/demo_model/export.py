"""From the trained weights to the shipped files, by the project's own export."""

import json
import logging
import shutil
import tempfile
from pathlib import Path

from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import Phi3ForCausalLM

from bot.model.export import ExportOptions, export
from tools.demo_model import tokenizer
from tools.demo_model.train import config

logger = logging.getLogger(__name__)

# Bytes that the package may grow by.
LARGEST = 8_000_000


def write_checkpoint(folder: Path, target: Path) -> None:
    """Write the trained weights and the tokenizer as a transformers checkpoint."""
    words = Tokenizer.from_file(str(folder / "tokenizer.json"))
    end_of_text = words.token_to_id(tokenizer.END_OF_TEXT)
    model = Phi3ForCausalLM(config(words.get_vocab_size(), end_of_text))
    weights = {name: tensor.float() for name, tensor in load_file(folder / "weights.safetensors").items()}
    model.load_state_dict({**weights, "lm_head.weight": weights["model.embed_tokens.weight"]})
    model.save_pretrained(target)
    tokenizer.save(words, target)
    stops = [
        words.token_to_id(token) for token in (tokenizer.END_OF_TEXT, tokenizer.ASSISTANT, tokenizer.END)
    ]
    generation = {
        "bos_token_id": words.token_to_id("<s>"),
        "eos_token_id": stops,
        "pad_token_id": end_of_text,
    }
    _write(target / "generation_config.json", generation)


def ship(exported: Path, target: Path) -> int:
    """Copy the exported files to ``target``, beside what is there already; returns their bytes.

    Raises ValueError where they are larger than the package may grow.
    """
    size = sum(file.stat().st_size for file in exported.iterdir())
    if size > LARGEST:
        raise ValueError(f"the exported model has {size:,} bytes, more than {LARGEST:,}")
    target.mkdir(parents=True, exist_ok=True)
    for file in exported.iterdir():
        shutil.copyfile(file, target / file.name)
    # The folder that the model was exported from is nobody else's.
    openvino = json.loads((target / "openvino_config.json").read_text(encoding="utf-8"))
    openvino["quantization_config"].pop("tokenizer", None)
    _write(target / "openvino_config.json", openvino)
    # The bot says so when it runs the demo model.
    settings = json.loads((target / "config.json").read_text(encoding="utf-8"))
    _write(target / "config.json", {**settings, "ovbot_demo": True})
    return size


def _write(path: Path, settings: dict[str, object]) -> None:
    path.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def export_training(folder: Path, target: Path) -> None:
    """Export the weights in ``folder`` to ``target``; raises ModelError or ValueError."""
    with tempfile.TemporaryDirectory() as scratch:
        checkpoint, exported = Path(scratch) / "checkpoint", Path(scratch) / "exported"
        write_checkpoint(folder, checkpoint)
        export(ExportOptions(model=str(checkpoint), weight_format="int8"), exported, lambda progress: None)
        size = ship(exported, target)
    logger.info("%s: %s bytes", target, f"{size:,}")
