"""Messages: their bodies are checked here, and they are posted, edited, deleted and reacted to.

The rules are the same for people and bots, whichever way a request comes.
"""

import mimetypes
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from bot.sandbox import components, payloads, permissions, threads
from bot.sandbox.errors import ApiError, FormErrors, api_error, form_error, well_shaped
from bot.sandbox.limits import EMBEDS, EMBEDS_TOTAL_LENGTH, MESSAGE_LENGTH, NONCE_LENGTH
from bot.sandbox.mentions import Allowed, parse
from bot.sandbox.model import (
    FORUMS,
    Attachment,
    Channel,
    ChannelType,
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
_WITHOUT_MESSAGES = FORUMS | {ChannelType.CATEGORY}
_THREAD_SYSTEM = {MessageType.THREAD_CREATED, MessageType.THREAD_STARTER_MESSAGE}
_SETTABLE = (
    MessageFlag.SUPPRESS_EMBEDS
    | MessageFlag.SUPPRESS_NOTIFICATIONS
    | MessageFlag.IS_VOICE_MESSAGE
    | MessageFlag.IS_COMPONENTS_V2
    | MessageFlag.EPHEMERAL
)
_EMBED_LENGTHS = {"title": 256, "description": 4096, "footer.text": 2048, "author.name": 256}


@dataclass(frozen=True)
class Upload:
    """A file to be attached to a message.

    announced_size: the size that clients see, where it is wrong on purpose. pause_s: the download never
    ends; the content comes again and again, with that many seconds in between.
    """

    filename: str
    content_type: str
    data: bytes = field(repr=False)
    description: str | None = None
    announced_size: int | None = None
    pause_s: float | None = None


@dataclass
class Draft:
    """A message that is not posted yet, or the changes of an edit.

    given: the names of the fields in the body; an edit changes only those. extra: further fields that
    people's clients make, such as polls and stickers.
    """

    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    uploads: list[Upload] = field(default_factory=list)
    keep_attachments: list[int] = field(default_factory=list)
    flags: int = 0
    tts: bool = False
    nonce: int | str | None = None
    enforce_nonce: bool = False
    reference: Reference | None = None
    fail_if_not_exists: bool = True
    allowed: Allowed = field(default_factory=Allowed)
    given: frozenset[str] = frozenset()
    extra: Json = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        shown = self.content or self.embeds or self.components or self.extra
        return not (shown or self.uploads or self.keep_attachments)


def content_type(filename: str) -> str:
    """The media type that goes with a file's name; Discord ignores the one in the upload."""
    kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


# Reading a body.


@well_shaped()
def read_draft(body: Json, uploads: dict[int, Upload], *, by_interaction: bool = False) -> Draft:
    """Check the body of a request and return it as a draft.

    uploads: the files of the request by their number.
    by_interaction: use the defaults of interactions and webhooks.

    Raises: ApiError (50035) with what is wrong, field by field.
    """
    errors = FormErrors()
    content = _read_content(body.get("content"), errors)
    embeds = [_read_embed(e, f"embeds.{i}", errors) for i, e in enumerate(body.get("embeds") or [])]
    if len(embeds) > EMBEDS:
        errors.add("embeds", "BASE_TYPE_MAX_LENGTH", f"Must be {EMBEDS} or fewer in length.")
    if sum(_embed_length(e) for e in embeds) > EMBEDS_TOTAL_LENGTH:
        errors.add(
            "embeds", "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {EMBEDS_TOTAL_LENGTH}"
        )
    flags = int(body.get("flags") or 0) & _SETTABLE
    rows = components.checked(
        body.get("components") or [], errors, v2=bool(flags & MessageFlag.IS_COMPONENTS_V2)
    )
    if flags & MessageFlag.IS_COMPONENTS_V2 and (content or embeds):
        field_name = "content" if content else "embeds"
        text = "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
        errors.add(field_name, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text)
    nonce = body.get("nonce")
    if isinstance(nonce, str) and len(nonce) > NONCE_LENGTH:
        errors.add("nonce", "NONCE_TYPE_TOO_LONG", f"Must be {NONCE_LENGTH} or fewer in length.")
    kept, files = _read_attachments(body.get("attachments"), uploads, errors)
    errors.check()
    reference = body.get("message_reference") or None
    return Draft(
        content=content,
        embeds=embeds,
        components=rows,
        uploads=files,
        keep_attachments=kept,
        flags=flags,
        tts=bool(body.get("tts")),
        nonce=nonce,
        enforce_nonce=bool(body.get("enforce_nonce")),
        reference=_read_reference(reference) if reference else None,
        fail_if_not_exists=(reference or {}).get("fail_if_not_exists", True) is not False,
        allowed=Allowed.of(body.get("allowed_mentions"), by_interaction=by_interaction),
        given=frozenset(body) | (frozenset({"attachments"}) if uploads else frozenset()),
    )


def require_content(draft: Draft) -> None:
    """Refuse a draft that would show nothing.

    Raises: ApiError (50006).
    """
    if draft.empty:
        raise api_error(50006)


def _read_content(value: object, errors: FormErrors) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        errors.add("content", "STRING_TYPE_CONVERT", "Could not interpret value as string.")
        return ""
    if len(value) > MESSAGE_LENGTH:
        errors.add("content", "BASE_TYPE_MAX_LENGTH", f"Must be {MESSAGE_LENGTH} or fewer in length.")
    return value.strip()


def _read_reference(body: Json) -> Reference:
    guild_id = body.get("guild_id")
    return Reference(
        int(body.get("channel_id") or 0), int(body["message_id"]), int(guild_id) if guild_id else None
    )


def _part(embed: Json, path: str) -> str:
    value: Any = embed
    for step in path.split("."):
        value = (value or {}).get(step)
    return value or ""


def _embed_length(embed: Json) -> int:
    total = sum(len(_part(embed, path)) for path in _EMBED_LENGTHS)
    return total + sum(len(f["name"]) + len(f["value"]) for f in embed.get("fields", []))


def _read_embed(body: Json, path: str, errors: FormErrors) -> Json:
    for name, longest in _EMBED_LENGTHS.items():
        if len(_part(body, name)) > longest:
            errors.add(f"{path}.{name}", "BASE_TYPE_MAX_LENGTH", f"Must be {longest} or fewer in length.")
    fields = body.get("fields") or []
    if len(fields) > 25:
        errors.add(f"{path}.fields", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for index, one in enumerate(fields):
        for name, longest in (("name", 256), ("value", 1024)):
            if not 0 < len(one.get(name) or "") <= longest:
                errors.add(
                    f"{path}.fields.{index}.{name}",
                    "BASE_TYPE_BAD_LENGTH",
                    f"Must be between 1 and {longest} in length.",
                )
    embed = {name: value for name, value in body.items() if value is not None}
    embed["type"] = "rich"
    if fields:
        embed["fields"] = [
            {"name": f["name"], "value": f["value"], "inline": bool(f.get("inline"))} for f in fields
        ]
    return embed


def _read_attachments(
    listed: list[Json] | None, uploads: dict[int, Upload], errors: FormErrors
) -> tuple[list[int], list[Upload]]:
    """Return the ids of the attachments to keep, and the new files with their descriptions."""
    kept: list[int] = []
    files = dict(uploads)
    for index, entry in enumerate(listed or []):
        number = int(entry["id"])
        if number not in files:
            kept.append(number)
            continue
        upload = files[number]
        name, description = entry.get("filename") or upload.filename, entry.get("description")
        if description is not None and len(description) > 1024:
            errors.add(
                f"attachments.{index}.description", "BASE_TYPE_MAX_LENGTH", "Must be 1024 or fewer in length."
            )
        files[number] = replace(upload, filename=name, description=description)
    if len(files) + len(kept) > 10:
        errors.add("attachments", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    return kept, [files[number] for number in sorted(files)]


# Posting.


def check_may_post(channel: Channel, author: User, draft: Draft) -> None:
    """Refuse a draft that its author may not post in this channel.

    Raises: ApiError: 50008 the channel has no messages; 50001 cannot see it; 50013 may not post there, or
    no files; 160002 no replies; 50083 the thread is locked.
    """
    if channel.kind in _WITHOUT_MESSAGES:
        raise api_error(50008)
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
    """Post a message, if its author may.

    With `enforce_nonce`, a message of the last minutes with the same nonce is returned in place of a
    second one.

    Raises: ApiError where the author may not, there is nothing to show, or the message that it replies
    to is gone.
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
    id: int | None = None,
    **more: Any,
) -> Message:
    """Put a message into a channel, whether its author may or not.

    id: None for a new one. more: further fields of the message.
    """
    if channel.thread is not None and kind not in _THREAD_SYSTEM:
        threads.wake(world, channel)
        threads.join(world, channel, author)
    mentioned = parse(world, channel, author, draft.content, draft.allowed, replied_to)
    silent = bool(draft.flags & (MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.EPHEMERAL))
    message = Message(
        id=id or world.ids.next(),
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


def start_thread(
    world: World,
    parent: Channel,
    owner: User,
    name: str,
    *,
    message: Message | None = None,
    private: bool = False,
    auto_archive_minutes: int = 1440,
) -> Channel:
    """Start a thread, from a message or without one, with the system message that goes with it.

    Raises: ApiError: 50013 the owner may not; 50024 no threads here; 50006 a forum needs a first message;
    160004 the message has a thread already.
    """
    if parent.kind in FORUMS:
        raise api_error(50006)
    thread = threads.create(
        world,
        parent,
        owner,
        name,
        message=message,
        private=private,
        auto_archive_minutes=auto_archive_minutes,
    )
    if message is not None:
        message.thread = thread
        message.flags |= MessageFlag.HAS_THREAD
        updated(world, message)
        started_from = Reference(message.channel.id, message.id, message.channel.guild_id)
        kind = MessageType.THREAD_STARTER_MESSAGE
        add(world, thread, message.author, Draft(), kind=kind, reference=started_from)
    elif not private:
        created = Reference(thread.id, thread.id, parent.guild_id)
        kind = MessageType.THREAD_CREATED
        add(world, parent, owner, Draft(content=name), kind=kind, reference=created)
    return thread


def post_in_forum(
    world: World, forum: Channel, owner: User, name: str, draft: Draft, *, auto_archive_minutes: int = 1440
) -> Message:
    """Post in a forum: start a thread whose first message has the thread's id. Returns that message.

    Raises: ApiError: 50024 this is not a forum; 50013 the owner may not; 50006 there is nothing to show.
    """
    if forum.kind not in FORUMS:
        raise api_error(50024)
    require_content(draft)
    thread = threads.create(world, forum, owner, name, auto_archive_minutes=auto_archive_minutes)
    return add(world, thread, owner, draft, id=thread.id)


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


# Changing and deleting.


def edit(world: World, message: Message, draft: Draft) -> Message:
    """Change the fields that the draft's body had.

    Raises: ApiError: 50006 nothing would be left to show; 50035 text on a message with IS_COMPONENTS_V2;
    30046 an old message was edited too often.
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
    updated(world, message)
    return message


def updated(world: World, message: Message) -> None:
    """Tell everyone that a message changed."""
    world.publish("MESSAGE_UPDATE", payloads.gateway_message(message, world), channel=message.channel)


def delete(world: World, message: Message) -> None:
    """Delete a message."""
    _remove(message)
    data: Json = {"id": str(message.id), "channel_id": str(message.channel.id)}
    if message.channel.guild is not None and message.ephemeral_to is None:
        data["guild_id"] = str(message.channel.guild.id)
    world.publish("MESSAGE_DELETE", data, channel=message.channel)


def bulk_delete(world: World, channel: Channel, ids: list[int]) -> None:
    """Delete several messages at once; unknown ids are ignored."""
    found = [channel.messages[i] for i in ids if i in channel.messages]
    for message in found:
        _remove(message)
    data: Json = {"ids": [str(m.id) for m in found], "channel_id": str(channel.id)}
    if channel.guild is not None:
        data["guild_id"] = str(channel.guild.id)
    world.publish("MESSAGE_DELETE_BULK", data, channel=channel)


def _remove(message: Message) -> None:
    message.deleted = True
    message.channel.messages.pop(message.id, None)


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


# Reactions and typing.


def add_reaction(world: World, message: Message, who: User, emoji: str) -> None:
    """React to a message; a second time changes nothing."""
    users = message.reactions.setdefault(emoji, [])
    if who.id in users:
        return
    users.append(who.id)
    data = _reaction(message, who, emoji)
    if message.channel.guild is not None:
        data["member"] = payloads.member(message.channel.guild.members[who.id])
    world.publish("MESSAGE_REACTION_ADD", data, channel=message.channel)


def remove_reaction(world: World, message: Message, who: User, emoji: str) -> None:
    """Remove a user's reaction, if there is one."""
    users = message.reactions.get(emoji, [])
    if who.id not in users:
        return
    users.remove(who.id)
    if not users:
        del message.reactions[emoji]
    world.publish("MESSAGE_REACTION_REMOVE", _reaction(message, who, emoji), channel=message.channel)


def _reaction(message: Message, who: User, emoji: str) -> Json:
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


def start_typing(world: World, channel: Channel, who: User) -> None:
    """Show that somebody is typing, for ten seconds."""
    channel.typing[who.id] = world.clock.monotonic()
    data: Json = {"channel_id": str(channel.id), "user_id": str(who.id), "timestamp": int(world.clock.time())}
    if channel.guild is not None:
        data["guild_id"] = str(channel.guild.id)
        data["member"] = payloads.member(channel.guild.members[who.id])
    world.publish("TYPING_START", data, channel=channel)


def who_types(world: World, channel: Channel) -> list[User]:
    """The users shown as typing: they began less than ten seconds ago and have posted nothing since."""
    since = world.clock.monotonic() - _TYPING_S
    return [world.users[user_id] for user_id, at in channel.typing.items() if at > since]
