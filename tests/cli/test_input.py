"""What can be read from standard input."""

from __future__ import annotations

import os

import pytest

from bot.cli.input import has_input


def test_a_pipe_that_is_open_and_empty_has_no_input(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    with open(read) as pipe:
        monkeypatch.setattr("sys.stdin", pipe)
        assert not has_input()
        os.write(write, b"hello\n")
        assert has_input()
        assert pipe.readline() == "hello\n"
        os.close(write)
        assert has_input()  # its end
