"""Routes for the bot's account and application, other users, direct messages, and the gateway's address."""

from bot.sandbox import guilds, payloads, permissions
from bot.sandbox.errors import api_error
from bot.sandbox.model import Json
from bot.sandbox.rest.call import Call, Route, snowflake

_PARTIAL_GUILD = (
    "id", "name", "icon", "banner", "features", "approximate_member_count", "approximate_presence_count",
)  # fmt: skip


async def get_me(call: Call) -> Json:
    """The bot's account."""
    return payloads.own_user(call.me)


async def get_application(call: Call) -> Json:
    """The bot's application."""
    return payloads.application(call.world.application, len(call.world.guilds))


async def get_user(call: Call) -> Json:
    """Any account."""
    user = call.world.users.get(call.id("user_id"))
    if user is None:
        raise api_error(10013)
    return payloads.user(user)


async def get_my_guilds(call: Call) -> list[Json]:
    """The guilds that the bot is in."""
    found = []
    for guild in call.world.guilds.values():
        member = guild.members.get(call.me.id)
        if member is not None:
            full = payloads.guild(guild, with_counts=call.query_flag("with_counts"))
            own = {
                "owner": guild.owner_id == call.me.id,
                "permissions": str(permissions.in_guild(guild, member)),
            }
            found.append({name: full[name] for name in _PARTIAL_GUILD if name in full} | own)
    return found


async def open_direct_message(call: Call) -> Json:
    """The direct message with a person."""
    user = call.world.users.get(snowflake("recipient_id", str(call.fields.get("recipient_id"))))
    if user is None:
        raise api_error(10013)
    if user.bot:
        raise api_error(50007)
    return payloads.channel(guilds.direct_channel(call.world, user))


async def get_gateway(call: Call) -> Json:
    """The gateway's address."""
    return {"url": call.world.gateway_url}


async def get_bot_gateway(call: Call) -> Json:
    """The gateway's address, and how often the bot may identify."""
    total = call.world.limits.identifies_per_day
    limit = {"total": total, "remaining": total, "reset_after": 86_400_000, "max_concurrency": 1}
    return {"url": call.world.gateway_url, "shards": 1, "session_start_limit": limit}


ROUTES = (
    Route("GET", "/users/@me", get_me),
    Route("GET", "/users/@me/guilds", get_my_guilds),
    Route("POST", "/users/@me/channels", open_direct_message, "dm"),
    Route("GET", "/users/{user_id}", get_user),
    Route("GET", "/oauth2/applications/@me", get_application),
    Route("GET", "/applications/@me", get_application),
    Route("GET", "/gateway", get_gateway, bot_only=False),
    Route("GET", "/gateway/bot", get_bot_gateway),
)
