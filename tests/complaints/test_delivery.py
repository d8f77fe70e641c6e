"""Complaints about how replies arrive: in pieces, broken, or to everybody."""

from __future__ import annotations

import asyncio
import re

from bench.traffic import given_up, impatient, refusals
from bot.client.requests import Delays
from bot.sandbox import Fault, Message, Permission, Sandbox
from tests.client.conftest import Start
from tests.client.watching import by_bot, stored

EDIT = "/channels/{channel_id}/messages/{message_id}"


def replies(sandbox: Sandbox) -> list[Message]:
    return [message for message in sandbox.general.history if message.author is sandbox.bot]


async def test_complaint_06_chunks_are_dropped_when_edits_are_rate_limited(
    sandbox: Sandbox, start: Start
) -> None:
    """A bot whose own pace is too fast for Discord, which has a bad day besides."""
    pieces = [f"word{number} " for number in range(60)]
    hasty = Delays(edit_interval=0.01, rate=1000.0, patience=30.0, presence_interval=0.05)
    for after in (2, 5):
        sandbox.faults.add(Fault("PATCH", EDIT, status=429, retry_after=0.2, after=after))
    ana = sandbox.person("Ana")
    slowly = lambda: asyncio.ensure_future(asyncio.sleep(0.02))  # noqa: E731
    async with start(lambda _: pieces, gate=slowly, delays=hasty) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} count")
        await stored(bot.store, sandbox.general)
    assert refusals(sandbox.wire)
    assert not impatient(sandbox.wire)
    assert not given_up(sandbox.wire)
    assert by_bot(sandbox, sandbox.general) == ["".join(pieces).strip()]


async def test_complaint_10_long_replies_and_code_fences_are_broken(sandbox: Sandbox, start: Start) -> None:
    code = "\n".join(f"    total += {number}  # 日本語 👩‍👩‍👧 e\u0301" for number in range(50))
    prose = "".join(f"word {number} and **another** one. " for number in range(50))
    said = f"First this: {prose}\n```python\n{code}\n```\nand then: {prose}"
    ana = sandbox.person("Ana")
    async with start(said) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} show me")
        (turn,) = await stored(bot.store, sandbox.general)
    pages = [message.content for message in replies(sandbox)]
    assert turn.text == said.strip()
    assert len(pages) > 2
    assert all(len(page) <= 2000 for page in pages)
    assert any(page.startswith("```python\n") for page in pages)
    assert all(page.count("```") % 2 == 0 for page in pages)
    fences = re.compile(r"^```\w*\n?", re.MULTILINE)
    whole = "".join("".join(fences.split(page)) for page in pages)
    assert "".join(whole.split()) == "".join("".join(fences.split(turn.text)).split())


async def test_complaint_10_long_replies_are_cut_off(sandbox: Sandbox, start: Start) -> None:
    """Past some pages the rest comes as a file with the whole answer, code as a file of its own kind."""
    code = "\n".join(f"print({number})" for number in range(300))
    said = f"Run this:\n```python\n{code}\n```\n"
    said += "".join(f"and then, in words, point {number}. " for number in range(400))
    ana = sandbox.person("Ana")
    async with start(said) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} tell me everything")
        (turn,) = await stored(bot.store, sandbox.general)
        await bot.client.idle()
    pages = replies(sandbox)
    files = {file.filename.rpartition(".")[2]: file.data.decode() for m in pages for file in m.attachments}
    assert len(pages) <= 4
    assert all(len(page.content) <= 2000 for page in pages)
    assert files["py"].strip() == code
    assert files["md"].strip() == turn.text == said.strip()


async def test_complaint_13_the_model_pings_everyone(sandbox: Sandbox, start: Start) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    role = sandbox.role("mods", mentionable=True)
    sandbox.give(ben, role)
    for place in (sandbox.general, sandbox.channel("commands")):
        sandbox.allow(place, sandbox.bot, Permission.MENTION_EVERYONE)
    said = f"@everyone @here {role.mention} {ben.mention}: come and look!"
    async with start(lambda _: [said, *(f" Now {number}! " for number in range(350))]) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} call them all")
        await stored(bot.store, sandbox.general)
        commands = next(c for c in sandbox.guild.channels.values() if c.name == "commands")
        await ana.command(commands, "ask", prompt="call them all")
        await stored(bot.store, commands)
    pinged = [m.pinged for c in (sandbox.general, commands) for m in c.history if m.author is sandbox.bot]
    assert len(pinged) >= 4
    assert frozenset().union(*pinged) <= {ana.id}
    assert said in replies(sandbox)[0].content
