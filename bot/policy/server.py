"""What moderators have set for a server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.chat.ports import ReasoningMode
from bot.errors import OvbotError
from bot.i18n import mark


@dataclass(frozen=True, slots=True)
class Limits:
    """The least and the most that a number may be."""

    least: int
    most: int


# The one source of what can be set, for the policy and for every form that asks for it.
TOKENS_A_DAY = Limits(0, 1_000_000_000)
REQUESTS_A_MINUTE = Limits(1, 600)
REPLY_TOKENS = Limits(16, 1_000_000)

_BEYOND_LIMITS = {
    "tokens_a_day": (
        TOKENS_A_DAY,
        mark("A person can have from {least} to {most} tokens a day, not {value}."),
    ),
    "requests_a_minute": (
        REQUESTS_A_MINUTE,
        mark("A person can have from {least} to {most} requests a minute, not {value}."),
    ),
    "max_reply_tokens": (
        REPLY_TOKENS,
        mark("The longest reply can have from {least} to {most} tokens, not {value}."),
    ),
}
NOT_VALID = mark("The setting {setting} cannot be saved: {problem}.")


class PolicyError(OvbotError):
    """A setting is beyond its limits; the text says which, and what they are."""


class PersonaBy(StrEnum):
    """Who may set the persona of a shared channel."""

    MODERATORS = "moderators"
    EVERYONE = "everyone"


class ResetBy(StrEnum):
    """Who may reset the conversation of a shared channel, which ends the replies of all."""

    MODERATORS = "moderators"
    CONFIRM = "confirm"  # anyone who may ask there, after a confirmation
    EVERYONE = "everyone"


class Quota(BaseModel):
    """How much one person may ask. None: no limit.

    tokens_a_day: read and written by the model for them between two midnights UTC; tokens that came
        from the prefix cache are not counted.
    requests_a_minute: messages and commands that ask the model something.
    """

    model_config = ConfigDict(frozen=True)

    tokens_a_day: int | None = Field(None, ge=TOKENS_A_DAY.least, le=TOKENS_A_DAY.most)
    requests_a_minute: int | None = Field(None, ge=REQUESTS_A_MINUTE.least, le=REQUESTS_A_MINUTE.most)


class ServerPolicy(BaseModel):
    """The settings of one server; all ids are Discord's.

    free_channels: no mention is needed there. allowed_channels, allowed_roles: only these; empty
    for all. blocked_channels, blocked_roles: never these, whatever else allows them. A thread has
    the channel that it belongs to.
    quota: everybody's; role_quotas: by role, the most generous one of a person's counts in place of
    `quota`; person_quotas: an administrator's exceptions for one person, before all others.
    language: in which the bot speaks where a person's own is unknown; None for the server's.
    persona: the system prompt of channels that have none of their own; None for the bot's.
    max_reply_tokens: longest reply; None for the bot's.
    reasoning: whether the model reasons before it answers; None for as the owner set it.
    persona_by, reset_by: who may do so in shared channels. A person's own threads and direct messages
    are theirs.
    """

    model_config = ConfigDict(frozen=True)

    free_channels: frozenset[int] = frozenset()
    allowed_channels: frozenset[int] = frozenset()
    blocked_channels: frozenset[int] = frozenset()
    allowed_roles: frozenset[int] = frozenset()
    blocked_roles: frozenset[int] = frozenset()
    quota: Quota | None = None
    role_quotas: dict[int, Quota] = {}
    person_quotas: dict[int, Quota] = {}
    language: str | None = None
    persona: str | None = None
    max_reply_tokens: int | None = Field(None, ge=REPLY_TOKENS.least, le=REPLY_TOKENS.most)
    reasoning: ReasoningMode | None = None
    persona_by: PersonaBy = PersonaBy.MODERATORS
    reset_by: ResetBy = ResetBy.CONFIRM


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """A change of some settings of a server.

    settings: new values of `ServerPolicy`'s fields, by name. role_quotas and person_quotas: the
    exceptions that change, by role or person; None removes one.
    """

    settings: Mapping[str, object] = field(default_factory=dict)
    role_quotas: Mapping[int, Quota | None] = field(default_factory=dict)
    person_quotas: Mapping[int, Quota | None] = field(default_factory=dict)

    def apply(self, policy: ServerPolicy) -> ServerPolicy:
        """The policy after the change. Raises PolicyError where a value is beyond its limits."""
        changed = policy.model_copy(
            update={
                "role_quotas": _merged(policy.role_quotas, self.role_quotas),
                "person_quotas": _merged(policy.person_quotas, self.person_quotas),
                **self.settings,
            }
        )
        return checked(changed)


def make_quota(tokens_a_day: int | None, requests_a_minute: int | None) -> Quota:
    """A quota of numbers that a person chose. Raises PolicyError where one is beyond its limits."""
    try:
        return Quota(tokens_a_day=tokens_a_day, requests_a_minute=requests_a_minute)
    except ValidationError as error:
        raise _policy_error(error) from None


def checked(policy: ServerPolicy) -> ServerPolicy:
    """`policy`, whatever way it came about. Raises PolicyError where a value is beyond its limits."""
    try:
        # Copies that were changed by model_copy were never checked.
        return ServerPolicy.model_validate(policy.model_dump(warnings=False))
    except ValidationError as error:
        raise _policy_error(error) from None


def _merged(quotas: Mapping[int, Quota], changed: Mapping[int, Quota | None]) -> dict[int, Quota]:
    merged: dict[int, Any] = {**quotas, **changed}
    return {key: quota for key, quota in merged.items() if quota is not None}


def _policy_error(error: ValidationError) -> PolicyError:
    problem = error.errors()[0]
    setting = str(next((part for part in reversed(problem["loc"]) if part in _BEYOND_LIMITS), ""))
    if setting:
        limits, message = _BEYOND_LIMITS[setting]
        value = problem["input"]
        return PolicyError(
            message,
            least=f"{limits.least:,}",
            most=f"{limits.most:,}",
            value=f"{value:,}" if isinstance(value, int) else value,
        )
    return PolicyError(NOT_VALID, setting=".".join(map(str, problem["loc"])), problem=problem["msg"])
