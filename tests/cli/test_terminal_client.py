"""The demo's terminal: commands, buttons and edits, over the wire, with the model that comes with the bot."""

from __future__ import annotations

import asyncio
import sys

import pytest

from bot.cli.terminal_client import TerminalClient, _Printer
from bot.sandbox import Sandbox
from tests.test_demo import database, running_bot

__all__ = ["database"]


async def test_the_terminal_reaches_all_that_a_mouse_does(
    sandbox: Sandbox, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running_bot(sandbox, database) as client:
        running: asyncio.Task[None] = asyncio.create_task(asyncio.Event().wait())  # type: ignore[arg-type]
        person = TerminalClient(sandbox, client, running)
        try:
            await person.say("my name is Mika", named=True)
            assert "(Regenerate · Delete" in capsys.readouterr().out
            await person.use("/edit my name is Karo")
            assert "Karo" in capsys.readouterr().out
            await person.use("/press Regenerate")
            again = capsys.readouterr().out
            assert "Karo" in again or "the same as before" in again
            await person.use("/persona set text:You are a pirate.")
            assert "@You set my persona" in capsys.readouterr().out
            await person.use("/settings")
            assert "(Change 1 · Change 2 · " in capsys.readouterr().out
            await person.use("/press Change 2")
            assert "People" in capsys.readouterr().out.splitlines()[0]
            await person.use("/model use name:no-such-model")  # which is for the bot's owner
            assert "There's no model `no-such-model`" in capsys.readouterr().out
            await person.use("/help")
            assert "- /ask " in capsys.readouterr().out
            await person.use("/press Delete")
            assert "the answer is deleted" in capsys.readouterr().out
            shown = [m for m in sandbox.general.history if m.author is sandbox.bot and "Karo" in m.content]
            assert shown == []
        finally:
            running.cancel()


def test_small_print_and_headings_are_shown_without_marks_in_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr("click.utils.should_strip_ansi", lambda *_: False)
    text = "## One\ntext\n- item\n```python\n# code\n```\n-# small"
    printer = _Printer("ovbot: ")
    for end in range(len(text)):
        printer.show([text[:end]])
    printer.finish([text])
    shown = "ovbot: \x1b[1mOne\x1b[0m\ntext\n- item\n```python\n# code\n```\n\x1b[2msmall\x1b[0m\n"
    assert capsys.readouterr().out == shown


def test_what_the_bot_is_doing_is_a_line_that_goes_when_the_answer_comes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for stream in (sys.stdout, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setattr("click.utils.should_strip_ansi", lambda *_: False)
    printer = _Printer("ovbot: ")
    for text in ("-# Thinking… 1 s", "-# Thinking… 1 s", "-# Thinking… 2 s"):
        printer.show([text])
    thinking = "".join(f"\r\x1b[K\x1b[2mThinking… {seconds} s\x1b[0m" for seconds in (1, 2))
    assert capsys.readouterr() == ("", thinking)
    printer.show(["Hello,"])
    assert capsys.readouterr() == ("ovbot: Hello,", "\r\x1b[K")
    printer.finish(["Hello, you."])
    assert capsys.readouterr() == (" you.\n", "")


def test_marks_stay_where_output_is_not_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    _Printer("").finish(["## One\n-# small"])
    assert capsys.readouterr().out == "## One\n-# small\n"
