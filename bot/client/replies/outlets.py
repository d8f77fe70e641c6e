"""Where replies are posted: in a channel, or as the answer to an interaction (a slash command, a menu)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol

import discord

from bot.client import words
from bot.client.bot_permissions import bot_permissions, missing_to_answer, missing_to_answer_well
from bot.client.replies.content import MessageContent
from bot.client.requests import (
    AcknowledgedError,
    CannotReplyError,
    GoneError,
    RefusedError,
    RequestError,
    TokenExpiredError,
    TransientError,
    translate_errors,
)

# Whatever the model writes, nobody is notified but the person who is answered.
MENTIONS = discord.AllowedMentions(everyone=False, users=False, roles=False, replied_user=True)

DEFERRED_PRIVATELY = "deferred_privately"
"""In an interaction's `extras`: whether the person alone sees that the bot is thinking."""

# Messages after the question, or after a page, among which the pages of an earlier attempt are looked for.
_LOOK_BACK = 50
# Discord shows "is typing" for 10 s.
_TYPING_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Page:
    """A message that shows a page of a reply. content: what it shows; None where that is not known.

    is_orphan: a command's response that says "thinking" and that nobody can change any more.
    """

    id: int
    content: MessageContent | None
    is_orphan: bool = False


class Outlet(Protocol):
    """Posts and edits the pages of one reply. Every method raises the errors of `bot.client.requests`."""

    channel_id: int

    @property
    def description(self) -> str:
        """Where this is, and which permissions the bot lacks there, for the log."""

    @property
    def is_private(self) -> bool:
        """Whether one person alone sees it."""

    @property
    def allows_files(self) -> bool:
        """Whether files may be attached, as far as that is known."""

    @property
    def has_response(self) -> bool:
        """Whether a message stands already where the first page will be: the bot "is thinking"."""

    def again(self, nonce: int) -> Outlet:
        """The same outlet for another generation of the reply; `nonce` names it."""

    async def create(self, content: MessageContent, index: int) -> Page:
        """Post page number `index`, counted from 0. When repeated after a failure, it is posted once."""

    async def edit(self, page: Page, content: MessageContent) -> Page:
        """Change a page."""

    async def delete(self, page: Page) -> None:
        """Delete a page."""

    async def refuse(self, text: str) -> None:
        """Say why there will be no reply."""

    async def announce(self, text: str, user_id: int, page: Page) -> None:
        """Post one more message, which points at a page and notifies the person whom it mentions."""

    async def type(self) -> None:
        """Show "is typing" for some seconds."""

    async def find(self, known: Sequence[int], *, key: int, further: bool) -> list[Page]:
        """The pages that show a reply already, from an earlier attempt.

        known: ids of pages; those that still exist are found. Where none is known, the page that points
        at the question and has the buttons of the reply `key`. further: look also for pages behind the
        first one that nobody knows of.
        """


