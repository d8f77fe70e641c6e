"""``python -m tools.demo_model``: corpus, tokenizer, training, export; goes on where it left off."""

import argparse
import itertools
import logging
from pathlib import Path

from tokenizers import Tokenizer

from tools.demo_model import dataset, tokenizer
from tools.demo_model.corpus import dialogues
from tools.demo_model.evaluate import SHIPPED
from tools.demo_model.plan import Plan

logger = logging.getLogger("tools.demo_model")


def prepare(folder: Path, seed: int, count: int) -> Tokenizer:
    """Make tokenizer and rows in ``folder`` where they are not there yet; returns the tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "tokenizer" / "tokenizer.json"
    if not path.exists():
        texts = (
            message.content for messages in itertools.islice(dialogues(seed), 40_000) for message in messages
        )
        tokenizer.save(tokenizer.train(texts), path.parent)
    made = Tokenizer.from_file(str(path))
    if not (folder / "long.npz").exists():
        short, long = dataset.build(made, seed + 1, count)
        dataset.save(short, folder / "short.npz")
        dataset.save(long, folder / "long.npz")
        logger.info("%d short rows, %d long rows", len(short.ids), len(long.ids))
    return made


def main() -> None:
    """Parse the command line and do what it asks."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo_model", description=__doc__)
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path("build/demo_model"),
        help="where tokenizer, rows and checkpoint are kept",
    )
    parser.add_argument("--target", type=Path, default=SHIPPED, help="where the trained model is exported to")
    parser.add_argument("--dialogues", type=int, default=170_000)
    parser.add_argument("--steps", type=int, default=9000, help="train for at most so many steps")
    parser.add_argument("--decay", type=float, default=0.25, help="the last share, with a falling rate")
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument(
        "--minutes", type=float, default=110, help="train for at most this long, interruptions left out"
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    made = prepare(arguments.folder, arguments.seed, arguments.dialogues)

    from tools.demo_model.train import train

    plan = Plan(
        arguments.steps,
        arguments.decay,
        learning_rate=arguments.rate,
        minutes=arguments.minutes,
        threads=arguments.threads,
        seed=arguments.seed,
    )
    short, long = (dataset.load(arguments.folder / f"{name}.npz") for name in ("short", "long"))
    trainer = train(
        plan, short, long, made.get_vocab_size(), made.token_to_id(tokenizer.END_OF_TEXT), arguments.folder
    )
    if trainer.done:
        from tools.demo_model.export import export_training

        export_training(arguments.folder, arguments.target)


if __name__ == "__main__":
    main()
