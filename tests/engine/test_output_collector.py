import asyncio
import threading

import pytest

from bot.chat.turns import FinishReason
from bot.engine.output_collector import OutputCollector
from bot.engine.token_engine import TokenChunk
from bot.errors import EngineError

COMPLETE = FinishReason.COMPLETE


async def test_each_id_arrives_where_the_reader_is_quick() -> None:
    output = OutputCollector(asyncio.get_running_loop())
    chunks = output.stream()
    for id_ in range(3):
        output.put((id_,))
        assert await anext(chunks) == TokenChunk((id_,))
    output.finish((), COMPLETE, 5)
    assert await anext(chunks) == TokenChunk(ended=COMPLETE, reused_tokens=5)
    with pytest.raises(StopAsyncIteration):
        await anext(chunks)


async def test_what_a_reader_missed_comes_in_one_chunk() -> None:
    output = OutputCollector(asyncio.get_running_loop())
    for id_ in range(1000):
        output.put((id_,))
    chunks = output.stream()
    assert await anext(chunks) == TokenChunk(tuple(range(1000)))
    output.put((1000,))
    output.finish((1001,), COMPLETE, None)
    assert [chunk async for chunk in chunks] == [TokenChunk((1000, 1001), ended=COMPLETE)]


async def test_many_writes_wake_the_reader_once() -> None:
    woken = 0

    class Loop(asyncio.SelectorEventLoop):
        def call_soon_threadsafe(self, *args: object, **kwargs: object) -> asyncio.Handle:
            nonlocal woken
            woken += 1
            return super().call_soon_threadsafe(*args, **kwargs)  # type: ignore[arg-type]

    loop = Loop()
    output = OutputCollector(loop)
    for id_ in range(1000):
        output.put((id_,))
    loop.close()
    assert woken == 1


async def test_no_ids_wake_nobody() -> None:
    output = OutputCollector(asyncio.get_running_loop())
    output.put(())
    reader = asyncio.ensure_future(anext(output.stream()))
    await asyncio.sleep(0)
    assert not reader.done()
    output.put((1,))
    output.put((2,))
    assert await reader == TokenChunk((1, 2))


async def test_an_error_comes_after_the_ids_so_far() -> None:
    output = OutputCollector(asyncio.get_running_loop())
    output.put((1,))
    output.fail(EngineError("broken"))
    chunks = output.stream()
    assert await anext(chunks) == TokenChunk((1,))
    with pytest.raises(EngineError, match="broken"):
        await anext(chunks)


async def test_what_comes_after_the_end_is_dropped() -> None:
    output = OutputCollector(asyncio.get_running_loop())
    output.finish((1,), COMPLETE, None)
    output.put((2,))
    output.put_progress(7)
    output.finish((3,), FinishReason.LENGTH, None)
    output.fail(EngineError("too late"))
    assert [chunk async for chunk in output.stream()] == [TokenChunk((1,), ended=COMPLETE)]


async def test_ids_from_a_thread_arrive_whole_and_in_order() -> None:
    output = OutputCollector(asyncio.get_running_loop())

    def write() -> None:
        for id_ in range(5000):
            output.put((id_,))
        output.finish((5000,), COMPLETE, None)

    thread = threading.Thread(target=write)
    thread.start()
    chunks = [chunk async for chunk in output.stream()]
    thread.join()
    assert [id_ for chunk in chunks for id_ in chunk.token_ids] == list(range(5001))
    assert [chunk.ended for chunk in chunks] == [None] * (len(chunks) - 1) + [COMPLETE]


async def test_a_closed_loop_does_not_trouble_the_writer() -> None:
    loop = asyncio.new_event_loop()
    output = OutputCollector(loop)
    loop.close()
    output.put((1,))
    output.fail(EngineError("nobody reads this"))


async def test_how_far_the_prompt_is_read_comes_as_its_newest_count_and_not_beside_ids() -> None:
    output = OutputCollector(asyncio.get_running_loop())
    chunks = output.stream()
    output.put_progress(0)
    assert await anext(chunks) == TokenChunk(prompt_read=0)
    output.put_progress(1)
    output.put_progress(2)
    assert await anext(chunks) == TokenChunk(prompt_read=2)
    output.put_progress(3)
    output.put((1,))
    assert await anext(chunks) == TokenChunk((1,))
    output.finish((), COMPLETE, None)
    assert [chunk async for chunk in chunks] == [TokenChunk(ended=COMPLETE)]
