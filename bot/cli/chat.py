"""`ovbot chat`: the model in the terminal, without Discord."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Annotated

import typer

from bot.chat.turns import Author, Ending, Incoming
from bot.cli.options import (
    Device,
    EngineName,
    LogLevel,
    ModelDir,
    run_until_done,
    set_up_logging,
    settings_with,
)
from bot.cli.terminal import readable, typed_lines
from bot.errors import EngineError

if TYPE_CHECKING:
    from bot.chat.assistant import Assistant
    from bot.chat.reply import Snapshot
    from bot.settings import Settings

_CHANNEL = 1
_HINT = "Type a message and press Enter. /reset starts anew, /exit or Ctrl-D ends."


def chat(
    once: Annotated[
        str | None, typer.Option("--once", help="Send one message, print the reply and exit.", metavar="TEXT")
    ] = None,
    model_dir: ModelDir = None,
    engine: EngineName = None,
    device: Device = None,
    log_level: LogLevel = None,
) -> None:
    """Chat with the model in the terminal, without Discord."""
    settings = settings_with(
        model_dir=model_dir, engine=engine, device=device, log_level=log_level or "WARNING"
    )
    set_up_logging(settings.log_level)
    run_until_done(_chat(settings, once))


async def _chat(settings: Settings, once: str | None) -> None:
    from bot.app import make_services, open_assistant, open_temporary_store

    async with (
        open_temporary_store() as store,
        open_assistant(settings, make_services(settings, store)) as assistant,
    ):
        numbers = itertools.count(1)
        if once is not None:
            if await _say(assistant, next(numbers), readable(once)) is Ending.FAILED:
                raise typer.Exit(EngineError.exit_code)
            return
        info = assistant.engine.info
        typer.echo(f"{info.name} ({info.precision}) on {info.device}, engine {info.engine}", err=True)
        typer.echo(_HINT, err=True)
        async for line in typed_lines("> "):
            if line == "/reset":
                await assistant.reset(_CHANNEL)
                typer.echo("The conversation starts anew.", err=True)
            else:
                await _say(assistant, next(numbers), line)


async def _say(assistant: Assistant, number: int, text: str) -> Ending | None:
    """Send a message, print the reply as it grows and what a person would want to know of its end.

    Returns: how it ended.
    """
    reply = await assistant.answer(Incoming(_CHANNEL, number, Author(1, "you"), text))
    if reply is None:
        return None
    shown = 0
    try:
        async for snapshot in reply.changes():
            typer.echo(snapshot.text[shown:], nl=False)
            shown = max(shown, len(snapshot.text))
    finally:
        typer.echo()
    end = await reply.finished()
    _tell_end(end)
    return end.ending


def _tell_end(end: Snapshot) -> None:
    """Say on standard error what a person would want to know of a finished reply."""
    if end.prompt_cut:
        typer.echo("(Your message was too long for the model; its end was left out.)", err=True)
    if end.ending is Ending.FAILED:
        typer.echo(f"(failed: {end.error})", err=True)
        return
    if end.ending is Ending.LENGTH:
        typer.echo(f"(cut after {end.tokens} tokens: MAX_NEW_TOKENS or the model's context)", err=True)
    reused = "" if end.reused_tokens is None else f", {end.reused_tokens} of them reused"
    typer.echo(
        f"({end.prompt_tokens} prompt tokens{reused}; first token after {end.first_token_seconds:.1f} s; "
        f"{end.tokens} tokens in {end.seconds:.1f} s)",
        err=True,
    )
