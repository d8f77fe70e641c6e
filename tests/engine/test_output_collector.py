import asyncio
import threading

import pytest

from bot.chat.ports import Finish, StreamChunk
from bot.chat.turns import FinishReason
from bot.engine.output_collector import OutputCollector
from bot.errors import EngineError


def finish(tokens: int) -> Finish:
    return Finish(FinishReason.COMPLETE, tuple(range(tokens)), prompt_tokens=3)


async def test_each_text_arrives_where_the_reader_is_quick() -> None:
    output = OutputCollector(asyncio.get_running_loop())
    pieces = output.stream()
    for count, text in enumerate("abc", start=1):
        output.put(text, count)
        assert await anext(pieces) == StreamChunk(text, count)
    output.finish("", finish(3))
    assert await anext(pieces) == StreamChunk("", 3, finish(3))
    with pytest.raises(StopAsyncIteration):
        await anext(pieces)


async def test_what_a_reader_missed_comes_in_one_piece() -> None:
    output = OutputCollector(asyncio.get_running_loop())
    for count in range(1, 1001):
        output.put("x", count)
    pieces = output.stream()
    assert await anext(pieces) == StreamChunk("x" * 1000, 1000)
    output.put("y", 1001)
    output.finish("z", finish(1002))
    assert [piece async for piece in pieces] == [StreamChunk("yz", 1002, finish(1002))]


async def test_many_writes_wake_the_reader_once() -> None:
    woken = 0

    class Loop(asyncio.SelectorEventLoop):
        def call_soon_threadsafe(self, *args: object, **kwargs: object) -> asyncio.Handle:
            nonlocal woken
            woken += 1
            return super().call_soon_threadsafe(*args, **kwargs)  # type: ignore[arg-type]

    loop = Loop()
    output = OutputCollector(loop)
    for count in range(1000):
        output.put("x", count)
    loop.close()
    assert woken == 1


async def test_tokens_without_text_wake_nobody_and_are_counted() -> None:
    output = OutputCollector(asyncio.get_running_loop())
    output.put("", 1)
    reader = asyncio.ensure_future(anext(output.stream()))
    await asyncio.sleep(0)
    output.put("", 2)
    output.put("a", 3)
    assert await reader == StreamChunk("a", 3)


async def test_an_error_comes_after_the_text_before_it() -> None:
    output = OutputCollector(asyncio.get_running_loop())
    output.put("so far", 2)
    output.fail(EngineError("broken"))
    pieces = output.stream()
    assert await anext(pieces) == StreamChunk("so far", 2)
    with pytest.raises(EngineError, match="broken"):
        await anext(pieces)


async def test_nothing_comes_after_the_end() -> None:
    output = OutputCollector(asyncio.get_running_loop())
    output.finish("end", finish(1))
    output.put("late", 2)
    output.fail(EngineError("late"))
    output.finish("late", finish(3))
    assert [piece async for piece in output.stream()] == [StreamChunk("end", 1, finish(1))]


async def test_text_from_a_thread_arrives_whole_and_in_order() -> None:
    output = OutputCollector(asyncio.get_running_loop())
    words = [f"{number} " for number in range(2000)]

    def write() -> None:
        for count, word in enumerate(words, start=1):
            output.put(word, count)
        output.finish("", finish(2000))

    thread = threading.Thread(target=write)
    thread.start()
    pieces = [piece async for piece in output.stream()]
    thread.join()
    assert "".join(piece.text for piece in pieces) == "".join(words)
    assert pieces[-1].finish == finish(2000)


def test_writing_after_the_loop_has_closed_is_no_error() -> None:
    loop = asyncio.new_event_loop()
    output = OutputCollector(loop)
    loop.close()
    output.put("x", 1)
    output.fail(EngineError("late"))


async def test_of_what_was_read_the_newest_count_arrives_and_text_ends_it() -> None:
    output = OutputCollector(asyncio.get_running_loop())
    pieces = output.stream()
    output.put_progress(0)
    assert await anext(pieces) == StreamChunk("", 0, prompt_read=0)
    output.put_progress(64)
    output.put_progress(64)
    output.put_progress(128)
    assert await anext(pieces) == StreamChunk("", 0, prompt_read=128)
    output.put_progress(128)
    assert await anext(pieces) == StreamChunk("", 0, prompt_read=128), "a sign of life"
    output.put_progress(192)
    output.put("a", 1)
    assert await anext(pieces) == StreamChunk("a", 1)
    output.finish("", finish(1))
    assert [piece async for piece in pieces] == [StreamChunk("", 1, finish(1))]
