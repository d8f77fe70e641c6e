"""`ovbot demo`: a local Discord, the bot, and a terminal in which you are a person in #general."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import (
    Device,
    EngineName,
    LogLevel,
    ModelDir,
    run_until_done,
    set_up_logging,
    settings_with,
)
from bot.cli.terminal import readable

if TYPE_CHECKING:
    from bot.cli.person import PersonInTerminal
    from bot.settings import Settings

_SHORT_CONVERSATION = (
    "Hi! Can you introduce yourself?",
    "My name is Mika, please remember it.",
    "What's my name?",
)
_WELCOME = """\
This is a local Discord on your machine, and you are {person} in #general. What you type goes to the bot.
/help tells what it can do. Options of commands are written as name:value, as in /ask private:True prompt:hi.
/press NAME presses a button, /edit TEXT and /delete change your last message; /exit or Ctrl-D ends."""


def demo(
    say: Annotated[
        list[str] | None,
        typer.Option(
            "--say", help="Send a message, print the finished reply and exit; repeatable.", metavar="TEXT"
        ),
    ] = None,
    model_dir: ModelDir = None,
    engine: EngineName = None,
    device: Device = None,
    log_level: LogLevel = None,
) -> None:
    """Talk to the bot in a local Discord: no account and no model needed.

    Where standard input is no terminal, a short conversation is played.
    """
    settings = settings_with(
        model_dir=model_dir, engine=engine, device=device, log_level=log_level or "WARNING"
    )
    set_up_logging(settings.log_level)
    run_until_done(_demo(settings, say))


async def _demo(settings: Settings, say: list[str] | None) -> None:
    async with _person_in_general(settings) as person:
        if say:
            for text in say:
                await person.say(readable(text))
        elif not sys.stdin.isatty():
            for text in _SHORT_CONVERSATION:
                typer.echo(f"{person.name}: {text}")
                await person.say(text, named=True)
        else:
            typer.echo(_WELCOME.format(person=person.name))
            await person.talk()


@asynccontextmanager
async def _person_in_general(settings: Settings) -> AsyncIterator[PersonInTerminal]:
    """The sandbox with the bot in it, and the person at the terminal.

    Raises: OvbotError where the bot ends by itself.
    """
    from pydantic import SecretStr

    from bot.app import open_bot, open_temporary_store
    from bot.cli.person import PersonInTerminal
    from bot.sandbox import Sandbox

    async with Sandbox() as sandbox, open_temporary_store() as store:
        local = settings.model_copy(
            update={
                "discord_token": SecretStr(sandbox.token),
                "discord_api_url": sandbox.api_url,
                "discord_gateway_url": sandbox.gateway_url,
            }
        )
        async with open_bot(local, store) as client:
            running = asyncio.create_task(client.run_until_closed(), name="bot")
            try:
                yield PersonInTerminal(sandbox, client, running)
            finally:
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running
