"""Models and engines for the tests of the genai engine."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.chat.ports import Finish, SamplingParams
from bot.engine.genai.engine import GenaiEngine
from bot.engine.genai.supervisor import RestartPolicy
from bot.engine.model_folder import read_model_folder
from bot.settings import Settings, load_settings
from tests.engine.streams import stream_of

# Greedy ids are the same whatever else is in the batch.
EXACT = {
    "ov_config": '{"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0"}',
    "kv_precision": "f32",
}

FakeRuntime = Callable[[str], None]
OpenEngine = Callable[..., AbstractAsyncContextManager[GenaiEngine]]


@pytest.fixture(scope="session")
def endless_model(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model without end tokens: a reply always has as many tokens as were asked for."""
    folder = tmp_path_factory.mktemp("models") / "endless"
    shutil.copytree(tiny_model, folder)
    for name in ("config.json", "generation_config.json"):
        config = json.loads((folder / name).read_text())
        config.pop("eos_token_id", None)
        (folder / name).write_text(json.dumps(config))
    (folder / "chat_template.jinja").write_text("{% for m in messages %}{{ m['content'] }}\n{% endfor %}")
    return folder


@pytest.fixture
def settings() -> Callable[..., Settings]:
    """Settings for a small, exact engine; keyword arguments change them."""

    def make(**changes: object) -> Settings:
        small = {"kv_cache_gib": 0.02, "prefill_chunk": 64, "concurrency": 4}
        return load_settings(env_file=None, **{**EXACT, **small, **changes})

    return make


@pytest.fixture
def open_engine(endless_model: Path, settings: Callable[..., Settings]) -> OpenEngine:
    """Opens an engine on the endless model."""

    @asynccontextmanager
    async def opened(
        model: Path = endless_model, policy: RestartPolicy | None = None, **changes: object
    ) -> AsyncIterator[GenaiEngine]:
        async with GenaiEngine(settings(**changes), read_model_folder(model), policy) as engine:
            yield engine

    return opened


@pytest.fixture
def fake_runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeRuntime:
    """Puts code in the place of openvino_genai: it runs when a model process imports that."""
    package = tmp_path / "openvino_genai"
    package.mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(code: str) -> None:
        (package / "__init__.py").write_text(textwrap.dedent(code))

    return write


@dataclass(frozen=True, slots=True)
class Reply:
    """A stream that was read to its end."""

    text: str
    pieces: int
    finish: Finish

    @property
    def ids(self) -> tuple[int, ...]:
        return self.finish.token_ids


async def read(engine: GenaiEngine, prompt_ids: Sequence[int], new_tokens: int, **sampling: object) -> Reply:
    """Read a whole stream."""
    text, pieces = "", 0
    wanted = SamplingParams(max_new_tokens=new_tokens, **sampling)  # type: ignore[arg-type]
    async with aclosing(stream_of(engine, prompt_ids, wanted)) as stream:
        async for piece in stream:
            text += piece.text
            pieces += 1
            if piece.finish:
                return Reply(text, pieces, piece.finish)
    raise AssertionError("the stream ended without a finish")


def prompt(length: int, start: int = 0) -> list[int]:
    """A prompt of `length` ids; prompts with different `start` differ from their first id on."""
    return [100 + (start * 37 + i * i) % 500 for i in range(length)]