class ChannelOutlet:
    """Replies in a channel, a thread or a direct message.

    question_id: the message that is answered; None to post without pointing at one. nonce: names this
    generation of the reply, so that a repeated request does not post a second message, while a reply
    generated again gets messages of its own; the question's id where it is left out.
    """

    def __init__(
        self,
        client: discord.Client,
        channel_id: int,
        question_id: int | None,
        guild_id: int | None = None,
        *,
        nonce: int | None = None,
    ) -> None:
        self.channel_id = channel_id
        self._client = client
        self._question_id = question_id
        self._guild_id = guild_id
        self._nonce = nonce or question_id
        self._points_at_question = True
        self._channel = client.get_partial_messageable(channel_id, guild_id=guild_id)

    @property
    def description(self) -> str:
        """Where this is, and which permissions the bot lacks there, for the log."""
        channel = self._client.get_channel(self.channel_id)
        if not isinstance(channel, (discord.abc.GuildChannel, discord.Thread)):
            return f"channel {self.channel_id}"
        named = f"#{channel.name} of {channel.guild.name} (channel {self.channel_id})"
        missing = [*missing_to_answer(channel), *missing_to_answer_well(channel)]
        lacks = words.permissions.in_english(missing)
        return f"{named}, where the bot lacks: {lacks}" if missing else named

    @property
    def is_private(self) -> bool:
        """Never."""
        return False

    @property
    def allows_files(self) -> bool:
        """Whether files may be attached, as far as that is known."""
        permissions = bot_permissions(self._client.get_channel(self.channel_id))
        return permissions is None or permissions.attach_files

    @property
    def has_response(self) -> bool:
        """Never."""
        return False

    def again(self, nonce: int) -> ChannelOutlet:
        """The same channel for another generation of the reply; `nonce` names it."""
        question_id = self._question_id if self._points_at_question else None
        return ChannelOutlet(self._client, self.channel_id, question_id, self._guild_id, nonce=nonce)

    async def create(self, content: MessageContent, index: int) -> Page:
        """Post a page; the first one as a reply to the question."""
        if index == 0 and self._question_id is not None and self._points_at_question and self._may_reply():
            reference = self._reference(self._question_id)
            with suppress(CannotReplyError):
                return await self._send(content, index, reference=reference)
        return await self._send(content, index)

    async def _send(self, content: MessageContent, index: int, **options: Any) -> Page:
        if self._nonce is not None:
            options["nonce"] = f"{self._nonce}-{index}"
        if view := content.view:
            options["view"] = view
        with translate_errors():
            message = await self._channel.send(
                content.text,
                files=content.uploads,
                embeds=content.embeds,
                allowed_mentions=MENTIONS,
                **options,
            )
        # With a nonce Discord may give back what an earlier attempt posted, whose answer was lost.
        return Page(message.id, MessageContent.of(message))

    async def edit(self, page: Page, content: MessageContent) -> Page:
        """Change a page."""
        with translate_errors():
            await self._channel.get_partial_message(page.id).edit(
                allowed_mentions=MENTIONS, **_changes(page.content, content)
            )
        return Page(page.id, content)

    async def delete(self, page: Page) -> None:
        """Delete a page."""
        with translate_errors():
            await self._channel.get_partial_message(page.id).delete()

    async def refuse(self, text: str) -> None:
        """Say why there will be no reply."""
        await self.create(MessageContent(text), 0)

    async def announce(self, text: str, user_id: int, page: Page) -> None:
        """Post one more message, which points at a page and notifies the person whom it mentions."""
        mentions = discord.AllowedMentions(
            everyone=False, roles=False, users=[discord.Object(user_id)], replied_user=False
        )
        options: dict[str, Any] = {"nonce": f"{self._nonce}-done"} if self._nonce is not None else {}
        if self._may_reply():
            with suppress(CannotReplyError), translate_errors():
                reference = self._reference(page.id)
                await self._channel.send(text, allowed_mentions=mentions, reference=reference, **options)
                return
        with translate_errors():
            await self._channel.send(text, allowed_mentions=mentions, **options)

    async def type(self) -> None:
        """Show "is typing" for some seconds."""
        with translate_errors():
            await self._client.http.send_typing(self.channel_id)

    async def find(self, known: Sequence[int], *, key: int, further: bool) -> list[Page]:
        """The pages that show a reply already.

        A further page that was posted just before the process was killed is not among the known ones. As
        the last page it has buttons, and their key tells whose page it is.
        """
        try:
            with translate_errors():
                first = await self._first_page(known, key)
        except RefusedError:  # the bot may edit its messages where it may not read the history
            return [Page(message_id, None) for message_id in known]
        if first is None:
            return []
        # The response to a command points at nothing.
        self._points_at_question = first.type is discord.MessageType.reply
        if first.flags.loading:  # its token is gone with the process that had it
            return [Page(first.id, None, is_orphan=True)]
        messages = [first]
        orphans = []
        with translate_errors():
            if known and self._question_id is not None and first.type is discord.MessageType.default:
                response = await self.find_response()
                orphans = [response] if response is not None and response.flags.loading else []
            for message_id in known[1:]:
                with suppress(discord.NotFound):
                    messages.append(await self._channel.fetch_message(message_id))
            if further:
                with suppress(discord.Forbidden):
                    messages += [
                        message
                        async for message in self._channel.history(after=first, limit=_LOOK_BACK)
                        if message.id not in known and _is_further_page(message, first, key)
                    ]
        return [
            *(Page(message.id, MessageContent.of(message)) for message in messages),
            *(Page(message.id, None, is_orphan=True) for message in orphans),
        ]

    async def _first_page(self, known: Sequence[int], key: int) -> discord.Message | None:
        if known:
            return await self._channel.fetch_message(known[0])
        if self._question_id is None:
            return None
        async for message in self._after_question(self._question_id):
            reference, command = message.reference, message.interaction_metadata
            points_here = reference is not None and reference.message_id == self._question_id
            if points_here and any(button.key == key for button in MessageContent.of(message).buttons):
                return message
            if command is not None and command.id == self._question_id:
                return message
        return None

    async def find_response(self) -> discord.Message | None:
        """The response to the question, if that was a command; None if there is none (any more).

        Raises: what discord.py raises.
        """
        async for message in self._after_question(self._question_id or 0):
            command = message.interaction_metadata
            if command is not None and command.id == self._question_id:
                return message
        return None

    def _after_question(self, question_id: int) -> AsyncIterator[discord.Message]:
        return self._channel.history(after=discord.Object(question_id), limit=_LOOK_BACK)

    def _may_reply(self) -> bool:
        """Whether messages may point at others; a request that is bound to be refused is not made."""
        permissions = bot_permissions(self._client.get_channel(self.channel_id))
        return permissions is None or permissions.read_message_history

    def _reference(self, message_id: int) -> discord.MessageReference:
        return discord.MessageReference(
            message_id=message_id,
            channel_id=self.channel_id,
            guild_id=self._guild_id,
            fail_if_not_exists=True,
        )


