"""From a Discord message to what it says, and what it refers to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.client import words
from bot.client.inbox.addressing import plain_text
from bot.client.inbox.attachments import File, Files, FileState, file_of
from bot.client.inbox.messages import embed_text, extras, words_of
from bot.client.inbox.names import NameResolver
from bot.client.inbox.quoting import Quote, clean, put_together, shown_name
from bot.client.inbox.references import References, Source

# Characters of others' words beside one message, some 5,000 tokens; the model may have room for less.
BUDGET = 20_000
_MOST_FILES = 10

_UNSEEN = {
    FileState.PICTURE: "the picture {name}, which cannot be seen here",
    FileState.SOUND: "the recording {name}, which cannot be heard here",
    FileState.VIDEO: "the video {name}, which cannot be seen here",
    FileState.TOO_LARGE: "the file {name}, which is too large to be read here",
}
_UNREAD = "the file {name}, whose content is not known here"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a message.

    text: what the person says; "" where the message has nothing that could be answered. context:
    what it refers to; "" for nothing. unread: files that could not be read.
    """

    text: str
    context: str = ""
    unread: tuple[File, ...] = ()


class Reader:
    """Reads messages with all that they refer to. Waits for files, a bounded time for each."""

    def __init__(
        self, client: discord.Client, references: References, files: Files, naming: NameResolver
    ) -> None:
        self._client = client
        self._references = references
        self._files = files
        self._naming = naming

    async def text(self, message: discord.Message) -> str:
        """What the person says by the message itself."""
        own, guild = self._client.user, message.guild
        names = await self._naming.names(message.content, guild, message.mentions)
        role = guild.self_role if guild else None
        said = plain_text(message.content, own.id if own else 0, names, my_role=role.id if role else 0)
        return "\n".join(part for part in (clean(said), *extras(message)) if part)

    async def read(self, message: discord.Message) -> Reading:
        """The whole message, with what it refers to. Raises: StoreError."""
        text = await self.text(message)
        sources = await self._references.of(message)
        asker = shown_name(message.author.display_name)
        attached = [(asker, attachment) for attachment in message.attachments]
        attached += [(source.author, file) for source in sources for file in source.message.attachments]
        files = await self._read_files([attachment for _, attachment in attached])
        quotes = [quote for source in sources if (quote := await self._quote(source, message)).text]
        for shown in filter(None, map(embed_text, message.embeds)):
            names = await self._naming.names(shown, message.guild, message.mentions)
            quotes.append(Quote("A link in the message shows:", plain_text(shown, 0, names)))
        quotes += [_file_quote(file, who) for file, (who, _) in zip(files, attached, strict=True)]
        if not text and any(quote.text for quote in quotes):
            text = words.hearing.about_that()
        unread = tuple(file for file in files if file.state is not FileState.READ)
        return Reading(text, put_together(quotes, BUDGET), unread)

    async def _quote(self, source: Source, message: discord.Message) -> Quote:
        mentions = source.message.mentions if isinstance(source.message, discord.Message) else ()
        written = "\n".join([source.message.content, *map(embed_text, source.message.embeds)])
        names = await self._naming.names(written, message.guild, mentions)
        text = words_of(source.message, names)
        whole = source.limit is None or len(text) <= source.limit
        return Quote(source.says, text[: source.limit], whole)

    async def _read_files(self, attachments: Sequence[discord.Attachment]) -> list[File]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._files.read(file)) for file in attachments[:_MOST_FILES]]
        left = [file_of(file, FileState.ONE_TOO_MANY) for file in attachments[_MOST_FILES:]]
        return [task.result() for task in tasks] + left


def _file_quote(file: File, attached_by: str) -> Quote:
    name = f'"{shown_name(file.name)}"'
    if file.state is FileState.READ:
        return Quote(f"The file {name}, attached by {attached_by}:", file.text, file.whole)
    described = f' (described as: "{shown_name(file.description)}")' if file.description else ""
    return Quote(f"{attached_by} attached {_UNSEEN.get(file.state, _UNREAD).format(name=name)}{described}.")
