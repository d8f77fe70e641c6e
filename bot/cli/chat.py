"""`ovbot chat`: the model in the terminal, without Discord."""

from __future__ import annotations

import itertools
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from bot.chat.reply import Phase
from bot.chat.turns import Author, FinishReason, Incoming
from bot.cli.input import read_lines, readable
from bot.cli.options import Device, EngineName, LogLevel, ModelDir, settings_with
from bot.errors import EngineError, OvbotError
from bot.signals import on_ctrl_c

if TYPE_CHECKING:
    from bot.chat.assistant import Assistant
    from bot.chat.reply import Reply, Snapshot
    from bot.policy.ports import PolicyStore
    from bot.settings import Settings

_CHANNEL = 1
_CANNOT_CONTINUE = {
    FinishReason.COMPLETE: "The last reply is complete: there is nothing to continue.",
    FinishReason.LOOPED: "The last reply repeated itself and cannot be continued: /regenerate makes another.",
    FinishReason.STOPPED: "The last reply was stopped and cannot be continued: /regenerate makes another.",
    FinishReason.FAILED: "The last reply failed and cannot be continued: /regenerate makes another.",
    FinishReason.LENGTH: "The last reply cannot be continued.",
}
_HINT = "Type a message and press Enter. Ctrl-C stops a reply, /help lists commands, /exit or Ctrl-D ends."
_HELP = """\
/regenerate      generate the last reply again
/continue        continue the last reply where it was cut off
/reasoning       show what the model thought before the last reply
/persona TEXT    use TEXT in place of the system prompt; without TEXT, show it
/persona clear   use the usual system prompt again
/reset           start a new conversation
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
    from bot import signals
    from bot.cli.log import set_up_logging
    from bot.settings import DATABASE, DISCORD, PEOPLE

    settings = settings_with(
        unused=DISCORD | DATABASE | PEOPLE,
        model_dir=model_dir,
        engine=engine,
        device=device,
        log_level=log_level,
        default_log_level="WARNING",
    )
    set_up_logging(settings.log_level)
    signals.run(_chat(settings, once), until_stopped=once is None)


async def _chat(settings: Settings, once: str | None) -> None:
    from bot.app import open_assistant, open_temporary_store
    from bot.cli.progress_bar import elapsed_time

    async with AsyncExitStack() as stack:
        async with elapsed_time(f"Loading {settings.model_dir or 'the demo model'}"):
            store = await stack.enter_async_context(open_temporary_store())
            assistant = await stack.enter_async_context(open_assistant(settings, store))
        conversation = _Conversation(assistant, store)
        if once is not None:
            if await conversation.say(readable(once)) is FinishReason.FAILED:
                raise typer.Exit(EngineError.exit_code)
            return
        info = assistant.engine.info
        typer.echo(f"{info.name} ({info.precision}) on {info.device}, engine {info.engine}", err=True)
        typer.echo(_HINT, err=True)
        async for line in read_lines("> "):
            try:
                await conversation.handle(line)
            except OvbotError as refusal:
                typer.echo(f"({refusal})", err=True)


class _Conversation:
    """The conversation in the terminal."""

    def __init__(self, assistant: Assistant, policies: PolicyStore) -> None:
        self._assistant = assistant
        self._policies = policies
        self._numbers = itertools.count(1)
        self._last = 0  # the newest message
        self._ending: FinishReason | None = None  # how the last reply ended
        self._reasoning = ""  # what was thought before it

    async def handle(self, line: str) -> None:
        """Send a message, or do what a command asks for."""
        command, _, rest = line.partition(" ")
        match command:
            case "/reset":
                await self._assistant.reset(_CHANNEL)
                self._ending, self._reasoning = None, ""
                typer.echo("A new conversation begins.", err=True)
            case "/regenerate":
                if reply := await self._assistant.regenerate_last(_CHANNEL):
                    await self._show(reply)
                else:
                    typer.echo("There is no reply yet.", err=True)
            case "/continue":
                await self._continue()
            case "/reasoning":
                if self._reasoning:
                    typer.echo(self._reasoning)
                else:
                    typer.echo("The model did not reason before the last reply.", err=True)
            case "/persona":
                await self._persona(rest.strip())
            case "/help":
                typer.echo(_HELP, err=True)
            case _ if line.startswith("/") and command[1:].isalpha():
                typer.echo(f"There is no command {command}; /help lists the commands.", err=True)
            case _:
                await self.say(line)

    async def say(self, text: str) -> FinishReason:
        """Send a message and show the reply; how it ended."""
        self._last = next(self._numbers)
        reply = await self._assistant.answer(Incoming(_CHANNEL, self._last, Author(1, "you"), text))
        assert reply is not None, "the number is new"
        return await self._show(reply)

    async def _continue(self) -> None:
        if reply := await self._assistant.continue_reply(self._last):
            await self._show(reply)
        elif self._ending is None:
            typer.echo("There is no reply yet.", err=True)
        else:
            typer.echo(_CANNOT_CONTINUE[self._ending], err=True)

    async def _show(self, reply: Reply) -> FinishReason:
        """Print a reply as it grows, and then how it went; how it ended."""
        from bot.cli.progress_bar import elapsed_time

        shown, thinks = 0, False
        with on_ctrl_c(reply.stop):
            try:
                async with AsyncExitStack() as thinking:
                    async for snapshot in reply.changes():
                        if snapshot.phase is Phase.REASONING and not thinks:
                            thinks = True
                            await thinking.enter_async_context(elapsed_time("Thinking"))
                        if new := snapshot.text[shown:]:
                            await thinking.aclose()
                            typer.echo(new, nl=False)
                        shown = max(shown, len(snapshot.text))
            finally:
                typer.echo()
            end = await reply.finished()
        self._reasoning = end.reasoning.strip()
        _print_end(end)
        assert end.finish_reason is not None, "it has finished"
        self._ending = end.finish_reason
        return end.finish_reason

    async def _persona(self, text: str) -> None:
        if not text:
            persona = await self._policies.persona(_CHANNEL)
            typer.echo(persona or "There is no persona: the usual system prompt is used.", err=True)
            return
        persona = None if text == "clear" else text
        if persona:
            self._assistant.check_persona(persona)
        await self._policies.set_persona(_CHANNEL, None, persona)
        typer.echo("This takes effect with the next message.", err=True)


def _print_end(end: Snapshot) -> None:
    """Print on standard error how a finished reply ended, and how fast it was."""
    if end.prompt_cut:
        typer.echo("(Your message was too long for the model: its end was left out.)", err=True)
    if end.finish_reason is FinishReason.FAILED:
        typer.echo(f"(failed: {end.error})", err=True)
        return
    if end.finish_reason is FinishReason.STOPPED:
        typer.echo("(stopped)", err=True)
        return
    if end.finish_reason is FinishReason.LOOPED:
        typer.echo("(stopped: the reply was repeating itself; /regenerate makes another)", err=True)
    if end.finish_reason is FinishReason.LENGTH:
        typer.echo(
            f"(cut off after {end.tokens} tokens, by MAX_NEW_TOKENS or the model's context: "
            "/continue continues it)",
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
