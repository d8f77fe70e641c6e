"""Replies longer than a message: further messages, fences whole, earlier pages left alone."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from bot.sandbox import Message, Sandbox
from tests.client.conftest import Start
from tests.client.watching import stored, writes


def pages(sandbox: Sandbox) -> list[Message]:
    return [message for message in sandbox.general.history if message.author is sandbox.bot]


async def test_a_long_reply_goes_on_in_further_messages(sandbox: Sandbox, start: Start) -> None:
    paragraphs = [f"Paragraph {number}. " + "Some words. " * 30 for number in range(16)]
    said = "\n\n".join(paragraph.strip() for paragraph in paragraphs)
    ana = sandbox.person("Ana")
    async with start(said) as bot:
        prompt = ana.say(sandbox.general, f"{sandbox.bot.mention} tell me all")
        (turn,) = await stored(bot.store, sandbox.general)
    shown = pages(sandbox)
    assert len(shown) > 2
    assert "\n\n".join(message.content for message in shown) == said == turn.text
    assert turn.message_id == shown[0].id
    assert shown[0].reference is not None
    assert shown[0].reference.message_id == prompt.id
    assert all(message.reference is None for message in shown[1:])


async def test_a_page_that_is_full_is_not_touched_again(sandbox: Sandbox, start: Start) -> None:
    lines = [f"line {number} with some words in it\n" for number in range(200)]
    ana = sandbox.person("Ana")
    slowly = lambda: asyncio.ensure_future(asyncio.sleep(0.005))  # noqa: E731
    async with start(lambda _: lines, gate=slowly) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} count")
        await stored(bot.store, sandbox.general)
    shown = pages(sandbox)
    assert len(shown) > 2
    assert [line for message in shown for line in message.content.splitlines()] == [x.strip() for x in lines]
    for earlier, later in pairwise(shown):
        assert writes(sandbox, earlier)[-1].at < writes(sandbox, later)[0].at


async def test_a_code_block_over_several_messages_is_whole_in_each(sandbox: Sandbox, start: Start) -> None:
    code = "\n".join(f"    print({number})  # a line of code" for number in range(45))
    before = "Look at this, please. " * 30
    ana = sandbox.person("Ana")
    async with start(f"{before}\n```python\ndef f():\n{code}\n```\nThat is all.") as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} code")
        (turn,) = await stored(bot.store, sandbox.general)
    shown = [message.content for message in pages(sandbox)]
    assert len(shown) == 2
    assert all(content.count("```") == 2 for content in shown)
    assert all(content.startswith("```python\n    print(") for content in shown[1:])
    assert shown[-1].endswith("```\nThat is all.")
    assert turn.text.count("```") == 2


async def test_all_pages_of_a_reply_come_before_the_next_reply(sandbox: Sandbox, start: Start) -> None:
    long = "\n".join(f"line {number} with some words in it" for number in range(250))
    ana = sandbox.person("Ana")
    async with start(lambda prompt: [long if prompt.rstrip().endswith("all") else "A short one."]) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me all")
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me little")
        await stored(bot.store, sandbox.general, count=2)
    shown = [message.content for message in pages(sandbox)]
    assert "\n".join(shown[:-1]) == long
    assert shown[-1] == "A short one."


async def test_an_open_fence_is_closed_while_it_grows(sandbox: Sandbox, start: Start) -> None:
    pieces = ["Here it is, dear:\n", "```", "py", "\n", "x = 1\n", "y = 2\n", "``", "`\n", "Done."]
    ana = sandbox.person("Ana")
    slowly = lambda: asyncio.ensure_future(asyncio.sleep(0.12))  # noqa: E731
    async with start(lambda _: pieces, gate=slowly) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} code")
        await stored(bot.store, sandbox.general)
    (message,) = pages(sandbox)
    shown = [revision.content for revision in message.revisions]
    assert shown[-1] == "Here it is, dear:\n```py\nx = 1\ny = 2\n```\nDone."
    assert len(shown) >= 3
    assert all(content.count("```") in (0, 2) for content in shown)
    assert not any("``\n```" in content or "```py\n```" in content for content in shown)
