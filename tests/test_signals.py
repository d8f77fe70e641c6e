"""Ctrl-C and SIGTERM: the first one stops the program in order, the second one at once."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from tests.processes import Program, environment, started

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

SIGNALS = [signal.SIGINT, signal.SIGTERM]


async def reach(moment: str, program: Program) -> None:
    """Wait until `ovbot run` has come so far."""
    if moment == "importing":
        await program.handling_signals()
    else:
        await program.logged(
            {
                "opening": "conversations are kept in",
                "loading": "Loading the demo model",
                "connected": "slash commands were registered",
                "ready": "Ready as",
            }[moment]
        )


MOMENTS = ["importing", "opening", "loading", "connected", "ready"]


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("moment", MOMENTS)
async def test_one_signal_stops_the_bot_in_order(
    sandbox: Sandbox, tmp_path: Path, moment: str, number: signal.Signals
) -> None:
    async with started(tmp_path, environment(sandbox), "run") as program:
        await reach(moment, program)
        program.send(number)
        assert await program.end() == 0
    assert program.log.endswith("Stopped\n")
    assert "Traceback" not in program.log
    assert not (tmp_path / "data" / "health.json").exists()


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_second_signal_ends_the_bot_at_once_without_a_traceback(
    sandbox: Sandbox, tmp_path: Path, moment: str
) -> None:
    async with started(tmp_path, environment(sandbox), "run") as program:
        await reach(moment, program)
        program.send(signal.SIGINT, signal.SIGTERM)
        # The kernel may hand them over in the other order.
        assert await program.end() in (128 + signal.SIGINT, 128 + signal.SIGTERM)
    assert "Traceback" not in program.log
    assert "Stopped" not in program.log


async def test_a_signal_while_it_stops_leaves_no_traceback(sandbox: Sandbox, tmp_path: Path) -> None:
    async with started(tmp_path, environment(sandbox), "run") as program:
        await program.logged("Ready as")
        program.send(signal.SIGTERM)
        await program.logged("Stopping")
        program.send(signal.SIGTERM)
        assert await program.end() in (0, 128 + signal.SIGTERM)
    assert "Traceback" not in program.log


@pytest.mark.parametrize("command", [["demo", "--say", "hi"], ["chat", "--once", "hi"], ["model", "list"]])
async def test_what_was_interrupted_did_not_succeed(tmp_path: Path, command: list[str]) -> None:
    async with started(tmp_path, environment(), *command) as program:
        await program.handling_signals()
        program.send(signal.SIGINT)
        assert await program.end() == 128 + signal.SIGINT
    assert program.log == ""


async def test_chat_that_waits_for_a_line_of_a_pipe_is_ended_by_one_signal(tmp_path: Path) -> None:
    async with started(tmp_path, environment(), "chat") as program:
        await program.logged("Type a message")
        program.send(signal.SIGTERM)
        assert await program.end() == 0
    assert "Traceback" not in program.log
    assert "Fatal" not in program.log


INTERRUPTED_TWICE = """
import asyncio, signal
from bot.signals import on_ctrl_c, run

async def main():
    try:
        with on_ctrl_c(lambda: print("asked to stop")):
            for _ in range(2):
                signal.raise_signal(signal.SIGINT)
                await asyncio.sleep(0.01)
            print("never")
    finally:
        print("cleaned up")

run(main())
"""


def test_a_second_ctrl_c_ends_what_the_first_one_could_not_stop() -> None:
    # In a process of its own: signals would reach whatever the other tests have loaded into this one.
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_TWICE], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split("\n") == ["asked to stop", "cleaned up", ""], done.stderr
    assert done.returncode == 128 + signal.SIGINT
