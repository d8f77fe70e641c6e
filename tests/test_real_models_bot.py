"""The whole bot with a real model: ordinary questions on the local Discord.

TEST_REPLIES says how many questions are asked, at most 50.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import open_bot
from bot.chat.turns import FinishReason, Turn
from bot.client.bot import OvbotClient
from bot.sandbox import Sandbox
from bot.settings import Settings, load_settings
from bot.store import SqlStore
from tests.client.watching import by_bot, stored
from tests.real_models import real_model

REPLIES = int(os.environ.get("TEST_REPLIES", "8"))
AT_A_TIME = 4
QUESTIONS = [
    *("What is the capital of France?", "Who wrote Romeo and Juliet?", "How many days has a leap year?"),
    *(
        "What is 7 times 8?",
        "Why is the sky blue?",
        "Write a haiku about rain.",
        "Translate 'cat' to Spanish.",
    ),
    *("Name three fruits.", "What does HTTP stand for?", "Explain photosynthesis in two sentences."),
    *("How do I boil an egg?", "Write a Python function that adds two numbers.", "What is a prime number?"),
    *("Who painted the Mona Lisa?", "Give me a tip for sleeping better.", "What is the largest ocean?"),
    *("Summarize the story of Cinderella.", "What is the opposite of hot?", "How far away is the moon?"),
    *("Suggest a name for a grey cat.", "What is gravity?", "Tell me a joke.", "What is a noun?"),
    *("List the planets.", "What is the boiling point of water?", "How do I tie a tie?", "What is DNA?"),
    *("Who was Albert Einstein?", "What is a volcano?", "Write a short poem about the sea.", "What is jazz?"),
    *("How do planes fly?", "What is the fastest animal?", "What is inflation?", "Recommend a hobby."),
    *("What is the difference between a frog and a toad?", "How many legs has a spider?", "What is yeast?"),
    *("What should I pack for a hike?", "Explain recursion to a child.", "What is a black hole?"),
    *(
        "What is a good breakfast?",
        "Why do cats purr?",
        "What is the meaning of 'brief'?",
        "Who discovered America?",
    ),
    *(
        "How does a fridge work?",
        "What is the square root of 81?",
        "Name a country in Africa.",
        "What is tea?",
    ),
    *("Write a birthday wish.", "Why do leaves fall?"),
]

pytestmark = pytest.mark.real_model


@asynccontextmanager
async def running(settings: Settings, store: SqlStore, sandbox: Sandbox) -> AsyncIterator[OvbotClient]:
    """The bot as `ovbot run` puts it together, online."""
    async with open_bot(settings, store) as client:
        task = asyncio.create_task(client.run_until_closed())
        try:
            await sandbox.gateway.wait_online()
            is_ready = lambda presence: presence["status"] == "online"  # noqa: E731
            await sandbox.world.events.wait_for("SANDBOX_PRESENCE", is_ready, timeout=120)
            yield client
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.mark.timeout(120 + 60 * REPLIES)
async def test_smollm2_answers_ordinary_questions(
    sandbox: Sandbox, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """As its makers sample it. None of its replies repeats itself up to the limit."""
    settings = load_settings(
        None,
        discord_token=SecretStr(sandbox.token),
        discord_api_url=sandbox.api_url,
        model_dir=real_model("smollm2/ov"),
        kv_cache_gib=0.3,
        concurrency=AT_A_TIME,
        max_new_tokens=512,
        temperature=0.2,
        top_p=0.9,
        seed=1,
    )
    replies: dict[str, Turn] = {}
    url = f"sqlite+aiosqlite:///{(tmp_path / 'bot.sqlite3').as_posix()}"
    async with SqlStore(url) as store, running(settings, store, sandbox) as client:
        asked = QUESTIONS[:REPLIES]
        for start in range(0, len(asked), AT_A_TIME):
            channels = {}
            for number, question in enumerate(asked[start : start + AT_A_TIME], start):
                channels[question] = sandbox.channel(f"question-{number}")
                sandbox.person(f"Person {number}").say(
                    channels[question], f"{sandbox.bot.mention} {question}"
                )
            for question, channel in channels.items():
                (replies[question],) = await stored(store, channel, timeout=120)
                assert by_bot(sandbox, channel)
            await client.idle()
    ended = Counter(reply.ended for reply in replies.values())
    record_property("ended", dict(ended))
    print({str(reason): count for reason, count in ended.items()})
    for question, reply in replies.items():
        assert reply.text, question
        assert "<|im_" not in reply.text
        assert reply.ended in (FinishReason.COMPLETE, FinishReason.LOOPED, FinishReason.LENGTH)
        assert reply.ended is not FinishReason.LENGTH or not repeats_itself(reply.text), reply.text
    assert ended[FinishReason.COMPLETE] > len(asked) // 2
    assert "Paris" in replies["What is the capital of France?"].text


def repeats_itself(text: str) -> bool:
    """Whether most of the end of a text has been said before in it."""
    sentences = [part.strip() for part in re.split(r"[.!?\n]+", text[-1500:]) if part.strip()]
    return len(set(sentences)) < len(sentences) / 2
