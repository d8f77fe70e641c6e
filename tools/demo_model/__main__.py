"""``python -m tools.demo_model``: corpus, tokenizer, training, export; goes on where it left off."""

import argparse
import logging
import time
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from tools.demo_model import dataset, tokenizer
from tools.demo_model.data import SHIPPED

logger = logging.getLogger("tools.demo_model")

# The tokenizer learns from so many chunks of the corpus.
_TOKENIZER_CHUNKS = 8


def prepare(folder: Path, seed: int, count: int) -> Path:
    """Make tokenizer and rows in ``folder`` where they are not there yet; returns the tokenizer's path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "tokenizer.json"
    started = time.monotonic()
    if not path.exists():
        texts = (
            message.content
            for number in range(_TOKENIZER_CHUNKS)
            for messages in dataset.chunk(seed, number)
            for message in messages
        )
        tokenizer.train(texts).save(str(path))
        logger.info("tokenizer after %.0f s", time.monotonic() - started)
    if not (folder / "rows.npz").exists():
        rows = dataset.build(path, seed + 1, count)
        partial = folder / "partial.npz"
        np.savez(partial, **vars(rows))
        partial.rename(folder / "rows.npz")
        logger.info("%d rows after %.0f s", len(rows.ids), time.monotonic() - started)
    return path


def main() -> None:
    """Parse the command line and do what it asks."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo_model", description=__doc__)
    parser.add_argument(
        "--folder", type=Path, default=Path("build/demo_model"), help="where the work in progress is kept"
    )
    parser.add_argument("--target", type=Path, default=SHIPPED, help="where the trained model is exported to")
    parser.add_argument("--dialogues", type=int, default=450_000)
    parser.add_argument("--steps", type=int, default=7_600, help="train for at most so many steps")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="train for at most this long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-export", action="store_true", help="end with the trained weights")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    folder = arguments.folder
    if (folder / "weights.safetensors").exists():
        logger.info("%s holds trained weights already; remove it to begin anew", folder)
    else:
        path = prepare(folder, arguments.seed, arguments.dialogues)
        words = Tokenizer.from_file(str(path))

        from tools.demo_model.train import Plan, train

        plan = Plan(arguments.steps, arguments.minutes, seed=arguments.seed)
        with np.load(folder / "rows.npz") as arrays:
            rows = dataset.Rows(**arrays)
        train(plan, rows, words.get_vocab_size(), words.token_to_id(tokenizer.END_OF_TEXT), folder)
    if not arguments.no_export:
        from tools.demo_model.export import export_training

        export_training(folder, arguments.target)


if __name__ == "__main__":
    main()
