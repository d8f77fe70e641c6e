"""What delivery asks of a place where replies are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import discord

from bot.client.replies.content import MessageContent

# Nobody but the person answered is notified, whatever the model writes.
MENTIONS = discord.AllowedMentions(everyone=False, users=False, roles=False, replied_user=True)


@dataclass(frozen=True, slots=True)
class Page:
    """A message that shows a page of a reply, and what it shows; None where that is not known.

    is_void: it says that the bot is thinking, and nobody can change that any more.
    """

    id: int
    body: MessageContent | None
    is_void: bool = False


class Outlet(Protocol):
    """Shows pages. Every method raises the errors of `bot.client.requests`."""

    channel_id: int
    notice: str | None
    """Said beside the first page, apart from the reply; None for nothing."""

    @property
    def place(self) -> str:
        """Where this is, and what the bot may not do there, in words for the log."""

    @property
    def is_private(self) -> bool:
        """Whether one person alone sees it."""

    @property
    def takes_files(self) -> bool:
        """Whether files may be attached, as far as that is known."""

    def again(self, nonce: int) -> Outlet:
        """The same place for a reply that is made again; nonce: names the making."""

    async def create(self, body: MessageContent, index: int) -> Page:
        """Post page number `index`, counted from 0. When repeated after a failure, it is posted once."""

    async def edit(self, page: Page, body: MessageContent) -> Page:
        """Change a page."""

    async def delete(self, page: Page) -> None:
        """Take a page away."""

    async def refuse(self, content: str) -> None:
        """Say why there will be no reply."""

    async def announce(self, content: str, user_id: int, page: Page) -> None:
        """Post one more message, which points at a page and notifies a person whom it mentions."""

    async def typing(self) -> None:
        """Show for some seconds that something is being made."""

    async def find(self, known: Sequence[int], *, further: bool) -> list[Page]:
        """The pages that show a reply since earlier: those of the `known` messages, at least one, that
        are there, after them, with `further`, what may be a page that nobody knows of; or one that is
        void."""
