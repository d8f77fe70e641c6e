"""Replies as messages in a channel."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import discord

from bot.client.replies.content import MessageContent
from bot.client.replies.outlet import MENTIONS, Page
from bot.client.requests import RefusedError, UnquotableError, translated

# How far back the pages of a reply that was cut off by a restart are looked for.
_LOOK_BACK = 50


class ChannelOutlet:
    """Replies in a channel, a thread or a direct message.

    prompt_id: the message that is answered; None to post without pointing at one. nonce: names the
    making of the reply, so that a repeated request is taken for the same message, while a reply made
    again gets messages of its own; the prompt's id where it is left out.
    """

    def __init__(
        self,
        client: discord.Client,
        channel_id: int,
        prompt_id: int | None,
        guild_id: int | None = None,
        *,
        nonce: int | None = None,
    ) -> None:
        self.channel_id = channel_id
        self.notice: str | None = None
        self._client = client
        self._prompt_id = prompt_id
        self._guild_id = guild_id
        self._nonce = nonce or prompt_id
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

    @property
    def is_private(self) -> bool:
        """Never."""
        return False

    @property
    def takes_files(self) -> bool:
        """Whether files may be attached, as far as that is known."""
        channel = self._client.get_channel(self.channel_id)
        if not isinstance(channel, (discord.abc.GuildChannel, discord.Thread)):
            return True
        try:
            return channel.permissions_for(channel.guild.me).attach_files
        except discord.ClientException:  # a thread whose channel is not known
            return True

    def again(self, nonce: int) -> ChannelOutlet:
        """The same place for a reply that is made again; nonce: names the making."""
        prompt_id = self._prompt_id if self._points_at_prompt else None
        return ChannelOutlet(self._client, self.channel_id, prompt_id, self._guild_id, nonce=nonce)

    async def create(self, body: MessageContent, index: int) -> Page:
        """Post a page; the first one as a reply to the prompt."""
        if index == 0 and self._prompt_id is not None and self._points_at_prompt:
            reference = self._reference(self._prompt_id)
            with suppress(UnquotableError):
                return await self._send(body, index, reference=reference)
        return await self._send(body, index)

    async def _send(self, body: MessageContent, index: int, **options: Any) -> Page:
        if self._nonce is not None:
            options["nonce"] = f"{self._nonce}-{index}"
        if index == 0 and self.notice:
            options["embed"] = discord.Embed(description=self.notice)
        if view := body.view:
            options["view"] = view
        with translated():
            message = await self._channel.send(
                body.text, files=body.uploads, allowed_mentions=MENTIONS, **options
            )
        # An earlier attempt may have got through, with what was to be shown then.
        return Page(message.id, body if message.content == body.text else MessageContent.of(message))

    async def edit(self, page: Page, body: MessageContent) -> Page:
        """Change a page."""
        changes = changed(page.body, body)
        with translated():
            await self._channel.get_partial_message(page.id).edit(allowed_mentions=MENTIONS, **changes)
        return Page(page.id, body)

    async def delete(self, page: Page) -> None:
        """Take a page away."""
        with translated():
            await self._channel.get_partial_message(page.id).delete()

    async def refuse(self, content: str) -> None:
        """Say why there will be no reply."""
        await self.create(MessageContent(content), 0)

    async def announce(self, content: str, user_id: int, page: Page) -> None:
        """Post one more message, which points at a page and notifies a person whom it mentions."""
        mentions = discord.AllowedMentions(
            everyone=False, roles=False, users=[discord.Object(user_id)], replied_user=False
        )
        options: dict[str, Any] = {"nonce": f"{self._nonce}-done"} if self._nonce is not None else {}
        with translated():
            try:
                reference = self._reference(page.id)
                with translated():
                    await self._channel.send(
                        content, allowed_mentions=mentions, reference=reference, **options
                    )
            except UnquotableError:
                await self._channel.send(content, allowed_mentions=mentions, **options)

    async def typing(self) -> None:
        """Show for some seconds that something is being made."""
        with translated():
            await self._client.http.send_typing(self.channel_id)

    async def find(self, known: Sequence[int], *, further: bool) -> list[Page]:
        """The known pages, then as far as the history may be read those that may follow them.

        One reply is made at a time in a channel. So whatever the bot has posted after the first page
        without answering anything may be a further page of the reply that was being made.
        """
        try:
            with translated():
                first = await self._channel.fetch_message(known[0])
        except RefusedError:  # one's own messages may be edited where no history may be read
            return [Page(message_id, None) for message_id in known]
        # What answers a command points at nothing.
        self._points_at_prompt = first.type is discord.MessageType.reply
        with translated():
            if first.flags.loading:  # a command's response, whose token went with the program
                return [Page(first.id, None, is_void=True)]
            messages = [first]
            for message_id in known[1:]:
                with suppress(discord.NotFound):
                    messages.append(await self._channel.fetch_message(message_id))
            if further:
                with suppress(discord.Forbidden):
                    messages += [
                        message
                        async for message in self._channel.history(after=first, limit=_LOOK_BACK)
                        if message.id not in known and _is_further_page(message, first)
                    ]
        return [Page(message.id, MessageContent.of(message)) for message in messages]

    def _reference(self, message_id: int) -> discord.MessageReference:
        return discord.MessageReference(
            message_id=message_id,
            channel_id=self.channel_id,
            guild_id=self._guild_id,
            fail_if_not_exists=True,
        )


def changed(before: MessageContent | None, after: MessageContent) -> dict[str, Any]:
    """What an edit from `before` to `after` has to say, as discord.py's edits name it."""
    changes: dict[str, Any] = {"content": after.text}
    if before is None or before.buttons != after.buttons:
        changes["view"] = after.view
    if before is None or before.files != after.files:
        changes["attachments"] = after.uploads
    return changes


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
    if message.author.id != first.author.id:
        return False
    if message.reference is not None:  # follow-ups point at the response
        return message.webhook_id is not None and message.reference.message_id == first.id
    return message.type is discord.MessageType.default and message.interaction_metadata is None
