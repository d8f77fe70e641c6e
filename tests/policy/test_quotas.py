"""How much a person may ask, and how much of it is left."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.chat.turns import ReplyUsage
from bot.i18n import LANGUAGES, speaking
from bot.policy.permissions import Person
from bot.policy.quotas import QuotaError, Quotas, Remaining
from bot.policy.server import Quota, ServerPolicy
from bot.store import SqlStore
from tests.policy.conftest import Clock

Use = Callable[[int, int], Awaitable[None]]

GUILD = 100
ANA = Person(50, frozenset({1, 2}))
BEN = Person(51, frozenset())
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
LIMITS = st.none() | st.integers(1, 20)
QUOTAS = st.builds(Quota, tokens_a_day=LIMITS, requests_a_minute=LIMITS)


@pytest.fixture
def quotas(store: SqlStore, clock: Clock) -> Quotas:
    return Quotas(store, Quota(tokens_a_day=1000, requests_a_minute=3), clock)


@pytest.fixture
def use(store: SqlStore, clock: Clock) -> Use:
    """Lets ANA use so many tokens now, read and written."""

    async def record(read: int, written: int) -> None:
        await store.record_usage(ReplyUsage(ANA.user_id, GUILD, read, written, clock.now))

    return record


async def refusal(quotas: Quotas, person: Person = ANA, policy: ServerPolicy | None = None) -> str:
    with pytest.raises(QuotaError) as caught:
        await quotas.check(GUILD, person, policy or ServerPolicy())
    return str(caught.value)


async def test_the_nearest_quota_to_a_person_counts(quotas: Quotas) -> None:
    of_server, of_role, own = Quota(tokens_a_day=1), Quota(tokens_a_day=2), Quota(tokens_a_day=3)
    policy = ServerPolicy()
    assert quotas.quota_for(policy, ANA) == Quota(tokens_a_day=1000, requests_a_minute=3)
    policy = policy.model_copy(update={"quota": of_server})
    assert quotas.quota_for(policy, ANA) == of_server
    policy = policy.model_copy(update={"role_quotas": {2: of_role, 7: Quota()}})
    assert quotas.quota_for(policy, ANA) == of_role
    assert quotas.quota_for(policy, BEN) == of_server
    policy = policy.model_copy(update={"person_quotas": {ANA.user_id: own}})
    assert quotas.quota_for(policy, ANA) == own
    assert quotas.quota_for(policy, BEN) == of_server


def as_numbers(quota: Quota) -> tuple[int, int]:
    """Its two limits, in numbers that can be compared."""
    limits = (quota.tokens_a_day, quota.requests_a_minute)
    tokens, requests = (sys.maxsize if limit is None else limit for limit in limits)
    return tokens, requests


def at_most(less: Quota, more: Quota) -> bool:
    """Whether neither limit of the one is above that of the other."""
    return all(one <= other for one, other in zip(as_numbers(less), as_numbers(more), strict=True))


@given(QUOTAS, st.dictionaries(st.integers(1, 4), QUOTAS), st.frozensets(st.integers(1, 4)))
def test_unknown_roles_never_give_more(
    everybodys: Quota, by_role: dict[int, Quota], role_ids: frozenset[int]
) -> None:
    quotas = Quotas(SqlStore("sqlite+aiosqlite:///unopened.db"))
    policy = ServerPolicy(quota=everybodys, role_quotas=by_role)
    unknown, known = (quotas.quota_for(policy, Person(50, roles)) for roles in (None, role_ids))
    assert at_most(unknown, known)


@given(
    QUOTAS,
    st.dictionaries(st.integers(1, 4), QUOTAS, min_size=1),
    st.frozensets(st.integers(1, 4), min_size=1),
)
def test_more_roles_with_quotas_never_give_less(
    everybodys: Quota, by_role: dict[int, Quota], role_ids: frozenset[int]
) -> None:
    assume(role_ids & by_role.keys())
    quotas = Quotas(SqlStore("sqlite+aiosqlite:///unopened.db"))
    policy = ServerPolicy(quota=everybodys, role_quotas=by_role)
    known = quotas.quota_for(policy, Person(50, role_ids))
    assert all(at_most(by_role[role], known) for role in role_ids & by_role.keys())
    assert all(at_most(known, quotas.quota_for(policy, Person(50, role_ids | {role}))) for role in by_role)


async def test_requests_are_limited_within_any_minute(quotas: Quotas, clock: Clock) -> None:
    for seconds in (0, 20, 20):
        clock.advance(seconds=seconds)
        await quotas.check(GUILD, ANA, ServerPolicy())

    assert "limit is 3 a minute" in await refusal(quotas)
    clock.advance(seconds=19.9)
    again = int((clock.now + timedelta(seconds=0.1)).timestamp())
    assert f"<t:{again}:R>" in await refusal(quotas)
    clock.advance(seconds=0.1)
    await quotas.check(GUILD, ANA, ServerPolicy())
    await refusal(quotas)


async def test_a_limit_that_is_lowered_counts_what_was_asked_before(quotas: Quotas, clock: Clock) -> None:
    for _ in range(3):
        clock.advance(seconds=10)
        await quotas.check(GUILD, ANA, ServerPolicy())
    lowered = ServerPolicy(quota=Quota(requests_a_minute=1))
    assert f"<t:{int(clock.now.timestamp()) + 60}:R>" in await refusal(quotas, policy=lowered)
    assert (await quotas.remaining(GUILD, ANA, lowered)).requests_left == 0


async def test_people_and_servers_are_limited_each_by_themselves(quotas: Quotas) -> None:
    for _ in range(3):
        await quotas.check(GUILD, ANA, ServerPolicy())
    await refusal(quotas)

    await quotas.check(GUILD, BEN, ServerPolicy())
    await quotas.check(None, ANA, ServerPolicy())
    await quotas.check(GUILD + 1, ANA, ServerPolicy())


async def test_of_many_requests_at_once_as_many_get_through_as_may(quotas: Quotas) -> None:
    checks = (quotas.check(GUILD, ANA, ServerPolicy()) for _ in range(10))
    results = await asyncio.gather(*checks, return_exceptions=True)
    assert [type(result) for result in results].count(QuotaError) == 7


async def test_a_clock_that_is_put_back_locks_nobody_out(quotas: Quotas, clock: Clock) -> None:
    for _ in range(3):
        await quotas.check(GUILD, ANA, ServerPolicy())
    clock.advance(hours=-1)
    await quotas.check(GUILD, ANA, ServerPolicy())


async def test_whoever_asked_more_than_a_minute_ago_takes_no_memory(store: SqlStore, clock: Clock) -> None:
    quotas = Quotas(store, Quota(requests_a_minute=3), clock)
    for user_id in range(500):
        await quotas.check(GUILD, Person(user_id, None), ServerPolicy())
        clock.advance(seconds=1)
    assert len(quotas._requests._made) <= 61


async def test_tokens_of_a_day_are_limited_until_midnight_utc(quotas: Quotas, clock: Clock, use: Use) -> None:
    await use(600, 399)
    await quotas.check(GUILD, ANA, ServerPolicy())
    await use(600, 1)

    said = await refusal(quotas)
    assert "1,600 of 1,000" in said
    assert f"<t:{int(MIDNIGHT.timestamp())}:R>" in said
    clock.now = MIDNIGHT - timedelta(microseconds=1)
    await refusal(quotas)
    clock.now = MIDNIGHT
    await quotas.check(GUILD, ANA, ServerPolicy())


async def test_days_begin_at_midnight_utc_wherever_the_clock_hangs(store: SqlStore) -> None:
    in_tokyo = datetime(2026, 11, 23, 8, 30, tzinfo=timezone(timedelta(hours=9)))
    await store.record_usage(ReplyUsage(ANA.user_id, GUILD, 5, 5, in_tokyo))
    quotas = Quotas(store, Quota(tokens_a_day=10), lambda: in_tokyo)
    assert await quotas.remaining(GUILD, ANA, ServerPolicy()) == Remaining(0, None, MIDNIGHT)


async def test_a_refused_request_does_not_count(quotas: Quotas, clock: Clock, use: Use) -> None:
    await use(1000, 0)
    await refusal(quotas)
    assert await quotas.remaining(GUILD, ANA, ServerPolicy()) == Remaining(0, 3, MIDNIGHT)


async def test_a_quota_of_no_tokens_says_that_waiting_does_not_help(quotas: Quotas) -> None:
    said = await refusal(quotas, policy=ServerPolicy(quota=Quota(tokens_a_day=0)))
    assert "no tokens" in said
    assert "<t:" not in said


async def test_what_remains_goes_down_as_it_is_used(quotas: Quotas, clock: Clock, use: Use) -> None:
    assert await quotas.remaining(GUILD, ANA, ServerPolicy()) == Remaining(1000, 3, MIDNIGHT)
    await quotas.check(GUILD, ANA, ServerPolicy())
    await use(100, 23)
    assert await quotas.remaining(GUILD, ANA, ServerPolicy()) == Remaining(877, 2, MIDNIGHT)
    assert await quotas.remaining(GUILD, BEN, ServerPolicy()) == Remaining(1000, 3, MIDNIGHT)
    clock.advance(minutes=1)
    assert (await quotas.remaining(GUILD, ANA, ServerPolicy())).requests_left == 3


async def test_without_a_limit_everything_goes(store: SqlStore, clock: Clock, use: Use) -> None:
    quotas = Quotas(store, clock=clock)
    await use(10**9, 10**9)
    for _ in range(700):
        await quotas.check(GUILD, ANA, ServerPolicy())
    assert await quotas.remaining(GUILD, ANA, ServerPolicy()) == Remaining(None, None, MIDNIGHT)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_refusals_are_filled_in_every_language(quotas: Quotas, language: str, use: Use) -> None:
    once = ServerPolicy(quota=Quota(requests_a_minute=1))
    await use(1234, 0)
    await quotas.check(GUILD, BEN, once)
    with speaking(language):
        for said in (await refusal(quotas), await refusal(quotas, BEN, once)):
            assert "<t:" in said
            assert "{" not in said
