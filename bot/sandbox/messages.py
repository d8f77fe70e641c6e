"""Posting, editing and deleting messages: the rules, whoever does it and by whatever way."""

from typing import Any
from urllib.parse import quote

from bot.sandbox import payloads, permissions, threads
from bot.sandbox.drafts import Draft, Upload, require_content
from bot.sandbox.errors import ApiError, api_error, form_error
from bot.sandbox.mentions import parse
from bot.sandbox.model import (
    Attachment,
    Channel,
    Json,
    Message,
    MessageFlag,
    MessageType,
    Reference,
    Revision,
    User,
)
from bot.sandbox.permissions import Permission
from bot.sandbox.world import World

_TYPING_S = 10.0
_REPLIABLE = {
    MessageType.DEFAULT,
    MessageType.REPLY,
    MessageType.CHAT_INPUT_COMMAND,
    MessageType.CONTEXT_MENU_COMMAND,
}
_THREAD_SYSTEM = {MessageType.THREAD_CREATED, MessageType.THREAD_STARTER_MESSAGE}


def check_may_post(channel: Channel, author: User, draft: Draft) -> None:
    """Refuse a draft that its author may not post here.

    Raises:
        ApiError: 50001 cannot see the channel, 50013 may not send there (or no files, or no replies), 50083
            the thread is archived and locked.
    """
    bits = permissions.in_channel(channel, author.id)
    if not bits & Permission.VIEW_CHANNEL:
        raise api_error(50001)
    if not bits & permissions.sending_bit(channel):
        raise api_error(50013)
    if draft.uploads and not bits & Permission.ATTACH_FILES:
        raise api_error(50013)
    replies = draft.reference is not None and draft.reference.kind == 0
    if replies and not bits & Permission.READ_MESSAGE_HISTORY:
        raise ApiError(400, 160002, "Cannot reply without permission to read message history")
    if channel.thread is not None and channel.thread.locked and not bits & Permission.MANAGE_THREADS:
        raise api_error(50083)


def post(world: World, channel: Channel, author: User, draft: Draft) -> Message:
    """Post a message as a person or a bot does.

    With `enforce_nonce`, a message of the last minutes with the same nonce is returned instead of a second
    one.

    Raises:
        ApiError: the author may not, there is nothing to show, or what it replies to is gone.
    """
    check_may_post(channel, author, draft)
    require_content(draft)
    if draft.enforce_nonce and draft.nonce is not None:
        earlier = _with_nonce(world, channel, author, draft.nonce)
        if earlier is not None:
            return earlier
    if draft.reference is not None and draft.reference.kind:
        return add(world, channel, author, draft, reference=draft.reference)
    target = _replied_to(world, channel, draft)
    kind = MessageType.REPLY if target is not None else MessageType.DEFAULT
    reference = Reference(channel.id, target.id, channel.guild_id) if target is not None else None
    return add(world, channel, author, draft, kind=kind, reference=reference, replied_to=target)


def add(
    world: World,
    channel: Channel,
    author: User,
    draft: Draft,
    *,
    kind: MessageType = MessageType.DEFAULT,
    reference: Reference | None = None,
    replied_to: Message | None = None,
    **more: Any,
) -> Message:
    """Put a message into a channel without asking whether its author may, and tell everybody.

    `more` sets further fields of the message.
    """
    if channel.thread is not None and kind not in _THREAD_SYSTEM:
        threads.wake(world, channel)
        threads.join(world, channel, author)
    mentioned = parse(world, channel, author, draft.content, draft.allowed, replied_to)
    silent = bool(draft.flags & (MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.EPHEMERAL))
    message = Message(
        id=world.ids.next(),
        channel=channel,
        author=author,
        content=draft.content,
        created_at=world.clock.now(),
        kind=kind,
        flags=draft.flags,
        tts=draft.tts,
        mention_everyone=mentioned.everyone,
        mentions=mentioned.users,
        mention_roles=mentioned.roles,
        pinged=frozenset() if silent else frozenset(mentioned.pinged),
        embeds=draft.embeds,
        components=draft.components,
        nonce=draft.nonce,
        reference=reference,
        extra=draft.extra,
        **more,
    )
    message.attachments = [store(world, channel, upload) for upload in draft.uploads]
    message.revisions.append(Revision(message.content, world.clock.monotonic()))
    channel.messages[message.id] = message
    channel.typing.pop(author.id, None)
    world.publish("MESSAGE_CREATE", payloads.gateway_message(message, world), channel=channel)
    return message


