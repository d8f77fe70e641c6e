"""Replies as answers to an interaction: a slash command, a menu."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import discord

from bot.client.replies.channel_outlet import ChannelOutlet, changed
from bot.client.replies.content import MessageContent
from bot.client.replies.outlet import MENTIONS, Page
from bot.client.requests import AcknowledgedError, ExpiredError, GoneError, PassingError, translated

# Messages after a page among which one is looked for whose answer was lost.
_LOOK_BACK = 50


class InteractionOutlet:
    """Answers a slash command: the deferred response, then follow-ups.

    The interaction's token lasts 15 minutes; what comes later goes to the channel.

    response_id: the message that says that the bot is thinking.
    private: the person alone sees it (it was deferred so): nothing of it ever goes to the channel.
    """

    def __init__(
        self, interaction: discord.Interaction[Any], response_id: int | None, *, private: bool = False
    ) -> None:
        self.channel_id = interaction.channel_id or 0
        self.notice: str | None = None
        self._interaction = interaction
        self._response_id = response_id
        self._private = private
        self._own_id = interaction.client.user.id if interaction.client.user else 0
        self._channel = ChannelOutlet(
            interaction.client, self.channel_id, None, interaction.guild_id, nonce=interaction.id
        )
        self._last: Page | None = None

    @property
    def place(self) -> str:
        """Where this is, and what the bot may not do there, in words for the log."""
        return self._channel.place

    @property
    def is_private(self) -> bool:
        """Whether the person alone sees it."""
        return self._private

    @property
    def takes_files(self) -> bool:
        """Whether files may be attached, as the interaction says."""
        return self._private or self._interaction.app_permissions.attach_files

    def again(self, nonce: int) -> ChannelOutlet:
        """The channel: by the time that a reply is made again, the token may be void."""
        return self._instead().again(nonce)

    async def create(self, body: MessageContent, index: int) -> Page:
        """Fill the deferred response with the first page, or post a further one."""
        if not self._interaction.is_expired():
            with suppress(ExpiredError):
                self._last = await (self._fill(body) if index == 0 else self._follow_up(body))
                return self._last
        channel = self._instead()
        if index == 0 and self._response_id is not None:
            return await channel.edit(Page(self._response_id, None), body)
        return await channel.create(body, index)

    async def _fill(self, body: MessageContent) -> Page:
        with translated():
            message = await self._interaction.edit_original_response(
                content=body.text,
                embeds=[discord.Embed(description=self.notice)] if self.notice else [],
                view=body.view,
                attachments=body.uploads,
                allowed_mentions=MENTIONS,
            )
        return Page(message.id, body)

    async def _follow_up(self, body: MessageContent) -> Page:
        """Post a further page. Follow-ups know no nonce: where the answer was lost, the channel tells."""
        options: dict[str, Any] = {"view": view} if (view := body.view) else {}
        try:
            with translated():
                message = await self._interaction.followup.send(
                    body.text,
                    files=body.uploads,
                    wait=True,
                    ephemeral=self._private,
                    allowed_mentions=MENTIONS,
                    **options,
                )
        except PassingError:
            if self._private or (posted := await self._posted_after_all(body)) is None:
                raise
            return posted
        return Page(message.id, body)

    async def _posted_after_all(self, body: MessageContent) -> Page | None:
        if self._last is None:
            return None
        channel = self._interaction.client.get_partial_messageable(self.channel_id)
        with translated(), suppress(discord.Forbidden):
            async for message in channel.history(after=discord.Object(self._last.id), limit=_LOOK_BACK):
                if message.author.id == self._own_id and message.content == body.text:
                    return Page(message.id, body)
        return None

    async def edit(self, page: Page, body: MessageContent) -> Page:
        """Change a page."""
        if not self._interaction.is_expired():
            with suppress(ExpiredError), translated():
                changes = changed(page.body, body)
                if page.id == self._response_id:
                    await self._interaction.edit_original_response(allowed_mentions=MENTIONS, **changes)
                else:
                    await self._interaction.followup.edit_message(
                        page.id, allowed_mentions=MENTIONS, **changes
                    )
                return Page(page.id, body)
        return await self._instead().edit(page, body)

    async def delete(self, page: Page) -> None:
        """Take a page away."""
        if not self._private:
            await self._channel.delete(page)
            return
        with translated():
            await self._interaction.followup.delete_message(page.id)

    async def refuse(self, content: str) -> None:
        """Say why there will be no reply, to the person alone."""
        with translated():
            await answer_in_private(self._interaction, content)

    async def announce(self, content: str, user_id: int, page: Page) -> None:
        """Post one more message in the channel, which points at a page and notifies a person."""
        await self._instead().announce(content, user_id, page)

    async def typing(self) -> None:
        """Nothing: Discord says by itself that the bot is thinking."""

    async def find(self, known: Sequence[int], *, further: bool) -> list[Page]:
        """The pages in the channel."""
        return await self._instead().find(known, further=further)

    def _instead(self) -> ChannelOutlet:
        """The channel, where the interaction's token does not serve."""
        if self._private:
            raise GoneError("the interaction's token is void")
        return self._channel


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
