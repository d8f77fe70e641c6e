"""``python -m tools.demo_model.evaluate``: the share of right replies to phrasings that the corpus lacks."""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from tools.demo_model.cases import Case, cases
from tools.demo_model.dialogue import Message

SHIPPED = Path(__file__).resolve().parents[2] / "bot" / "model" / "demo"
# These have to reach `ENOUGH`.
REQUIRED = ("introduction", "commands", "name recall", "persona", "disclaimer")
ENOUGH = 0.9


def judge(folder: Path, asked: list[Case]) -> list[tuple[Case, str, bool]]:
    """Each case with the last reply of the model in ``folder`` and whether that is right."""
    from tools.demo_model.talk import Talker

    conversations = [[Message("system", case.system)] if case.system else [] for case in asked]
    replies = Talker(folder).converse(conversations, [case.turns for case in asked])
    return [(case, said[-1], case.right(said[-1])) for case, said in zip(asked, replies, strict=True)]


def table(judged: Iterable[tuple[Case, str, bool]]) -> str:
    """A Markdown table: ability, cases, share right."""
    counts: dict[str, list[bool]] = defaultdict(list)
    for case, _, right in judged:
        counts[case.ability].append(right)
    lines = ["| Ability | Cases | Right |", "|---|---:|---:|"]
    lines += [
        f"| {ability} | {len(rights)} | {sum(rights) / len(rights):.0%} |"
        for ability, rights in counts.items()
    ]
    return "\n".join(lines)


def missing(judged: Iterable[tuple[Case, str, bool]]) -> list[str]:
    """The required abilities that are right too seldom."""
    counts: dict[str, list[bool]] = defaultdict(list)
    for case, _, right in judged:
        counts[case.ability].append(right)
    return [ability for ability in REQUIRED if sum(counts[ability]) < ENOUGH * len(counts[ability])]


def main() -> int:
    """Print the table, the wrong replies on request; 1 where a required ability falls short."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo_model.evaluate", description=__doc__)
    parser.add_argument(
        "folder", type=Path, nargs="?", default=SHIPPED, help="an exported model (default: the shipped one)"
    )
    parser.add_argument("--wrong", action="store_true", help="print every wrong reply")
    arguments = parser.parse_args()
    judged = judge(arguments.folder, cases())
    if arguments.wrong:
        for case, reply, right in judged:
            if not right:
                print(f"[{case.ability}] {' | '.join(case.turns)}\n    -> {reply[:300]!r}")
    print(table(judged))
    short = missing(judged)
    if short:
        print(f"under {ENOUGH:.0%}: {', '.join(short)}")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
