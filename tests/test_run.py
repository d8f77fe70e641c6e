"""`ovbot run` as a process of its own, against the local Discord: how it starts, answers and ends."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from bot.sandbox import Fault, Limits, Message, Sandbox
from tests.openapi import assert_wire_valid, available
from tests.processes import Program, environment, started

Start = Callable[..., AbstractAsyncContextManager[Program]]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A local Discord with Discord's own limits."""
    async with Sandbox(limits=Limits()) as running:
        yield running


@pytest.fixture
def start(sandbox: Sandbox, tmp_path: Path, tiny_model: Path) -> Start:
    """Starts `ovbot run`, or another command, with settings."""

    def run(*command: str, **settings: str) -> AbstractAsyncContextManager[Program]:
        env = environment(sandbox, **{"MODEL_DIR": str(tiny_model), "MAX_NEW_TOKENS": "64", **settings})
        return started(tmp_path, env, *(command or ("run",)))

    return run


async def error_of(program: Program) -> tuple[int, str]:
    """The exit code of a program that ends by itself, and the one line for a person, after its log."""
    code = await program.end()
    lines = program.log.splitlines()
    [line] = [line for line in lines if " INFO " not in line]
    assert line == lines[-1]
    assert line.startswith("ovbot: ")
    return code, line


async def answer_to(sandbox: Sandbox, prompt: Message, end: str = "length limit") -> Message:
    """The bot's finished reply to a message, which has `end` in it."""

    def answers(message: Message) -> bool:
        return message.reference is not None and message.reference.message_id == prompt.id

    reply = await prompt.channel.wait_for(answers, timeout=60)
    return await reply.wait_until(lambda message: end in message.content, timeout=60)


async def test_a_wrong_token_ends_with_one_line_and_exit_code_5(start: Start, tmp_path: Path) -> None:
    async with start(DISCORD_TOKEN="not.the.token") as program:
        code, line = await error_of(program)
    assert code == 5
    assert "DISCORD_TOKEN" in line
    assert f"set it in {tmp_path / '.env'} or in the environment" in line
    assert "not.the.token" not in line


async def test_without_the_intent_it_says_in_one_line_where_to_switch_it_on(
    sandbox: Sandbox, start: Start
) -> None:
    sandbox.world.application.message_content = False
    async with start() as program:
        code, line = await error_of(program)
    assert code == 5
    assert "Message Content Intent" in line


async def test_an_unreachable_discord_ends_with_one_line_and_exit_code_5(start: Start) -> None:
    async with start(DISCORD_API_URL="http://127.0.0.1:9/api/v10") as program:
        code, line = await error_of(program)
    assert code == 5
    assert "cannot be reached" in line


async def test_a_missing_model_ends_with_one_line_and_exit_code_3(start: Start) -> None:
    async with start(MODEL_DIR="nowhere") as program:
        code, line = await error_of(program)
    assert code == 3
    assert "nowhere" in line


async def test_an_absent_device_ends_with_one_line_and_exit_code_4(start: Start) -> None:
    async with start(DEVICE="NPU") as program:
        code, line = await error_of(program)
    assert code == 4
    assert "CPU" in line


async def test_a_file_that_is_no_database_ends_with_one_line_and_exit_code_6(
    start: Start, tmp_path: Path
) -> None:
    (tmp_path / "notes.sqlite3").write_text("no database at all, but some text in a file. " * 50)
    async with start(DATABASE_URL="sqlite+aiosqlite:///notes.sqlite3") as program:
        code, line = await error_of(program)
    assert code == 6
    assert "notes.sqlite3" in line


async def test_it_answers_and_goes_on_after_a_restart_without_answering_twice(
    sandbox: Sandbox, start: Start
) -> None:
    mika = sandbox.person("Mika")
    async with start() as program:
        await sandbox.gateway.wait_online(60)
        await answer_to(sandbox, mika.say(sandbox.general, f"{sandbox.bot.mention} hello"))
        program.send(signal.SIGTERM)
        assert await program.end() == 0
    posted = len(sandbox.general.messages)
    async with start():
        await sandbox.gateway.wait_online(60)
        await answer_to(sandbox, mika.say(sandbox.general, f"{sandbox.bot.mention} again"))
    assert len(sandbox.general.messages) == posted + 2
    if available():
        assert_wire_valid(sandbox.wire)


async def test_health_where_no_bot_runs_names_the_folder(start: Start, tmp_path: Path) -> None:
    async with start("health") as program:
        code, line = await error_of(program)
    assert code == 1
    assert f"No bot is running in {tmp_path}: there is no data/health.json." in line


async def test_health_of_a_bot_that_answers_is_good(sandbox: Sandbox, start: Start) -> None:
    mika = sandbox.person("Mika")
    async with start():
        await sandbox.gateway.wait_online(60)
        # Its last edit is more than a second after it was ready, which is how often health is written.
        await answer_to(sandbox, mika.say(sandbox.general, f"{sandbox.bot.mention} hello"))
        async with start("health") as asked:
            assert (await asked.output()).startswith("ready as ovbot")
            assert await asked.end() == 0


async def test_it_logs_where_its_data_is_what_it_loads_and_how_it_goes_on(
    start: Start, tmp_path: Path, tiny_model: Path
) -> None:
    async with start() as program:
        await program.logged("Ready as ovbot")
        program.send(signal.SIGTERM)
        assert await program.end() == 0
    for said in (
        f"conversations are kept in {tmp_path / 'data' / 'ovbot.sqlite3'}",
        f"Loading the model in {tiny_model} on CPU, engine genai",
        "Stopping; another signal ends the program at once",
    ):
        assert said in program.log
    assert program.log.splitlines()[-1].endswith("Stopped")


async def test_nothing_that_people_or_the_model_write_is_logged_at_any_level(
    sandbox: Sandbox, start: Start
) -> None:
    secret, mika = "Orvadel", sandbox.person("Mika")
    debug = {"LOG_LEVEL": "DEBUG", "PYTHONDEVMODE": "1", "TRANSFORMERS_VERBOSITY": "debug"}
    async with start(MODEL_DIR="", **debug) as program:
        await program.logged("Ready as ovbot")
        told = f"{sandbox.bot.mention} My name is {secret}."
        prompt = mika.say(sandbox.general, told)
        await answer_to(sandbox, prompt, secret)
        dm = mika.open_dm()
        await answer_to(sandbox, mika.say(dm, f"My name is {secret}."), secret)
        mika.edit(prompt, f"{told} {secret}!")
        file = mika.say(sandbox.channel("files"), told, files=[(f"{secret}.txt", secret.encode())])
        await answer_to(sandbox, file, secret)
        # Trouble, of which libraries have much to say.
        for status in (500, 429, 400):
            sandbox.faults.add(Fault("*", "/channels/{id}/messages*", status=status))
        sandbox.faults.add(Fault("POST", "/channels/{channel_id}/messages", drop=True, after=1))
        trouble = sandbox.channel("trouble")
        mika.say(trouble, told)
        sandbox.gateway.drop()
        await sandbox.gateway.wait_online(60)
        asked = await mika.command(sandbox.general, "ask", prompt=f"My name is {secret}.")
        assert asked.answer is not None
        await mika.command(sandbox.channel("persona"), "persona set", text=f"You are {secret}.")
        await answer_to(sandbox, mika.say(sandbox.channel("after"), told), secret)
        program.send(signal.SIGTERM)
        assert await program.end() == 0
    assert " DEBUG bot." in program.log
    assert secret not in program.log
    assert sandbox.token not in program.log
