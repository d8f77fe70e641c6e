"""What moderators set, what people used, how far channels were heard."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta, timezone

import pytest
from cachetools import TTLCache
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from bot.chat.turns import FinishReason, ReplyUsage
from bot.errors import StoreError
from bot.policy.ports import ChannelSettings, Statistics, Usage
from bot.policy.server import (
    REQUESTS_A_MINUTE,
    TOKENS_A_DAY,
    PersonaBy,
    PolicyChange,
    PolicyError,
    Quota,
    ResetBy,
    ServerPolicy,
)
from bot.store import SqlStore
from bot.store.models import PolicyRow
from bot.store.policies import POLICY_TTL, _from_json, _to_json
from tests.store.people import Clock, answered, asked, counting, message, now

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
    persona_by=st.sampled_from(PersonaBy),
    reset_by=st.sampled_from(ResetBy),
)


@given(POLICIES)
def test_a_policy_is_read_as_it_was_written(policy: ServerPolicy) -> None:
    assert _from_json(GUILD, _to_json(policy)) == policy


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


async def test_a_policy_beyond_its_limits_is_not_stored(store: SqlStore) -> None:
    broken = ServerPolicy().model_copy(update={"max_reply_tokens": 1})
    with pytest.raises(PolicyError, match="longest reply can have from 16 to 1,000,000 tokens, not 1"):
        await store.set_policy(GUILD, broken)
    with pytest.raises(PolicyError, match="longest reply"):
        await store.update_policy(GUILD, PolicyChange({"max_reply_tokens": 1}))
    assert await store.policy(GUILD) == ServerPolicy()


async def test_a_policy_that_cannot_be_read_is_an_error_and_not_one_without_rules(store: SqlStore) -> None:
    await store.set_policy(GUILD, ServerPolicy(allowed_roles=frozenset({1})))
    async with store.transaction(write=True) as session:
        await session.execute(text('UPDATE policies SET policy = \'{"allowed_roles": "all"}\''))
    with pytest.raises(StoreError, match=rf"settings of server {GUILD}.*allowed_roles"):
        await store.policy(GUILD)


async def test_changes_made_at_once_are_all_kept(store: SqlStore) -> None:
    changes = (PolicyChange(role_quotas={role: Quota(tokens_a_day=role)}) for role in range(1, 11))
    results = await asyncio.gather(*(store.update_policy(GUILD, change) for change in changes))
    assert all(len(after.role_quotas) - len(before.role_quotas) == 1 for before, after in results)
    assert set((await store.policy(GUILD)).role_quotas) == set(range(1, 11))


async def test_a_change_that_fails_changes_nothing(store: SqlStore) -> None:
    await store.set_policy(GUILD, ServerPolicy(language="ja"))
    with pytest.raises(PolicyError, match="longest reply"):
        await store.update_policy(GUILD, PolicyChange({"language": "de", "max_reply_tokens": 1}))
    assert await store.policy(GUILD) == ServerPolicy(language="ja")


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
    assert await store.channel_settings(7) == ChannelSettings()
    await store.set_persona(7, GUILD, "a pirate")
    await store.set_persona(70, GUILD, "a parrot")
    assert await store.channel_settings(7) == ChannelSettings(GUILD, "a pirate")
    await asked(store, message(100, guild_id=1, parent_id=70))
    assert await store.channel_settings(7) == ChannelSettings(1, "a pirate")
    await store.set_persona(7, GUILD, None)
    assert await store.channel_settings(7) == ChannelSettings(1, "a parrot")
    await asked(store, message(101, channel_id=9, guild_id=None))
    assert await store.channel_settings(9) == ChannelSettings()


async def test_where_a_channel_belongs_is_learnt_later_and_not_unlearnt(store: SqlStore) -> None:
    await store.set_persona(70, 1, "a parrot")
    for number, parent_id in enumerate((None, 70, None)):
        await asked(store, message(100 + number, guild_id=1, parent_id=parent_id))
    assert await store.channel_settings(7) == ChannelSettings(1, "a parrot")
    assert await store.reset(7) == 6


async def test_usage_adds_up_by_person_server_and_day(store: SqlStore) -> None:
    at, today = now(), now().date()
    for user, guild in ((1, GUILD), (1, GUILD), (1, None), (2, GUILD)):
        await store.record_usage(ReplyUsage(user, guild, 2**40, 10, at))
    await store.record_usage(ReplyUsage(1, GUILD, 5, 5, at - timedelta(days=1)))

    assert await store.usage(1, GUILD, today) == Usage(2, 2**41, 20)
    assert await store.usage(1, GUILD, today - timedelta(days=1)) == Usage(1, 5, 5)
    assert await store.usage(1, None, today) == Usage(1, 2**40, 10)
    assert await store.usage(3, GUILD, today) == Usage()
    statistics = await store.statistics(GUILD)
    assert statistics.today == Usage(3, 3 * 2**40, 30)
    assert statistics.week == Usage(4, 3 * 2**40 + 5, 35)
    assert (await store.statistics(77)).week == Usage()


async def test_days_begin_at_midnight_utc_wherever_the_clock_hangs(store: SqlStore) -> None:
    in_tokyo = datetime(2026, 11, 23, 8, 30, tzinfo=timezone(timedelta(hours=9)))
    await store.record_usage(ReplyUsage(1, GUILD, 5, 5, in_tokyo))
    assert await store.usage(1, GUILD, date(2026, 11, 22)) == Usage(1, 5, 5)


async def test_a_reply_is_closed_and_counted_at_once(store: SqlStore) -> None:
    prompt = await asked(store, message(100))
    reply = await store.open_reply(prompt)
    await store.close_reply(reply.id, "hi", [1], "t", FinishReason.COMPLETE, ReplyUsage(1, GUILD, 2, 3))
    assert await store.usage(1, GUILD, now().date()) == Usage(1, 2, 3)


async def test_usage_counted_at_once_is_counted_in_full(store: SqlStore) -> None:
    await asyncio.gather(*(store.record_usage(ReplyUsage(1, GUILD, 1, 1)) for _ in range(20)))
    assert await store.usage(1, GUILD, now().date()) == Usage(20, 20, 20)


async def test_statistics_tell_of_one_server(store: SqlStore) -> None:
    assert await store.statistics(1) == Statistics(0, 0, Usage(), Usage())
    await answered(store, message(100))
    await answered(store, message(101))
    await answered(store, message(102, channel_id=8))
    await store.forget_channel(8)
    await asked(store, message(103, channel_id=9, guild_id=None))
    for days, guild in ((0, 1), (6, 1), (7, 1), (0, None)):
        await store.record_usage(ReplyUsage(5, guild, 1, 1, now() - timedelta(days=days)))

    assert await store.statistics(1) == Statistics(4, 1, Usage(1, 1, 1), Usage(2, 2, 2))
    assert await store.statistics(None) == Statistics(2, 1, Usage(1, 1, 1), Usage(1, 1, 1))


async def test_a_policy_is_read_once_until_it_is_changed(store: SqlStore) -> None:
    await store.set_policy(GUILD, ServerPolicy(language="ja"))
    with counting(store) as transactions:
        for _ in range(5):
            assert (await store.policy(GUILD)).language == "ja"
        assert transactions.count == 1
        await store.update_policy(GUILD, PolicyChange({"language": "de"}))
        assert (await store.policy(GUILD)).language == "de"
        await store.set_policy(GUILD, ServerPolicy(language="fr"))
        assert (await store.policy(GUILD)).language == "fr"


async def test_what_another_process_changed_is_seen_after_a_while(url: str) -> None:
    clock = Clock()
    async with SqlStore(url) as store, SqlStore(url) as other:
        store._policies = TTLCache(10, POLICY_TTL, clock)
        assert await store.policy(GUILD) == ServerPolicy()
        await other.set_policy(GUILD, ServerPolicy(language="ja"))
        clock.now += POLICY_TTL - 1
        assert (await store.policy(GUILD)).language is None
        clock.now += 1
        assert (await store.policy(GUILD)).language == "ja"


async def test_a_policy_that_was_read_before_a_change_is_not_kept(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, changed = asyncio.Event(), asyncio.Event()

    async def slowly(guild_id: int) -> ServerPolicy:
        policy = ServerPolicy()
        read.set()
        await changed.wait()
        return policy

    with monkeypatch.context() as patched:
        patched.setattr(store, "_read_policy", slowly)
        reading = asyncio.create_task(store.policy(GUILD))
        await read.wait()
        await store.set_policy(GUILD, ServerPolicy(language="ja"))
        changed.set()
        await reading
    assert (await store.policy(GUILD)).language == "ja"


async def test_a_change_whose_caller_was_cancelled_is_seen_at_once(store: SqlStore) -> None:
    assert await store.policy(GUILD) == ServerPolicy()
    changing = asyncio.create_task(store.set_policy(GUILD, ServerPolicy(language="ja")))
    await asyncio.sleep(0)
    changing.cancel()
    await asyncio.gather(changing, *store._running, return_exceptions=True)
    assert (await store.policy(GUILD)).language == "ja"


async def test_settings_of_an_earlier_version_are_read_with_todays_defaults(store: SqlStore) -> None:
    async with store.transaction(write=True) as session:
        session.add(PolicyRow(guild_id=GUILD, policy='{"language": "ja"}'))
    policy = await store.policy(GUILD)
    assert (policy.persona_by, policy.reset_by) == (PersonaBy.MODERATORS, ResetBy.CONFIRM)
