"""IDENTIFY and RESUME: who is let in, and why others are not."""

from bot.sandbox.gateway.hub import Gateway
from bot.sandbox.gateway.intents import KNOWN, Intent
from bot.sandbox.gateway.session import Session
from bot.sandbox.model import Json

AUTHENTICATION_FAILED, DECODE_ERROR, INVALID_SEQUENCE, INVALID_SHARD = 4004, 4002, 4007, 4010
INVALID_INTENTS, DISALLOWED_INTENTS = 4013, 4014


def identify(gateway: Gateway, data: Json) -> Session | int | None:
    """Return a new session, the close code for a wrong IDENTIFY, or None for one that comes too soon."""
    app = gateway.world.application
    if not isinstance(data, dict) or "properties" not in data:
        return DECODE_ERROR
    if data.get("token") != app.token:
        return AUTHENTICATION_FAILED
    intents = data.get("intents")
    if not isinstance(intents, int) or intents < 0 or intents & ~KNOWN:
        return INVALID_INTENTS
    switched_on = (
        (Intent.MESSAGE_CONTENT, app.message_content),
        (Intent.GUILD_MEMBERS, app.guild_members),
        (Intent.GUILD_PRESENCES, app.presences),
    )
    if any(intents & intent and not on for intent, on in switched_on):
        return DISALLOWED_INTENTS
    number, total = data.get("shard") or (0, 1)
    if not 0 <= number < total:
        return INVALID_SHARD
    now = gateway.world.clock.monotonic()
    interval = gateway.world.limits.identify_interval_s
    if gateway.identified_at and now - gateway.identified_at[-1] < interval:
        return None
    gateway.identified_at.append(now)
    return gateway.open_session(intents, (number, total), data.get("presence"))


def resume(gateway: Gateway, data: Json) -> Session | int | None:
    """Return the session to go on with, the close code for a wrong RESUME, or None where it is gone."""
    gateway.forget_old_sessions()
    if not isinstance(data, dict) or not isinstance(data.get("seq"), int | None):
        return DECODE_ERROR
    if data.get("token") != gateway.world.application.token:
        return AUTHENTICATION_FAILED
    session = gateway.sessions.get(str(data.get("session_id")))
    sequence = data.get("seq")
    if session is None or sequence is None:
        return None
    if sequence > session.sequence:
        return INVALID_SEQUENCE
    return session if session.can_replay_after(sequence) else None
