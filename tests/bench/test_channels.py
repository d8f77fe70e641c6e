"""What `bench.channels` says of replies that were shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.channels import shown_is_stored
from bench.shown import is_notice
from bot.sandbox import Sandbox
from tests.client.conftest import DELAYS, Gate, Start, database, start
from tests.client.watching import shown

__all__ = ["database", "start"]

ANSWER = "This is the answer, all of it."
IMPATIENT = replace(DELAYS, patience=0.01, unread=0.0)


async def test_the_notice_that_a_reply_is_ready_is_no_second_reply(sandbox: Sandbox, start: Start) -> None:
    ana, gate = sandbox.person("Ana"), Gate()
    async with start(ANSWER, gate=gate, delays=IMPATIENT, services={"mention_after": 0.01}) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await sandbox.general.wait_for(lambda message: message.author is sandbox.bot)
        gate.open()
        notice = await sandbox.general.wait_for(lambda message: ana.mention in message.content)
        await bot.client.idle()
        assert is_notice(notice, [message.id for message in sandbox.general.history])
        assert await shown_is_stored(sandbox.general, bot.store, sandbox)


@pytest.mark.parametrize("repeated", [ANSWER, "This is the"])
async def test_a_reply_that_is_shown_twice_is_found(sandbox: Sandbox, start: Start, repeated: str) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await shown(sandbox, sandbox.general, ANSWER)
        await bot.client.idle()
        assert await shown_is_stored(sandbox.general, bot.store, sandbox)
        partial = bot.client.get_partial_messageable(sandbox.general.id).get_partial_message(prompt.id)
        await partial.reply(repeated)
        assert not await shown_is_stored(sandbox.general, bot.store, sandbox)
