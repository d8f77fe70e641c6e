"""Routes for guilds and their channels, members and roles."""

from bot.sandbox import payloads
from bot.sandbox.errors import api_error
from bot.sandbox.model import Json
from bot.sandbox.permissions import sees
from bot.sandbox.rest.call import Call, Route


async def get_guild(call: Call) -> Json:
    """A guild."""
    return payloads.guild(call.guild(), with_counts=call.query_flag("with_counts"))


async def get_channels(call: Call) -> list[Json]:
    """The channels of a guild that the bot may see, without threads."""
    seen = [c for c in call.guild().channels.values() if sees(c, call.me.id)]
    return [payloads.channel(channel) for channel in seen]


async def get_active_threads(call: Call) -> Json:
    """The threads of a guild that the bot may see and that are not archived."""
    active = payloads.active_threads(call.guild(), call.me)
    mine = [t for t in active if t.thread is not None and call.me.id in t.thread.members]
    return {
        "threads": [payloads.channel(t) for t in active],
        "members": [payloads.thread_member(t, call.me.id) for t in mine],
        "has_more": False,
    }


async def get_roles(call: Call) -> list[Json]:
    """A guild's roles."""
    return [payloads.role(role) for role in call.guild().roles.values()]


async def get_members(call: Call) -> list[Json]:
    """A guild's members by id; needs the privileged intent."""
    guild, after, limit = call.guild(), call.query_id("after") or 0, call.limit(1, 1000)
    if not call.world.application.guild_members:
        raise api_error(50001)
    ids = sorted(i for i in guild.members if i > after)[:limit]
    return [payloads.member(guild.members[i]) for i in ids]


async def get_member(call: Call) -> Json:
    """A member."""
    member = call.guild().members.get(call.id("user_id"))
    if member is None:
        raise api_error(10007)
    return payloads.member(member)


ROUTES = (
    Route("GET", "/guilds/{guild_id}", get_guild),
    Route("GET", "/guilds/{guild_id}/channels", get_channels),
    Route("GET", "/guilds/{guild_id}/threads/active", get_active_threads),
    Route("GET", "/guilds/{guild_id}/roles", get_roles),
    Route("GET", "/guilds/{guild_id}/members", get_members, "member"),
    Route("GET", "/guilds/{guild_id}/members/{user_id}", get_member, "member"),
)
