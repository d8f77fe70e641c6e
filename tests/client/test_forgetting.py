"""/forget me takes a person's words out of what others quoted, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.client.words import commands
from bot.sandbox import Sandbox
from tests.client.conftest import Start
from tests.client.watching import stored

ANSWER = "I see."
SECRET = "the cellar door is red"


@pytest.mark.parametrize("how", ["replied to", "attached", "answer this", "begins a thread"])
async def test_words_that_others_quoted_are_in_no_prompt_and_not_on_the_disk(
    sandbox: Sandbox, start: Start, tmp_path: Path, how: str
) -> None:
    aoi, ben = sandbox.person("Aoi"), sandbox.person("Ben")
    channel = sandbox.general
    if how == "attached":
        said = aoi.say(channel, "look", files=[("notes.txt", SECRET.encode())])
    else:
        said = aoi.say(channel, SECRET)
    async with start(ANSWER) as bot:
        if how == "answer this":
            await ben.menu(said, commands.ANSWER_THIS)
        elif how == "begins a thread":
            channel = ben.start_thread(sandbox.general, "doors", message=said)
            ben.say(channel, f"{sandbox.bot.mention} what is that?")
        else:
            ben.say(channel, f"{sandbox.bot.mention} what is that?", reply_to=said)
        await stored(bot.store, channel)
        assert SECRET in bot.engine.tokenizer.decode(bot.engine.prompts[-1])
        asked = await aoi.command(sandbox.general, "/forget me")
        assert asked.message is not None
        await aoi.click(asked.message, "forget:me")
        await asked.message.wait_until(lambda m: m.content == commands.forgot(0))
        ben.say(channel, f"{sandbox.bot.mention} and now?")
        await stored(bot.store, channel, count=2)
        assert SECRET not in bot.engine.tokenizer.decode(bot.engine.prompts[-1])
        assert SECRET.encode() not in on_disk(tmp_path)
    assert SECRET.encode() not in on_disk(tmp_path)


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())
