"""What somebody puts into a message besides text: files, polls, stickers, forwarded messages."""

from collections.abc import Sequence

from bot.sandbox import payloads
from bot.sandbox.drafts import Draft, Upload, content_type
from bot.sandbox.errors import SandboxError
from bot.sandbox.limits import MESSAGE_LENGTH
from bot.sandbox.model import Json, Message, MessageFlag, Reference
from bot.sandbox.world import World

File = tuple[str, bytes] | Upload
Poll = tuple[str, Sequence[str]]

_FORWARD = 1
_PNG = 1


def upload(file: File) -> Upload:
    """Return a file as it is uploaded: by name and content, or told in full."""
    return file if isinstance(file, Upload) else Upload(file[0], content_type(file[0]), file[1])


def drafted(
    world: World,
    text: str,
    *,
    files: Sequence[File] = (),
    embeds: Sequence[Json] = (),
    poll: Poll | None = None,
    stickers: Sequence[str] = (),
) -> Draft:
    """Return what is to be posted.

    Raises:
        SandboxError: the text is longer than a person without Nitro may write.
    """
    text = text.strip()
    if len(text) > MESSAGE_LENGTH:
        raise SandboxError(f"a message has at most {MESSAGE_LENGTH} characters, this one {len(text)}")
    draft = Draft(content=text, uploads=[upload(file) for file in files])
    draft.embeds = [{"type": "rich", **embed} for embed in embeds]
    if poll is not None:
        draft.extra["poll"] = _poll(world, *poll)
    if stickers:
        draft.extra["sticker_items"] = [
            {"id": str(world.ids.next()), "name": name, "format_type": _PNG} for name in stickers
        ]
    return draft


def forwarded(world: World, message: Message) -> Draft:
    """Return the draft of a message that forwards another: a copy of what it says, not of whose it is."""
    copied = payloads.message(message, world)
    kept = (
        "type", "content", "mentions", "mention_roles", "attachments", "embeds", "timestamp",
        "edited_timestamp", "flags", "components", "sticker_items",
    )  # fmt: skip
    draft = Draft(flags=int(MessageFlag.HAS_SNAPSHOT))
    draft.extra["message_snapshots"] = [{"message": {key: copied[key] for key in kept if key in copied}}]
    draft.reference = Reference(message.channel.id, message.id, message.channel.guild_id, _FORWARD)
    return draft


def _poll(world: World, question: str, answers: Sequence[str]) -> Json:
    return {
        "question": {"text": question},
        "answers": [
            {"answer_id": number, "poll_media": {"text": text}} for number, text in enumerate(answers, 1)
        ],
        "expiry": world.clock.now().isoformat(),
        "allow_multiselect": False,
        "layout_type": 1,
        "results": {"answer_counts": [], "is_finalized": False},
    }
