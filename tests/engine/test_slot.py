import asyncio
import threading

import pytest

from bot.chat.ports import Finish, Piece
from bot.chat.turns import Ending
from bot.engine.slot import Slot
from bot.errors import EngineError


def finish(tokens: int) -> Finish:
    return Finish(Ending.COMPLETE, tuple(range(tokens)), prompt_tokens=3)


async def test_each_text_arrives_where_the_reader_is_quick() -> None:
    slot = Slot(asyncio.get_running_loop())
    pieces = slot.pieces()
    for count, text in enumerate("abc", start=1):
        slot.put(text, count)
        assert await anext(pieces) == Piece(text, count)
    slot.finish("", finish(3))
    assert await anext(pieces) == Piece("", 3, finish(3))
    with pytest.raises(StopAsyncIteration):
        await anext(pieces)


async def test_what_a_reader_missed_comes_in_one_piece() -> None:
    slot = Slot(asyncio.get_running_loop())
    for count in range(1, 1001):
        slot.put("x", count)
    pieces = slot.pieces()
    assert await anext(pieces) == Piece("x" * 1000, 1000)
    slot.put("y", 1001)
    slot.finish("z", finish(1002))
    assert [piece async for piece in pieces] == [Piece("yz", 1002, finish(1002))]


async def test_many_writes_wake_the_reader_once() -> None:
    woken = 0

    class Loop(asyncio.SelectorEventLoop):
        def call_soon_threadsafe(self, *args: object, **kwargs: object) -> asyncio.Handle:
            nonlocal woken
            woken += 1
            return super().call_soon_threadsafe(*args, **kwargs)  # type: ignore[arg-type]

    loop = Loop()
    slot = Slot(loop)
    for count in range(1000):
        slot.put("x", count)
    loop.close()
    assert woken == 1


async def test_tokens_without_text_wake_nobody_and_are_counted() -> None:
    slot = Slot(asyncio.get_running_loop())
    slot.put("", 1)
    reader = asyncio.ensure_future(anext(slot.pieces()))
    await asyncio.sleep(0)
    slot.put("", 2)
    slot.put("a", 3)
    assert await reader == Piece("a", 3)


async def test_an_error_comes_after_the_text_before_it() -> None:
    slot = Slot(asyncio.get_running_loop())
    slot.put("so far", 2)
    slot.fail(EngineError("broken"))
    pieces = slot.pieces()
    assert await anext(pieces) == Piece("so far", 2)
    with pytest.raises(EngineError, match="broken"):
        await anext(pieces)


async def test_nothing_comes_after_the_end() -> None:
    slot = Slot(asyncio.get_running_loop())
    slot.finish("end", finish(1))
    slot.put("late", 2)
    slot.fail(EngineError("late"))
    slot.finish("late", finish(3))
    assert [piece async for piece in slot.pieces()] == [Piece("end", 1, finish(1))]


async def test_text_from_a_thread_arrives_whole_and_in_order() -> None:
    slot = Slot(asyncio.get_running_loop())
    words = [f"{number} " for number in range(2000)]

    def write() -> None:
        for count, word in enumerate(words, start=1):
            slot.put(word, count)
        slot.finish("", finish(2000))

    thread = threading.Thread(target=write)
    thread.start()
    pieces = [piece async for piece in slot.pieces()]
    thread.join()
    assert "".join(piece.text for piece in pieces) == "".join(words)
    assert pieces[-1].finish == finish(2000)


def test_writing_after_the_loop_has_closed_is_no_error() -> None:
    loop = asyncio.new_event_loop()
    slot = Slot(loop)
    loop.close()
    slot.put("x", 1)
    slot.fail(EngineError("late"))


async def test_of_what_was_read_the_newest_count_arrives_and_text_ends_it() -> None:
    slot = Slot(asyncio.get_running_loop())
    pieces = slot.pieces()
    slot.read(0)
    assert await anext(pieces) == Piece("", 0, prompt_read=0)
    slot.read(64)
    slot.read(64)
    slot.read(128)
    assert await anext(pieces) == Piece("", 0, prompt_read=128)
    slot.read(128)
    assert await anext(pieces) == Piece("", 0, prompt_read=128), "a sign of life"
    slot.read(192)
    slot.put("a", 1)
    assert await anext(pieces) == Piece("a", 1)
    slot.finish("", finish(1))
    assert [piece async for piece in pieces] == [Piece("", 1, finish(1))]
