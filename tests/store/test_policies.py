"""What moderators set, what people used, how far channels were heard."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import StoreError
from bot.policy.ports import Statistics, Usage, Whereabouts
from bot.policy.server import REQUESTS_A_MINUTE, TOKENS_A_DAY, Quota, ServerPolicy
from bot.store import SqlStore
from bot.store.policies import _read, _written
from tests.store.people import answered, asked, message, now

GUILD = 2**62
IDS = st.integers(1, 2**63 - 1)
QUOTAS = st.builds(
    Quota,
    tokens_a_day=st.none() | st.integers(0, TOKENS_A_DAY.most),
    requests_a_minute=st.none() | st.integers(1, REQUESTS_A_MINUTE.most),
)
# What Discord sends is text; lone surrogates are tested apart.
POLICIES = st.builds(
    ServerPolicy,
    free_channels=st.frozensets(IDS, max_size=3),
    allowed_channels=st.frozensets(IDS, max_size=3),
    blocked_roles=st.frozensets(IDS, max_size=3),
    quota=st.none() | QUOTAS,
    role_quotas=st.dictionaries(IDS, QUOTAS, max_size=3),
    person_quotas=st.dictionaries(IDS, QUOTAS, max_size=3),
    language=st.none() | st.sampled_from(["en", "ja"]),
    persona=st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    max_reply_tokens=st.none() | st.integers(16, 32768),
)


@given(POLICIES)
def test_a_policy_is_read_as_it_was_written(policy: ServerPolicy) -> None:
    assert _read(GUILD, _written(policy)) == policy


async def test_a_servers_policy_is_kept_over_a_restart(url: str) -> None:
    policy = ServerPolicy(free_channels=frozenset({2**60, 5}), role_quotas={2**61: Quota(tokens_a_day=9)})
    async with SqlStore(url) as store:
        assert await store.policy(GUILD) == ServerPolicy()
        await store.set_policy(GUILD, ServerPolicy(language="ja"))
        await store.set_policy(GUILD, policy)
    async with SqlStore(url) as store:
        assert await store.policy(GUILD) == policy
        assert await store.policy(GUILD + 1) == ServerPolicy()


async def test_a_persona_that_no_database_takes_is_kept_as_near_as_can_be(store: SqlStore) -> None:
    await store.set_policy(GUILD, ServerPolicy(persona="a\0b\ud800"))
    await store.set_persona(7, GUILD, "a\0b\ud800")
    assert (await store.policy(GUILD)).persona == "a\ufffdb\ufffd"
    assert await store.persona(7) == "a\ufffdb\ufffd"


async def test_a_policy_beyond_its_bounds_is_not_written(store: SqlStore) -> None:
    broken = ServerPolicy().model_copy(update={"max_reply_tokens": 1})
    with pytest.raises(ValueError, match="max_reply_tokens"):
        await store.set_policy(GUILD, broken)
    with pytest.raises(ValueError, match="max_reply_tokens"):
        await store.change_policy(GUILD, lambda _: broken)
    assert await store.policy(GUILD) == ServerPolicy()


async def test_a_policy_that_cannot_be_read_is_an_error_and_not_one_without_rules(store: SqlStore) -> None:
    await store.set_policy(GUILD, ServerPolicy(allowed_roles=frozenset({1})))

    async def spoil(session: AsyncSession) -> None:
        await session.execute(text('UPDATE policies SET policy = \'{"allowed_roles": "all"}\''))

    await store.run(spoil, write=True)
    with pytest.raises(StoreError, match=rf"policy of server {GUILD}.*allowed_roles"):
        await store.policy(GUILD)


async def test_changes_made_at_once_are_all_kept(store: SqlStore) -> None:
    def freeing(channel: int) -> asyncio.Future[tuple[ServerPolicy, ServerPolicy]]:
        def change(policy: ServerPolicy) -> ServerPolicy:
            return policy.model_copy(update={"free_channels": policy.free_channels | {channel}})

        return asyncio.ensure_future(store.change_policy(GUILD, change))

    results = await asyncio.gather(*(freeing(channel) for channel in range(1, 11)))
    assert all(len(after.free_channels - before.free_channels) == 1 for before, after in results)
    assert (await store.policy(GUILD)).free_channels == frozenset(range(1, 11))


async def test_a_change_that_fails_changes_nothing(store: SqlStore) -> None:
    def fail(policy: ServerPolicy) -> ServerPolicy:
        raise RuntimeError("no such role")

    with pytest.raises(RuntimeError, match="no such role"):
        await store.change_policy(GUILD, fail)
    assert await store.policy(GUILD) == ServerPolicy()


async def test_a_persona_is_set_replaced_and_cleared(store: SqlStore) -> None:
    assert await store.persona(7) is None
    await store.set_persona(7, GUILD, "a pirate")
    await store.set_persona(7, GUILD, "")
    assert await store.persona(7) == ""
    assert await store.persona(8) is None
    await store.set_persona(7, GUILD, None)
    await store.set_persona(7, GUILD, None)
    assert await store.persona(7) is None


async def test_a_channel_belongs_where_its_messages_came_from(store: SqlStore) -> None:
    assert await store.whereabouts(7) is None
    await store.set_persona(7, GUILD, "a pirate")
    assert await store.whereabouts(7) == Whereabouts(GUILD, None)
    await asked(store, message(100, guild_id=1, parent_id=70))
    assert await store.whereabouts(7) == Whereabouts(1, 70)
    await asked(store, message(101, channel_id=9, guild_id=None))
    assert await store.whereabouts(9) == Whereabouts(None, None)


async def test_where_a_channel_belongs_is_learnt_later_and_not_unlearnt(store: SqlStore) -> None:
    await asked(store, message(100, guild_id=1))
    await asked(store, message(101, guild_id=1, parent_id=70))
    await asked(store, message(102, guild_id=1))
    assert await store.whereabouts(7) == Whereabouts(1, 70)
    assert await store.reset(7) == 3


async def test_usage_adds_up_by_person_server_and_day(store: SqlStore) -> None:
    today = now().date()
    for user, guild, day in ((1, GUILD, today), (1, GUILD, today), (1, None, today), (2, GUILD, today)):
        await store.add_usage(user, guild, day, Usage(1, 2**40, 10))
    await store.add_usage(1, GUILD, today - timedelta(days=1), Usage(5, 5, 5))

    assert await store.usage(1, GUILD, today) == Usage(2, 2**41, 20)
    assert await store.usage(1, GUILD, today - timedelta(days=1)) == Usage(5, 5, 5)
    assert await store.usage(1, None, today) == Usage(1, 2**40, 10)
    assert await store.usage(3, GUILD, today) == Usage()
    assert await store.usage_total(GUILD, today) == Usage(3, 3 * 2**40, 30)
    assert await store.usage_total(GUILD, today - timedelta(days=1)) == Usage(8, 3 * 2**40 + 5, 35)
    assert await store.usage_total(77, today) == Usage()


async def test_usage_counted_at_once_is_counted_in_full(store: SqlStore) -> None:
    today = now().date()
    await asyncio.gather(*(store.add_usage(1, GUILD, today, Usage(1, 1, 1)) for _ in range(20)))
    assert await store.usage(1, GUILD, today) == Usage(20, 20, 20)


async def test_statistics_tell_of_one_server(store: SqlStore) -> None:
    assert await store.statistics(1) == Statistics(0, 0, Usage(), Usage())
    await answered(store, message(100))
    await answered(store, message(101))
    await answered(store, message(102, channel_id=8))
    await store.forget_channel(8)
    await asked(store, message(103, channel_id=9, guild_id=None))
    today = now().date()
    for days, guild in ((0, 1), (6, 1), (7, 1), (0, None)):
        await store.add_usage(5, guild, today - timedelta(days=days), Usage(1, 1, 1))

    assert await store.statistics(1) == Statistics(4, 1, Usage(1, 1, 1), Usage(2, 2, 2))
    assert await store.statistics(None) == Statistics(1, 1, Usage(1, 1, 1), Usage(1, 1, 1))


async def test_a_cursor_only_goes_on(store: SqlStore) -> None:
    assert await store.cursors() == {}
    for channel_id, message_id in ((7, 100), (7, 99), (8, 5), (7, 2**62), (7, 101)):
        await store.advance(channel_id, message_id)
    assert await store.cursors() == {7: 2**62, 8: 5}
