"""Interactions: how they reach the bot, and how the bot may respond.

The first response must come within 3 s, one only; the token is valid for 15 minutes
(developers/interactions/receiving-and-responding.mdx).
"""

import secrets

from bot.sandbox import messages, payloads, permissions
from bot.sandbox.commands import CHAT_INPUT, MESSAGE, USER
from bot.sandbox.errors import NoAnswerError, api_error, form_error
from bot.sandbox.limits import AUTOCOMPLETE_CHOICES
from bot.sandbox.messages import Draft, require_content
from bot.sandbox.model import (
    CallbackType,
    Channel,
    Interaction,
    InteractionType,
    Json,
    Message,
    MessageFlag,
    MessageType,
    Reference,
    User,
)
from bot.sandbox.world import World

_ALLOWED = {
    InteractionType.COMMAND: {CallbackType.MESSAGE, CallbackType.DEFERRED_MESSAGE, CallbackType.MODAL},
    InteractionType.COMPONENT: set(CallbackType) - {CallbackType.CHOICES},
    InteractionType.AUTOCOMPLETE: {CallbackType.CHOICES},
    InteractionType.MODAL: set(CallbackType) - {CallbackType.CHOICES, CallbackType.MODAL},
}
_UPDATES = {CallbackType.UPDATE, CallbackType.DEFERRED_UPDATE}


def begin(
    world: World,
    kind: InteractionType,
    user: User,
    channel: Channel,
    data: Json,
    *,
    source: Message | None = None,
    parent: Interaction | None = None,
) -> Interaction:
    """Send an interaction to the bot."""
    _forget_old(world)
    token = secrets.token_urlsafe(32)
    now = world.clock.monotonic()
    interaction = Interaction(world.ids.next(), token, kind, user, channel, data, now, source, parent)
    world.interactions[token] = interaction
    world.publish("INTERACTION_CREATE", payload(interaction, world), channel=channel)
    return interaction


async def answered(world: World, interaction: Interaction) -> Interaction:
    """Return the interaction once the bot has responded.

    Raises: NoAnswerError where it did not within 3 s.
    """
    seconds = world.limits.interaction_answer_s
    try:
        await world.changes.until(lambda: interaction.answer, seconds)
    except TimeoutError:
        raise NoAnswerError(f"the bot did not answer within {seconds:g} s") from None
    return interaction


def find(world: World, interaction_id: int) -> Interaction | None:
    """The interaction with that id, among those of the last half hour."""
    return next((i for i in world.interactions.values() if i.id == interaction_id), None)


def unanswered(world: World, interaction_id: int, token: str) -> Interaction:
    """The interaction that the bot wants to respond to.

    Raises: ApiError: 10062 there is none, or it is too late; 40060 it has a response.
    """
    found = world.interactions.get(token)
    if found is None or found.id != interaction_id:
        raise api_error(10062)
    if found.answer is not None:
        raise api_error(40060)
    if world.clock.monotonic() - found.at > world.limits.interaction_answer_s:
        raise api_error(10062)
    return found


def by_token(world: World, application_id: int, token: str) -> Interaction:
    """The interaction that the bot wants to follow up.

    Raises: ApiError: 10015 there is none, or it has no response yet; 50027 its 15 minutes are over.
    """
    found = world.interactions.get(token)
    if application_id != world.application.id or found is None:
        raise api_error(10015)
    if world.clock.monotonic() - found.at > world.limits.interaction_token_s:
        raise api_error(50027)
    if found.answer is None:
        raise api_error(10015)
    return found


def respond(world: World, interaction: Interaction, kind: int, draft: Draft, data: Json) -> None:
    """Carry out the bot's response.

    kind: the `type` of the body. draft: its message, where the type has one. data: its `data`, for
    choices and modals.

    Raises: ApiError: 50035 this interaction cannot have a response of that type; or what is wrong with
    the message.
    """
    allowed = kind in _ALLOWED[interaction.kind] and (kind not in _UPDATES or interaction.origin is not None)
    if not allowed:
        raise form_error("type", "BASE_TYPE_CHOICES", "This type does not answer such an interaction.")
    callback = CallbackType(kind)
    if callback is CallbackType.MESSAGE:
        require_content(draft)
        interaction.message = _post(world, interaction, draft)
    elif callback is CallbackType.DEFERRED_MESSAGE:
        loading = Draft(flags=draft.flags & MessageFlag.EPHEMERAL | MessageFlag.LOADING)
        interaction.message = _post(world, interaction, loading)
    elif callback is CallbackType.UPDATE:
        source = interaction.origin
        assert source is not None
        interaction.message = messages.edit(world, source, draft) if draft.given else source
    elif callback is CallbackType.DEFERRED_UPDATE:
        interaction.message = interaction.origin
    elif callback is CallbackType.CHOICES:
        interaction.choices = [c for c in data.get("choices") or [] if c is not None]
        if len(interaction.choices) > AUTOCOMPLETE_CHOICES:
            text = f"Must be {AUTOCOMPLETE_CHOICES} or fewer in length."
            raise form_error("data.choices", "BASE_TYPE_MAX_LENGTH", text)
    else:
        interaction.modal = data
    interaction.answer = callback
    world.changes.notify()


