"""The JSON of Discord's objects. Pure functions of the model; ids are strings, times ISO 8601."""

from bot.sandbox.payloads.accounts import application, member, own_user, partial_member, role, user
from bot.sandbox.payloads.messages import attachment, emoji, gateway_message, message
from bot.sandbox.payloads.places import channel, guild, guild_create, overwrite, thread_member

__all__ = [
    "application",
    "attachment",
    "channel",
    "emoji",
    "gateway_message",
    "guild",
    "guild_create",
    "member",
    "message",
    "overwrite",
    "own_user",
    "partial_member",
    "role",
    "thread_member",
    "user",
]
