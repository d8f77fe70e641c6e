"""What speculative decoding gains: PROMPT_LOOKUP and DRAFT_MODEL_DIR against neither.

    python -m bench.speculative --model-dir DIR [--draft DIR] [--lookup 4] [--new-tokens 64]

Each question is asked twice in one conversation. The second reply is much like the first, which is in the
prompt by then: the best case for prompt lookup. How often a draft model is right depends on the two models
alone. Printed as JSON: tokens a second of the second replies after their first token, and how many of these
replies are the same as without speculation.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bot.benchmark.measure import Timeline, run_stream
from bot.chat.ports import Engine, PartKind, PromptPart
from bot.engine import create_engine
from bot.errors import OvbotError
from bot.settings import Settings, load_settings

QUESTIONS = (
    "What can you do?",
    "Who are you?",
    "How do I start a new conversation?",
    "Do you remember what I said before?",
    "Tell me about yourself in three sentences.",
)


@dataclass(frozen=True, slots=True)
class Run:
    """Second replies with one setting.

    rate: tokens a second, the median of all questions. replies: the token ids of each reply.
    """

    rate: float
    replies: list[tuple[int, ...]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model-dir", type=Path, required=True)
    parser.add_argument("--draft", type=Path)
    parser.add_argument("--lookup", type=int, default=4)
    parser.add_argument("--new-tokens", type=int, default=64)
    parser.add_argument(
        "--questions", type=int, default=len(QUESTIONS), help="how many of the questions to ask"
    )
    arguments = parser.parse_args()
    settings = load_settings(model_dir=arguments.model_dir, concurrency=1)
    changes: dict[str, dict[str, object]] = {
        "plain": {},
        f"PROMPT_LOOKUP={arguments.lookup}": {"prompt_lookup": arguments.lookup},
    }
    if arguments.draft:
        changes["DRAFT_MODEL_DIR"] = {"draft_model_dir": arguments.draft}
    questions = QUESTIONS[: arguments.questions]
    try:
        runs = {
            name: asyncio.run(
                measure(
                    settings.model_copy(update=change), arguments.model_dir, questions, arguments.new_tokens
                )
            )
            for name, change in changes.items()
        }
    except OvbotError as error:
        sys.exit(str(error))
    print(json.dumps({name: compare(run, runs["plain"]) for name, run in runs.items()}, indent=2))


async def measure(settings: Settings, model_dir: Path, questions: tuple[str, ...], new_tokens: int) -> Run:
    """Load the model with these settings and ask every question twice."""
    async with create_engine(settings, model_dir) as engine:
        timelines = [await ask_twice(engine, question, new_tokens) for question in questions]
    return Run(
        median(timeline.decode_rate for timeline in timelines),
        [timeline.finish.token_ids for timeline in timelines if timeline.finish],
    )


async def ask_twice(engine: Engine, question: str, new_tokens: int) -> Timeline:
    """The second reply to a question that is asked twice in a conversation."""
    asked = PromptPart(PartKind.USER, question)
    first = await run_stream(engine, engine.tokenizer.encode([asked]), new_tokens)
    assert first.finish is not None
    ids = first.finish.answer_ids
    answered = PromptPart(PartKind.ASSISTANT, engine.tokenizer.decode(ids), ids)
    return await run_stream(engine, engine.tokenizer.encode([asked, answered, asked]), new_tokens)


def compare(run: Run, plain: Run) -> dict[str, object]:
    """A run's figures, compared with those without speculation."""
    same = sum(mine == theirs for mine, theirs in zip(run.replies, plain.replies, strict=True))
    return {
        "tokens_per_second": run.rate,
        "times_plain": run.rate / plain.rate,
        "tokens": sum(map(len, run.replies)),
        "same_replies": f"{same} of {len(run.replies)}",
    }


if __name__ == "__main__":
    main()
