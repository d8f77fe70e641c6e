"""What is said to people who may not use the bot, and where the bot itself may not do its part."""

from __future__ import annotations

from bot.i18n import mark

CHANNEL_BLOCKED = mark(
    "I am not to answer in this channel: the moderators of this server have switched it off."
)
CHANNEL_NOT_ALLOWED = mark(
    "I am not to answer in this channel: the moderators of this server have chosen other channels for me."
)
ROLE_BLOCKED = mark(
    "I am not to answer you here: the moderators of this server have blocked one of your roles."
)
ROLE_NOT_ALLOWED = mark(
    "I am not to answer you here: the moderators of this server have chosen roles that I answer, "
    "and you have none of them."
)
UNKNOWN = mark(
    "I could not find out whether I may answer you here, and so I do not. Please try again in a moment."
)
