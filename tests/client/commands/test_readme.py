"""The README's table of slash commands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from bot.sandbox import Permission, Sandbox
from tests.client.conftest import Start

README = Path(__file__).parents[3] / "README.md"
SUBCOMMAND = 1


def names(command: dict[str, Any]) -> list[str]:
    """A slash command as people type it, with each of its subcommands."""
    inner = [option["name"] for option in command.get("options") or [] if option["type"] == SUBCOMMAND]
    return [f"`/{command['name']} {name}`" for name in inner] or [f"`/{command['name']}`"]


async def test_the_readme_lists_every_slash_command(sandbox: Sandbox, start: Start) -> None:
    moderator = sandbox.person("Mo", roles=[sandbox.role("all", permissions=Permission.ADMINISTRATOR)])
    async with start():
        there = {name for command in moderator.commands(sandbox.general) for name in names(command)}
    section = README.read_text(encoding="utf-8").partition("### Commands")[2].partition("\n## ")[0]
    assert set(re.findall(r"`/[\w ]+`", section)) == there
