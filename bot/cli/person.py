"""The person at the terminal in the demo: what they type becomes messages and commands, and the bot's
messages are printed as they grow."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

import typer

from bot.cli.terminal import typed_lines
from bot.client.bot import OvbotClient
from bot.sandbox import Message, Sandbox, SandboxError

T = TypeVar("T")

_PATIENCE = 600.0


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
        prompt = self._person.say(self._channel, f"{self._bot.mention} {text}")
        await self._print_answer(prompt.id, named)

    async def use(self, line: str) -> None:
        """Use a slash command; what follows its name is its option `prompt`.

        Raises: OvbotError where the bot has ended; SandboxError where there is no such command.
        """
        await self._unless_ended(self._client.wait_until_ready())
        newest = max(self._channel.messages, default=0)
        name, _, text = line.removeprefix("/").partition(" ")
        if not name:
            raise SandboxError("a command has a name, as in /help")
        options = {"prompt": text.strip()} if text.strip() else {}
        await self._unless_ended(self._person.command(self._channel, name, **options))
        await self._print_answer(newest, named=True)

    async def _print_answer(self, after: int, named: bool) -> None:
        """Print what the bot posts after message `after`, as it grows, until the bot has nothing more."""
        changes, printer = self._channel.changes, Printer(f"{self._bot.display_name}: " if named else "")
        await self._unless_ended(changes.until(lambda: self._answer(after) or None, _PATIENCE))
        complete = asyncio.create_task(self._client.idle())
        complete.add_done_callback(lambda _: changes.notify())
        try:
            shown: list[str] = []
            while not complete.done():
                printer.show(shown := self._answer(after))

                def is_new() -> bool | None:
                    return complete.done() or self._answer(after) != shown or None

                await self._unless_ended(changes.until(is_new, _PATIENCE))
            printer.show_rest(self._answer(after))
        finally:
            complete.cancel()
            typer.echo()

    def _answer(self, after: int) -> list[str]:
        """The texts of the bot's messages after message `after`."""

        def counts(message: Message) -> bool:
            return message.author is self._bot and message.id > after and not message.loading

        return [message.content for message in self._channel.messages.values() if counts(message)]

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
        if not self._printed:
            typer.echo(self._name, nl=False)
        if not text.startswith(self._printed):
            typer.echo()
            self._printed = ""
        typer.echo(text[len(self._printed) :], nl=False)
        self._printed = text
