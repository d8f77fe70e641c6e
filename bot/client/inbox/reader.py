"""From a Discord message to what it says, and what it refers to: replies, forwards, embeds, files."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

import discord

from bot.chat import turns
from bot.client import words
from bot.client.inbox.addressing import Names, plain_text
from bot.client.inbox.attachments import (
    AttachedFile,
    AttachmentReader,
    FileState,
    file_of,
    is_picture,
)
from bot.client.inbox.names import NameResolver
from bot.client.inbox.quoting import Quote, clean, shown_name, within_budget
from bot.client.requests import RequestError, translate_errors
from bot.client.services import ConversationStore

AnyMessage: TypeAlias = discord.Message | discord.MessageSnapshot

# Characters of others' words beside one message, some 5,000 tokens; the model may have room for less.
BUDGET = 20_000
_MAX_FILES = 10
_MAX_PICTURES = 4
# Characters quoted of a message that the conversation has already: enough to recognize it.
_REMINDER = 400

_UNSEEN = {
    FileState.PICTURE_TOO_LARGE: "the picture {name}, which is too large to be seen here",
    FileState.TOO_MANY_PIXELS: "the picture {name}, which is too large to be seen here",
    FileState.UNKNOWN_PICTURE: "the picture {name}, which cannot be seen here",
    FileState.BROKEN_PICTURE: "the picture {name}, which cannot be seen here",
    FileState.TOO_MANY_PICTURES: "the picture {name}, which is not shown here",
    FileState.PICTURE: "the picture {name}, which cannot be seen here",
    FileState.SOUND: "the recording {name}, which cannot be heard here",
    FileState.VIDEO: "the video {name}, which cannot be seen here",
    FileState.TOO_LARGE: "the file {name}, which is too large to be read here",
}
_UNREAD = "the file {name}, whose content is not known here"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a message.

    text: what the person says; "" if there is nothing to answer. quotes: what it refers to. unread: files
    that could not be read. images: the pictures that are seen, in the order of their quotes.
    """

    text: str
    quotes: tuple[turns.Quote, ...] = ()
    unread: tuple[AttachedFile, ...] = ()
    images: tuple[turns.Image, ...] = ()


class MessageReader:
    """Reads messages with all that they refer to. Waits for files, for a limited time each."""

    def __init__(
        self, client: discord.Client, references: References, files: AttachmentReader, names: NameResolver
    ) -> None:
        self._client = client
        self._references = references
        self._files = files
        self._names = names

    async def text(self, message: discord.Message) -> str:
        """What the person says by the message itself."""
        own, guild = self._client.user, message.guild
        names = await self._names.names(message.content, guild, message.mentions)
        role = guild.self_role if guild else None
        said = plain_text(message.content, own.id if own else 0, names, my_role=role.id if role else 0)
        return "\n".join(part for part in (clean(said), *extras(message)) if part)

    async def read(self, message: discord.Message) -> Reading:
        """The whole message, with what it refers to. Raises: StoreError."""
        text = await self.text(message)
        sources = await self._references.of(message)
        asker = shown_name(message.author.display_name)
        own: tuple[str, int | None] = (asker, message.author.id)
        attached = [(own, file) for file in message.attachments]
        attached += [
            ((source.author, source.author_id), file)
            for source in sources
            for file in source.message.attachments
        ]
        files = await self._read_files([attachment for _, attachment in attached])
        quotes = [quote for source in sources if (quote := await self._quote(source, message)).text]
        for shown in filter(None, map(embed_text, message.embeds)):
            names = await self._names.names(shown, message.guild, message.mentions)
            text_shown = plain_text(shown, 0, names)
            quotes.append(Quote("A link in the message shows:", text_shown, message.author.id))
        quotes += [_file_quote(file, *whose) for file, (whose, _) in zip(files, attached, strict=True)]
        images = tuple(
            turns.Image(author_id, file.picture)
            for file, ((_, author_id), _) in zip(files, attached, strict=True)
            if file.state is FileState.SEEN
        )
        in_embeds = [(own, embed) for embed in message.embeds]
        in_embeds += [
            ((source.author, source.author_id), embed)
            for source in sources
            for embed in source.message.embeds
        ]
        for (shown_by, author_id), url in [(whose, _picture_in(embed)) for whose, embed in in_embeds]:
            room = len(images) < _MAX_PICTURES
            if url and room and (picture := await self._files.look(url)):
                images = (*images, turns.Image(author_id, picture))
                says = f"A picture that a link of {shown_by} leads to is shown."
                quotes.append(Quote(says, author_id=author_id))
        if not text and (images or any(quote.text for quote in quotes)):
            text = words.inbox.about_that()
        unread = tuple(file for file in files if file.state not in (FileState.READ, FileState.SEEN))
        return Reading(text, within_budget(quotes, BUDGET), unread, images)

    async def _quote(self, source: Source, message: discord.Message) -> Quote:
        mentions = source.message.mentions if isinstance(source.message, discord.Message) else ()
        written = "\n".join([source.message.content, *map(embed_text, source.message.embeds)])
        names = await self._names.names(written, message.guild, mentions)
        text = words_of(source.message, names)
        whole = source.limit is None or len(text) <= source.limit
        return Quote(source.says, text[: source.limit], source.author_id, whole)

    async def _read_files(self, attachments: Sequence[discord.Attachment]) -> list[AttachedFile]:
        pictures = [file for file in attachments if self._files.sees and is_picture(file)]
        skipped = {file.id: FileState.TOO_MANY_PICTURES for file in pictures[_MAX_PICTURES:]}
        skipped |= {file.id: FileState.TOO_MANY for file in attachments[_MAX_FILES:]}
        async with asyncio.TaskGroup() as group:
            tasks = {
                file.id: group.create_task(self._files.read(file))
                for file in attachments
                if file.id not in skipped
            }
        return [
            file_of(file, skipped[file.id]) if file.id in skipped else tasks[file.id].result()
            for file in attachments
        ]