class InteractionOutlet:
    """Answers a slash command: the deferred response, then follow-ups.

    The interaction's token lasts 15 minutes; what comes later goes to the channel.

    response_id: the message that says "thinking".
    private: the person alone sees it (it was deferred so): nothing of it ever goes to the channel.
    """

    def __init__(
        self, interaction: discord.Interaction[Any], response_id: int | None, *, private: bool = False
    ) -> None:
        self.channel_id = interaction.channel_id or 0
        self._interaction = interaction
        self._response_id = response_id
        self._private = private
        self._own_id = interaction.client.user.id if interaction.client.user else 0
        self._channel = ChannelOutlet(
            interaction.client, self.channel_id, None, interaction.guild_id, nonce=interaction.id
        )
        self._last: Page | None = None

    @property
    def description(self) -> str:
        """Where this is, and which permissions the bot lacks there, for the log."""
        return self._channel.description

    @property
    def is_private(self) -> bool:
        """Whether the person alone sees it."""
        return self._private

    @property
    def allows_files(self) -> bool:
        """Whether files may be attached, as the interaction says."""
        return self._private or self._interaction.app_permissions.attach_files

    @property
    def has_response(self) -> bool:
        """Always: the interaction was deferred."""
        return True

    def again(self, nonce: int) -> ChannelOutlet:
        """The channel: by the time that a reply is generated again, the token may have expired."""
        return self._fallback().again(nonce)

    async def create(self, content: MessageContent, index: int) -> Page:
        """Fill the deferred response with the first page, or post a further one."""
        if not self._interaction.is_expired():
            with suppress(TokenExpiredError):
                self._last = await (self._fill(content) if index == 0 else self._follow_up(content))
                return self._last
        channel = self._fallback()
        if index == 0 and self._response_id is not None:
            return await channel.edit(Page(self._response_id, None), content)
        return await channel.create(content, index)

    async def _fill(self, content: MessageContent) -> Page:
        with translate_errors():
            message = await self._interaction.edit_original_response(
                content=content.text,
                embeds=content.embeds,
                view=content.view,
                attachments=content.uploads,
                allowed_mentions=MENTIONS,
            )
        return Page(message.id, content)

    async def _follow_up(self, content: MessageContent) -> Page:
        """Post a further page. Follow-ups know no nonce: where the answer was lost, the channel tells."""
        options: dict[str, Any] = {"view": view} if (view := content.view) else {}
        try:
            with translate_errors():
                message = await self._interaction.followup.send(
                    content.text,
                    files=content.uploads,
                    wait=True,
                    ephemeral=self._private,
                    allowed_mentions=MENTIONS,
                    **options,
                )
        except TransientError:
            if self._private or (posted := await self._posted_after_all(content)) is None:
                raise
            return posted
        return Page(message.id, content)

    async def _posted_after_all(self, content: MessageContent) -> Page | None:
        if self._last is None:
            return None
        channel = self._interaction.client.get_partial_messageable(self.channel_id)
        with translate_errors(), suppress(discord.Forbidden):
            async for message in channel.history(after=discord.Object(self._last.id), limit=_LOOK_BACK):
                if message.author.id == self._own_id and message.content == content.text:
                    return Page(message.id, MessageContent.of(message))
        return None

    async def edit(self, page: Page, content: MessageContent) -> Page:
        """Change a page."""
        if not self._interaction.is_expired():
            with suppress(TokenExpiredError), translate_errors():
                changes = _changes(page.content, content)
                if page.id == self._response_id:
                    await self._interaction.edit_original_response(allowed_mentions=MENTIONS, **changes)
                else:
                    await self._interaction.followup.edit_message(
                        page.id, allowed_mentions=MENTIONS, **changes
                    )
                return Page(page.id, content)
        return await self._fallback().edit(page, content)

    async def delete(self, page: Page) -> None:
        """Delete a page."""
        if not self._private:
            await self._channel.delete(page)
            return
        with translate_errors():
            await self._interaction.followup.delete_message(page.id)

    async def refuse(self, text: str) -> None:
        """Say why there will be no reply, to the person alone."""
        await answer_privately(self._interaction, text)

    async def announce(self, text: str, user_id: int, page: Page) -> None:
        """Post one more message in the channel, which points at a page and notifies a person."""
        await self._fallback().announce(text, user_id, page)

    async def type(self) -> None:
        """Nothing: Discord says by itself that the bot is thinking."""

    async def find(self, known: Sequence[int], *, key: int, further: bool) -> list[Page]:
        """The pages in the channel."""
        return await self._fallback().find(known, key=key, further=further)

    def _fallback(self) -> ChannelOutlet:
        """The channel, for when the interaction's token has expired."""
        if self._private:
            raise GoneError("the interaction's token has expired")
        return self._channel


