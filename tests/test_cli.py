"""The program as a person starts it: a process of its own, its output and its exit code."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.cli.terminal import readable
from bot.engine.scripted import ScriptedEngine
from bot.errors import EngineError
from bot.settings import Settings


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment without settings."""
    names = {name.upper() for name in Settings.model_fields}
    return {name: value for name, value in os.environ.items() if name not in names}


def ovbot(
    *arguments: str, env: dict[str, str], cwd: Path, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    env = {"PYTHONPATH": str(Path(__file__).parent.parent), **env}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env=env,
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )


@pytest.mark.parametrize("command", ["run", "demo", "chat", "bench", "model", ""])
def test_help_imports_nothing_heavy(command: str, env: dict[str, str], tmp_path: Path) -> None:
    heavy = "transformers openvino openvino_genai torch optimum discord sqlalchemy huggingface_hub numpy"
    code = (
        "import sys; from bot.cli import app\n"
        f"sys.argv = ['ovbot', *{command.split()!r}, '--help']\n"
        "try: app()\nexcept SystemExit: pass\n"
        f"print('HEAVY', sorted(set({heavy.split()!r}) & set(sys.modules)))"
    )
    env["PYTHONPATH"] = str(Path(__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "Usage: ovbot" in done.stdout
    assert done.stdout.splitlines()[-1] == "HEAVY []"


def test_a_bad_setting_is_one_line_and_exit_code_2(env: dict[str, str], tmp_path: Path) -> None:
    env["MAX_NEW_TOKENS"] = "lots"
    done = ovbot("chat", "--once", "hi", env=env, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("ovbot: MAX_NEW_TOKENS='lots' is not allowed")
    assert len(done.stderr.splitlines()) == 1


def test_running_without_a_token_says_where_to_get_one(env: dict[str, str], tmp_path: Path) -> None:
    done = ovbot("run", env=env, cwd=tmp_path)
    assert done.returncode == 2
    assert "DISCORD_TOKEN is not set" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_model_is_one_line_and_exit_code_3(env: dict[str, str], tmp_path: Path) -> None:
    done = ovbot("chat", "--once", "hi", "--model-dir", "nowhere", env=env, cwd=tmp_path)
    assert done.returncode == 3
    assert "nowhere" in done.stderr
    assert "ovbot model pull" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_absent_device_is_one_line_that_names_those_there_are_and_exit_code_4(
    env: dict[str, str], tmp_path: Path, tiny_model: Path
) -> None:
    done = ovbot(
        "chat", "--once", "hi", "--model-dir", str(tiny_model), "--device", "GPU.7", env=env, cwd=tmp_path
    )
    assert done.returncode == 4
    assert "GPU.7" in done.stderr
    assert "CPU" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_chat_once_prints_the_reply_and_nothing_else(
    env: dict[str, str], tmp_path: Path, tiny_model: Path
) -> None:
    env["MAX_NEW_TOKENS"] = "8"
    done = ovbot("chat", "--once", "hello", "--model-dir", str(tiny_model), env=env, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert "8 tokens" in done.stderr


def test_chat_takes_lines_from_a_pipe(env: dict[str, str], tmp_path: Path, tiny_model: Path) -> None:
    env["MAX_NEW_TOKENS"] = "8"
    done = ovbot(
        "chat", "--model-dir", str(tiny_model), env=env, cwd=tmp_path, stdin="hello\n/reset\nagain\n/exit\n"
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("8 tokens in") == 2
    assert "anew" in done.stderr


def test_chat_once_fails_where_the_reply_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    engine = ScriptedEngine(lambda _: ["so far ", EngineError("The model is gone.")])
    monkeypatch.setattr("bot.engine.create_engine", lambda *_: engine)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["chat", "--once", "hi"])
    assert done.exit_code == EngineError.exit_code
    assert done.stdout.strip() == "so far"
    assert "The model is gone." in done.stderr


def test_arguments_that_are_no_text_by_the_locale_are_read_as_utf8() -> None:
    assert readable("日本語 " + "日本語".encode().decode("ascii", "surrogateescape")) == "日本語 日本語"
    assert readable("a\udcffb") == "a\ufffdb"


def test_lines_of_a_pipe_that_are_no_text_are_taken(
    env: dict[str, str], tmp_path: Path, tiny_model: Path
) -> None:
    env |= {
        "MAX_NEW_TOKENS": "8",
        "PYTHONPATH": str(Path(__file__).parent.parent),
        "PYTHONIOENCODING": "utf-8:strict",
    }
    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--model-dir", str(tiny_model)],
        env=env, cwd=tmp_path, input=b"caf\xe9\n", capture_output=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"8 tokens in" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_ctrl_c_stops_a_reply_and_at_the_prompt_ends_chat(
    env: dict[str, str], tmp_path: Path, tiny_model: Path
) -> None:
    keyboard, terminal = os.openpty()
    env |= {"PYTHONPATH": str(Path(__file__).parent.parent), "MAX_NEW_TOKENS": "2000"}
    env |= {"TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
    command = [sys.executable, "-m", "bot", "chat", "--model-dir", str(tiny_model)]
    prompt = b"\x1b[?2004h"  # bracketed paste is switched on for what is typed
    with subprocess.Popen(
        command, env=env, cwd=tmp_path, stdin=terminal, stdout=terminal, stderr=subprocess.PIPE
    ) as chat:
        try:
            os.close(terminal)
            read_until(keyboard, lambda shown: prompt in shown)
            os.write(keyboard, b"hello\r")
            # More than the line that was typed: a reply.
            read_until(keyboard, lambda shown: len(shown) >= 500)
            chat.send_signal(signal.SIGINT)
            read_until(keyboard, lambda shown: prompt in shown)
            chat.send_signal(signal.SIGINT)
            _, said = chat.communicate(timeout=30)
        finally:
            chat.kill()
            os.close(keyboard)
    assert chat.returncode == 0
    assert b"(stopped)" in said
    assert b"prompt tokens" not in said, "the reply went on to its end"


INTERRUPTED_TWICE = """
import asyncio, signal
from bot.cli.options import interrupting, run_until_done

async def main():
    try:
        with interrupting(lambda: print("asked to stop")):
            for _ in range(2):
                signal.raise_signal(signal.SIGINT)
                await asyncio.sleep(0.01)
            print("never")
    finally:
        print("cleaned up")

run_until_done(main())
"""


def test_a_second_ctrl_c_ends_what_the_first_one_could_not_stop() -> None:
    # In a process of its own: signals would reach whatever the other tests have loaded into this one.
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_TWICE], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split("\n") == ["asked to stop", "cleaned up", ""], done.stderr


def read_until(terminal: int, holds: Callable[[bytes], bool]) -> None:
    """Read what is shown on a terminal until it has what a test waits for."""
    shown = b""
    while not holds(shown):
        shown += os.read(terminal, 1000)


def test_chat_makes_replies_again_lets_them_go_on_and_talks_as_somebody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    numbers = itertools.count(1)
    engine = ScriptedEngine(lambda prompt: [f"{prompt.partition('.')[0]} {next(numbers)} "])
    monkeypatch.setattr("bot.engine.create_engine", lambda *_: engine)
    monkeypatch.chdir(tmp_path)
    lines = [
        "/regenerate", "hi", "/regenerate", "/continue", "/persona", "/persona Pirate. Arr.", "hi",
        "/persona", "/persona clear", "hi", "/frobnicate", "/help", "/exit",
    ]  # fmt: skip
    done = CliRunner(env={"SYSTEM_PROMPT": "Usual. "}).invoke(app, ["chat"], input="\n".join(lines) + "\n")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.split("\n")[:4] == ["Usual 1", "Usual 2", "Pirate 3", "Usual 4"]
    for said in (
        "There is no reply yet.",
        "No reply was cut off.",
        "Pirate. Arr.",
        "There is no /frobnicate",
    ):
        assert said in done.stderr