def _picture_in(embed: discord.Embed) -> str:
    """The address of Discord's copy of the picture that an embed is about; "" for none. Small previews of web
    pages are left out.
    """
    shown = embed.thumbnail if embed.type == "image" else embed.image
    return shown.proxy_url or ""


def _file_quote(file: AttachedFile, attached_by: str, author_id: int | None) -> Quote:
    name = f'"{shown_name(file.name)}"'
    if file.state is FileState.READ:
        return Quote(f"The file {name}, attached by {attached_by}:", file.text, author_id, file.whole)
    if file.state is FileState.SEEN:
        return Quote(f"The picture {name}, attached by {attached_by}, is shown.", author_id=author_id)
    described = f' (described as: "{shown_name(file.description)}")' if file.description else ""
    says = f"{attached_by} attached {_UNSEEN.get(file.state, _UNREAD).format(name=name)}{described}."
    return Quote(says, author_id=author_id)


@dataclass(frozen=True, slots=True)
class Source:
    """A message that another one refers to.

    says: what it is, in one line. author: who wrote it, as the model is told; "you" for the bot.
    author_id: None where Discord does not say who wrote it. limit: characters to quote at most; None for
    all.
    """

    says: str
    author: str
    author_id: int | None
    message: AnyMessage
    limit: int | None = None


class References:
    """Finds what messages refer to, and leaves out what the conversation has said just before."""

    def __init__(self, client: discord.Client, store: ConversationStore) -> None:
        self._client = client
        self._store = store

    async def of(self, message: discord.Message) -> list[Source]:
        """What `message` refers to, the most important first. Raises: StoreError."""
        asker = shown_name(message.author.display_name)
        sources = _forwarded(f"{asker} forwards this message:", message)
        if (target := await self._replied_to(message)) is not None:
            limit = await self._limit(target, message.channel.id)
            if limit != 0:
                whose = self._whose(target)
                said = "an earlier message of their own" if target.author == message.author else whose
                says = f"{asker} replies to {said}:"
                sources.append(Source(says, self._author(target), target.author.id, target, limit))
                sources += _forwarded("That message forwards this one:", target)
        elif (start := await self._thread_start(message)) is not None:
            says = f"This thread began with {self._whose(start)}:"
            sources.append(Source(says, self._author(start), start.author.id, start))
        return sources

    async def _replied_to(self, message: discord.Message) -> discord.Message | None:
        reference = message.reference
        if reference is None or reference.type is not discord.MessageReferenceType.reply:
            return None
        if reference.resolved is not None:
            return reference.resolved if isinstance(reference.resolved, discord.Message) else None
        if reference.message_id is not None:
            with suppress(RequestError), translate_errors():
                return await message.channel.fetch_message(reference.message_id)
        return None

    async def _limit(self, target: discord.Message, channel_id: int) -> int | None:
        turn = await self._store.replied_message(target.id)
        if turn is None or turn.channel_id != channel_id:
            return None
        last = await self._store.last_exchange(channel_id)
        return 0 if last is not None and turn.id in (last.prompt.id, last.reply.id) else _REMINDER

    async def _thread_start(self, message: discord.Message) -> discord.Message | None:
        """The message from which a thread was begun, when its conversation begins."""
        thread = message.channel
        if not isinstance(thread, discord.Thread) or thread.id == message.id:
            return None
        if await self._store.last_exchange(thread.id) is not None:
            return None
        # It has the thread's id; in a forum it stands in the thread itself, else in the channel.
        home = thread.parent if isinstance(thread.parent, discord.TextChannel) else thread
        with suppress(RequestError), translate_errors():
            return await home.fetch_message(thread.id)
        return None

    def _author(self, message: discord.Message) -> str:
        return "you" if message.author == self._client.user else shown_name(message.author.display_name)

    def _whose(self, message: discord.Message) -> str:
        author = self._author(message)
        return "this message of yours" if author == "you" else f"this message of {author}"


def _forwarded(says: str, message: discord.Message) -> list[Source]:
    return [Source(says, "somebody", None, snapshot) for snapshot in message.message_snapshots]


def words_of(message: AnyMessage, names: Names) -> str:
    """All that a message says by itself: its text, embeds, poll and stickers; not its files."""
    parts = [plain_text(message.content, 0, names), *extras(message)]
    parts += [plain_text(embed_text(embed), 0, names) for embed in message.embeds]
    return "\n".join(part for part in parts if part)


def extras(message: AnyMessage) -> Iterator[str]:
    """What stands in a message beside its text and is said by its author: a poll, stickers."""
    if isinstance(message, discord.Message) and message.poll is not None:
        answers = " / ".join(answer.text for answer in message.poll.answers if answer.text)
        yield f"[poll: {_line(message.poll.question)}{f' ({_line(answers)})' if answers else ''}]"
    for sticker in message.stickers:
        yield f"[sticker: {_line(sticker.name)}]"


def embed_text(embed: discord.Embed) -> str:
    """What an embed says, from top to bottom."""
    lines = [
        embed.author.name,
        embed.title,
        embed.description,
        *(f"{field.name}: {field.value}" for field in embed.fields),
        embed.footer.text,
    ]
    return "\n".join(line.strip() for line in lines if line and line.strip())


def _line(text: str) -> str:
    return " ".join(text.split())
