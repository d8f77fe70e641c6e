"""Bodies of messages: checked against Discord's rules and made ready to become a message."""

import mimetypes
from dataclasses import dataclass, field, replace
from typing import Any

from bot.sandbox import components
from bot.sandbox.errors import FormErrors, api_error, well_shaped
from bot.sandbox.limits import EMBEDS, EMBEDS_TOTAL_LENGTH, MESSAGE_LENGTH, NONCE_LENGTH
from bot.sandbox.mentions import Allowed
from bot.sandbox.model import Json, MessageFlag, Reference

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
    """A file as it came in.

    `announced_size` is the size that everybody is told, where it is not the true one. With `pause_s` the
    download never ends: the content comes again and again, with such a pause in between.
    """

    filename: str
    content_type: str
    data: bytes = field(repr=False)
    description: str | None = None
    announced_size: int | None = None
    pause_s: float | None = None


def content_type(filename: str) -> str:
    """Return the media type by a file's name, as Discord tells it whatever the upload said."""
    kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


@dataclass
class Draft:
    """What a new message is to be. `given` names the fields that the body had, for edits."""

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
    """Further fields of the message that people's clients make: polls, stickers, forwarded messages."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        shown = self.content or self.embeds or self.components or self.extra
        return not (shown or self.uploads or self.keep_attachments)


@well_shaped()
def read(body: Json, uploads: dict[int, Upload], *, by_interaction: bool = False) -> Draft:
    """Check a body and return the draft.

    Args:
        body: the JSON of the request.
        uploads: the files of the request by their number.
        by_interaction: whether the defaults of interactions and webhooks hold.

    Raises:
        ApiError: 50035 with what is wrong, field by field.
    """
    errors = FormErrors()
    content = _content(body.get("content"), errors)
    embeds = [_embed(e, f"embeds.{i}", errors) for i, e in enumerate(body.get("embeds") or [])]
    if len(embeds) > EMBEDS:
        errors.add("embeds", "BASE_TYPE_MAX_LENGTH", f"Must be {EMBEDS} or fewer in length.")
    if sum(_embed_length(e) for e in embeds) > EMBEDS_TOTAL_LENGTH:
        errors.add(
            "embeds", "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {EMBEDS_TOTAL_LENGTH}"
        )
    flags = int(body.get("flags") or 0) & _SETTABLE
    rows = components.normalise(
        body.get("components") or [], errors, v2=bool(flags & MessageFlag.IS_COMPONENTS_V2)
    )
    if flags & MessageFlag.IS_COMPONENTS_V2 and (content or embeds):
        field_name = "content" if content else "embeds"
        text = "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
        errors.add(field_name, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text)
    nonce = body.get("nonce")
    if isinstance(nonce, str) and len(nonce) > NONCE_LENGTH:
        errors.add("nonce", "NONCE_TYPE_TOO_LONG", f"Must be {NONCE_LENGTH} or fewer in length.")
    kept, files = _attachments(body.get("attachments"), uploads, errors)
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
        reference=_reference(reference) if reference else None,
        fail_if_not_exists=(reference or {}).get("fail_if_not_exists", True) is not False,
        allowed=Allowed.of(body.get("allowed_mentions"), by_interaction=by_interaction),
        given=frozenset(body) | (frozenset({"attachments"}) if uploads else frozenset()),
    )


def require_content(draft: Draft) -> None:
    """Refuse a draft that would show nothing.

    Raises:
        ApiError: 50006.
    """
    if draft.empty:
        raise api_error(50006)


def _content(value: object, errors: FormErrors) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        errors.add("content", "STRING_TYPE_CONVERT", "Could not interpret value as string.")
        return ""
    if len(value) > MESSAGE_LENGTH:
        errors.add("content", "BASE_TYPE_MAX_LENGTH", f"Must be {MESSAGE_LENGTH} or fewer in length.")
    return value.strip()


def _reference(body: Json) -> Reference:
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


def _embed(body: Json, path: str, errors: FormErrors) -> Json:
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


def _attachments(
    listed: list[Json] | None, uploads: dict[int, Upload], errors: FormErrors
) -> tuple[list[int], list[Upload]]:
    """Return the ids of attachments to keep, and the new files with their descriptions."""
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