def follow_up(world: World, interaction: Interaction, draft: Draft) -> Message:
    """Post another message, or fill the one that says that the bot is thinking.

    Raises: ApiError (50006) where there is nothing to show.
    """
    require_content(draft)
    thinking = interaction.message
    if thinking is not None and thinking.loading and not thinking.deleted:
        draft.given |= {"content", "embeds", "components"}
        return messages.edit(world, thinking, draft)
    message = _post(world, interaction, draft)
    interaction.followups.append(message)
    return message


def message_of(interaction: Interaction, message_id: int | None) -> Message:
    """The message of the first response (None), or the follow-up with that id.

    Raises: ApiError (10008) where there is none.
    """
    mine = [interaction.message, *interaction.followups]
    for message in mine[:1] if message_id is None else mine:
        if message is not None and not message.deleted and message_id in (None, message.id):
            return message
    raise api_error(10008)


def payload(interaction: Interaction, world: World) -> Json:
    """The data of INTERACTION_CREATE."""
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


def _post(world: World, interaction: Interaction, draft: Draft) -> Message:
    source = interaction.origin
    kind, reference = MessageType.DEFAULT, None
    if interaction.kind is InteractionType.COMMAND:
        chat_input = interaction.data["type"] == CHAT_INPUT
        kind = MessageType.CHAT_INPUT_COMMAND if chat_input else MessageType.CONTEXT_MENU_COMMAND
    elif source is not None and not source.deleted and source.ephemeral_to is None:
        kind = MessageType.REPLY
        reference = Reference(source.channel.id, source.id, source.channel.guild_id)
    if interaction.answer is not None:
        kind = MessageType.REPLY
        original = interaction.message
        if original is not None and not original.deleted:
            reference = Reference(original.channel.id, original.id, original.channel.guild_id)
        else:
            kind = MessageType.DEFAULT
    return messages.add(
        world,
        interaction.channel,
        world.bot,
        draft,
        kind=kind,
        reference=reference,
        webhook_id=world.application.id,
        interaction=_legacy_metadata(interaction),
        interaction_metadata=_metadata(interaction, world),
        ephemeral_to=interaction.user if draft.flags & MessageFlag.EPHEMERAL else None,
    )


def _legacy_metadata(interaction: Interaction) -> Json | None:
    """The `interaction` of a message that responds to a command; other responses have none."""
    if interaction.kind is not InteractionType.COMMAND:
        return None
    who = payloads.user(interaction.user)
    return {"id": str(interaction.id), "type": 2, "name": interaction.data["name"], "user": who}


def _metadata(interaction: Interaction, world: World) -> Json:
    """The `interaction_metadata` of a message that responds."""
    shown: Json = {
        "id": str(interaction.id),
        "type": int(interaction.kind),
        "user": payloads.user(interaction.user),
        "authorizing_integration_owners": _owners(interaction),
    }
    if interaction.kind is InteractionType.COMPONENT and interaction.source is not None:
        shown["interacted_message_id"] = str(interaction.source.id)
    if interaction.parent is not None:
        shown["triggering_interaction_metadata"] = _metadata(interaction.parent, world)
    if interaction.kind is InteractionType.COMMAND and interaction.data["type"] == MESSAGE:
        shown["target_message_id"] = interaction.data["target_id"]
    if interaction.kind is InteractionType.COMMAND and interaction.data["type"] == USER:
        shown["target_user"] = payloads.user(world.users[int(interaction.data["target_id"])])
    return shown


def _owners(interaction: Interaction) -> Json:
    return {"0": str(interaction.channel.guild_id or 0)}


def _forget_old(world: World) -> None:
    oldest = world.clock.monotonic() - 2 * world.limits.interaction_token_s
    for interaction in [i for i in world.interactions.values() if i.at < oldest]:
        del world.interactions[interaction.token]
