"""What happens when the model's process dies, or the bot does."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import aclosing
from pathlib import Path

import psutil
import pytest

from bot.chat.engine_state import EngineState
from bot.chat.ports import SamplingParams
from bot.engine.genai.engine import GenaiEngine
from bot.engine.genai.supervisor import RestartPolicy
from bot.errors import EngineError
from tests.engine.genai.conftest import FakeRuntime, OpenEngine, Reply, prompt, read
from tests.engine.streams import first_text, stream_of

QUICK = RestartPolicy(pauses=(0.01, 0.02, 0.03))
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


def kill(engine: GenaiEngine) -> None:
    assert engine.pid is not None
    psutil.Process(engine.pid).kill()


async def when(engine: GenaiEngine, state: EngineState) -> None:
    async with aclosing(engine.state.follow()) as states:
        async for now in states:
            if now is state:
                return


async def read_and_kill(engine: GenaiEngine, ids: list[int], tokens: int, after: int) -> Reply:
    text, pieces = "", 0
    async with aclosing(stream_of(engine, ids, SamplingParams(max_new_tokens=tokens))) as stream:
        async for piece in stream:
            text += piece.text
            pieces += 1
            if after and piece.tokens >= after:
                kill(engine)
                after = 0
            if piece.finish:
                return Reply(text, pieces, piece.finish)
    raise AssertionError


async def test_open_replies_go_on_after_the_process_was_killed(open_engine: OpenEngine) -> None:
    async with open_engine(policy=QUICK) as engine:
        whole = [await read(engine, prompt(80, i), 300) for i in range(3)]
        replies = await asyncio.gather(
            read_and_kill(engine, prompt(80, 0), 300, after=50),
            read(engine, prompt(80, 1), 300),
            read(engine, prompt(80, 2), 300),
        )
        assert [reply.ids for reply in replies] == [reply.ids for reply in whole]
        assert [reply.text for reply in replies] == [reply.text for reply in whole]


async def test_a_stream_begun_while_the_process_restarts_is_answered(open_engine: OpenEngine) -> None:
    async with open_engine(policy=QUICK) as engine:
        kill(engine)
        await when(engine, EngineState.RESTARTING)
        assert len((await read(engine, prompt(20), 5)).ids) == 5
        assert engine.state.now is EngineState.READY


async def test_a_stream_closed_while_the_process_restarts_frees_its_place(open_engine: OpenEngine) -> None:
    async with open_engine(policy=QUICK, concurrency=1) as engine:
        async with aclosing(stream_of(engine, prompt(50), SamplingParams(max_new_tokens=2000))) as stream:
            await first_text(stream)
            kill(engine)
            await when(engine, EngineState.RESTARTING)
        assert len((await read(engine, prompt(20), 5)).ids) == 5


async def test_a_reply_that_processes_keep_dying_on_ends_by_an_error(open_engine: OpenEngine) -> None:
    policy = RestartPolicy(pauses=(0.01,) * 9, deaths_of_request=1)
    async with open_engine(policy=policy) as engine:

        async def read_and_kill_all() -> None:
            async for piece in stream_of(engine, prompt(50), SamplingParams(max_new_tokens=4000)):
                if piece.tokens % 100 > 50:
                    kill(engine)
                    await when(engine, EngineState.RESTARTING)
                    await when(engine, EngineState.READY)

        with pytest.raises(EngineError, match="died 2 times on this reply"):
            await read_and_kill_all()
        assert len((await read(engine, prompt(20), 5)).ids) == 5


async def test_after_repeated_deaths_the_engine_gives_up_with_one_line(
    open_engine: OpenEngine, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_engine(policy=QUICK) as engine:
        open_reply = asyncio.create_task(read(engine, prompt(50), 4000))
        for _ in QUICK.pauses:
            kill(engine)
            await when(engine, EngineState.RESTARTING)
            await when(engine, EngineState.READY)
        kill(engine)
        await when(engine, EngineState.FAILED)
        with pytest.raises(EngineError, match="died"):
            await open_reply
        with pytest.raises(EngineError, match="died 4 times in a row and is not started again"):
            await read(engine, prompt(5), 5)
        assert engine.pid is None
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(errors) == 1
    assert "SIGKILL" in errors[0].getMessage() or sys.platform == "win32"


async def test_a_finished_reply_clears_the_count_of_deaths(open_engine: OpenEngine) -> None:
    async with open_engine(policy=RestartPolicy(pauses=(0.01,))) as engine:
        for _ in range(3):
            kill(engine)
            await when(engine, EngineState.RESTARTING)
            assert len((await read(engine, prompt(20), 5)).ids) == 5


async def test_closing_in_the_middle_of_replies_ends_them_and_the_process(open_engine: OpenEngine) -> None:
    async with open_engine() as engine:
        process = psutil.Process(engine.pid)
        streams = [stream_of(engine, prompt(1000, i), SamplingParams(max_new_tokens=1500)) for i in range(4)]
        for stream in streams:
            await anext(stream)
    _, alive = await asyncio.to_thread(psutil.wait_procs, [process], timeout=20)
    assert not alive
    for stream in streams:
        with pytest.raises(EngineError, match="unloaded"):
            [piece async for piece in stream]


async def test_a_process_that_cannot_be_started_is_told(
    open_engine: OpenEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(EngineError, match="could not be started"):
        async with open_engine():
            pass


class Heard(logging.Handler):
    """Says when a line of the model process has arrived."""

    def __init__(self) -> None:
        super().__init__()
        self.event = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.event.set()


async def test_loading_can_be_cancelled(open_engine: OpenEngine, fake_runtime: FakeRuntime) -> None:
    async def load() -> None:
        async with open_engine():
            raise AssertionError("the fake runtime loads nothing")

    fake_runtime("import logging, time\nlogging.getLogger('bot').warning('here')\ntime.sleep(600)")
    heard, before = Heard(), worker_processes()
    logger = logging.getLogger("bot.engine.genai.supervisor")
    logger.addHandler(heard)
    try:
        loading = asyncio.create_task(load())
        await heard.event.wait()
    finally:
        logger.removeHandler(heard)
    new = worker_processes() - before
    assert new
    loading.cancel()
    await asyncio.wait([loading])
    assert loading.cancelled()
    _, alive = await asyncio.to_thread(psutil.wait_procs, new, timeout=20)
    assert not alive


def worker_processes() -> set[psutil.Process]:
    return {child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())}


@posix
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
async def test_what_stops_the_whole_group_is_left_to_the_bot(open_engine: OpenEngine, sent: int) -> None:
    async with open_engine(policy=QUICK) as engine:
        pid = engine.pid
        assert pid is not None
        async with aclosing(stream_of(engine, prompt(50), SamplingParams(max_new_tokens=300))) as stream:
            tokens = 0
            async for piece in stream:
                os.kill(pid, sent)
                tokens = piece.tokens
        assert tokens == 300
        assert engine.pid == pid


PARENT = """
import asyncio, sys
from pathlib import Path
from bot.chat.ports import SamplingParams
from bot.engine.genai import worker
from bot.engine.genai.engine import GenaiEngine
from bot.engine.model_folder import read_model_folder
from bot.engine.tokenizer import TokenPrompt
from bot.settings import load_settings

