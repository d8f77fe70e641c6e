"""REQUEST_GUILD_MEMBERS (op 8)."""

from bot.sandbox import payloads
from bot.sandbox.gateway.session import Session
from bot.sandbox.model import Json
from bot.sandbox.world import World

_CHUNK = 1000


def members_chunks(world: World, session: Session, data: Json) -> None:
    """Send the members asked for: by ids, or by the beginning of the name; in chunks of a thousand."""
    guild = world.guilds.get(int(data["guild_id"]))
    if guild is None or world.bot.id not in guild.members:
        return
    ids = data.get("user_ids")
    not_found: list[str] = []
    if ids is not None:
        asked = [int(i) for i in (ids if isinstance(ids, list) else [ids])]
        found = [guild.members[i] for i in asked if i in guild.members]
        not_found = [str(i) for i in asked if i not in guild.members]
    else:
        start = str(data.get("query") or "").lower()
        found = [
            m for m in guild.members.values() if (m.nick or m.user.display_name).lower().startswith(start)
        ]
        found = found[: data.get("limit") or None]
    chunks = [found[i : i + _CHUNK] for i in range(0, len(found), _CHUNK)] or [[]]
    for index, chunk in enumerate(chunks):
        payload: Json = {
            "guild_id": str(guild.id),
            "members": [payloads.member(member) for member in chunk],
            "chunk_index": index,
            "chunk_count": len(chunks),
            "not_found": not_found,
        }
        if data.get("nonce"):
            payload["nonce"] = data["nonce"]
        session.add("GUILD_MEMBERS_CHUNK", payload)
