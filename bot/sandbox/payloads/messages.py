"""The JSON of messages, for REST and for the gateway."""

from bot.sandbox.model import Attachment, Json, Message, MessageType
from bot.sandbox.payloads.accounts import partial_member, user
from bot.sandbox.payloads.places import channel
from bot.sandbox.world import World


def attachment(what: Attachment, *, ephemeral: bool = False) -> Json:
    """Return a file of a message."""
    payload: Json = {
        "id": str(what.id),
        "filename": what.filename,
        "size": what.size,
        "url": what.url,
        "proxy_url": what.url,
        "content_type": what.content_type,
    }
    if what.description is not None:
        payload["description"] = what.description
    if ephemeral:
        payload["ephemeral"] = True
    return payload


def message(what: Message, world: World) -> Json:
    """Return a message as REST does: without guild and member, with what it refers to."""
    payload = _basic_message(what, world)
    is_forward = what.reference is not None and what.reference.kind == 1
    if what.reference is not None and what.kind is not MessageType.THREAD_CREATED and not is_forward:
        target = world.message(what.reference.channel_id, what.reference.message_id)
        payload["referenced_message"] = _basic_message(target, world) if target is not None else None
    return payload


def gateway_message(what: Message, world: World) -> Json:
    """Return a message as the gateway carries it: with guild, member and the members of the mentions."""
    payload = message(what, world)
    where = what.channel.guild
    payload["channel_type"] = int(what.channel.kind)
    if where is None or what.ephemeral_to is not None:
        return payload
    payload["guild_id"] = str(where.id)
    author = where.members.get(what.author.id)
    if author is not None and what.webhook_id is None:
        payload["member"] = partial_member(author)
    for mentioned in payload["mentions"]:
        found = where.members.get(int(mentioned["id"]))
        if found is not None:
            mentioned["member"] = partial_member(found)
    return payload


def _basic_message(what: Message, world: World) -> Json:
    payload: Json = {
        "id": str(what.id),
        "type": int(what.kind),
        "channel_id": str(what.channel.id),
        "author": user(what.author),
        "content": what.content,
        "timestamp": what.created_at.isoformat(),
        "edited_timestamp": what.edited_at.isoformat() if what.edited_at else None,
        "tts": what.tts,
        "mention_everyone": what.mention_everyone,
        "mentions": [user(who) for who in what.mentions],
        "mention_roles": [str(r.id) for r in what.mention_roles],
        "attachments": [attachment(a, ephemeral=what.ephemeral_to is not None) for a in what.attachments],
        "embeds": what.embeds,
        "components": what.components,
        "pinned": False,
        "flags": what.flags,
        **what.extra,
    }
    if what.nonce is not None:
        payload["nonce"] = what.nonce
    if what.webhook_id is not None:
        payload["webhook_id"] = payload["application_id"] = str(what.webhook_id)
    if what.interaction is not None:
        payload["interaction"] = what.interaction
    if what.interaction_metadata is not None:
        payload["interaction_metadata"] = what.interaction_metadata
    if what.reference is not None:
        payload["message_reference"] = {
            "type": what.reference.kind,
            "channel_id": str(what.reference.channel_id),
            "message_id": str(what.reference.message_id),
            **({"guild_id": str(what.reference.guild_id)} if what.reference.guild_id else {}),
        }
    if what.thread is not None:
        payload["thread"] = channel(what.thread)
    if what.reactions:
        payload["reactions"] = [_reaction(name, who, world.bot.id) for name, who in what.reactions.items()]
    return payload


def emoji(name: str) -> Json:
    """Return an emoji from the form routes use: a character, or `name:id` for a guild's own."""
    label, _, emoji_id = name.partition(":")
    return {"id": emoji_id or None, "name": label}


def _reaction(name: str, who: list[int], me: int) -> Json:
    return {
        "emoji": emoji(name),
        "count": len(who),
        "count_details": {"burst": 0, "normal": len(who)},
        "burst_colors": [],
        "me_burst": False,
        "me": me in who,
    }
