"""What the prefix cache saves: the time to the first token of each turn, and of the last one without a cache.

    python -m bench.prefix_cache --model-dir DIR [--turns 10] [--tokens 1500]

One conversation, of `--tokens` tokens by its last prompt. Then the engine is loaded again and reads that
prompt from scratch. Printed as JSON, times in seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from bot.benchmark.measure import run_stream
from bot.benchmark.prompts import Prompts
from bot.chat.ports import PartKind, PromptPart
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
    """The time to the first token of each turn, and of the last prompt without a cache."""
    settings = load_settings(engine=arguments.engine, model_dir=arguments.model_dir, concurrency=1)
    said = (arguments.tokens - (arguments.turns - 1) * arguments.new_tokens) // arguments.turns
    said_so_far: list[PromptPart] = []
    turns = []
    async with create_engine(settings, arguments.model_dir) as engine:
        prompts = Prompts(engine.tokenizer)
        await run_stream(engine, engine.tokenizer.encode(prompts.draw(32)), 2)
        for _ in range(arguments.turns):
            said_so_far.append(PromptPart(PartKind.USER, prompts.text(said)))
            prompt = engine.tokenizer.encode(said_so_far)
            timeline = await run_stream(engine, prompt, arguments.new_tokens)
            finish = timeline.finish
            assert finish is not None
            turns.append(
                {
                    "prompt_tokens": len(prompt),
                    "reused_tokens": finish.reused_tokens,
                    "first_token": timeline.first_token,
                }
            )
            last, ids = prompt, finish.answer_ids
            said_so_far.append(PromptPart(PartKind.ASSISTANT, engine.tokenizer.decode(ids), ids))
    async with create_engine(settings, arguments.model_dir) as engine:
        await run_stream(engine, engine.tokenizer.encode(Prompts(engine.tokenizer, seed=2).draw(32)), 2)
        cold = await run_stream(engine, last, 2)
    first = turns[-1]["first_token"]
    assert first is not None
    return {"turns": turns, "last_cold": cold.first_token, "last_by_cold": first / cold.first_token}


if __name__ == "__main__":
    main()
