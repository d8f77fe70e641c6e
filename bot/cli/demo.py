"""`ovbot demo`: a local Discord, the bot, and a terminal in which you are a person in #general."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.input import has_input, readable
from bot.cli.options import Device, EngineName, LogLevel, ModelDir, settings_with

if TYPE_CHECKING:
    from bot.cli.terminal_client import TerminalClient
    from bot.settings import Settings

_SHORT_CONVERSATION = (
    "Hi! Can you introduce yourself?",
    "My name is Mika, please remember it.",
    "What's my name?",
)
_WELCOME = """\
This is a local Discord on your machine, and you are {person} in #general. What you type goes to the bot.
/help tells what it can do. Options of commands are written as name:value, as in /ask private:True prompt:hi.
/press NAME presses a button, /edit TEXT and /delete change your last message.
/stop or Ctrl-C stops a reply; /exit or Ctrl-D ends."""


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

    Where standard input is not a terminal, says its lines; where it has none, plays a short conversation.
    """
    from bot import signals
    from bot.cli.log import set_up_logging
    from bot.settings import DATABASE, DISCORD

    settings = settings_with(
        unused=DISCORD | DATABASE,
        model_dir=model_dir,
        engine=engine,
        device=device,
        log_level=log_level,
        default_log_level="WARNING",
    )
    set_up_logging(settings.log_level)
    signals.run(_demo(settings, say), until_stopped=not say and sys.stdin.isatty())


async def _demo(settings: Settings, say: list[str] | None) -> None:
    texts = [readable(text) for text in say or []]
    async with _open_client(settings, texts) as client:
        if texts:
            for text in texts:
                await client.say(text)
        elif sys.stdin.isatty():
            typer.echo(_WELCOME.format(person=client.name))
            await client.talk()
        elif not (has_input() and await client.talk()):  # whoever started it may keep an empty pipe open
            for text in _SHORT_CONVERSATION:
                typer.echo(f"{client.name}: {text}")
                await client.say(text, named=True)


@asynccontextmanager
async def _open_client(settings: Settings, texts: list[str]) -> AsyncIterator[TerminalClient]:
    """The client of the person at the terminal, in a local Discord with the bot, which is ready to answer.

    texts: what will be said.

    Raises: SettingsError, before the model is loaded, where a text is too long; OvbotError where the bot
    ends by itself.
    """
    from pydantic import SecretStr

    from bot.app import open_bot, open_temporary_store
    from bot.cli.progress_bar import elapsed_time
    from bot.cli.terminal_client import TerminalClient, room_for_text
    from bot.errors import SettingsError
    from bot.sandbox import Sandbox

    async with Sandbox() as sandbox, open_temporary_store() as store:
        room = room_for_text(sandbox.bot)
        for text in texts:
            if len(text) > room:
                raise SettingsError(f"--say takes at most {room} characters, this text has {len(text)}.")
        local = settings.model_copy(
            update={
                "discord_token": SecretStr(sandbox.token),
                "discord_api_url": sandbox.api_url,
                "discord_gateway_url": sandbox.gateway_url,
            }
        )
        async with open_bot(local, store) as bot:
            running = asyncio.create_task(bot.run_until_closed(), name="bot")
            try:
                client = TerminalClient(sandbox, bot, running)
                async with elapsed_time(f"Loading {settings.model_dir or 'the demo model'}"):
                    await client.wait_until_answering()
                yield client
            finally:
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running
