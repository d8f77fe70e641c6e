"""What moderators have set for a server."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

MAX_TOKENS_A_DAY = 1_000_000_000
MAX_REQUESTS_A_MINUTE = 600


class Quota(BaseModel):
    """How much one person may ask. None: no bound.

    tokens_a_day: read and written by the model for them between two midnights UTC; tokens that came
        from the prefix cache are not counted.
    requests_a_minute: messages and commands that ask the model something.
    """

    model_config = ConfigDict(frozen=True)

    tokens_a_day: int | None = Field(None, ge=0, le=MAX_TOKENS_A_DAY)
    requests_a_minute: int | None = Field(None, ge=1, le=MAX_REQUESTS_A_MINUTE)


class ServerPolicy(BaseModel):
    """The settings of one server; all ids are Discord's.

    free_channels: no mention is needed there. allowed_channels, allowed_roles: only these; empty
    for all. blocked_channels, blocked_roles: never these, whatever else allows them. A thread has
    the channel that it belongs to.
    quota: everybody's; role_quotas: by role, the most generous one of a person's counts in place of
    `quota`; person_quotas: an administrator's overrides for one person, before all others.
    language: in which the bot speaks where a person's own is unknown; None for the server's.
    persona: the system prompt of channels that have none of their own; None for the bot's.
    max_reply_tokens: longest reply; None for the bot's.
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
    max_reply_tokens: int | None = Field(None, ge=16)
