"""How long the first token of each turn of a conversation takes, and how long the last would without a cache.

    python -m bench.turns --model-dir DIR [--turns 10] [--tokens 1500]

One stream. The conversation has `--tokens` tokens with its last prompt; then the engine is loaded afresh and
gets that prompt cold. Printed as JSON, times in seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from bot.bench.measure import run_stream
from bot.bench.prompts import Prompts
from bot.engine import create_engine
from bot.errors import OvbotError
from bot.settings import load_settings


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model-dir", type=Path, required=True)
    parser.add_argument("--engine", default="genai")
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--tokens", type=int, default=1500)
    parser.add_argument("--new-tokens", type=int, default=32)
    arguments = parser.parse_args()
    try:
        print(json.dumps(asyncio.run(converse(arguments)), indent=2))
    except OvbotError as error:
        sys.exit(str(error))


async def converse(arguments: argparse.Namespace) -> dict[str, Any]:
    """The first token of each turn, and of the last prompt cold."""
    settings = load_settings(engine=arguments.engine, model_dir=arguments.model_dir, concurrency=1)
    said = (arguments.tokens - (arguments.turns - 1) * arguments.new_tokens) // arguments.turns
    ids: list[int] = []
    turns = []
    async with create_engine(settings, arguments.model_dir) as engine:
        prompts = Prompts(engine.tokenizer)
        await run_stream(engine, prompts.draw(32), 2)
        for _ in range(arguments.turns):
            ids += prompts.ids(said)
            timeline = await run_stream(engine, ids, arguments.new_tokens)
            finish = timeline.finish
            assert finish is not None
            turns.append(
                {
                    "prompt_tokens": len(ids),
                    "reused_tokens": finish.reused_tokens,
                    "first_token": timeline.first_token,
                }
            )
            last = list(ids)
            ids += finish.token_ids
    async with create_engine(settings, arguments.model_dir) as engine:
        await run_stream(engine, Prompts(engine.tokenizer, seed=2).draw(32), 2)
        cold = await run_stream(engine, last, 2)
    first = turns[-1]["first_token"]
    assert first is not None
    return {"turns": turns, "last_cold": cold.first_token, "last_by_cold": first / cold.first_token}


if __name__ == "__main__":
    main()
