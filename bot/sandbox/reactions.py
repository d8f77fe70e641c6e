"""Reactions to messages."""

from bot.sandbox import payloads
from bot.sandbox.model import Json, Message, User
from bot.sandbox.world import World


def _data(message: Message, who: User, emoji: str) -> Json:
    data: Json = {
        "user_id": str(who.id),
        "channel_id": str(message.channel.id),
        "message_id": str(message.id),
        "message_author_id": str(message.author.id),
        "emoji": payloads.emoji(emoji),
        "burst": False,
        "type": 0,
    }
    if message.channel.guild is not None:
        data["guild_id"] = str(message.channel.guild.id)
    return data


def add(world: World, message: Message, who: User, emoji: str) -> None:
    """React; a second time changes nothing."""
    users = message.reactions.setdefault(emoji, [])
    if who.id in users:
        return
    users.append(who.id)
    data = _data(message, who, emoji)
    if message.channel.guild is not None:
        data["member"] = payloads.member(message.channel.guild.members[who.id])
    world.publish("MESSAGE_REACTION_ADD", data, channel=message.channel)


def remove(world: World, message: Message, who: User, emoji: str) -> None:
    """Take a reaction back, if there is one."""
    users = message.reactions.get(emoji, [])
    if who.id not in users:
        return
    users.remove(who.id)
    if not users:
        del message.reactions[emoji]
    world.publish("MESSAGE_REACTION_REMOVE", _data(message, who, emoji), channel=message.channel)