if "unhelped" in sys.argv:  # the process runs this file, too
    worker._PR_SET_PDEATHSIG = 0

async def main():
    settings = load_settings(env_file=None, kv_cache_gib=0.02, prefill_chunk=4096)
    async with GenaiEngine(settings, read_model_folder(Path(sys.argv[1]))) as engine:
        prompt = TokenPrompt(tuple(100 + i % 500 for i in range(3000)))
        stream = engine.stream(prompt, SamplingParams(max_new_tokens=1000))
        print("ready", engine.pid, flush=True)
        async for piece in stream:
            pass
        print("done", flush=True)

if __name__ == "__main__":
    asyncio.run(main())
"""


def start_parent(
    tmp_path: Path, model: Path, *arguments: str
) -> tuple[subprocess.Popen[str], list[psutil.Process]]:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    parent = subprocess.Popen(
        [sys.executable, str(script), str(model), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert parent.stdout is not None
    assert parent.stdout.readline().startswith("ready")
    children = psutil.Process(parent.pid).children(recursive=True)
    assert children
    return parent, children


def test_no_process_outlives_a_bot_that_was_killed(tmp_path: Path, endless_model: Path) -> None:
    parent, children = start_parent(tmp_path, endless_model)
    parent.kill()
    parent.wait()
    assert parent.stdout is not None
    parent.stdout.close()
    _, alive = psutil.wait_procs(children, timeout=5)
    assert not alive


def test_without_the_kernel_s_help_the_closed_pipe_ends_the_process(
    tmp_path: Path, endless_model: Path
) -> None:
    parent, children = start_parent(tmp_path, endless_model, "unhelped")
    parent.kill()
    parent.wait()
    assert parent.stdout is not None
    parent.stdout.close()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive
