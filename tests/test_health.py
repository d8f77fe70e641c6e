"""The file to which a running bot writes its health."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from bot import health
from bot.health import UnhealthyError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "health.json"


def test_a_connected_bot_is_healthy(path: Path) -> None:
    before = time.time()
    health.write(True, "ready", path)

    found = health.check(path)
    assert (found.connected, found.state) == (True, "ready")
    assert before <= found.at <= time.time()


def test_the_file_is_replaced_as_a_whole(path: Path) -> None:
    health.write(False, "loading the model", path)
    health.write(True, "ready", path)

    assert health.check(path).state == "ready"
    assert [file.name for file in path.parent.iterdir()] == ["health.json"]


def test_a_bot_that_is_not_ready_is_unhealthy(path: Path) -> None:
    health.write(False, "loading the model", path)
    with pytest.raises(UnhealthyError, match="not ready: loading the model"):
        health.check(path)


def test_a_bot_that_stopped_writing_is_unhealthy(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps({"connected": True, "state": "ready", "at": time.time() - 100}))

    with pytest.raises(UnhealthyError, match=r"last reported 100 s ago \(ready\)"):
        health.check(path)
    assert health.check(path, max_age=200).connected


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"connected": true, "state": "x", "at": "soon"}', "\0"]
)
def test_a_file_that_says_something_else_is_unhealthy(path: Path, text: str) -> None:
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(UnhealthyError, match="not written by a running bot"):
        health.check(path)


def test_where_no_bot_runs_it_is_unhealthy(path: Path) -> None:
    with pytest.raises(UnhealthyError, match="No bot is running in"):
        health.check(path)
    health.write(True, "ready", path)
    health.remove(path)
    health.remove(path)
    with pytest.raises(UnhealthyError, match="No bot is running in"):
        health.check(path)
