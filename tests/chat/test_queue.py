from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.queue import FairQueue, QueueFullError, Ticket


async def test_messages_of_a_channel_go_one_at_a_time_in_order() -> None:
    queue = FairQueue(concurrency=4, size=8)
    first, second, third = (queue.enter(1, user) for user in (10, 11, 12))
    await first.turn()
    assert (queue.running, queue.waiting) == (1, 2)
    queue.leave(first)
    await second.turn()
    assert (queue.running, queue.waiting) == (1, 1)
    queue.leave(second)
    await third.turn()


async def test_channels_share_the_engine_up_to_its_concurrency() -> None:
    queue = FairQueue(concurrency=2, size=8)
    tickets = [queue.enter(channel, user_id=channel) for channel in (1, 2, 3)]
    await tickets[0].turn()
    await tickets[1].turn()
    assert (queue.running, queue.waiting) == (2, 1)
    queue.leave(tickets[1])
    await tickets[2].turn()


async def test_somebody_who_asks_a_lot_does_not_hold_up_the_others() -> None:
    queue = FairQueue(concurrency=1, size=16)
    greedy = [queue.enter(channel, user_id=1) for channel in (1, 2, 3, 4)]
    modest = queue.enter(9, user_id=2)
    await greedy[0].turn()
    queue.leave(greedy[0])
    await modest.turn()
    queue.leave(modest)
    await greedy[1].turn()


async def test_a_full_queue_refuses_and_says_how_long_it_is() -> None:
    queue = FairQueue(concurrency=1, size=2)
    running, *_ = [queue.enter(channel, user_id=1) for channel in (1, 2, 3)]
    with pytest.raises(QueueFullError, match="2 waiting"):
        queue.enter(4, user_id=2)
    queue.leave(running)
    queue.enter(4, user_id=2)


async def test_nobody_fills_the_queue_alone() -> None:
    queue = FairQueue(concurrency=1, size=8)
    for channel in range(7):  # one of them has its turn
        queue.enter(channel, user_id=1)
    with pytest.raises(QueueFullError, match="6 waiting"):
        queue.enter(10, user_id=1)
    queue.enter(10, user_id=1, admitted=True)
    queue.enter(11, user_id=2)
    with pytest.raises(QueueFullError):
        queue.enter(12, user_id=2)


async def test_a_ticket_knows_how_many_are_ahead() -> None:
    queue = FairQueue(concurrency=1, size=8)
    first, second, third = (queue.enter(channel, user_id=channel) for channel in (1, 2, 2))
    assert [(t.ahead, t.waiting_ahead, t.own_ahead) for t in (first, second, third)] == [
        (0, 0, 0),
        (1, 0, 0),
        (2, 1, 1),
    ]
    queue.leave(first)
    assert (second.has_turn, second.ahead, third.ahead) == (True, 0, 1)
    queue.leave(second)
    assert (third.has_turn, third.ahead) == (True, 0)


async def test_leaving_the_queue_lets_the_next_ones_move_up() -> None:
    queue = FairQueue(concurrency=1, size=8)
    first, second, third = (queue.enter(1, user_id=1) for _ in range(3))
    queue.leave(second)
    queue.leave(second)
    queue.leave(first)
    await third.turn()
    assert (queue.running, queue.waiting) == (1, 0)


@given(
    arrivals=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=20),
    concurrency=st.integers(1, 4),
)
def test_everybody_is_served_once_and_in_the_order_of_the_channel(
    arrivals: list[tuple[int, int]], concurrency: int
) -> None:
    async def serve() -> list[Ticket]:
        queue = FairQueue(concurrency, size=2 * len(arrivals))
        tickets = [queue.enter(channel, user) for channel, user in arrivals]
        served: list[Ticket] = []
        while len(served) < len(tickets):
            going = [t for t in tickets if t.has_turn and t not in served]
            assert 1 <= len(going) <= concurrency
            assert len({t.channel_id for t in going}) == len(going)
            served.append(going[0])
            queue.leave(going[0])
        assert (queue.running, queue.waiting) == (0, 0)
        for channel in {t.channel_id for t in tickets}:
            assert [t for t in served if t.channel_id == channel] == [
                t for t in tickets if t.channel_id == channel
            ]
        return served

    asyncio.run(serve())
