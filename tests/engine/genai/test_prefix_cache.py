"""The record of what is in the KV cache."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.engine.genai.kv_pool import KvPool
from bot.engine.genai.prefix_cache import PrefixCacheRecord

Ids = st.lists(st.integers(0, 3), max_size=60)


def test_whole_blocks_of_a_known_beginning_count() -> None:
    record = PrefixCacheRecord(KvPool(100, 4, 1))
    record.remember(list(range(10)))
    assert record.reused([*range(10), 99, 99]) == 8
    assert record.reused([*range(6), 99, 99, 99]) == 4
    assert record.reused([99, *range(10)]) == 0


def test_the_last_token_of_a_prompt_is_always_computed() -> None:
    record = PrefixCacheRecord(KvPool(100, 4, 1))
    record.remember(list(range(8)))
    assert record.reused(list(range(8))) == 7


def test_the_same_tokens_elsewhere_in_a_prompt_do_not_count() -> None:
    record = PrefixCacheRecord(KvPool(100, 2, 1))
    record.remember([1, 2, 3, 4])
    assert record.reused([3, 4, 1, 2, 9]) == 0


def test_what_was_used_least_recently_is_forgotten_first() -> None:
    record = PrefixCacheRecord(KvPool(4, 2, 1))
    record.remember([1, 1, 1, 2])
    record.remember([2, 2, 2, 3])
    assert record.reused([1, 1, 1, 2, 9]) == 4
    record.remember([3, 3, 3, 4])
    assert record.reused([1, 1, 1, 2, 9]) == 4
    assert record.reused([2, 2, 2, 3, 9]) == 0


@given(st.lists(Ids, max_size=8), Ids)
def test_equals_the_longest_common_beginning_in_whole_blocks(
    known: list[list[int]], asked: list[int]
) -> None:
    record = PrefixCacheRecord(KvPool(10_000, 4, 1))
    for ids in known:
        record.remember(ids)

    def common(ids: list[int]) -> int:
        end = 0
        while end + 4 <= min(len(ids), len(asked)) and ids[: end + 4] == asked[: end + 4]:
            end += 4
        return end

    longest = max((common(ids) for ids in known), default=0)
    assert record.reused(asked) == min(longest, max(len(asked) - 1, 0))


def test_no_more_blocks_are_remembered_than_the_pool_holds() -> None:
    record = PrefixCacheRecord(KvPool(8, 2, 1))
    for start in range(0, 1000, 10):
        record.remember(list(range(start, start + 10)))
    assert len(record._blocks) == 8
