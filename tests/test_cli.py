"""The program as a person starts it: a process of its own, its output and its exit code."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot import app as composition
from bot.cli import app
from bot.cli.input import readable
from bot.client.services import Services
from bot.engine.scripted import ScriptedEngine, Thought
from bot.errors import EngineError, SettingsError
from bot.settings import Settings, load_settings
from bot.store import SqlStore
from tests.cli.logs import restored_logging


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment without settings."""
    names = {name.upper() for name in Settings.model_fields}
    return {name: value for name, value in os.environ.items() if name not in names}


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., Result]]:
    """Runs a command in this process, with an engine in place of a model."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def run(engine: ScriptedEngine, *arguments: str, lines: tuple[str, ...] = (), **env: str) -> Result:
        monkeypatch.setattr("bot.engine.create_engine", lambda *_: engine)
        typed = "".join(f"{line}\n" for line in lines)
        return CliRunner(env=env).invoke(app, list(arguments), input=typed)

    with restored_logging():
        yield run


def pause_of(seconds: float) -> Callable[[], asyncio.Future[None]]:
    """A gate that holds each piece of a reply for so long."""
    return lambda: asyncio.ensure_future(asyncio.sleep(seconds))


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
        timeout=110,
        check=False,
    )


def error_line(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that a command ended with, besides how long it has been loading."""
    *before, line = done.stderr.splitlines()
    assert all(other.startswith("Loading ") for other in before), done.stderr
    assert line.startswith("ovbot: ")
    return line


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
    assert done.stderr.startswith("ovbot: MAX_NEW_TOKENS='lots' in the environment is not allowed")
    assert len(done.stderr.splitlines()) == 1


def test_running_without_a_token_says_where_it_was_looked_for_and_where_to_get_one(
    env: dict[str, str], tmp_path: Path
) -> None:
    done = ovbot("run", env=env, cwd=tmp_path)
    assert done.returncode == 2
    assert "DISCORD_TOKEN is not set" in done.stderr
    assert f"there is no {tmp_path / '.env'}" in done.stderr
    assert "Reset Token" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_model_is_one_line_and_exit_code_3(env: dict[str, str], tmp_path: Path) -> None:
    done = ovbot("chat", "--once", "hi", "--model-dir", "nowhere", env=env, cwd=tmp_path)
    assert done.returncode == 3
    line = error_line(done)
    assert "nowhere" in line
    assert "ovbot model pull" in line


def test_an_absent_device_is_one_line_that_names_those_there_are_and_exit_code_4(
    env: dict[str, str], tmp_path: Path, tiny_model: Path
) -> None:
    done = ovbot(
        "chat", "--once", "hi", "--model-dir", str(tiny_model), "--device", "GPU.7", env=env, cwd=tmp_path
    )
    assert done.returncode == 4
    line = error_line(done)
    assert "GPU.7" in line
    assert "CPU" in line


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
    assert "A new conversation begins." in done.stderr


def test_chat_once_fails_where_the_reply_does(scripted: Callable[..., Result]) -> None:
    engine = ScriptedEngine(lambda _: ["so far ", EngineError("The model is gone.")])
    done = scripted(engine, "chat", "--once", "hi")
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
        env=env, cwd=tmp_path, input=b"caf\xe9\n", capture_output=True, timeout=110, check=False,
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
            os.write(keyboard, b"/continue\r")
            read_until(keyboard, lambda shown: prompt in shown)
            chat.send_signal(signal.SIGINT)
            _, said = chat.communicate(timeout=30)
        finally:
            chat.kill()
            os.close(keyboard)
    assert chat.returncode == 0
    assert b"(stopped)" in said
    assert b"The last reply was stopped and cannot be continued: /regenerate" in said
    assert b"prompt tokens" not in said, "the reply went on to its end"


