"""What a bot without the message-content intent gets to see of a message."""

from bot.sandbox.model import Json

_BLANK = {"content": "", "embeds": [], "attachments": [], "components": []}


def readable(payload: Json, bot_id: int) -> bool:
    """Tell whether the content is for the bot in any case: its own messages and those that mention it."""
    return payload["author"]["id"] == str(bot_id) or any(u["id"] == str(bot_id) for u in payload["mentions"])


def without_content(payload: Json, bot_id: int) -> Json:
    """Return the message, and the one it refers to, without what the intent guards."""
    seen = payload if readable(payload, bot_id) else {**payload, **_BLANK}
    seen = {name: value for name, value in seen.items() if name != "poll"} if seen is not payload else seen
    referenced = seen.get("referenced_message")
    if referenced is not None and not readable(referenced, bot_id):
        seen = {**seen, "referenced_message": {**referenced, **_BLANK}}
    return seen
