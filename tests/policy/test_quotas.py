"""How much a person may ask, and how much of it is left."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import LANGUAGES, speaking
from bot.policy.permissions import Person
from bot.policy.ports import Usage
from bot.policy.quotas import QuotaError, Quotas, Remaining
from bot.policy.server import Quota, ServerPolicy
from bot.store import SqlStore
from tests.policy.conftest import Clock

GUILD = 100
ANA = Person(50, frozenset({1, 2}))
BEN = Person(51, frozenset())
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
BOUNDS = st.none() | st.integers(1, 20)
QUOTAS = st.builds(Quota, tokens_a_day=BOUNDS, requests_a_minute=BOUNDS)


@pytest.fixture
def quotas(store: SqlStore, clock: Clock) -> Quotas:
    return Quotas(store, Quota(tokens_a_day=1000, requests_a_minute=3), clock)


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


@given(QUOTAS, st.dictionaries(st.integers(1, 4), QUOTAS), st.frozensets(st.integers(1, 4)))
def test_more_roles_with_quotas_never_give_less_and_unknown_roles_never_more(
    everybodys: Quota, by_role: dict[int, Quota], role_ids: frozenset[int]
) -> None:
    def bounds(quota: Quota) -> tuple[int, int]:
        endless = sys.maxsize
        tokens, requests = quota.tokens_a_day, quota.requests_a_minute
        return (endless if tokens is None else tokens, endless if requests is None else requests)

    def quota(roles: frozenset[int] | None) -> tuple[int, int]:
        return bounds(quotas.quota_for(policy, Person(50, roles)))

    quotas = Quotas(SqlStore("sqlite+aiosqlite:///unopened.db"))
    policy = ServerPolicy(quota=everybodys, role_quotas=by_role)
    known, unknown = quota(role_ids), quota(None)
    assert all(less <= more for less, more in zip(unknown, known, strict=True))
    if role_ids & by_role.keys():
        for role in by_role:
            assert all(less <= more for less, more in zip(known, quota(role_ids | {role}), strict=True))
            if role in role_ids:
                assert all(less <= more for less, more in zip(bounds(by_role[role]), known, strict=True))


async def test_requests_are_bounded_within_any_minute(quotas: Quotas, clock: Clock) -> None:
    for seconds in (0, 20, 20):
        clock.advance(seconds=seconds)
        await quotas.check(GUILD, ANA, ServerPolicy())

    assert "3 a minute" in await refusal(quotas)
    clock.advance(seconds=19.9)
    again = int((clock.now + timedelta(seconds=0.1)).timestamp())
    assert f"<t:{again}:R>" in await refusal(quotas)
    clock.advance(seconds=0.1)
    await quotas.check(GUILD, ANA, ServerPolicy())
    await refusal(quotas)


async def test_a_bound_that_is_lowered_counts_what_was_asked_before(quotas: Quotas, clock: Clock) -> None:
    for _ in range(3):
        clock.advance(seconds=10)
        await quotas.check(GUILD, ANA, ServerPolicy())
    lowered = ServerPolicy(quota=Quota(requests_a_minute=1))
    assert f"<t:{int(clock.now.timestamp()) + 60}:R>" in await refusal(quotas, policy=lowered)
    assert (await quotas.remaining(GUILD, ANA, lowered)).requests_left == 0


async def test_people_and_servers_are_bounded_each_by_themselves(quotas: Quotas) -> None:
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


async def test_tokens_of_a_day_are_bounded_until_midnight_utc(quotas: Quotas, clock: Clock) -> None:
    await quotas.record(ANA.user_id, GUILD, Usage(1, 600, 399))
    await quotas.check(GUILD, ANA, ServerPolicy())
    await quotas.record(ANA.user_id, GUILD, Usage(1, 600, 1))

    said = await refusal(quotas)
    assert "1,600 of 1,000" in said
    assert f"<t:{int(MIDNIGHT.timestamp())}:R>" in said
    clock.now = MIDNIGHT - timedelta(microseconds=1)
    await refusal(quotas)
    clock.now = MIDNIGHT
    await quotas.check(GUILD, ANA, ServerPolicy())


async def test_days_begin_at_midnight_utc_wherever_the_clock_hangs(store: SqlStore) -> None:
    in_tokyo = datetime(2026, 11, 23, 8, 30, tzinfo=timezone(timedelta(hours=9)))
    quotas = Quotas(store, Quota(tokens_a_day=10), lambda: in_tokyo)
    await quotas.record(ANA.user_id, GUILD, Usage(1, 5, 5))

    assert await store.usage(ANA.user_id, GUILD, MIDNIGHT.date() - timedelta(days=1)) == Usage(1, 5, 5)
    assert await quotas.remaining(GUILD, ANA, ServerPolicy()) == Remaining(0, None, MIDNIGHT)


async def test_a_refused_request_does_not_count(quotas: Quotas, clock: Clock) -> None:
    await quotas.record(ANA.user_id, GUILD, Usage(1, 1000, 0))
    await refusal(quotas)
    assert await quotas.remaining(GUILD, ANA, ServerPolicy()) == Remaining(0, 3, MIDNIGHT)


async def test_a_quota_of_no_tokens_says_that_waiting_does_not_help(quotas: Quotas) -> None:
    said = await refusal(quotas, policy=ServerPolicy(quota=Quota(tokens_a_day=0)))
    assert "no tokens" in said
    assert "<t:" not in said


async def test_what_remains_goes_down_as_it_is_used(quotas: Quotas, clock: Clock) -> None:
    assert await quotas.remaining(GUILD, ANA, ServerPolicy()) == Remaining(1000, 3, MIDNIGHT)
    await quotas.check(GUILD, ANA, ServerPolicy())
    await quotas.record(ANA.user_id, GUILD, Usage(1, 100, 23))
    assert await quotas.remaining(GUILD, ANA, ServerPolicy()) == Remaining(877, 2, MIDNIGHT)
    assert await quotas.remaining(GUILD, BEN, ServerPolicy()) == Remaining(1000, 3, MIDNIGHT)
    clock.advance(minutes=1)
    assert (await quotas.remaining(GUILD, ANA, ServerPolicy())).requests_left == 3


async def test_no_bound_is_no_bound(store: SqlStore, clock: Clock) -> None:
    quotas = Quotas(store, clock=clock)
    await quotas.record(ANA.user_id, GUILD, Usage(1, 10**9, 10**9))
    for _ in range(700):
        await quotas.check(GUILD, ANA, ServerPolicy())
    assert await quotas.remaining(GUILD, ANA, ServerPolicy()) == Remaining(None, None, MIDNIGHT)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_refusals_are_filled_in_every_language(quotas: Quotas, language: str) -> None:
    once = ServerPolicy(quota=Quota(requests_a_minute=1))
    await quotas.record(ANA.user_id, GUILD, Usage(1, 1234, 0))
    await quotas.check(GUILD, BEN, once)
    with speaking(language):
        for said in (await refusal(quotas), await refusal(quotas, BEN, once)):
            assert "<t:" in said
            assert "{" not in said
