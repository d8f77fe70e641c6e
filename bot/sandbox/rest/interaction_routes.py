"""Routes for responding to interactions, and for the messages that follow."""

from bot.sandbox import interactions, messages, payloads
from bot.sandbox.errors import ApiError
from bot.sandbox.messages import Draft, read_draft
from bot.sandbox.model import CallbackType, Interaction, Json, Message
from bot.sandbox.rest.call import Call, Route


async def respond(call: Call) -> Json | None:
    """Respond to an interaction; `with_response` asks for the message."""
    token = call.params["interaction_token"]
    interaction = interactions.unanswered(call.world, call.id("interaction_id"), token)
    kind, data = call.fields.get("type"), call.fields.get("data") or {}
    if not isinstance(kind, int):
        raise ApiError(400, 50035, "Invalid Form Body")
    has_message = kind in (CallbackType.MESSAGE, CallbackType.DEFERRED_MESSAGE, CallbackType.UPDATE)
    draft = read_draft(data, call.uploads, by_interaction=True) if has_message else Draft()
    interactions.respond(call.world, interaction, kind, draft, data)
    return _result(call, interaction) if call.query_flag("with_response") else None


def _result(call: Call, interaction: Interaction) -> Json:
    shown: Json = {"id": str(interaction.id), "type": int(interaction.kind)}
    result: Json = {"interaction": shown}
    message, callback = interaction.message, interaction.answer
    if message is None or callback is None:
        return result
    shown["response_message_id"] = str(message.id)
    shown["response_message_loading"] = message.loading
    shown["response_message_ephemeral"] = message.ephemeral_to is not None
    if callback in (CallbackType.MESSAGE, CallbackType.UPDATE):
        result["resource"] = {"type": int(callback), "message": payloads.message(message, call.world)}
    return result


def _interaction(call: Call) -> Interaction:
    return interactions.by_token(call.world, call.id("webhook_id"), call.params["webhook_token"])


def _message(call: Call) -> Message:
    message_id = call.id("message_id") if "message_id" in call.params else None
    return interactions.message_of(_interaction(call), message_id)


async def follow_up(call: Call) -> Json:
    """Post another message."""
    interaction = _interaction(call)
    draft = read_draft(call.fields, call.uploads, by_interaction=True)
    return payloads.message(interactions.follow_up(call.world, interaction, draft), call.world)


async def get_message(call: Call) -> Json:
    """A message that responds."""
    return payloads.message(_message(call), call.world)


async def edit_message(call: Call) -> Json:
    """Edit a message that responds."""
    message = _message(call)
    draft = read_draft(call.fields, call.uploads, by_interaction=True)
    return payloads.message(messages.edit(call.world, message, draft), call.world)


async def delete_message(call: Call) -> None:
    """Delete a message that responds."""
    messages.delete(call.world, _message(call))


_BASE = "/webhooks/{webhook_id}/{webhook_token}"


def _routes(path: str) -> tuple[Route, ...]:
    return (
        Route("GET", path, get_message, bot_only=False),
        Route("PATCH", path, edit_message, "followup-edit", bot_only=False),
        Route("DELETE", path, delete_message, "followup-delete", bot_only=False),
    )


# Routes are tried in this order, so the fixed path comes first.
ROUTES = (
    Route("POST", "/interactions/{interaction_id}/{interaction_token}/callback", respond, bot_only=False),
    Route("POST", _BASE, follow_up, "followup", bot_only=False),
    *_routes(_BASE + "/messages/@original"),
    *_routes(_BASE + "/messages/{message_id}"),
)
