"""A reply in a channel: one message that grows, at Discord's pace, until it is what is stored."""

from __future__ import annotations

from bot.sandbox import Sandbox
from tests.client.conftest import Start
from tests.client.watching import by_bot, gaps, posts, shown, stored, writes


async def test_a_mention_is_answered_by_a_reply_that_is_stored(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start("Hello there, my friend.") as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        reply = await shown(sandbox, sandbox.general, "Hello there, my friend.")
        assert reply.reference is not None
        assert reply.reference.message_id == prompt.id
        (turn,) = await stored(bot.store, sandbox.general)
    assert turn.text == reply.content
    assert turn.message_id == reply.id
    assert by_bot(sandbox, sandbox.general) == ["Hello there, my friend."]
