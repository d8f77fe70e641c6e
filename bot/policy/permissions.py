"""Who may use the bot, and where. What is not known counts as no."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.policy.server import PersonaBy, ResetBy, ServerPolicy


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who uses the bot; the rules hold for moderators too.

    role_ids: their roles in the server; None where Discord did not tell them.
    """

    user_id: int
    role_ids: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Location:
    """Where somebody uses the bot.

    guild_id: None in direct messages. parent_id: the channel that a thread belongs to. parent_known:
    False where nobody can tell whether it is a thread, or of which channel.
    """

    guild_id: int | None
    channel_id: int
    parent_id: int | None
    parent_known: bool

    def lies_in(self, channels: frozenset[int]) -> bool:
        """Whether it, or the channel that it belongs to, is one of `channels`."""
        return self.channel_id in channels or self.parent_id in channels


class Verdict(StrEnum):
    """Whether the bot answers, and which rule says that it does not."""

    ALLOWED = "allowed"
    CHANNEL_BLOCKED = "channel blocked"
    CHANNEL_NOT_ALLOWED = "channel not allowed"
    ROLE_BLOCKED = "role blocked"
    ROLE_NOT_ALLOWED = "role not allowed"
    UNKNOWN = "unknown"


def allowed(policy: ServerPolicy, person: Person, place: Location) -> Verdict:
    """Whether a server's policy lets a person use the bot in a place.

    A thread has the rules of its channel. What is blocked stays blocked whatever else allows it. Direct
    messages have no rules. Where a rule depends on something unknown, the verdict is UNKNOWN: no.
    """
    if place.guild_id is None:
        return Verdict.ALLOWED
    verdict = _by_channel(policy, place)
    return _by_role(policy, person) if verdict is Verdict.ALLOWED else verdict


def _by_channel(policy: ServerPolicy, place: Location) -> Verdict:
    if place.lies_in(policy.blocked_channels):
        return Verdict.CHANNEL_BLOCKED
    if policy.blocked_channels and not place.parent_known:
        return Verdict.UNKNOWN
    if not policy.allowed_channels or place.lies_in(policy.allowed_channels):
        return Verdict.ALLOWED
    return Verdict.CHANNEL_NOT_ALLOWED if place.parent_known else Verdict.UNKNOWN


def _by_role(policy: ServerPolicy, person: Person) -> Verdict:
    if not policy.blocked_roles and not policy.allowed_roles:
        return Verdict.ALLOWED
    if person.role_ids is None:
        return Verdict.UNKNOWN
    if person.role_ids & policy.blocked_roles:
        return Verdict.ROLE_BLOCKED
    if policy.allowed_roles and not person.role_ids & policy.allowed_roles:
        return Verdict.ROLE_NOT_ALLOWED
    return Verdict.ALLOWED


class Permission(StrEnum):
    """Whether a person may do something."""

    ALLOWED = "allowed"
    CONFIRM = "confirm"  # after being asked whether they mean it
    DENIED = "denied"


def may_set_persona(policy: ServerPolicy, *, is_shared: bool, is_moderator: bool) -> bool:
    """Whether a person who may use the bot in a channel may set its persona.

    is_shared: whether the channel is neither a direct message nor a thread of the person's own.
    """
    return not is_shared or is_moderator or policy.persona_by is PersonaBy.EVERYONE


def may_reset(policy: ServerPolicy, *, is_shared: bool, is_moderator: bool) -> Permission:
    """Whether a person who may use the bot in a channel may reset its conversation; is_shared as above."""
    if not is_shared or is_moderator or policy.reset_by is ResetBy.EVERYONE:
        return Permission.ALLOWED
    return Permission.CONFIRM if policy.reset_by is ResetBy.CONFIRM else Permission.DENIED
