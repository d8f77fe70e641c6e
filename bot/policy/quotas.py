"""How much a person may ask, and how much of it is left."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TypeAlias

from cachetools import TTLCache

from bot.errors import OvbotError
from bot.i18n import mark
from bot.policy.permissions import Person
from bot.policy.ports import UsageStore
from bot.policy.server import Quota, ServerPolicy

MINUTE = timedelta(minutes=1)

TOO_FAST = mark(
    "You're asking too fast: the limit is {limit} a minute for each person here. Ask again {when}."
)
USED_UP = mark("You've used up your tokens for today ({used} of {limit}). You can ask again {when}.")
NO_TOKENS = mark("You get no tokens here, so I can't answer you.")


class QuotaError(OvbotError):
    """A person has asked as much as they may for now; the text says which limit, and when they may again."""


@dataclass(frozen=True, slots=True)
class Remaining:
    """What a person may still ask. None: no limit.

    tokens_left: until `resets_at`, the next midnight UTC; never below 0. requests_left: now; one
    comes back a minute after it was used.
    """

    tokens_left: int | None
    requests_left: int | None
    resets_at: datetime


class Quotas:
    """Keeps people within their quotas. What they use is counted for each server separately, and for
    direct messages.

    default: the owner's, for direct messages and servers that have set none. clock: the time now,
    with its zone.
    """

    def __init__(
        self,
        store: UsageStore,
        default: Quota | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._default = default or Quota()
        self._clock = clock
        self._requests = _RecentRequests(clock)

    @property
    def default(self) -> Quota:
        """What holds where nothing else is set: the owner's."""
        return self._default

    def quota_for(self, policy: ServerPolicy, person: Person) -> Quota:
        """The quota that holds for a person: their own, else the most generous of their roles', else
        the server's, else the owner's. Where their roles are not known, the strictest of all.
        """
        if (own := policy.person_quotas.get(person.user_id)) is not None:
            return own
        everybodys = policy.quota or self._default
        if person.role_ids is None:
            return _strictest([everybodys, *policy.role_quotas.values()])
        of_roles = [quota for role, quota in policy.role_quotas.items() if role in person.role_ids]
        return _most_generous(of_roles) if of_roles else everybodys

    async def check(
        self, guild_id: int | None, person: Person, policy: ServerPolicy, *, paced: bool = True
    ) -> None:
        """Count a request of a person's. What it will use is not known yet: the last one of a day may
        go beyond the limit. paced: whether the limit of requests a minute holds for it.

        Raises: QuotaError where they may ask nothing more for now; then it does not count.
            StoreError.
        """
        quota = self.quota_for(policy, person)
        if quota.tokens_a_day is not None:
            await self._check_tokens(guild_id, person.user_id, quota.tokens_a_day)
        # Checked and counted without an await between, so that two requests at once are two.
        if paced and quota.requests_a_minute is not None:
            again = self._requests.take((person.user_id, guild_id), quota.requests_a_minute)
            if again is not None:
                raise QuotaError(TOO_FAST, limit=quota.requests_a_minute, when=_when(again))

    async def remaining(self, guild_id: int | None, person: Person, policy: ServerPolicy) -> Remaining:
        """What a person may still ask. Raises: StoreError."""
        quota, now = self.quota_for(policy, person), self._clock()
        tokens_left = requests_left = None
        if quota.tokens_a_day is not None:
            used = await self._store.usage(person.user_id, guild_id, now.astimezone(UTC).date())
            tokens_left = max(0, quota.tokens_a_day - used.tokens)
        if quota.requests_a_minute is not None:
            made = self._requests.count((person.user_id, guild_id))
            requests_left = max(0, quota.requests_a_minute - made)
        return Remaining(tokens_left, requests_left, _midnight_after(now))

    async def _check_tokens(self, guild_id: int | None, user_id: int, limit: int) -> None:
        if limit == 0:
            raise QuotaError(NO_TOKENS)
        now = self._clock()
        used = (await self._store.usage(user_id, guild_id, now.astimezone(UTC).date())).tokens
        if used >= limit:
            raise QuotaError(USED_UP, used=f"{used:,}", limit=f"{limit:,}", when=_when(_midnight_after(now)))


_Key: TypeAlias = tuple[int, int | None]


class _RecentRequests:
    """When each person asked within the last minute, in each server."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        # Entries vanish a minute after a person's last request, so there is no need of another limit.
        self._made: TTLCache[_Key, deque[datetime]] = TTLCache(
            math.inf, MINUTE.total_seconds(), lambda: clock().timestamp()
        )

    def take(self, key: _Key, limit: int) -> datetime | None:
        """Count a request if there is room for it, else give the moment when there will be."""
        now = self._clock()
        made = deque(moment for moment in self._made.get(key, ()) if now - MINUTE < moment <= now)
        if len(made) >= limit:
            return made[-limit] + MINUTE
        made.append(now)
        self._made[key] = made
        return None

    def count(self, key: _Key) -> int:
        """How many requests were made within the last minute."""
        now = self._clock()
        return sum(now - MINUTE < moment <= now for moment in self._made.get(key, ()))


def _most_generous(quotas: Sequence[Quota]) -> Quota:
    return Quota(
        tokens_a_day=_largest(quota.tokens_a_day for quota in quotas),
        requests_a_minute=_largest(quota.requests_a_minute for quota in quotas),
    )


def _strictest(quotas: Sequence[Quota]) -> Quota:
    return Quota(
        tokens_a_day=_smallest(quota.tokens_a_day for quota in quotas),
        requests_a_minute=_smallest(quota.requests_a_minute for quota in quotas),
    )


def _largest(limits: Iterable[int | None]) -> int | None:
    known = list(limits)
    return None if None in known else max(limit for limit in known if limit is not None)


def _smallest(limits: Iterable[int | None]) -> int | None:
    return min((limit for limit in limits if limit is not None), default=None)


def _midnight_after(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date() + timedelta(days=1), time(), UTC)


def _when(moment: datetime) -> str:
    """A moment as Discord shows it to each person in their own language: "in 20 seconds"."""
    return f"<t:{-int(-moment.timestamp() // 1)}:R>"
