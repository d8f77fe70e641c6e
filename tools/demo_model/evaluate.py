"""``python -m tools.demo_model.evaluate``: the share of right replies to phrasings that the corpus lacks."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from tools.demo_model.cases import Case, cases
from tools.demo_model.dialogue import Message

SHIPPED = Path(__file__).resolve().parents[2] / "bot" / "model" / "demo"
# These have to reach `ENOUGH`.
REQUIRED = ("introduction", "commands", "name recall", "persona", "disclaimer")
ENOUGH = 0.9
# Numbers of the sets of phrasings.
SETS = (1, 2, 3, 4)


def judge(folder: Path, asked: list[Case]) -> list[tuple[Case, str, bool]]:
    """Each case with the last reply of the model in ``folder`` and whether that is right."""
    from tools.demo_model.talk import Talker

    conversations = [[Message("system", case.system)] if case.system else [] for case in asked]
    replies = Talker(folder).converse(conversations, [case.turns for case in asked])
    return [(case, said[-1], case.right(said[-1])) for case, said in zip(asked, replies, strict=True)]


def _counts(judged: Iterable[tuple[Case, str, bool]]) -> dict[str, dict[int, list[bool]]]:
    """Right or wrong, by ability and by set of phrasings."""
    counts: dict[str, dict[int, list[bool]]] = {}
    for case, _, right in judged:
        counts.setdefault(case.ability, {number: [] for number in SETS})[case.number].append(right)
    return counts


def _share(rights: list[bool]) -> str:
    return f"{sum(rights) / len(rights):.0%} of {len(rights)}" if rights else ""


def table(judged: Iterable[tuple[Case, str, bool]]) -> str:
    """A Markdown table: for each ability the share right in each set of phrasings."""
    lines = ["| Ability | First set | Second set | Third set | Fourth set |", "|---|---|---|---|---|"]
    for ability, sets in _counts(judged).items():
        lines.append(f"| {ability} | {' | '.join(_share(sets[number]) for number in SETS)} |")
    return "\n".join(lines)


def missing(judged: Iterable[tuple[Case, str, bool]]) -> list[str]:
    """The required abilities that are right too seldom in one of the sets."""
    counts = _counts(judged)
    return [
        ability
        for ability in REQUIRED
        if any(sum(rights) < ENOUGH * len(rights) for rights in counts[ability].values())
    ]


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
                print(f"[{case.ability}, set {case.number}] {asked}\n    -> {reply[:300]!r}")
    print(table(judged))
    short = missing(judged)
    if short:
        print(f"under {ENOUGH:.0%}: {', '.join(short)}")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
