"""Where a reply is shown: in a channel as an answer to a message, or as the answer to an interaction."""

from bot.client.replies.channel_outlet import ChannelOutlet, missing_permissions
from bot.client.replies.interaction_outlet import InteractionOutlet, answer_in_private
from bot.client.replies.outlet import MENTIONS, Outlet, Page

__all__ = [
    "MENTIONS",
    "ChannelOutlet",
    "InteractionOutlet",
    "Outlet",
    "Page",
    "answer_in_private",
    "missing_permissions",
]
