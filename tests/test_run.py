"""`ovbot run` as a process of its own, against the local Discord: how it starts, answers and ends."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.sandbox import Limits, Message, Sandbox
from bot.settings import Settings
from tests.openapi import assert_wire_valid, available

ROOT = Path(__file__).parent.parent


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A local Discord with Discord's own limits."""
    async with Sandbox(limits=Limits()) as running:
        yield running


class Starter:
    """Starts `ovbot run` in a folder of its own."""

    def __init__(self, sandbox: Sandbox, folder: Path, model: Path) -> None:
        names = {name.upper() for name in Settings.model_fields}
        self.env = {name: value for name, value in os.environ.items() if name not in names} | {
            "PYTHONPATH": str(ROOT),
            "DISCORD_TOKEN": sandbox.token,
            "DISCORD_API_URL": sandbox.api_url,
            "MODEL_DIR": str(model),
            "MAX_NEW_TOKENS": "64",
            "KV_CACHE_GIB": "0.1",
        }
        self._folder = folder

    @asynccontextmanager
    async def __call__(self, *command: str, **settings: str) -> AsyncIterator[Process]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *(command or ("run",)),
            env=self.env | settings, cwd=self._folder, stdout=PIPE, stderr=PIPE,
        )  # fmt: skip
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()


@pytest.fixture
def start(sandbox: Sandbox, tmp_path: Path, tiny_model: Path) -> Starter:
    return Starter(sandbox, tmp_path, tiny_model)


async def last_line(process: Process) -> str:
    """What a process that ended by itself said to the person: one line, besides its log."""
    _, stderr = await asyncio.wait_for(process.communicate(), 60)
    lines = stderr.decode().splitlines()
    [line] = [line for line in lines if " INFO " not in line]
    assert line == lines[-1]
    assert line.startswith("ovbot: ")
    return line


async def answer_to(sandbox: Sandbox, prompt: Message) -> Message:
    """The bot's finished reply to a message."""
    channel = prompt.channel

    def answers(message: Message) -> bool:
        return message.reference is not None and message.reference.message_id == prompt.id

    reply = await channel.wait_for(answers, timeout=60)
    return await reply.wait_until(lambda message: "length limit" in message.content, timeout=60)


async def test_a_bad_token_ends_with_one_line_and_exit_code_5(start: Starter) -> None:
    async with start(DISCORD_TOKEN="not.the.token") as process:
        assert "DISCORD_TOKEN" in (line := await last_line(process))
        assert "not.the.token" not in line
        assert process.returncode == 5


async def test_without_the_intent_it_says_in_one_line_where_to_switch_it_on(
    sandbox: Sandbox, start: Starter
) -> None:
    sandbox.world.application.message_content = False
    async with start() as process:
        assert "Message Content Intent" in await last_line(process)
        assert process.returncode == 5


async def test_an_unreachable_discord_ends_with_one_line_and_exit_code_5(start: Starter) -> None:
    async with start(DISCORD_API_URL="http://127.0.0.1:9/api/v10") as process:
        assert "cannot be reached" in await last_line(process)
        assert process.returncode == 5


async def test_a_missing_model_ends_with_one_line_and_exit_code_3(start: Starter) -> None:
    async with start(MODEL_DIR="nowhere") as process:
        assert "nowhere" in await last_line(process)
        assert process.returncode == 3


async def test_an_absent_device_ends_with_one_line_and_exit_code_4(start: Starter) -> None:
    async with start(DEVICE="NPU") as process:
        assert "CPU" in await last_line(process)
        assert process.returncode == 4


async def test_a_newer_database_ends_with_one_line_and_exit_code_6(start: Starter, tmp_path: Path) -> None:
    (tmp_path / "notes.sqlite3").write_text("no database at all, but some text in a file. " * 50)
    async with start(DATABASE_URL="sqlite+aiosqlite:///notes.sqlite3") as process:
        assert "notes.sqlite3" in await last_line(process)
        assert process.returncode == 6


async def test_it_answers_and_goes_on_after_a_restart_without_answering_twice(
    sandbox: Sandbox, start: Starter
) -> None:
    mika = sandbox.person("Mika")
    async with start() as process:
        await sandbox.gateway.wait_online(60)
        first = mika.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await answer_to(sandbox, first)
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), 20)
        assert process.returncode == 0
    posted = len(sandbox.general.messages)
    async with start():
        await sandbox.gateway.wait_online(60)
        second = mika.say(sandbox.general, f"{sandbox.bot.mention} again")
        await answer_to(sandbox, second)
    assert len(sandbox.general.messages) == posted + 2
    if available():
        assert_wire_valid(sandbox.wire)


async def test_health_tells_whether_it_is_connected(sandbox: Sandbox, start: Starter) -> None:
    async with start("health") as process:
        assert await last_line(process) == "ovbot: No bot has run here: there is no data/health.json."
        assert process.returncode == 1


async def test_health_of_a_bot_that_answers_is_good(sandbox: Sandbox, start: Starter) -> None:
    mika = sandbox.person("Mika")
    async with start():
        await sandbox.gateway.wait_online(60)
        # Its last edit is more than a second after it was ready, which is how often health is looked at.
        await answer_to(sandbox, mika.say(sandbox.general, f"{sandbox.bot.mention} hello"))
        async with start("health") as asked:
            stdout, _ = await asyncio.wait_for(asked.communicate(), 20)
            assert stdout.decode().startswith("ready as ovbot")
            assert asked.returncode == 0


async def test_nothing_that_people_write_is_in_the_log(sandbox: Sandbox, start: Starter) -> None:
    mika = sandbox.person("Mika")
    async with start() as process:
        await sandbox.gateway.wait_online(60)
        await answer_to(sandbox, mika.say(sandbox.general, f"{sandbox.bot.mention} my secret plan"))
        process.send_signal(signal.SIGTERM)
        _, stderr = await asyncio.wait_for(process.communicate(), 20)
    log = stderr.decode()
    assert "64 tokens" in log
    assert "secret plan" not in log
    assert sandbox.token not in log
