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
    interrupting,
    run_until_done,
    set_up_logging,
    settings_with,
)
from bot.cli.terminal import readable, typed_lines
from bot.errors import EngineError, OvbotError

if TYPE_CHECKING:
    from bot.chat.assistant import Assistant
    from bot.chat.reply import Reply, Snapshot
    from bot.policy.ports import PolicyStore
    from bot.settings import Settings

_CHANNEL = 1
_HINT = "Type a message and press Enter. Ctrl-C stops a reply, /help lists commands, /exit or Ctrl-D ends."
_HELP = """\
/regenerate      make the last reply again
/continue        let the last reply go on where it was cut off
/persona TEXT    talk as somebody: TEXT in place of the system prompt; without TEXT, show it
/persona clear   the usual system prompt again
/reset           start the conversation anew
/exit            end"""


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
        talk = _Talk(assistant, store)
        if once is not None:
            if await talk.say(readable(once)) is Ending.FAILED:
                raise typer.Exit(EngineError.exit_code)
            return
        info = assistant.engine.info
        typer.echo(f"{info.name} ({info.precision}) on {info.device}, engine {info.engine}", err=True)
        typer.echo(_HINT, err=True)
        async for line in typed_lines("> "):
            try:
                await talk.take(line)
            except OvbotError as refusal:
                typer.echo(f"({refusal})", err=True)


class _Talk:
    """One conversation in the terminal."""

    def __init__(self, assistant: Assistant, policies: PolicyStore) -> None:
        self._assistant = assistant
        self._policies = policies
        self._numbers = itertools.count(1)
        self._last = 0  # the newest message

    async def take(self, line: str) -> None:
        """Do what a line asks for."""
        command, _, rest = line.partition(" ")
        match command:
            case "/reset":
                await self._assistant.reset(_CHANNEL)
                typer.echo("The conversation starts anew.", err=True)
            case "/regenerate":
                await self._show(await self._assistant.regenerate_last(_CHANNEL), "There is no reply yet.")
            case "/continue":
                reply = await self._assistant.continue_reply(self._last)
                await self._show(reply, "No reply was cut off.")
            case "/persona":
                await self._persona(rest.strip())
            case "/help":
                typer.echo(_HELP, err=True)
            case _ if line.startswith("/") and command[1:].isalpha():
                typer.echo(f"There is no {command}; /help lists the commands.", err=True)
            case _:
                await self.say(line)

    async def say(self, text: str) -> Ending | None:
        """Send a message and show the reply; how it ended."""
        self._last = next(self._numbers)
        return await self._show(
            await self._assistant.answer(Incoming(_CHANNEL, self._last, Author(1, "you"), text)),
            "The message was answered already.",
        )

    async def _show(self, reply: Reply | None, otherwise: str) -> Ending | None:
        """Print a reply as it grows, and what a person would want to know of its end; how it ended."""
        if reply is None:
            typer.echo(otherwise, err=True)
            return None
        shown = 0
        with interrupting(reply.stop):
            try:
                async for snapshot in reply.changes():
                    typer.echo(snapshot.text[shown:], nl=False)
                    shown = max(shown, len(snapshot.text))
            finally:
                typer.echo()
            end = await reply.finished()
        _tell_end(end)
        return end.ending

    async def _persona(self, text: str) -> None:
        if not text:
            persona = await self._policies.persona(_CHANNEL)
            typer.echo(persona or "No persona: the system prompt is the usual one.", err=True)
            return
        persona = None if text == "clear" else text
        if persona:
            self._assistant.check_persona(persona)
        await self._policies.set_persona(_CHANNEL, None, persona)
        typer.echo("From the next message on.", err=True)


def _tell_end(end: Snapshot) -> None:
    """Say on standard error what a person would want to know of a finished reply."""
    if end.prompt_cut:
        typer.echo("(Your message was too long for the model; its end was left out.)", err=True)
    if end.ending is Ending.FAILED:
        typer.echo(f"(failed: {end.error})", err=True)
        return
    if end.ending is Ending.STOPPED:
        typer.echo("(stopped)", err=True)
        return
    if end.ending is Ending.LENGTH:
        typer.echo(
            f"(cut after {end.tokens} tokens: MAX_NEW_TOKENS or the model's context; /continue goes on)",
            err=True,
        )
    reused = "" if end.reused_tokens is None else f", {end.reused_tokens} of them reused"
    writing = end.seconds - end.first_token_seconds
    speed = f", {(end.tokens - 1) / writing:.1f} a second" if end.tokens > 1 and writing > 0 else ""
    typer.echo(
        f"({end.prompt_tokens} prompt tokens{reused}; first token after {end.first_token_seconds:.1f} s; "
        f"{end.tokens} tokens in {end.seconds:.1f} s{speed})",
        err=True,
    )
