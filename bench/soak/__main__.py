"""`python -m bench.soak`."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import sys
import time
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import bench.soak
from bench.soak.run import Result, soak
from bench.soak.verdict import FAILURES

_MIB = 2**20


def main() -> None:
    """Run a soak; exit with 1 where anything is wrong with any answer."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.soak",
        description=bench.soak.__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--seed", type=int, help="of everything that is drawn; a new one by default")
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument(
        "--pace", type=float, default=5, help="seconds that each of them waits between two things, on average"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result there")
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="keep the bot's log, its database and the recorded traffic there",
    )
    arguments = parser.parse_args()
    if arguments.people < 1 or arguments.minutes <= 0 or arguments.pace <= 0:
        parser.error("--people, --minutes and --pace must be more than 0")
    if arguments.json is not None and not arguments.json.absolute().parent.is_dir():
        parser.error(f"--json {arguments.json}: there is no folder {arguments.json.parent}")
    if arguments.keep is not None and arguments.keep.is_dir() and any(arguments.keep.iterdir()):
        parser.error(f"--keep {arguments.keep}: this folder is not empty; name a new one")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the bot ends as well
    seed = random.SystemRandom().randrange(10**6) if arguments.seed is None else arguments.seed
    _say(f"seed {seed}, {arguments.minutes:g} minutes, {arguments.people} people")
    with ExitStack() as opened:
        if arguments.keep is not None:
            folder = arguments.keep.resolve()
            folder.mkdir(parents=True, exist_ok=True)
        else:
            folder = Path(opened.enter_context(TemporaryDirectory(prefix="ovbot-soak-")))
        running = soak(
            folder,
            seed=seed,
            minutes=arguments.minutes,
            people=arguments.people,
            pace=arguments.pace,
            report=_say,
        )
        try:
            result = asyncio.run(running)
        except TimeoutError as error:
            sys.exit(f"The soak cannot go on: {error}")
        except KeyboardInterrupt:
            sys.exit("Interrupted.")
    _print(result)
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(asdict(result), indent=2) + "\n", encoding="utf-8")
    sys.exit(0 if result.is_good else 1)


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


def _print(result: Result) -> None:
    for failure in result.failures:
        print(f"\n{failure.outcome.upper()} {failure.message} in channel {failure.channel}: {failure.found}")
        for line in result.traces[failure.message]:
            print(f"    {line}")
    counts = ", ".join(f"{outcome} {result.outcomes[outcome]}" for outcome in FAILURES)
    print(
        f"\nseed {result.seed}, {result.minutes:g} minutes, {result.people} people\n"
        f"messages     {result.messages}, of them by command {result.commands}; edited {result.edited}, "
        f"deleted {result.deleted}, Stop pressed {result.stopped}, Regenerate {result.regenerated}\n"
        f"outcomes     {_listed(result.outcomes)}\n"
        f"replies      {_listed(result.ended)}\n"
        f"refusals     {sum(result.refusals.values())}{_lines(result.refusals)}\n"
        f"requests     {result.requests}, faults {sum(result.faults.values())}: {_listed(result.faults)}\n"
        f"trouble      {_listed(result.troubles)}\n"
        f"starts       {result.starts}, ended by itself {len(result.exits)}{_lines(result.exits)}\n"
        f"memory       {result.memory_first / _MIB:.0f} MiB when first ready, "
        f"{result.memory_last / _MIB:.0f} MiB at the end\n"
        f"settled      {result.settled_after:.0f} s after the trouble\n"
        f"restarted    {result.posted_after_restart} messages posted again\n"
        f"{counts}"
    )


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"


def _lines(found: dict[str, int] | list[str]) -> str:
    lines = found if isinstance(found, list) else [f"{count} × {text}" for text, count in found.items()]
    return "".join(f"\n             {line}" for line in lines)


if __name__ == "__main__":
    main()
