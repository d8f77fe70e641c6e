"""What follows the first answer to an interaction: its message, and more messages."""

from bot.sandbox import drafts, messages, payloads
from bot.sandbox.interaction import Interaction
from bot.sandbox.model import Json, Message
from bot.sandbox.rest.call import Call, Route


def _interaction(call: Call) -> Interaction:
    return call.services.interactions.by_token(call.id("webhook_id"), call.params["webhook_token"])


def _message(call: Call) -> Message:
    message_id = call.id("message_id") if "message_id" in call.params else None
    return call.services.interactions.message_of(_interaction(call), message_id)


async def follow_up(call: Call) -> Json:
    """Post another message."""
    interaction = _interaction(call)
    draft = drafts.read(call.fields, call.uploads, by_interaction=True)
    return payloads.message(call.services.interactions.follow_up(interaction, draft), call.world)


async def get_message(call: Call) -> Json:
    """Return a message that answers."""
    return payloads.message(_message(call), call.world)


async def edit_message(call: Call) -> Json:
    """Edit a message that answers."""
    message = _message(call)
    draft = drafts.read(call.fields, call.uploads, by_interaction=True)
    return payloads.message(messages.edit(call.world, message, draft), call.world)


async def delete_message(call: Call) -> None:
    """Delete a message that answers."""
    messages.delete(call.world, _message(call))


_BASE = "/webhooks/{webhook_id}/{webhook_token}"


def _routes(path: str) -> tuple[Route, ...]:
    return (
        Route("GET", path, get_message, bot_only=False),
        Route("PATCH", path, edit_message, "followup-edit", bot_only=False),
        Route("DELETE", path, delete_message, "followup-delete", bot_only=False),
    )


# The fixed path first: routes are tried in this order.
ROUTES = (
    Route("POST", _BASE, follow_up, "followup", bot_only=False),
    *_routes(_BASE + "/messages/@original"),
    *_routes(_BASE + "/messages/{message_id}"),
)
