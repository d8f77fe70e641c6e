"""What is said in place of a reply: it arrives in spite of trouble, once."""

from __future__ import annotations

from typing import Any

import pytest

from bot.client import words
from bot.sandbox import Fault, Sandbox
from tests.client.conftest import Gate, Start
from tests.client.watching import by_bot, eventually, shown, shown_like

trouble = pytest.mark.parametrize(
    "fault",
    [
        {"status": 503, "times": 2},
        {"status": 429, "retry_after": 0.05},
        {"drop": True, "times": 2},
        {"drop": True, "late": True},
    ],
    ids=["503", "429", "cut before", "cut after"],
)


@trouble
async def test_a_refusal_arrives_in_spite_of_passing_trouble(
    sandbox: Sandbox, start: Start, fault: dict[str, Any]
) -> None:
    ana = sandbox.person("Ana")
    async with start(gate=Gate(), concurrency=1, queue_size=1) as bot:
        for name in ("first", "second"):
            ana.say(sandbox.channel(name), f"{sandbox.bot.mention} hello")

        async def full() -> bool:
            return bot.assistant.busy == 2

        await eventually(full)
        sandbox.faults.add(Fault("POST", f"/channels/{sandbox.general.id}/messages", **fault))
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await shown_like(sandbox, sandbox.general, "waiting): please")
    assert len(by_bot(sandbox, sandbox.general)) == 1


@trouble
async def test_a_hint_arrives_in_spite_of_passing_trouble(
    sandbox: Sandbox, start: Start, fault: dict[str, Any]
) -> None:
    sandbox.faults.add(Fault("POST", "/channels/{channel_id}/messages", **fault))
    ana = sandbox.person("Ana")
    async with start():
        ana.say(sandbox.general, sandbox.bot.mention)
        await shown(sandbox, sandbox.general, words.inbox.no_text())
    assert by_bot(sandbox, sandbox.general) == [words.inbox.no_text()]


async def test_a_command_without_text_gets_the_hint_in_spite_of_passing_trouble(
    sandbox: Sandbox, start: Start
) -> None:
    sandbox.faults.add(Fault("POST", "/webhooks/{application_id}/{token}", status=503, times=2))
    ana = sandbox.person("Ana")
    async with start() as bot:
        await ana.command(sandbox.general, "/ask", prompt=sandbox.bot.mention)
        hint = await shown(sandbox, sandbox.general, words.inbox.no_text())
        assert hint.ephemeral_to is ana.user
        assert not bot.engine.prompts
