"""What the rooms of the client share: stores, quotas, delays and limits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.chat.model_change import AvailableModel, ModelChange
from bot.chat.ports import ReasoningMode
from bot.chat.turns import Exchange, Turn
from bot.client.requests import Delays
from bot.policy.ports import PolicyStore
from bot.policy.quotas import Quotas


class ConversationStore(Protocol):
    """Conversations on disk, as far as the client needs them. Each call is one transaction and raises
    StoreError where the database fails. Writing to a turn that is gone does nothing.
    """

    async def replied_message(self, message_id: int) -> Turn | None:
        """The turn that a Discord message shows, as the prompt or as any page of a reply, or None."""

    async def message_owner(self, message_id: int) -> int | None:
        """The id of the turn that a Discord message belongs to, a withdrawn one too, or None."""

    async def exchange(self, message_id: int) -> Exchange | None:
        """The exchange of which a Discord message shows the prompt or any page of the reply, or None."""

    async def last_exchange(self, channel_id: int) -> Exchange | None:
        """The newest exchange of the conversation since it was last reset, or None."""

    async def history(self, channel_id: int, before: int) -> list[Exchange]:
        """The exchanges that a prompt may build on, oldest first: the prompt's turn id is below
        `before`, the reply has ended with some text, and neither a reset nor the budget put it aside.
        """

    async def transcript(self, channel_id: int) -> list[Exchange]:
        """All exchanges since the conversation was last reset, oldest first."""

    async def mark_posted(self, turn_id: int, message_id: int, page: int = 0) -> None:
        """Record the message that shows page `page` (from 0) of the reply, in place of an earlier one."""

    async def pages(self, turn_id: int) -> list[int]:
        """The messages recorded by `mark_posted` for a reply, first page first."""

    async def mark_delivered(self, turn_id: int) -> None:
        """Record that the final text is shown."""

    async def undelivered(self, since: datetime | None = None) -> list[Exchange]:
        """Exchanges whose reply ended and was never fully shown, oldest first; with `since`, only those
        that ended then or later.
        """

    async def forget_channel(self, channel_id: int) -> int:
        """Erase a conversation from the disk; how many turns there were."""

    async def forget_person(self, user_id: int) -> int:
        """Erase what a person said everywhere, the replies to it, and the quotes of it in what others
        said; how many turns there were.
        """

    async def cursors(self) -> dict[int, int]:
        """How far each channel was read: by channel id, the newest message id that needs no second look.
        Under 0, that of all channels that are not listed.
        """

    async def save_cursors(self, cursors: Mapping[int, int]) -> None:
        """Store how far channels were read, in one transaction; an older message than stored changes
        nothing.
        """

    async def prune_cursors(self, before: int, keep: Collection[int] = ()) -> int:
        """Remove the cursors at messages with an id below `before`, but for that of all other channels (0)
        and for `keep`; how many they were. keep: channels that were not read to their end.
        """


class Models(Protocol):
    """The models on this machine, one of which answers."""

    async def available(self) -> list[AvailableModel]:
        """All of them: those that fit first, in each part by name."""

    async def use(self, name: str) -> ModelChange:
        """Begin to have another model answer. name: as `available` has it, in upper or lower case.

        Raises: OvbotError where there is no such model, it answers already, or another change is under way.
        """


@dataclass(frozen=True, slots=True)
class Services:
    """The collaborators that events, commands and buttons need; a client has them as `services`.

    store and policies are open. delays: how long to wait for what. mention_after: seconds after
    which a reply that took longer mentions its asker; 0 for never. catch_up: how old messages may be
    that were sent while the bot was away, and replies that could not be shown. attachment_bytes: the
    largest file that is read. longest_reply: in tokens, whatever a server asks for. reasoning: whether the
    model reasons where a server has not chosen. sees: tells whether the model sees pictures. models: None
    where the model cannot be changed.
    """

    store: ConversationStore
    policies: PolicyStore
    quotas: Quotas
    delays: Delays = field(default_factory=Delays)
    mention_after: float = 60.0
    catch_up: timedelta = timedelta(hours=24)
    attachment_bytes: int = 512 * 1024
    longest_reply: int = 1024
    reasoning: ReasoningMode = ReasoningMode.AUTO
    sees: Callable[[], bool] = lambda: False
    models: Models | None = None
