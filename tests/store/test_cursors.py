"""How far channels were read, and which of it needs no row any more."""

from __future__ import annotations

from bot.store import SqlStore
from tests.store.people import counting


async def test_a_cursor_only_goes_forward(store: SqlStore) -> None:
    assert await store.cursors() == {}
    for channel_id, message_id in ((7, 100), (7, 99), (8, 5), (7, 2**62), (7, 101)):
        await store.save_cursors({channel_id: message_id})
    assert await store.cursors() == {7: 2**62, 8: 5}


async def test_many_cursors_are_stored_in_one_transaction(store: SqlStore) -> None:
    await store.save_cursors({7: 100})
    with counting(store) as transactions:
        await store.save_cursors({7: 90, 8: 200, 0: 210})
        await store.save_cursors({})
    assert transactions.count <= 2
    assert await store.cursors() == {7: 100, 8: 200, 0: 210}


async def test_cursors_that_are_too_old_to_matter_are_removed(store: SqlStore) -> None:
    await store.save_cursors({0: 50, **{channel: channel for channel in range(1, 1001)}})
    assert await store.prune_cursors(before=991) == 990
    assert await store.cursors() == {0: 50, **{channel: channel for channel in range(991, 1001)}}


async def test_the_cursor_of_a_channel_that_was_not_read_to_its_end_stays(store: SqlStore) -> None:
    await store.save_cursors({0: 500, 7: 10, 8: 10})
    assert await store.prune_cursors(before=100, keep=[7]) == 1
    assert await store.cursors() == {0: 500, 7: 10}


async def test_nothing_is_removed_where_no_cursor_stands_for_all_other_channels(store: SqlStore) -> None:
    await store.save_cursors({7: 10})
    assert await store.prune_cursors(before=100) == 0
    assert await store.cursors() == {7: 10}
