"""The first answer to an interaction."""

from bot.sandbox import drafts, payloads
from bot.sandbox.errors import ApiError
from bot.sandbox.interaction import Interaction, Reply
from bot.sandbox.model import Json
from bot.sandbox.rest.call import Call, Route


async def respond(call: Call) -> Json | None:
    """Take the bot's first answer; with `with_response` tell what came of it."""
    interactions = call.services.interactions
    interaction = interactions.to_answer(call.id("interaction_id"), call.params["interaction_token"])
    kind, data = call.fields.get("type"), call.fields.get("data") or {}
    if not isinstance(kind, int):
        raise ApiError(400, 50035, "Invalid Form Body")
    has_message = kind in (Reply.MESSAGE, Reply.DEFERRED_MESSAGE, Reply.UPDATE)
    draft = drafts.read(data, call.uploads, by_interaction=True) if has_message else drafts.Draft()
    interactions.respond(interaction, kind, draft, data)
    return _result(call, interaction) if call.query_flag("with_response") else None


def _result(call: Call, interaction: Interaction) -> Json:
    shown: Json = {"id": str(interaction.id), "type": int(interaction.kind)}
    result: Json = {"interaction": shown}
    message, reply = interaction.message, interaction.answer
    if message is None or reply is None:
        return result
    shown["response_message_id"] = str(message.id)
    shown["response_message_loading"] = message.loading
    shown["response_message_ephemeral"] = message.ephemeral_to is not None
    if reply in (Reply.MESSAGE, Reply.UPDATE):
        result["resource"] = {"type": int(reply), "message": payloads.message(message, call.world)}
    return result


ROUTES = (
    Route("POST", "/interactions/{interaction_id}/{interaction_token}/callback", respond, bot_only=False),
)
