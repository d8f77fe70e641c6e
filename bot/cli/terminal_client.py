"""The demo's Discord client, in a terminal: what a person types becomes messages, commands and presses of
buttons; what the bot posts and edits is printed."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from typing import Any, TypeVar

import typer

from bot.cli.input import read_lines, typed_lines
from bot.cli.progress_bar import elapsed_time
from bot.cli.slash_command import parse_slash_command
from bot.client.bot import OvbotClient
from bot.sandbox import Interaction, Message, Permission, Sandbox, SandboxError, User
from bot.sandbox.limits import MESSAGE_LENGTH
from bot.signals import on_ctrl_c

T = TypeVar("T")

# Seconds until an answer begins; until what is there already begins to change; between two looks at
# whether the bot is ready.
_PATIENCE, _SHORT_PATIENCE, _INTERVAL = 600.0, 2.0, 0.1

_TEXT = 10  # a Text Display, in messages that are laid out by components
_CLEAR_LINE = "\r\x1b[K"
_HEADING = re.compile(r"#{1,3} ")
_MARKUP = re.compile(r"<(?:/(?P<command>[^:<>]+):\d+|@!?(?P<user>\d+))>")


class TerminalClient:
    """A person in #general of the local Discord who talks to the bot.

    running: the bot's task; where it ends, so does whatever waits for an answer.
    """

    def __init__(self, sandbox: Sandbox, client: OvbotClient, running: asyncio.Task[None]) -> None:
        self._channel = sandbox.general
        self._bot = sandbox.bot
        self._client = client
        self._running = running
        self._answering = False
        self._turn = asyncio.Lock()  # whoever has it prints an answer
        self._stop: Callable[[], object] | None = None
        self._person = sandbox.person("You")
        # It is the person's own server, and their own bot.
        sandbox.world.application.owner = self._person.user
        sandbox.give(self._person, sandbox.role("Moderator", Permission.ADMINISTRATOR))

    @property
    def name(self) -> str:
        """The person's name."""
        return self._person.user.display_name

    async def wait_until_answering(self) -> None:
        """Wait until the bot is connected and its model loaded.

        Raises: OvbotError where the bot has ended.
        """
        if not self._answering:
            await self._unless_ended(self._client.wait_until_ready())
            while not self._client.health()[0]:
                await self._unless_ended(asyncio.sleep(_INTERVAL))
            self._answering = True

    async def talk(self) -> bool:
        """Read lines and send them until the person ends it; whether there were any.

        In a terminal, commands that are typed while a reply is under way act at once, messages follow
        it, and Ctrl-C stops it. Lines from elsewhere are printed, and each waits for the reply before it.

        Raises: OvbotError where the bot has ended.
        """
        is_terminal, any_line = sys.stdin.isatty(), False
        with suppress(_Left):
            async for line in read_lines(f"{self.name}: "):
                any_line = True
                if is_terminal:
                    await self._attend(line)
                else:
                    typer.echo(f"{self.name}: {line}")
                    await self._do(line)
        return any_line

    async def _attend(self, line: str) -> None:
        """Do what a line says, and what the lines say that are typed meanwhile."""

        def take(typed: str) -> None:
            group.create_task(_leave() if typed == "/exit" else self._do(typed), name="demo: a typed line")

        self._stop = lambda: take("/stop")
        try:
            with typed_lines(take):
                async with asyncio.TaskGroup() as group:
                    take(line)
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        finally:
            self._stop = None

    async def _do(self, line: str) -> None:
        try:
            await (self.use(line) if line.startswith("/") else self.say(line, named=True))
        except SandboxError as error:
            typer.echo(f"({error})", err=True)

    async def say(self, text: str, *, named: bool = False) -> None:
        """Send a message to the bot and print its finished reply, with the bot's name in front if `named`.

        Raises: OvbotError where the bot has ended; SandboxError for a message that Discord would refuse.
        """
        await self.wait_until_answering()
        async with self._turn:
            answer = _Answer(self, [])
            self._person.say(self._channel, self._to_bot(text))
            await self._print(answer, named=named)

    async def use(self, line: str) -> None:
        """Use a slash command, or do what a mouse would: /press, /edit, /delete.

        Where an answer is being printed, it acts at once; what the bot says to it is printed afterwards.

        Raises: OvbotError where the bot has ended; SandboxError where that cannot be done.
        """
        await self.wait_until_answering()
        # An answer that is being printed shows by itself what becomes of its messages.
        is_printing = self._turn.locked()
        name, _, rest = line.removeprefix("/").partition(" ")
        answer = _Answer(self, [], only_interaction=is_printing)
        match name:
            case "press":
                message, button = self._having(rest.strip())
                if not is_printing:
                    answer = _Answer(self, [message])
                answer.interaction = await self._unless_ended(self._person.click(message, button))
            case "edit":
                answer = self._change_own_message(rest)
            case "delete":
                self._person.delete(self._own_message())
            case _:
                answer.interaction = await self._command(line)
        async with self._turn:
            await self._tell(name, answer, is_printed=is_printing)

    async def _tell(self, name: str, answer: _Answer, *, is_printed: bool) -> None:
        """Print what came of a command. is_printed: whether the messages of an answer that was being
        printed are not told of again."""
        match name:
            case "delete":
                typer.echo("(your message is deleted, and its answer)")
            case "press" if is_printed and not answer.texts():
                pass
            case "press" | "edit":
                await self._print_change(answer)
                if name == "press" and answer.is_deleted:
                    typer.echo("(the answer is deleted)")
            case _:
                await self._print(answer)

    async def _command(self, line: str) -> Interaction:
        command, options = parse_slash_command(line, self._person.commands(self._channel))
        return await self._unless_ended(self._person.command(self._channel, command, **options))

    def newest_id(self) -> int:
        """The id of the channel's newest message."""
        return max(self._channel.messages, default=0)

    def messages(self) -> list[Message]:
        """The bot's messages, in the order in which they were posted."""
        return [m for m in self._channel.messages.values() if m.author is self._bot and not m.loading]

    def render(self, message: Message) -> str:
        """A message as the person sees it: names in place of ids, and the names of attached files."""
        return render(message, self._person.user)

    def _having(self, name: str) -> tuple[Message, str]:
        """The newest message that has a button, and the button's id."""
        messages = self.messages()
        for message in reversed(messages):
            if button := _named_buttons(message).get(name):
                return message, button
        names = {name for message in messages for name in _named_buttons(message)}
        raise SandboxError(f"press one of: {', '.join(sorted(names))}" if names else "there is no button")

    def _change_own_message(self, text: str) -> _Answer:
        """Change the person's last message; the answer to it."""
        prompt = self._own_message()
        answer = _Answer(self, [message for message in self.messages() if message.id > prompt.id])
        self._person.edit(prompt, self._to_bot(text))
        return answer

    def _own_message(self) -> Message:
        own = [m for m in self._channel.messages.values() if m.author is self._person.user]
        if not own:
            raise SandboxError("you have not said anything yet")
        return own[-1]

    def _to_bot(self, text: str) -> str:
        if len(text) > (room := room_for_text(self._bot)):
            raise SandboxError(f"a message to the bot has at most {room} characters, this one {len(text)}")
        return _addressed(self._bot, text)

    async def _print_change(self, answer: _Answer) -> None:
        if not await self._print(answer) and not answer.is_deleted:
            typer.echo("(the same as before)")

    async def _print(self, answer: _Answer, *, named: bool = True) -> bool:
        """Print the answer as it grows, until it is finished; whether there was any."""
        changes, printer = self._channel.changes, _Printer(f"{self._bot.display_name}: " if named else "")
        patience = _SHORT_PATIENCE if answer.may_stay else _PATIENCE
        async with AsyncExitStack() as stack:
            if self._stop is not None:
                stack.enter_context(on_ctrl_c(self._stop))
            if not sys.stdout.isatty():  # where the reply is not seen growing
                await stack.enter_async_context(elapsed_time("Waiting for the reply"))
            with suppress(TimeoutError):
                begun = changes.until(lambda: answer.texts() or answer.is_deleted or None, patience)
                await self._unless_ended(begun)
            finished = asyncio.create_task(self._client.idle())
            finished.add_done_callback(lambda _: changes.notify())
            try:
                while not finished.done():
                    shown = answer.texts()
                    printer.show(shown)

                    def is_news(shown: list[str] = shown) -> bool | None:
                        return finished.done() or answer.texts() != shown or None

                    await self._unless_ended(changes.until(is_news, _PATIENCE))
            finally:
                finished.cancel()
                printer.finish(answer.texts())
        if named and (names := answer.buttons()):
            typer.echo(f"({' · '.join(names)}: /press and the name)")
        return bool(answer.texts())

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


