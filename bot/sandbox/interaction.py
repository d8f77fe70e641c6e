"""One interaction, and its JSON (developers/interactions/receiving-and-responding.mdx)."""

from dataclasses import dataclass, field
from enum import IntEnum

from bot.sandbox import payloads, permissions
from bot.sandbox.model import Channel, Json, Message, User
from bot.sandbox.world import World


class InteractionType(IntEnum):
    """What the person did."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Reply(IntEnum):
    """The kinds of first answer."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


@dataclass(eq=False)
class Interaction:
    """One interaction. `at` is `Clock.monotonic`.

    `answer` is the kind of the first answer, None before there is one. `message` is the message that it made
    or changed, `choices` what autocomplete offers, `modal` the form it opened. `source` is the message with
    the component, `parent` the interaction whose modal this submits.
    """

    id: int
    token: str = field(repr=False)
    kind: InteractionType
    user: User
    channel: Channel
    data: Json
    at: float
    source: Message | None = field(default=None, repr=False)
    parent: "Interaction | None" = field(default=None, repr=False)
    answer: Reply | None = None
    message: Message | None = None
    followups: list[Message] = field(default_factory=list)
    choices: list[Json] = field(default_factory=list)
    modal: Json | None = None

    @property
    def origin(self) -> Message | None:
        """The message whose component led here, directly or through a modal."""
        if self.source is not None or self.parent is None:
            return self.source
        return self.parent.origin


def _owners(interaction: Interaction) -> Json:
    return {"0": str(interaction.channel.guild_id or 0)}


def legacy_origin(interaction: Interaction) -> Json | None:
    """Return the `interaction` of a message that answers a command; other answers have none."""
    if interaction.kind is not InteractionType.COMMAND:
        return None
    who = payloads.user(interaction.user)
    return {"id": str(interaction.id), "type": 2, "name": interaction.data["name"], "user": who}


def metadata(interaction: Interaction) -> Json:
    """Return the `interaction_metadata` of a message that answers."""
    shown: Json = {
        "id": str(interaction.id),
        "type": int(interaction.kind),
        "user": payloads.user(interaction.user),
        "authorizing_integration_owners": _owners(interaction),
    }
    if interaction.kind is InteractionType.COMPONENT and interaction.source is not None:
        shown["interacted_message_id"] = str(interaction.source.id)
    if interaction.parent is not None:
        shown["triggering_interaction_metadata"] = metadata(interaction.parent)
    if interaction.kind is InteractionType.COMMAND and interaction.data["type"] == 3:
        shown["target_message_id"] = interaction.data["target_id"]
    return shown


def payload(interaction: Interaction, world: World) -> Json:
    """Return the data of INTERACTION_CREATE."""
    channel, user = interaction.channel, interaction.user
    bits = permissions.in_channel(channel, user.id)
    shown: Json = {
        "id": str(interaction.id),
        "application_id": str(world.application.id),
        "type": int(interaction.kind),
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        "channel_id": str(channel.id),
        "channel": {**payloads.channel(channel), "permissions": str(bits)},
        "app_permissions": str(permissions.in_channel(channel, world.bot.id)),
        "locale": user.locale,
        "entitlements": [],
        "authorizing_integration_owners": _owners(interaction),
        "context": 0 if channel.guild is not None else 1,
        "attachment_size_limit": world.limits.attachment_bytes,
    }
    if channel.guild is not None:
        guild = channel.guild
        shown["guild_id"] = str(guild.id)
        shown["guild_locale"] = guild.locale
        shown["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": []}
        shown["member"] = {**payloads.member(guild.members[user.id]), "permissions": str(bits)}
    else:
        shown["user"] = payloads.user(user)
    if interaction.origin is not None:
        shown["message"] = payloads.message(interaction.origin, world)
    return shown
