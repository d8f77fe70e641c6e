import pytest

from bot.chat.ports import SamplingParams, StreamChunk
from bot.engine.scripted import ScriptedEngine
from bot.errors import EngineError


async def test_a_script_tells_what_is_read_and_what_is_written() -> None:
    engine = ScriptedEngine(lambda prompt: [2, 3, "hi", "!"])
    pieces = [piece async for piece in engine.stream([104, 101, 121], SamplingParams())]
    assert [piece.prompt_read for piece in pieces] == [0, 2, 3, None, None, None]
    assert "".join(piece.text for piece in pieces) == "hi!"
    assert pieces[3] == StreamChunk("hi", 2)


async def test_an_error_in_a_script_is_raised_at_its_place() -> None:
    engine = ScriptedEngine(lambda prompt: ["so far", EngineError("broken")])
    stream = engine.stream([104], SamplingParams())
    assert [(await anext(stream)).text, (await anext(stream)).text] == ["", "so far"]
    with pytest.raises(EngineError, match="broken"):
        await anext(stream)