class _Left(Exception):  # noqa: N818
    """The person ends the demo while a reply is under way."""


async def _leave() -> None:
    raise _Left


class _Answer:
    """What the bot posts from now on, and what becomes of messages that are there already.

    changing: messages that the bot may edit or delete. They count as soon as they have changed.
    only_interaction: whether nothing counts but what `interaction` led to.
    interaction: the command or press that it answers, once that is known. What the bot posts because of
    another one belongs to another answer.
    """

    def __init__(
        self, client: TerminalClient, changing: list[Message], *, only_interaction: bool = False
    ) -> None:
        self._client = client
        self._changing = changing
        self._only_interaction = only_interaction
        self.interaction: Interaction | None = None
        self._before = {message.id: client.render(message) for message in changing}
        self._newest = client.newest_id()
        self._changed: set[int] = set()

    @property
    def may_stay(self) -> bool:
        """Whether all may stay as it is."""
        return bool(self._changing)

    @property
    def is_deleted(self) -> bool:
        """Whether the messages that were there are gone."""
        return bool(self._changing) and all(message.deleted for message in self._changing)

    def texts(self) -> list[str]:
        """The messages of the answer as they are now."""
        return [self._client.render(message) for message in self._messages()]

    def buttons(self) -> list[str]:
        """The names of its last message's buttons."""
        messages = self._messages()
        return list(_named_buttons(messages[-1])) if messages else []

    def _messages(self) -> list[Message]:
        for message in self._changing:
            if self._before[message.id] != self._client.render(message):
                self._changed.add(message.id)  # in the end it may be the same as before
        return [m for m in self._client.messages() if self._is_new(m) or m.id in self._changed]

    def _is_new(self, message: Message) -> bool:
        if message.id <= self._newest:
            return False
        if message.interaction_metadata is None:
            return not self._only_interaction
        return self.interaction is not None and message.interaction_metadata["id"] == str(self.interaction.id)