def read_until(terminal: int, holds: Callable[[bytes], bool]) -> bytes:
    """Read what is shown on a terminal until it has what a test waits for; what was shown."""
    shown = b""
    while not holds(shown):
        shown += os.read(terminal, 1000)
    return shown


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_commands_buttons_edits_and_ctrl_c_of_the_demo_act_while_a_reply_is_generated(
    env: dict[str, str], tmp_path: Path, tiny_model: Path
) -> None:
    keyboard, terminal = os.openpty()
    env |= {"PYTHONPATH": str(Path(__file__).parent.parent), "MAX_NEW_TOKENS": "2000"}
    env |= {"TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
    command = [sys.executable, "-m", "bot", "demo", "--model-dir", str(tiny_model)]
    prompt = b"\x1b[?2004h"  # bracketed paste is switched on for what is typed
    with subprocess.Popen(
        command, env=env, cwd=tmp_path, stdin=terminal, stdout=terminal, stderr=subprocess.PIPE
    ) as demo:
        try:
            os.close(terminal)
            read_until(keyboard, lambda shown: prompt in shown)
            for stop in (b"/stop\r", b"/press Stop\r", signal.SIGINT, b"/edit hi\r", b"/delete\r"):
                os.write(keyboard, b"hello\r")
                read_until(keyboard, lambda shown: b"ovbot: " in shown)
                if isinstance(stop, bytes):
                    os.write(keyboard, stop)
                else:
                    demo.send_signal(stop)
                shown = read_until(keyboard, lambda shown: prompt in shown)
                told: dict[object, bytes] = {b"/edit hi\r": b"ovbot: ", b"/delete\r": b"is deleted"}
                assert told.get(stop, b"Stopped.") in shown
            os.write(keyboard, b"hello\r")
            read_until(keyboard, lambda shown: b"ovbot: " in shown)
            os.write(keyboard, b"/exit\r")
            _, said = demo.communicate(timeout=30)
        finally:
            demo.kill()
            os.close(keyboard)
    assert demo.returncode == 0, said


def test_chat_regenerates_and_continues_replies_and_takes_personas(scripted: Callable[..., Result]) -> None:
    numbers = itertools.count(1)
    engine = ScriptedEngine(lambda prompt: [f"{prompt.partition('.')[0]} {next(numbers)} "])
    lines = (
        "/regenerate", "/continue", "hi", "/regenerate", "/continue", "/persona", "/persona Pirate. Arr.",
        "hi", "/persona", "/persona clear", "hi", "/frobnicate", "/help", "/reset", "/continue", "/exit",
    )  # fmt: skip
    done = scripted(engine, "chat", lines=lines, SYSTEM_PROMPT="Usual. ")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.split("\n")[:4] == ["Usual 1", "Usual 2", "Pirate 3", "Usual 4"]
    assert done.stderr.count("There is no reply yet.") == 3
    for said in ("there is nothing to continue", "Pirate. Arr.", "There is no command /frobnicate"):
        assert said in done.stderr


def test_what_is_cut_off_for_its_length_can_be_continued(scripted: Callable[..., Result]) -> None:
    engine = ScriptedEngine(lambda prompt: ["the rest"] if prompt.endswith("One two ") else ["One two three"])
    done = scripted(engine, "chat", lines=("hi", "/continue"), MAX_NEW_TOKENS="8")
    assert done.stdout.split("\n")[:2] == ["One two", "One two the rest"]
    assert "/continue continues it" in done.stderr


def test_a_reply_that_repeats_itself_is_stopped_and_can_be_made_again(
    scripted: Callable[..., Result],
) -> None:
    answers = iter(
        [["I'm sorry, I can't help you with that request, not even a little bit. "] * 100, ["Yes."]]
    )
    engine = ScriptedEngine(lambda _: next(answers), context_length=20_000)
    done = scripted(engine, "chat", lines=("hi", "/continue", "/regenerate"), MAX_NEW_TOKENS="9000")
    assert done.stdout.endswith("\nYes.\n")
    assert "(stopped: the reply was repeating itself; /regenerate makes another)" in done.stderr
    assert "The last reply repeated itself and cannot be continued" in done.stderr


def test_a_reply_that_failed_cannot_be_continued_and_it_is_said_why(scripted: Callable[..., Result]) -> None:
    engine = ScriptedEngine(lambda _: ["so far ", EngineError("The model is gone.")])
    done = scripted(engine, "chat", lines=("hi", "/continue"))
    assert "The last reply failed and cannot be continued: /regenerate" in done.stderr


def test_chat_says_that_the_model_thinks_and_shows_what_when_asked(scripted: Callable[..., Result]) -> None:
    thoughts: Iterator[list[str | Thought]] = iter([[Thought("Hmm, "), Thought("tea?\n\n"), "Yes."], ["No."]])
    engine = ScriptedEngine(lambda _: next(thoughts), gate=pause_of(0.6), reasons=True)
    lines = ("/reasoning", "tea?", "/reasoning", "more?", "/reasoning")
    done = scripted(engine, "chat", lines=lines)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines() == ["Yes.", "Hmm, tea?", "No."]
    assert "Thinking … 1 s" in done.stderr
    assert done.stderr.count("The model did not reason before the last reply.") == 2
    assert "Hmm" not in done.stderr


def test_chat_once_prints_the_answer_of_a_model_that_reasons_alone(scripted: Callable[..., Result]) -> None:
    engine = ScriptedEngine(lambda _: [Thought("Hmm, tea?"), "Yes."], reasons=True)
    done = scripted(engine, "chat", "--once", "tea?")
    assert done.stdout == "Yes.\n"
    assert "Hmm" not in done.stderr


def test_demo_prints_the_answer_of_a_model_that_reasons_and_its_thoughts_by_the_button(
    scripted: Callable[..., Result],
) -> None:
    def thinker() -> ScriptedEngine:
        return ScriptedEngine(lambda _: [Thought("Hmm, "), Thought("tea?"), "Yes."], reasons=True)

    done = scripted(thinker(), "demo", "--say", "tea?")
    assert done.stdout == "Yes.\n"
    assert "Hmm" not in done.stderr
    done = scripted(thinker(), "demo", lines=("tea?", "/press Reasoning"))
    assert done.exit_code == 0, (done.stdout, done.stderr, done.exception)
    *_, answer, buttons, pressed, note, thought = done.stdout.splitlines()
    assert (answer, buttons) == ("ovbot: Yes.", "(Regenerate · Reasoning · Delete: /press and the name)")
    assert (pressed, thought) == ("You: /press Reasoning", "Hmm, tea?")
    assert note.startswith("ovbot: -# 💭")


class SlowEngine(ScriptedEngine):
    """An engine that takes longer to load than the bot waits before it says so on Discord."""

    async def __aenter__(self) -> ScriptedEngine:
        await asyncio.sleep(4)
        return self


def test_demo_waits_for_the_model_and_for_every_reply(
    scripted: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    make = composition.make_services

    def impatient(settings: Settings, store: SqlStore) -> Services:
        services = make(settings, store)
        return replace(services, delays=replace(services.delays, patience=0.1))

    monkeypatch.setattr(composition, "make_services", impatient)
    engine = SlowEngine(lambda prompt: [f"It ends with {prompt[-3:]}."])
    done = scripted(engine, "demo", "--say", "one", "--say", "two")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines() == ["It ends with one.", "It ends with two."]
    assert "Loading the demo model … 1 s" in done.stderr


def test_demo_waits_for_a_slow_reply_to_its_end(scripted: Callable[..., Result]) -> None:
    engine = ScriptedEngine(lambda _: ["a", "b", "c", "d"], gate=pause_of(0.8))
    done = scripted(engine, "demo", "--say", "one", "--say", "two")
    assert done.stdout.splitlines() == ["abcd", "abcd"]
    assert "Waiting for the reply … 1 s" in done.stderr


def test_a_text_to_say_that_is_too_long_is_told_before_anything_is_said(
    scripted: Callable[..., Result],
) -> None:
    done = scripted(ScriptedEngine(lambda _: ["hello"]), "demo", "--say", "hi", "--say", "x" * 1995)
    assert isinstance(done.exception, SettingsError)
    told = re.fullmatch(r"--say takes at most (\d+) characters, this text has 1995\.", str(done.exception))
    assert told
    assert done.stdout == ""
    done = scripted(ScriptedEngine(lambda _: ["hello"]), "demo", "--say", "x" * int(told[1]))
    assert done.exit_code == 0, done.exception


def test_demo_plays_a_conversation_where_nobody_types(scripted: Callable[..., Result]) -> None:
    done = scripted(ScriptedEngine(lambda _: ["hello"]), "demo")
    assert done.exit_code == 0, done.stderr
    said = [line for line in done.stdout.splitlines() if line.startswith(("You: ", "ovbot: "))]
    assert [line.partition(":")[0] for line in said] == ["You", "ovbot"] * 3


def test_demo_says_the_lines_of_a_pipe_one_after_the_other(scripted: Callable[..., Result]) -> None:
    engine = ScriptedEngine(lambda prompt: [f"It ends with {prompt[-3:]}."])
    done = scripted(engine, "demo", lines=("one", "/stop", "x" * 1995, "two", "/exit", "three"))
    assert done.exit_code == 0, done.stderr
    told = [line for line in done.stdout.splitlines() if "ends with" in line or "stop" in line]
    assert [line[:24] for line in told] == [
        "ovbot: It ends with one.",
        "You: /stop",
        "ovbot: There's nothing to stop: I'm not answering anyone here."[:24],
        "ovbot: It ends with two.",
    ]
    assert re.search(r"a message to the bot has at most \d+ characters, this one 1995\b", done.stderr)


@pytest.mark.parametrize("command", [["demo", "--say", "hi"], ["chat", "--once", "hi"]])
def test_a_terminal_command_logs_warnings_where_no_level_is_set(
    command: list[str], scripted: Callable[..., Result], tmp_path: Path
) -> None:
    def level(*options: str, **env: str) -> str:
        done = scripted(ScriptedEngine(lambda _: ["hello"]), *command, *options, **env)
        assert done.exit_code == 0, done.exception
        return logging.getLevelName(logging.getLogger("bot").level)

    assert level() == "WARNING"
    assert level(LOG_LEVEL="") == "WARNING"
    assert level(LOG_LEVEL="debug") == "DEBUG"
    assert level("--log-level", "ERROR", LOG_LEVEL="DEBUG") == "ERROR"
    (tmp_path / ".env").write_text("LOG_LEVEL=INFO\n")
    assert level() == "INFO"


@pytest.mark.parametrize("command", [["demo"], ["chat"], ["bench"]])
def test_a_wrong_log_level_is_told_by_each_command(
    command: list[str], scripted: Callable[..., Result]
) -> None:
    done = scripted(ScriptedEngine(lambda _: ["hello"]), *command, LOG_LEVEL="loud")
    assert isinstance(done.exception, SettingsError)
    assert str(done.exception).startswith("LOG_LEVEL='loud' in the environment is not allowed")


@pytest.mark.parametrize("command", [["demo", "--say", "hi"], ["chat", "--once", "hi"]])
def test_a_setting_that_a_command_does_not_use_cannot_stop_it(
    command: list[str], scripted: Callable[..., Result]
) -> None:
    wrong = {"DISCORD_TOKEN": "two words", "DATABASE_URL": "somewhere", "KEEP_DAYS": "for ever"}
    done = scripted(ScriptedEngine(lambda _: ["hello"]), *command, **wrong)
    assert done.exit_code == 0, done.exception
    assert done.stdout.strip() == "hello"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no file that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("command", ["model show", "model list", "--version"])
def test_output_that_cannot_be_written_is_one_line(
    command: str, unbuffered: str, env: dict[str, str], tmp_path: Path
) -> None:
    root = str(Path(__file__).parent.parent)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "bot", *command.split()],
            env=env | {"PYTHONPATH": root, "PYTHONUNBUFFERED": unbuffered},
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.stderr.splitlines() == ["ovbot: Not all could be written: No space left on device."]
    assert done.returncode == 1


def test_models_are_listed_whatever_else_is_set(env: dict[str, str], tmp_path: Path) -> None:
    done = ovbot("model", "list", env=env | {"DISCORD_TOKEN": "two words", "SEED": "x"}, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "(demo)" in done.stdout


def test_a_context_that_the_model_does_not_have_is_told(scripted: Callable[..., Result]) -> None:
    engine = ScriptedEngine(lambda _: ["hello"])
    for asked, is_told in (("4097", True), ("4096", False)):
        done = scripted(engine, "chat", "--once", "hi", CONTEXT_TOKENS=asked)
        told = f"CONTEXT_TOKENS={asked} is more than the context of {engine.info.name}, 4096 tokens, "
        assert (told in done.stderr) is is_told


def test_a_context_that_the_model_does_not_have_is_told_once(
    env: dict[str, str], tmp_path: Path, tiny_model: Path
) -> None:
    env |= {"CONTEXT_TOKENS": "100000", "MAX_NEW_TOKENS": "2"}
    done = ovbot("chat", "--once", "hi", "--model-dir", str(tiny_model), env=env, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("CONTEXT_TOKENS") == 1


def test_a_kv_cache_larger_than_the_memory_is_told_with_the_settings_name(
    env: dict[str, str], tmp_path: Path
) -> None:
    done = ovbot("chat", "--once", "hi", env=env | {"KV_CACHE_GIB": "1024"}, cwd=tmp_path)
    assert done.returncode == 2
    assert error_line(done).startswith("ovbot: KV_CACHE_GIB=1024 is more than the memory of this machine (")


def test_a_kv_cache_that_fits_the_memory_is_not_refused() -> None:
    gib = psutil.virtual_memory().total / 2**30
    composition.check_memory(load_settings(None, kv_cache_gib=gib / 2))
    composition.check_memory(load_settings(None, kv_cache_gib=gib * 2, device="GPU"))
    composition.check_memory(load_settings(None, kv_cache_gib=gib * 2, engine="optimum"))
    with pytest.raises(SettingsError):
        composition.check_memory(load_settings(None, kv_cache_gib=gib * 2))
