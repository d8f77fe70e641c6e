"""Where the gateway is."""

from bot.sandbox.model import Json
from bot.sandbox.rest.call import Call, Route


async def get_gateway(call: Call) -> Json:
    """Tell the gateway's address."""
    return {"url": call.world.gateway_url}


async def get_bot_gateway(call: Call) -> Json:
    """Tell the gateway's address and how often one may identify."""
    total = call.world.limits.identifies_per_day
    limit = {"total": total, "remaining": total, "reset_after": 86_400_000, "max_concurrency": 1}
    return {"url": call.world.gateway_url, "shards": 1, "session_start_limit": limit}


ROUTES = (
    Route("GET", "/gateway", get_gateway, bot_only=False),
    Route("GET", "/gateway/bot", get_bot_gateway),
)
