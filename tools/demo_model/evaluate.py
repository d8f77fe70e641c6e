"""``python -m tools.demo_model.evaluate``: the share of right replies to phrasings that the corpus lacks."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import openvino as ov
import openvino_genai as genai
from tokenizers import Tokenizer

from tools.demo_model.cases import Case, cases
from tools.demo_model.data import SHIPPED
from tools.demo_model.scene import Message
from tools.demo_model.tokenizer import ASSISTANT, encode_dialogues

# These have to reach `ENOUGH`.
REQUIRED = ("introduction", "commands", "name recall", "persona", "disclaimer")
ENOUGH = 0.9
# Numbers of the sets of phrasings.
SETS = range(1, 5)


class Talker:
    """An exported model, ready to reply greedily."""

    def __init__(self, folder: Path) -> None:
        """Load the model in ``folder``; raises RuntimeError where there is none."""
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._assistant = self._tokenizer.token_to_id(ASSISTANT)
        self._config = genai.GenerationConfig(folder / "generation_config.json")
        self._config.max_new_tokens = 1024
        self._config.do_sample = False
        scheduler = genai.SchedulerConfig()
        scheduler.num_kv_blocks = 1024
        # Prompts that wait together spoil blocks that they share.
        scheduler.enable_prefix_caching = False
        self._pipeline = genai.ContinuousBatchingPipeline(folder, scheduler, "CPU")

    def replies(self, conversations: Sequence[Sequence[Message]]) -> list[str]:
        """What the model says next in each conversation."""
        prompts = [[*ids, self._assistant] for ids, _ in encode_dialogues(self._tokenizer, conversations)]
        tensors = [ov.Tensor(np.array([prompt], dtype=np.int64)) for prompt in prompts]
        results = self._pipeline.generate(tensors, [self._config] * len(tensors))
        return [self._tokenizer.decode(result.m_generation_ids[0]).strip() for result in results]

    def converse(
        self, conversations: Sequence[list[Message]], turns: Sequence[Sequence[str]]
    ) -> list[list[str]]:
        """Go on with ``conversations`` (which grow) by these user turns; returns the replies of each."""
        said: list[list[str]] = [[] for _ in turns]
        for number in range(max(map(len, turns), default=0)):
            going = [index for index, texts in enumerate(turns) if number < len(texts)]
            for index in going:
                conversations[index].append(Message("user", turns[index][number]))
            for index, reply in zip(
                going, self.replies([conversations[index] for index in going]), strict=True
            ):
                conversations[index].append(Message("assistant", reply))
                said[index].append(reply)
        return said


def judge(folder: Path, asked: list[Case]) -> list[tuple[Case, str, bool]]:
    """Each case with the last reply of the model in ``folder`` and whether that is right."""
    conversations = [[Message("system", case.system)] if case.system else [] for case in asked]
    replies = Talker(folder).converse(conversations, [case.turns for case in asked])
    return [(case, said[-1], case.right(said[-1])) for case, said in zip(asked, replies, strict=True)]


def shares(judged: Iterable[tuple[Case, str, bool]]) -> dict[str, dict[int, list[bool]]]:
    """Right or wrong, by ability and by set of phrasings."""
    found: dict[str, dict[int, list[bool]]] = {}
    for case, _, right in judged:
        found.setdefault(case.ability, {number: [] for number in SETS})[case.number].append(right)
    return found


def table(found: dict[str, dict[int, list[bool]]]) -> str:
    """A Markdown table: for each ability the share right in each set of phrasings."""
    rows = ["| Ability | First set | Second set | Third set | Fourth set |", "|---|---|---|---|---|"]
    for ability, sets in found.items():
        cells = (
            f"{sum(rights) / len(rights):.0%} of {len(rights)}" if rights else "" for rights in sets.values()
        )
        rows.append(f"| {ability} | {' | '.join(cells)} |")
    return "\n".join(rows)


def missing(found: dict[str, dict[int, list[bool]]]) -> list[str]:
    """The required abilities that are right too seldom in one of the sets."""
    enough = {
        ability: all(sum(r) >= ENOUGH * len(r) for r in sets.values()) for ability, sets in found.items()
    }
    return [ability for ability in REQUIRED if not enough[ability]]


def main() -> int:
    """Print the table, the wrong replies on request; 1 where a required ability falls short."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo_model.evaluate", description=__doc__)
    parser.add_argument(
        "folder", type=Path, nargs="?", default=SHIPPED, help="an exported model (default: the shipped one)"
    )
    parser.add_argument("--wrong", action="store_true", help="print every wrong reply")
    parser.add_argument("--sets", type=int, nargs="+", choices=SETS, default=SETS, help="ask only these")
    arguments = parser.parse_args()
    judged = judge(arguments.folder, [case for case in cases() if case.number in arguments.sets])
    if arguments.wrong:
        for case, reply, right in judged:
            if not right:
                asked = " | ".join(case.turns)
                print(f"[{case.ability}, set {case.number}] ({case.system}) {asked}\n    -> {reply[:300]!r}")
    found = shares(judged)
    print(table(found))
    short = missing(found)
    if short:
        print(f"under {ENOUGH:.0%}: {', '.join(short)}")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
