"""The person at the terminal in the demo: what they type becomes messages and commands, and the bot's
messages are printed as they grow."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from inspect import iscoroutine
from typing import Any, TypeVar

import typer

from bot.cli.seen import seen
from bot.cli.terminal import typed_lines
from bot.cli.typed import parse
from bot.client.bot import OvbotClient
from bot.sandbox import Message, Permission, Sandbox, SandboxError

T = TypeVar("T")

# Seconds for an answer to begin, and for what is there already to begin to change.
_PATIENCE, _SHORT_PATIENCE = 600.0, 2.0


class PersonInTerminal:
    """Somebody in #general of the sandbox who talks to the bot.

    running: the task of the bot; where it ends, so does whatever waits for an answer.
    """

    def __init__(self, sandbox: Sandbox, client: OvbotClient, running: asyncio.Task[None]) -> None:
        self._channel = sandbox.general
        self._bot = sandbox.bot
        self._client = client
        self._running = running
        self._person = sandbox.person("You")
        # Of a server of one's own there is all to be seen.
        sandbox.give(self._person, sandbox.role("Moderator", Permission.ADMINISTRATOR))

    @property
    def name(self) -> str:
        """The person's name."""
        return self._person.user.display_name

    async def talk(self) -> None:
        """Read lines and send them, until the person has enough."""
        async for line in typed_lines(f"{self.name}: "):
            try:
                await (self.use(line) if line.startswith("/") else self.say(line, named=True))
            except SandboxError as error:
                typer.echo(f"({error})", err=True)

    async def say(self, text: str, *, named: bool = False) -> None:
        """Send a message to the bot and print its reply, with the bot's name in front where `named`.

        Raises: OvbotError where the bot has ended; SandboxError for a message Discord would refuse.
        """
        await self._unless_ended(self._client.wait_until_ready())
        prompt = self._person.say(self._channel, self._meant(text))
        await self._print_answer(lambda message: message.id > prompt.id, named)

    async def use(self, line: str) -> None:
        """Use a slash command, or do what a mouse would: /press, /edit, /delete.

        Raises: OvbotError where the bot has ended; SandboxError where that cannot be done.
        """
        await self._unless_ended(self._client.wait_until_ready())
        name, _, rest = line.removeprefix("/").partition(" ")
        match name:
            case "press":
                await self._press(rest.strip())
            case "edit":
                prompt = self._own_message()
                await self._see(
                    self._shown_with(prompt), lambda: self._person.edit(prompt, self._meant(rest))
                )
            case "delete":
                self._person.delete(self._own_message())
                typer.echo("(your message is deleted, and what answered it)")
            case _:
                command, options = parse(line, self._person.commands(self._channel))
                await self._see([], partial(self._person.command, self._channel, command, **options))

    async def _press(self, label: str) -> None:
        """Press a button of the newest message that has it."""
        held = [m for m in self._of_bot() if any(button.get("label") == label for button in m.buttons())]
        if not held:
            there = {button["label"] for m in self._of_bot() for button in m.buttons() if button.get("label")}
            raise SandboxError(f"press one of: {', '.join(sorted(there))}" if there else "there is no button")
        message = held[-1]
        await self._see([message], partial(self._person.click, message, label))
        if message.deleted:
            typer.echo("(the answer is deleted)")

    def _own_message(self) -> Message:
        own = [m for m in self._channel.messages.values() if m.author is self._person.user]
        if not own:
            raise SandboxError("you have not said anything yet")
        return own[-1]

    def _meant(self, text: str) -> str:
        return f"{self._bot.mention} {text}"

    def _seen(self, message: Message) -> str:
        return seen(message, self._person.user)

    def _of_bot(self) -> list[Message]:
        return [m for m in self._channel.messages.values() if m.author is self._bot and not m.loading]

    def _shown_with(self, prompt: Message) -> list[Message]:
        """The bot's messages since `prompt`: what may change where it is edited."""
        return [message for message in self._of_bot() if message.id > prompt.id]

    async def _see(self, changing: list[Message], act: Callable[[], Any]) -> None:
        """Do something, and print what the bot then says anew, or in `changing` in place of what it said."""
        newest, before = max(self._channel.messages, default=0), {m.id: self._seen(m) for m in changing}
        done = act()
        if iscoroutine(done):
            await self._unless_ended(done)

        changed: set[int] = set()

        def counts(message: Message) -> bool:
            if before.get(message.id) not in (None, self._seen(message)):
                changed.add(message.id)  # it may come to say again what it said
            return message.id > newest or message.id in changed

        def gone() -> bool:
            return bool(changing) and all(message.deleted for message in changing)

        patience = _SHORT_PATIENCE if changing else _PATIENCE
        if not await self._print_answer(counts, named=True, over=gone, patience=patience) and not gone():
            typer.echo("(the same as before)")

    async def _print_answer(
        self,
        counts: Callable[[Message], bool],
        named: bool,
        over: Callable[[], bool] = lambda: False,
        patience: float = _PATIENCE,
    ) -> bool:
        """Print the bot's messages that count, as they grow, until it has nothing more to say, or `over`.

        Whether there were any.
        """

        def answer() -> list[str]:
            return [self._seen(message) for message in self._of_bot() if counts(message)]

        changes, printer = self._channel.changes, Printer(f"{self._bot.display_name}: " if named else "")
        with suppress(TimeoutError):
            await self._unless_ended(changes.until(lambda: answer() or over() or None, patience))
        complete = asyncio.create_task(self._client.idle())
        complete.add_done_callback(lambda _: changes.notify())
        try:
            shown: list[str] = []
            while not complete.done():
                printer.show(shown := answer())

                def is_new() -> bool | None:
                    return complete.done() or answer() != shown or None

                await self._unless_ended(changes.until(is_new, _PATIENCE))
            printer.show_rest(answer())
        finally:
            complete.cancel()
            if answer():
                typer.echo()
        if named and (labels := self._labels(counts)):
            typer.echo(f"({labels}: /press and the name)")
        return bool(answer())

    def _labels(self, counts: Callable[[Message], bool]) -> str:
        said = [message for message in self._of_bot() if counts(message)]
        return " · ".join(b["label"] for b in (said[-1].buttons() if said else []) if b.get("label"))

    async def _unless_ended(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`, or the error that the bot ended with meanwhile."""
        task = asyncio.create_task(work)
        try:
            await asyncio.wait({task, self._running}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                self._running.result()
            return await task
        finally:
            task.cancel()


class Printer:
    """Prints an answer: in a terminal as it grows, else when it is complete.

    name: what is put in front.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._printed = ""
        self._is_terminal = sys.stdout.isatty()

    def show(self, pages: list[str]) -> None:
        """Print what is new. Text that was printed and has changed since is printed again, whole."""
        if self._is_terminal:
            self._print("\n".join(pages))

    def show_rest(self, pages: list[str]) -> None:
        """Print what is left of the complete answer."""
        self._print("\n".join(pages))

    def _print(self, text: str) -> None:
        if not text:
            return
        if not self._printed:
            typer.echo(self._name, nl=False)
        if not text.startswith(self._printed):
            typer.echo()
            self._printed = ""
        typer.echo(text[len(self._printed) :], nl=False)
        self._printed = text
