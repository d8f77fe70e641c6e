"""All commands: that Discord is told of them in every language, and that each answers in time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.client.words import commands as command_words
from bot.i18n import LANGUAGES, gettext, speaking
from bot.sandbox import ChannelType, Permission, Sandbox
from tests.client.conftest import Start
from tests.client.watching import shown_like

CALLS: list[tuple[str, dict[str, Any]]] = [
    ("/ask", {"prompt": "hello"}),
    ("/ask", {"prompt": "hello", "private": True}),
    ("/summarize", {}),
    ("/reset", {}),
    ("/stop", {}),
    ("/regenerate", {}),
    ("/export", {}),
    ("/persona set", {"text": "You are kind."}),
    ("/persona show", {}),
    ("/persona clear", {}),
    ("/forget me", {}),
    ("/forget channel", {}),
    ("/model show", {}),
    ("/stats", {}),
    ("/help", {}),
]


def every(commands: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Commands, their subcommands, and the options of both."""
    for command in commands:
        yield command
        yield from every(command.get("options") or [])


async def test_names_and_descriptions_are_told_in_every_language(sandbox: Sandbox, start: Start) -> None:
    async with start():
        told = list(every(sandbox.commands()))
    for command in told:
        is_menu = command.get("type") == 3 and "contexts" in command
        assert is_menu or command["name"] in command_words.NAMES
        for field in ("name", "description"):
            english = command.get(field) or ""
            localized = command.get(f"{field}_localizations") or {}
            for language in set(LANGUAGES) - {"en"} if english else ():
                with speaking(language):
                    assert localized.get(language, english) == gettext(english)
    ask = next(command for command in told if command["name"] == "ask")
    assert set(ask["description_localizations"]) == set(LANGUAGES) - {"en"}


@pytest.mark.parametrize("where", ["channel", "thread", "forum post", "voice channel", "direct message"])
@pytest.mark.parametrize("loaded", [True, False], ids=["loaded", "loading"])
async def test_every_command_is_answered_in_time_everywhere(
    sandbox: Sandbox, start: Start, where: str, loaded: bool
) -> None:
    ana = sandbox.person("Ana", roles=[sandbox.role("all", permissions=Permission.ADMINISTRATOR)])
    place = {
        "channel": lambda: sandbox.general,
        "thread": lambda: ana.start_thread(sandbox.general, "plans"),
        "forum post": lambda: ana.start_thread(
            sandbox.channel("ideas", kind=ChannelType.FORUM), "plans", text="Let us meet."
        ),
        "voice channel": lambda: sandbox.channel("lounge", kind=ChannelType.VOICE),
        "direct message": ana.open_dm,
    }[where]()
    async with start("Fine.", loaded=loaded):
        for command, options in [*CALLS, *([("/settings", {})] if where != "direct message" else [])]:
            used = await ana.command(place, command, **options)  # fails where there is no answer within 3 s
            assert used.message is not None, command


async def test_help_names_all_commands_so_that_a_click_begins_them(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start():
        await ana.command(sandbox.general, "/help")
        text = (await shown_like(sandbox, sandbox.general, "Talk to me")).content
        for command in sandbox.commands():
            if command["type"] == 1 and command["name"] != "help":
                assert f"</{command['name']}" in text
                assert f":{command['id']}>" in text
    assert len(text) <= 2000


async def test_answers_are_in_the_persons_language(sandbox: Sandbox, start: Start) -> None:
    ana, kei = sandbox.person("Ana"), sandbox.person("Kei", locale="ja")
    async with start():
        for person, language in ((ana, "en"), (kei, "ja"), (ana, "en")):
            used = await person.command(sandbox.general, "/stop")
            assert used.message is not None
            await used.message.wait_until(lambda m: not m.loading)
            with speaking(language):
                assert used.message.content == command_words.stopped(0)
