"""Who may have the model asked, and where: pure, and closed wherever something is not known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.policy.server import ServerPolicy


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who uses the bot, moderator or not: rules hold for all.

    role_ids: their roles in the server; None where Discord did not tell them.
    """

    user_id: int
    role_ids: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody uses the bot.

    guild_id: None in direct messages. parent_id: the channel that a thread belongs to. parent_known:
    False where it could not be told whether it is a thread, or of which channel.
    """

    guild_id: int | None
    channel_id: int
    parent_id: int | None
    parent_known: bool

    def lies_in(self, channels: frozenset[int]) -> bool:
        """Whether it, or the channel that it belongs to, is one of these."""
        return self.channel_id in channels or self.parent_id in channels


class Verdict(StrEnum):
    """Whether the bot answers, and which rule says that it does not."""

    ALLOWED = "allowed"
    CHANNEL_BLOCKED = "channel blocked"
    CHANNEL_NOT_ALLOWED = "channel not allowed"
    ROLE_BLOCKED = "role blocked"
    ROLE_NOT_ALLOWED = "role not allowed"
    UNKNOWN = "unknown"


def allowed(policy: ServerPolicy, person: Person, place: Place) -> Verdict:
    """Whether a server's policy lets a person use the bot in a place.

    A thread has the rules of its channel. What is blocked stays so whatever else allows it. Direct
    messages have no rules. Where a rule needs what is not known, the verdict is UNKNOWN, which is no.
    """
    if place.guild_id is None:
        return Verdict.ALLOWED
    verdict = _by_channel(policy, place)
    return _by_role(policy, person) if verdict is Verdict.ALLOWED else verdict


def _by_channel(policy: ServerPolicy, place: Place) -> Verdict:
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
