"""How a model process ends, and what the owner gets to read of it."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
import sys
from pathlib import Path

import psutil
import pytest

from bot.engine.genai.process import ModelProcess, ProcessExit, last_words
from bot.engine.genai.protocol import Ready, WorkerConfig
from bot.engine.genai.supervisor import RestartPolicy
from bot.errors import EngineError
from tests.engine.genai.conftest import FakeRuntime, OpenEngine, prompt, read

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")

TRACEBACK = """\
Process ovbot-model:
Traceback (most recent call last):
  File "/usr/lib/python3.11/multiprocessing/process.py", line 314, in _bootstrap
    self.run()
{raised}
"""
# Gets hold of the pipe to the bot.
EVENTS = """\
import sys, time
frame = sys._getframe()
while "events" not in frame.f_locals:
    frame = frame.f_back
events = frame.f_locals["events"]
"""


async def loading_error(open_engine: OpenEngine) -> EngineError:
    with pytest.raises(EngineError) as raised:
        async with open_engine():
            pass
    return raised.value


def log_file_of(line: str) -> Path:
    """The file that a line names as what a process printed."""
    [name] = re.findall(r"all that it printed is in (\S+)\)", line)
    return Path(name)


def take_log(line: str) -> str:
    log_file = log_file_of(line)
    content = log_file.read_text()
    log_file.unlink()
    return content


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import no_such_package", "ModuleNotFoundError: No module named 'no_such_package'"),
        ("raise ImportError('libtbb.so.12: cannot open it')", "ImportError: libtbb.so.12: cannot open it"),
        ("raise MemoryError", "MemoryError"),
        ("raise KeyError('vocab')", "KeyError: 'vocab'"),
        ("import sys; sys.exit('No licence for this.')", "No licence for this."),
        (
            "raise RuntimeError('Exception from src/core.cpp:1:\\nCheck \\'x\\' failed\\nOut of blocks.\\n')",
            "RuntimeError: Out of blocks",
        ),
    ],
)
async def test_a_process_that_dies_while_loading_is_told_with_the_last_thing_it_said(
    open_engine: OpenEngine, fake_runtime: FakeRuntime, code: str, words: str
) -> None:
    fake_runtime(code)
    line = str(await loading_error(open_engine))
    assert line.startswith(
        f"The model's process died while loading: it exited with code 1: {words} (all that "
    )
    assert "\n" not in line
    assert words.split(": ")[-1] in take_log(line)


@posix
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import os; os.abort()", "ended by SIGABRT: Fatal Python error: Aborted (all that it printed"),
        ("import ctypes; ctypes.string_at(0)", "ended by SIGSEGV: Fatal Python error: Segmentation fault"),
    ],
)
async def test_a_crash_while_loading_is_named(
    open_engine: OpenEngine, fake_runtime: FakeRuntime, code: str, expected: str
) -> None:
    fake_runtime(code)
    line = str(await loading_error(open_engine))
    assert expected in line
    assert "\n" not in line
    assert "openvino_genai" in take_log(line), "where it was"


@posix
async def test_a_kill_while_loading_is_told_with_what_to_do(
    open_engine: OpenEngine, fake_runtime: FakeRuntime
) -> None:
    fake_runtime("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert str(await loading_error(open_engine)) == (
        "The model's process died while loading: it was ended by SIGKILL, probably because memory ran out: "
        "close other programs, choose a smaller model, or set a smaller KV_CACHE_GIB."
    )


@posix
async def test_the_log_says_what_a_process_printed_that_died_later_and_where_the_rest_is(
    open_engine: OpenEngine, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_engine(policy=RestartPolicy(pauses=(0.01, 0.01))) as engine:
        for _ in range(2):
            psutil.Process(engine.pid).send_signal(signal.SIGABRT)
            await read(engine, prompt(20), 5)
    deaths = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(deaths) == 2
    assert all("it was ended by SIGABRT: Fatal Python error: Aborted" in line for line in deaths)
    assert not log_file_of(deaths[0]).exists(), "the newest alone is kept"
    assert "Fatal Python error" in take_log(deaths[1])


async def test_a_process_that_ended_in_good_order_leaves_no_file(
    open_engine: OpenEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    async with open_engine():
        assert len(os.listdir(tmp_path)) == 1
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ("events.send_bytes(b'garbage')", "UnpicklingError"),
        ("events.send_bytes(b'')", "EOFError"),
        ("events.send_bytes(b'cbot.engine.genai.protocol\\nNoSuchEvent\\n.')", "AttributeError"),
        ("events.send_bytes(b'cno_such_module\\nEvent\\n.')", "ModuleNotFoundError"),
        ("events.send_bytes(b'cbot.errors\\nPromptTooLongError\\n(tR.')", "TypeError"),
    ],
)
async def test_an_event_that_cannot_be_read_ends_the_process_and_the_wait_for_it(
    open_engine: OpenEngine, fake_runtime: FakeRuntime, sent: str, error: str
) -> None:
    fake_runtime(EVENTS + sent + "\ntime.sleep(600)")
    line = str(await loading_error(open_engine))
    assert f"died while loading: contact with it was lost ({error}" in line


async def test_an_error_while_loading_comes_as_it_was_raised(
    open_engine: OpenEngine, fake_runtime: FakeRuntime
) -> None:
    fake_runtime(
        EVENTS + "from bot.engine.genai.protocol import LoadFailed\n"
        "from bot.errors import PromptTooLongError\n"
        "events.send(LoadFailed(PromptTooLongError(5, 4)))\nimport os\nos._exit(1)"
    )
    assert str(await loading_error(open_engine)).startswith("The prompt has 5 tokens")


async def test_an_event_that_makes_no_sense_ends_the_wait_for_it(
    open_engine: OpenEngine, fake_runtime: FakeRuntime, caplog: pytest.LogCaptureFixture
) -> None:
    fake_runtime(
        EVENTS + "from bot.engine.genai.protocol import Ready\n"
        "events.send(Ready('no pool', 1.0, 1))\ntime.sleep(600)"
    )
    assert str(await loading_error(open_engine)).startswith("The model cannot be run: 'str' object has no")
    assert "cannot be supervised any more" in caplog.text


async def test_a_command_that_cannot_be_sent_ends_the_process_and_replies_go_on(
    open_engine: OpenEngine, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_engine(policy=RestartPolicy(pauses=(0.01,))) as engine:
        before = engine.pid
        reading = asyncio.create_task(read(engine, prompt(50), 300))
        process = engine._supervisor._process
        assert process is not None
        process.send(lambda: None)  # type: ignore[arg-type]
        assert len((await reading).ids) == 300
        assert engine.pid != before
    assert "contact with it was lost (" in caplog.text


@pytest.fixture
def config(endless_model: Path) -> WorkerConfig:
    return WorkerConfig(
        model_dir=str(endless_model),
        device="CPU",
        properties={},
        kv_precision="u8",
        kv_cache_bytes=2**24,
        prefill_chunk=64,
        context_length=4096,
        concurrency=1,
        end_ids=(),
    )


async def test_a_process_that_cannot_be_given_its_config_ends(config: WorkerConfig) -> None:
    config.properties["unpicklable"] = lambda: None
    process = ModelProcess(config)
    assert await process.receive() is None
    assert process.exit is not None
    assert process.exit.code is None
    assert "it could not be started (" in process.exit.cause


async def test_a_process_whose_events_nobody_receives_can_be_stopped(
    config: WorkerConfig, fake_runtime: FakeRuntime
) -> None:
    fake_runtime("import logging\nwhile True:\n    logging.getLogger('bot').warning('flood')")
    process = ModelProcess(config)
    first = await process.receive()
    assert not isinstance(first, Ready)
    await process.stop(0.05)
    assert process.exit is not None
    assert process.exit.code not in (None, 0)


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("", ""),
        ("out of luck\n\n", "out of luck"),
        (TRACEBACK.format(raised="ValueError: bad\nmore of it"), "ValueError: bad"),
        (TRACEBACK.format(raised="bot.errors.SomeError"), "bot.errors.SomeError"),
        (
            "terminate called\n  what():  std::bad_alloc\n\nFatal Python error: Aborted\n",
            "std::bad_alloc",
        ),
        (
            "Fatal Python error: Bus error\n\nThread 0x1:\n  File x\n",
            "Fatal Python error: Bus error",
        ),
        ("RuntimeError: " + "long " * 200, "RuntimeError: " + "long " * 57 + "…"),
    ],
)
def test_the_last_words_are_the_line_that_says_most(printed: str, words: str) -> None:
    assert last_words(printed) == words


@pytest.mark.parametrize(
    ("end", "cause"),
    [
        (ProcessExit(3), "it exited with code 3"),
        (ProcessExit(0xC0000005), "it exited with code 0xc0000005"),
        (ProcessExit(-99), "it was ended by signal 99"),
        (ProcessExit(None, "no memory"), "it could not be started (no memory)"),
        pytest.param(ProcessExit(-4), "it was ended by SIGILL, because the processor lacks", marks=posix),
        pytest.param(ProcessExit(-7), "it was ended by SIGBUS, probably because a file", marks=posix),
    ],
)
def test_an_end_is_told_in_a_few_words(end: ProcessExit, cause: str) -> None:
    assert end.cause.startswith(cause)