class _Printer:
    """Prints an answer: in a terminal as it grows, otherwise when it is finished.

    name: what is printed in front of it.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._printed = ""
        self._progress = ""
        self._is_terminal = sys.stdout.isatty()

    def show(self, texts: list[str]) -> None:
        """Print what is new. Text that has changed since it was printed is printed again as a whole."""
        if self._is_terminal:
            *lines, last = "\n".join(texts).split("\n")
            if not lines and last.startswith("-# "):
                self._show_progress(last)
            if last == "-" or last.startswith(("-#", "#")):
                last = ""  # how a line with a mark looks depends on the whole of it
            self._print(_styled("\n".join([*lines, last])))

    def finish(self, texts: list[str]) -> None:
        """Print the rest of the answer."""
        self._show_progress("")
        text = "\n".join(texts)
        self._print(_styled(text) if self._is_terminal else text)
        if self._printed:
            typer.echo()

    def _show_progress(self, line: str) -> None:
        """Show what the bot is doing as long as nothing is printed: one line that changes, then goes."""
        if not self._printed and line != self._progress and sys.stderr.isatty():
            shown = _styled(line[: shutil.get_terminal_size().columns - 1])
            typer.echo(f"{_CLEAR_LINE}{shown}", err=True, nl=False)
            self._progress = line

    def _print(self, text: str) -> None:
        if not text:
            return
        if not self._printed:
            self._show_progress("")
            typer.echo(self._name, nl=False)
        if not text.startswith(self._printed):
            typer.echo()
            self._printed = ""
        typer.echo(text[len(self._printed) :], nl=False)
        self._printed = text


def _styled(text: str) -> str:
    """A text for a terminal: small print dim and headings bold, without their marks. Code stays as it is."""
    lines, is_code = [], False
    for line in text.split("\n"):
        is_code ^= line.count("```") % 2 == 1
        small, heading = line.startswith("-# "), _HEADING.match(line)
        if small and not is_code:
            lines.append(typer.style(line[3:], dim=True))
        elif heading and not is_code:
            lines.append(typer.style(line[heading.end() :], bold=True))
        else:
            lines.append(line)
    return "\n".join(lines)


def _named_buttons(message: Message) -> dict[str, str]:
    """The ids of a message's buttons by label; buttons with the same label are numbered."""
    buttons = [b for b in message.buttons() if b.get("label") and b.get("custom_id")]
    total, seen = Counter(b["label"] for b in buttons), Counter[str]()
    named: dict[str, str] = {}
    for button in buttons:
        seen[label := button["label"]] += 1
        named[f"{label} {seen[label]}" if total[label] > 1 else label] = button["custom_id"]
    return named


def room_for_text(bot: User) -> int:
    """How many characters fit in a message beside the mention of the bot."""
    return MESSAGE_LENGTH - len(_addressed(bot, ""))


def _addressed(bot: User, text: str) -> str:
    return f"{bot.mention} {text}"


def render(message: Message, reader: User) -> str:
    """The text of a message as `reader` sees it: names in place of ids, and the names of attached files."""
    names = {str(user.id): user.display_name for user in (*message.mentions, message.author, reader)}

    def named(match: re.Match[str]) -> str:
        return f"/{match['command']}" if match["command"] else f"@{names.get(match['user'], 'someone')}"

    laid_out = [component["content"] for component in message.walk() if component["type"] == _TEXT]
    files = [f"[{attachment.filename}]" for attachment in message.attachments]
    return _MARKUP.sub(named, "\n".join(filter(None, [message.content, *laid_out, *files])))