def edit(world: World, message: Message, draft: Draft) -> Message:
    """Change the fields that the draft's body had, and tell everybody.

    Raises:
        ApiError: 50006 nothing would be left to show; 50035 text for a message of the second kind of
            components; 30046 an old message was edited too often.
    """
    _check_old(world, message)
    flags = message.flags & ~MessageFlag.SUPPRESS_EMBEDS if "flags" in draft.given else message.flags
    changed: Json = {"flags": flags | draft.flags & ~MessageFlag.EPHEMERAL}
    for name in ("content", "embeds", "components"):
        changed[name] = getattr(draft, name) if name in draft.given else getattr(message, name)
    if changed["flags"] & MessageFlag.IS_COMPONENTS_V2 and (changed["content"] or changed["embeds"]):
        text = "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
        raise form_error("content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text)
    kept = message.attachments
    if "attachments" in draft.given:
        kept = [a for a in message.attachments if a.id in draft.keep_attachments]
    if not (changed["content"] or changed["embeds"] or changed["components"] or kept or draft.uploads):
        raise api_error(50006)
    for name, value in changed.items():
        setattr(message, name, value)
    message.attachments = kept + [store(world, message.channel, upload) for upload in draft.uploads]
    if "content" in draft.given or "allowed_mentions" in draft.given:
        _mention_again(world, message, draft)
    if message.loading:
        message.flags &= ~MessageFlag.LOADING
    else:
        message.edited_at = world.clock.now()
    message.revisions.append(Revision(message.content, world.clock.monotonic()))
    world.publish("MESSAGE_UPDATE", payloads.gateway_message(message, world), channel=message.channel)
    return message


def updated(world: World, message: Message) -> None:
    """Tell everybody that a message changed otherwise than by an edit."""
    world.publish("MESSAGE_UPDATE", payloads.gateway_message(message, world), channel=message.channel)


def delete(world: World, message: Message) -> None:
    """Take a message away and tell everybody."""
    _forget(message)
    data: Json = {"id": str(message.id), "channel_id": str(message.channel.id)}
    if message.channel.guild is not None and message.ephemeral_to is None:
        data["guild_id"] = str(message.channel.guild.id)
    world.publish("MESSAGE_DELETE", data, channel=message.channel)


def bulk_delete(world: World, channel: Channel, ids: list[int]) -> None:
    """Take several messages away at once and tell everybody; unknown ids are passed over."""
    found = [channel.messages[i] for i in ids if i in channel.messages]
    for message in found:
        _forget(message)
    data: Json = {"ids": [str(m.id) for m in found], "channel_id": str(channel.id)}
    if channel.guild is not None:
        data["guild_id"] = str(channel.guild.id)
    world.publish("MESSAGE_DELETE_BULK", data, channel=channel)


def start_typing(world: World, channel: Channel, who: User) -> None:
    """Show that somebody types, for ten seconds."""
    channel.typing[who.id] = world.clock.monotonic()
    data: Json = {"channel_id": str(channel.id), "user_id": str(who.id), "timestamp": int(world.clock.time())}
    if channel.guild is not None:
        data["guild_id"] = str(channel.guild.id)
        data["member"] = payloads.member(channel.guild.members[who.id])
    world.publish("TYPING_START", data, channel=channel)


def who_types(world: World, channel: Channel) -> list[User]:
    """Return those who are seen typing: who began less than ten seconds ago and has posted nothing since."""
    since = world.clock.monotonic() - _TYPING_S
    return [world.users[user_id] for user_id, at in channel.typing.items() if at > since]


def _forget(message: Message) -> None:
    message.deleted = True
    message.channel.messages.pop(message.id, None)


def _with_nonce(world: World, channel: Channel, author: User, nonce: int | str) -> Message | None:
    since = world.clock.time() - world.limits.nonce_s
    for message in reversed(channel.messages.values()):
        if message.created_at.timestamp() < since:
            return None
        if message.author is author and message.nonce == nonce:
            return message
    return None


def _replied_to(world: World, channel: Channel, draft: Draft) -> Message | None:
    if draft.reference is None:
        return None
    target = world.message(channel.id, draft.reference.message_id)
    if target is None:
        if draft.fail_if_not_exists:
            raise form_error("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
        return None
    if target.kind not in _REPLIABLE:
        text = "Cannot reply to a system message"
        raise form_error("message_reference", "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE", text)
    return target


def _mention_again(world: World, message: Message, draft: Draft) -> None:
    replied_to = None
    if message.reference is not None and message.kind is MessageType.REPLY:
        replied_to = world.message(message.reference.channel_id, message.reference.message_id)
    mentioned = parse(world, message.channel, message.author, message.content, draft.allowed, replied_to)
    message.mentions, message.mention_roles = mentioned.users, mentioned.roles
    message.mention_everyone = mentioned.everyone


def _check_old(world: World, message: Message) -> None:
    now = world.clock.monotonic()
    age = world.clock.time() - message.created_at.timestamp()
    if age <= world.limits.old_message_s:
        return
    recent = [r for r in message.revisions[1:] if now - r.at < world.limits.old_message_s]
    if len(recent) >= world.limits.old_message_edits:
        raise api_error(30046)


def store(world: World, channel: Channel, upload: Upload) -> Attachment:
    """Keep a file where it can be downloaded."""
    attachment_id = world.ids.next()
    url = f"{world.base_url}/attachments/{channel.id}/{attachment_id}/{quote(upload.filename)}"
    stored = Attachment(
        attachment_id,
        upload.filename,
        upload.content_type,
        upload.data,
        url,
        upload.description,
        upload.announced_size,
        upload.pause_s,
    )
    world.attachments[attachment_id] = stored
    return stored
