"""``python -m tools.demo_model.export``: from a checkpoint to the shipped files, by the project's export."""

import argparse
import json
import logging
import shutil
import tempfile
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import Phi3ForCausalLM

from bot.model.export import ExportOptions, export
from bot.model.progress_events import Progress
from tools.demo_model import tokenizer
from tools.demo_model.evaluate import SHIPPED
from tools.demo_model.train import config

logger = logging.getLogger("tools.demo_model")

# Bytes that the package may grow by.
LARGEST = 8_000_000


def write_checkpoint(folder: Path, target: Path) -> int:
    """Write the training's averaged weights as a transformers checkpoint; returns the step they are of."""
    words = Tokenizer.from_file(str(folder / "tokenizer" / "tokenizer.json"))
    state = torch.load(folder / "checkpoint.pt", weights_only=True)
    end_of_text = words.token_to_id(tokenizer.END_OF_TEXT)
    model = Phi3ForCausalLM(config(words.get_vocab_size(), end_of_text))
    model.load_state_dict(
        {
            **state["model"],
            **state["average"],
            "lm_head.weight": state["average"]["model.embed_tokens.weight"],
        }
    )
    model.save_pretrained(target)
    shutil.copytree(folder / "tokenizer", target, dirs_exist_ok=True)
    stops = [
        words.token_to_id(token) for token in (tokenizer.END_OF_TEXT, tokenizer.ASSISTANT, tokenizer.END)
    ]
    generation = {
        "bos_token_id": words.token_to_id("<s>"),
        "eos_token_id": stops,
        "pad_token_id": end_of_text,
    }
    (target / "generation_config.json").write_text(json.dumps(generation, indent=2) + "\n", encoding="utf-8")
    return int(state["step"])


def ship(exported: Path, target: Path) -> int:
    """Copy the exported files to ``target``, beside what is there already; returns their bytes.

    Raises ValueError where they are larger than the package may grow.
    """
    size = sum(file.stat().st_size for file in exported.iterdir())
    if size > LARGEST:
        raise ValueError(
            f"the exported model has {size:,} bytes, more than {LARGEST:,}: take a smaller one, or int4"
        )
    target.mkdir(parents=True, exist_ok=True)
    for file in exported.iterdir():
        shutil.copyfile(file, target / file.name)
    _forget_checkpoint(target / "openvino_config.json")
    _mark_as_demo(target / "config.json")
    return size


def _mark_as_demo(path: Path) -> None:
    """Write down that this is the demo model, so that the bot can say so."""
    settings = json.loads(path.read_text(encoding="utf-8"))
    settings["ovbot_demo"] = True
    path.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def _forget_checkpoint(path: Path) -> None:
    """Take the folder that the model was exported from out of its configuration: nobody else has it."""
    settings = json.loads(path.read_text(encoding="utf-8"))
    settings["quantization_config"].pop("tokenizer", None)
    path.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def _report(progress: Progress) -> None:
    logger.debug("%s", progress)


def export_training(folder: Path, target: Path, weight_format: str = "int8") -> None:
    """Export the training's checkpoint in ``folder`` to ``target``; raises ModelError or ValueError."""
    with tempfile.TemporaryDirectory() as scratch:
        checkpoint, exported = Path(scratch) / "checkpoint", Path(scratch) / "exported"
        step = write_checkpoint(folder, checkpoint)
        export(ExportOptions(model=str(checkpoint), weight_format=weight_format), exported, _report)
        size = ship(exported, target)
    logger.info("step %d in %s: %s bytes", step, target, f"{size:,}")


def main() -> None:
    """Parse the command line and export."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo_model.export", description=__doc__)
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path("build/demo_model"),
        help="where the training keeps its checkpoint",
    )
    parser.add_argument("--target", type=Path, default=SHIPPED)
    parser.add_argument("--weight-format", default="int8")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    export_training(arguments.folder, arguments.target, arguments.weight_format)


if __name__ == "__main__":
    main()
