"""Where a reply is shown: in a channel as an answer to a message, or as the answer to a slash command."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol

import discord

from bot.client.failures import (
    AcknowledgedError,
    ExpiredError,
    GoneError,
    PassingError,
    RefusedError,
    UnquotableError,
    translated,
)

# Nobody but the person answered is notified, whatever the model writes.
MENTIONS = discord.AllowedMentions(everyone=False, users=False, roles=False, replied_user=True)

# How far back the pages of a reply that was cut off by a restart are looked for.
_LOOK_BACK = 50


@dataclass(frozen=True, slots=True)
class Page:
    """A message that shows a page of a reply, and what it says."""

    id: int
    content: str


class Outlet(Protocol):
    """Shows pages. Every method raises the errors of `bot.client.failures`."""

    channel_id: int
    notice: str | None
    """Said beside the first page, apart from the reply; None for nothing."""

    @property
    def place(self) -> str:
        """Where this is, and what the bot may not do there, in words for the log."""

    async def create(self, content: str, index: int) -> Page:
        """Post page number `index`, counted from 0. When repeated after a failure, it is posted once."""

    async def edit(self, page: Page, content: str) -> Page:
        """Change a page."""

    async def delete(self, page: Page) -> None:
        """Take a page away."""

    async def refuse(self, content: str) -> None:
        """Say why there will be no reply."""

    async def typing(self) -> None:
        """Show for some seconds that something is being made."""

    async def find(self, message_id: int) -> list[Page]:
        """The pages that show a reply since before a restart, `message_id` the first of them."""


class ChannelOutlet:
    """Replies in a channel, a thread or a direct message.

    prompt_id: the message that is answered; None to post without pointing at one.
    """

    def __init__(
        self, client: discord.Client, channel_id: int, prompt_id: int | None, guild_id: int | None = None
    ) -> None:
        self.channel_id = channel_id
        self.notice: str | None = None
        self._client = client
        self._prompt_id = prompt_id
        self._guild_id = guild_id
        self._points_at_prompt = True
        self._channel = client.get_partial_messageable(channel_id, guild_id=guild_id)

    @property
    def place(self) -> str:
        """Where this is, and what the bot may not do there, in words for the log."""
        channel = self._client.get_channel(self.channel_id)
        if not isinstance(channel, (discord.abc.GuildChannel, discord.Thread)):
            return f"channel {self.channel_id}"
        named = f"#{channel.name} of {channel.guild.name} (channel {self.channel_id})"
        missing = missing_permissions(channel)
        return f"{named}, where the bot lacks: {', '.join(missing)}" if missing else named

    async def create(self, content: str, index: int) -> Page:
        """Post a page; the first one as a reply to the prompt.

        The nonce makes Discord take a repeated request for the same message.
        """
        if index == 0 and self._prompt_id is not None and self._points_at_prompt:
            reference = discord.MessageReference(
                message_id=self._prompt_id,
                channel_id=self.channel_id,
                guild_id=self._guild_id,
                fail_if_not_exists=True,
            )
            with suppress(UnquotableError):
                return await self._send(content, index, reference=reference)
        return await self._send(content, index)

    async def _send(self, content: str, index: int, **options: Any) -> Page:
        if self._prompt_id is not None:
            options["nonce"] = f"{self._prompt_id}-{index}"
        if index == 0 and self.notice:
            options["embed"] = discord.Embed(description=self.notice)
        with translated():
            message = await self._channel.send(content, allowed_mentions=MENTIONS, **options)
        return Page(message.id, message.content)

    async def edit(self, page: Page, content: str) -> Page:
        """Change a page."""
        with translated():
            await self._channel.get_partial_message(page.id).edit(content=content, allowed_mentions=MENTIONS)
        return replace(page, content=content)

    async def delete(self, page: Page) -> None:
        """Take a page away."""
        with translated():
            await self._channel.get_partial_message(page.id).delete()

    async def refuse(self, content: str) -> None:
        """Say why there will be no reply."""
        await self.create(content, 0)

    async def typing(self) -> None:
        """Show for some seconds that something is being made."""
        with translated():
            await self._client.http.send_typing(self.channel_id)

    async def find(self, message_id: int) -> list[Page]:
        """The first page and, as far as the history may be read, those that follow it.

        One reply is made at a time in a channel. So whatever the bot has posted after the first page
        without answering anything is a further page of the reply that was being made.
        """
        try:
            with translated():
                first = await self._channel.fetch_message(message_id)
        except RefusedError:  # one's own messages may be edited where no history may be read
            return [Page(message_id, "")]
        with translated():
            if first.flags.loading:  # a slash command's response, which nobody can fill any more
                self._points_at_prompt = False
                with suppress(discord.HTTPException):
                    await first.delete()
                return []
            pages = [first]
            with suppress(discord.Forbidden):
                pages += [
                    message
                    async for message in self._channel.history(after=first, limit=_LOOK_BACK)
                    if message.author.id == first.author.id and _is_further_page(message, first)
                ]
        return [Page(message.id, message.content) for message in pages]


class InteractionOutlet:
    """Answers a slash command: the deferred response, then follow-ups.

    The interaction's token lasts 15 minutes; what comes later goes to the channel.

    response_id: the message that says that the bot is thinking.
    private: the person alone sees it (it was deferred so): nothing of it ever goes to the channel.
    """

    def __init__(
        self, interaction: discord.Interaction[Any], response_id: int | None, *, private: bool = False
    ) -> None:
        self._private = private
        self.channel_id = interaction.channel_id or 0
        self.notice: str | None = None
        self._interaction = interaction
        self._response_id = response_id
        self._own_id = interaction.client.user.id if interaction.client.user else 0
        self._channel = ChannelOutlet(interaction.client, self.channel_id, None, interaction.guild_id)
        self._last: Page | None = None

    @property
    def place(self) -> str:
        """Where this is, and what the bot may not do there, in words for the log."""
        return self._channel.place

    async def create(self, content: str, index: int) -> Page:
        """Fill the deferred response with the first page, or post a further one."""
        if not self._interaction.is_expired():
            with suppress(ExpiredError):
                self._last = await (self._fill(content) if index == 0 else self._follow_up(content))
                return self._last
        if self._private:
            raise GoneError("the interaction's token is void")
        if index == 0 and self._response_id is not None:
            return await self._channel.edit(Page(self._response_id, ""), content)
        return await self._channel.create(content, index)

    async def _fill(self, content: str) -> Page:
        with translated():
            message = await self._interaction.edit_original_response(
                content=content,
                embeds=[discord.Embed(description=self.notice)] if self.notice else [],
                allowed_mentions=MENTIONS,
            )
        return Page(message.id, content)

    async def _follow_up(self, content: str) -> Page:
        """Post a further page. Follow-ups know no nonce: where the answer was lost, the channel tells."""
        try:
            with translated():
                message = await self._interaction.followup.send(
                    content, wait=True, allowed_mentions=MENTIONS, ephemeral=self._private
                )
        except PassingError:
            if self._private or (posted := await self._posted_after_all(content)) is None:
                raise
            return posted
        return Page(message.id, content)

    async def _posted_after_all(self, content: str) -> Page | None:
        if self._last is None:
            return None
        channel = self._interaction.client.get_partial_messageable(self.channel_id)
        with translated(), suppress(discord.Forbidden):
            async for message in channel.history(after=discord.Object(self._last.id), limit=_LOOK_BACK):
                if message.author.id == self._own_id and message.content == content:
                    return Page(message.id, content)
        return None

    async def edit(self, page: Page, content: str) -> Page:
        """Change a page."""
        if not self._interaction.is_expired():
            with suppress(ExpiredError), translated():
                if page.id == self._response_id:
                    await self._interaction.edit_original_response(content=content, allowed_mentions=MENTIONS)
                else:
                    await self._interaction.followup.edit_message(
                        page.id, content=content, allowed_mentions=MENTIONS
                    )
                return replace(page, content=content)
        if self._private:
            raise GoneError("the interaction's token is void")
        return await self._channel.edit(page, content)

    async def delete(self, page: Page) -> None:
        """Take a page away."""
        await self._channel.delete(page)

    async def refuse(self, content: str) -> None:
        """Say why there will be no reply, to the person alone."""
        with translated():
            await answer_in_private(self._interaction, content)

    async def typing(self) -> None:
        """Nothing: Discord says by itself that the bot is thinking."""

    async def find(self, message_id: int) -> list[Page]:
        """The pages in the channel."""
        return await self._channel.find(message_id)


async def answer_in_private(interaction: discord.Interaction[Any], content: str) -> None:
    """Answer an interaction so that the person alone sees it, whether or not it was deferred for all."""
    if not interaction.response.is_done():
        with suppress(AcknowledgedError), translated():
            await interaction.response.send_message(content, ephemeral=True)
            return
    # A follow-up would fill the message that says "thinking", which everybody sees.
    with suppress(discord.NotFound):
        await interaction.delete_original_response()
    await interaction.followup.send(content, ephemeral=True)


def missing_permissions(channel: discord.abc.GuildChannel | discord.Thread) -> list[str]:
    """What the bot needs to answer here and may not do, in Discord's words; none where that is unknown."""
    try:
        allowed = channel.permissions_for(channel.guild.me)
    except discord.ClientException:  # a thread whose channel is not known
        return []
    in_thread = isinstance(channel, discord.Thread)
    needed = {
        "View Channel": allowed.view_channel,
        "Send Messages in Threads" if in_thread else "Send Messages": (
            allowed.send_messages_in_threads if in_thread else allowed.send_messages
        ),
        "Read Message History": allowed.read_message_history,
    }
    return [name for name, granted in needed.items() if not granted]


def _is_further_page(message: discord.Message, first: discord.Message) -> bool:
    if message.reference is not None:  # follow-ups point at the response
        return message.reference.message_id == first.id
    return message.type is discord.MessageType.default and message.interaction_metadata is None