async def answer_privately(interaction: discord.Interaction[Any], text: str) -> None:
    """Answer an interaction so that the person alone sees it, whether or not it was deferred.

    Raises: RequestError.
    """
    with translate_errors():
        if not interaction.response.is_done():
            with suppress(AcknowledgedError), translate_errors():
                await interaction.response.send_message(text, ephemeral=True)
                return
        if interaction.extras.get(DEFERRED_PRIVATELY, False):
            await interaction.edit_original_response(content=text, view=None)
            return
        # A follow-up would fill the message that says "thinking", which everybody sees.
        with suppress(discord.NotFound):
            await interaction.delete_original_response()
        await interaction.followup.send(text, ephemeral=True)


@asynccontextmanager
async def typing(outlet: Outlet) -> AsyncIterator[None]:
    """Show "is typing" inside."""
    task = asyncio.create_task(_keep_typing(outlet), name=f"typing in {outlet.channel_id}")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _keep_typing(outlet: Outlet) -> None:
    while True:
        with suppress(RequestError):
            await outlet.type()
        await asyncio.sleep(_TYPING_SECONDS)


def _changes(before: MessageContent | None, after: MessageContent) -> dict[str, Any]:
    """What an edit from `before` to `after` has to say, as discord.py's edits name it."""
    changes: dict[str, Any] = {"content": after.text}
    if before is None or before.buttons != after.buttons:
        changes["view"] = after.view
    if before is None or before.files != after.files:
        changes["attachments"] = after.uploads
    if after.notice if before is None else before.notice != after.notice:
        changes["embeds"] = after.embeds
    return changes


def _is_further_page(message: discord.Message, first: discord.Message, key: int) -> bool:
    if message.author.id != first.author.id:
        return False
    if message.reference is not None:  # follow-ups point at the response
        return message.webhook_id is not None and message.reference.message_id == first.id
    return any(button.key == key for button in MessageContent.of(message).buttons)
