"""What the rooms of the client share: stores, quotas, delays and limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from bot.chat.ports import ConversationStore
from bot.client.requests import Delays
from bot.policy.ports import PolicyStore
from bot.policy.quotas import Quotas


@dataclass(frozen=True, slots=True)
class Services:
    """The collaborators that events, commands and buttons need; a client has them as `services`.

    store and policies are open. delays: how long to wait for what. mention_after: seconds after
    which a reply that took longer mentions its asker; 0 for never. catch_up: how old messages may be
    that were sent while the bot was away, and replies that could not be shown. attachment_bytes: the
    largest file that is read. longest_reply: in tokens, whatever a server asks for.
    """

    store: ConversationStore
    policies: PolicyStore
    quotas: Quotas
    delays: Delays = field(default_factory=Delays)
    mention_after: float = 60.0
    catch_up: timedelta = timedelta(hours=24)
    attachment_bytes: int = 512 * 1024
    longest_reply: int = 1024
