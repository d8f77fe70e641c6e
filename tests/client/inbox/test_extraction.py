"""The text of files, whoever made them and with whatever intent."""

from __future__ import annotations

import asyncio
import random
import time
import zlib
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

import psutil
import pytest

from bot.client.inbox.attachments import Extracted, FileKind, TextExtractor
from tests.client.inbox.pdfs import locked_pdf, pdf, pdf_of_streams
from tests.client.watching import eventually

T = TypeVar("T")

JAPANESE = "会議メモ\n今日の会議は三時からです。資料を用意してください。\n"
# The longest that the event loop may be held up, in seconds; more on a machine that others use as well.
HELD_UP = 0.05


async def unblocked(work: Awaitable[T]) -> T:
    """What `work` gives; fails where it holds up the event loop."""
    gaps: list[float] = []

    async def watch() -> None:
        last = time.thread_time()
        while True:
            await asyncio.sleep(0.001)
            now = time.thread_time()
            gaps.append(now - last)
            last = now

    watching = asyncio.create_task(watch())
    try:
        return await work
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        assert max(gaps, default=0.0) < HELD_UP


async def read(data: bytes, characters: int = 10_000, *, seconds: float = 20.0) -> Extracted:
    return await unblocked(TextExtractor(seconds).text(data, characters))


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "shift_jis", "euc_jp", "iso2022_jp"],
)
async def test_text_is_read_in_whatever_encoding_it_is(encoding: str) -> None:
    text = "# settings\nname = テスト\n" + JAPANESE * 3
    assert await read(text.encode(encoding)) == Extracted(FileKind.TEXT, text)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Le café est très bon, où est la forêt?", "latin-1"), ("Größe und Maß für die Straße", "cp1252"),
     ("Привет, как дела? Сегодня хорошая погода.", "cp1251"), ("今天天气很好，我们去公园散步吧。", "gb18030"),
     ("오늘 회의는 세 시에 시작합니다.", "cp949")],
)  # fmt: skip
async def test_text_of_other_languages_is_read(text: str, encoding: str) -> None:
    assert await read(text.encode(encoding)) == Extracted(FileKind.TEXT, text)


async def test_an_empty_file_is_empty_text() -> None:
    assert await read(b"") == Extracted(FileKind.TEXT, "")


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50,
        b"PK\x03\x04" + random.Random(1).randbytes(20_000),
        b"MZ" + bytes(5_000),
        random.Random(2).randbytes(512 * 1024),
        b"text at first " * 10 + bytes(range(32)) * 200,
    ],
    ids=["png", "zip", "exe", "noise", "text, then not"],
)
async def test_what_is_no_text_is_told_by_content(data: bytes) -> None:
    assert await read(data) == Extracted(FileKind.BINARY)


async def test_the_pages_of_a_pdf_are_read() -> None:
    found = await read(pdf(["The first page.", "The second page."]))
    assert found == Extracted(FileKind.PDF, "The first page.\nThe second page.\n")


async def test_no_more_is_read_than_asked_for() -> None:
    assert await read(b"abc" * 1000, 7) == Extracted(FileKind.TEXT, "abcabca")
    assert await read(pdf(["a page " * 50] * 100), 20) == Extracted(FileKind.PDF, "a page a page a page")


async def test_a_pdf_without_text_has_none() -> None:
    assert await read(pdf([""])) == Extracted(FileKind.PDF, "\n")


async def test_a_pdf_with_a_password_is_locked() -> None:
    assert await read(locked_pdf()) == Extracted(FileKind.LOCKED)


@pytest.mark.parametrize(
    "data",
    [pdf(["whole"])[:300], b"%PDF-1.7\n" + random.Random(3).randbytes(10_000), b"%PDF-1.4\n%%EOF"],
    ids=["cut", "noise", "empty"],
)
async def test_a_damaged_pdf_is_told(data: bytes) -> None:
    assert await read(data) == Extracted(FileKind.BROKEN)


async def test_a_pdf_that_grows_without_bounds_is_given_up() -> None:
    squeezed = zlib.compress(zlib.compress(b"\0" * (256 << 20), 9), 9)  # some hundred bytes for 256 MiB
    found = await read(pdf_of_streams([squeezed], "/FlateDecode /FlateDecode"))
    assert not found.text.strip()


async def test_a_pdf_that_takes_too_long_gives_what_was_read_by_then() -> None:
    slow = zlib.compress(b"BT (x) Tj ET\n" * 3_000_000)
    fast = zlib.compress(b"BT /F1 12 Tf (quick) Tj ET")
    found = await read(pdf_of_streams([fast, slow, slow], "/FlateDecode"), seconds=3.0)
    assert found == Extracted(FileKind.PDF, "quick\n")


async def test_the_program_that_reads_knows_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "tell.py"
    program.write_text("import os\nprint('text')\nprint(sorted(os.environ))\n")
    monkeypatch.setattr("bot.client.inbox.attachments._PROGRAM", program)
    monkeypatch.setenv("DISCORD_TOKEN", "a secret")
    monkeypatch.setenv("LANG", "C.UTF-8")
    found = await read(b"\xff\x00")
    assert "LANG" in found.text
    assert "DISCORD" not in found.text


async def is_reading() -> bool:
    """Whether a process reads a file."""
    children = psutil.Process().children()
    return any("extract.py" in part for child in children for part in _command(child))


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:  # it has just ended
        return []


async def test_reading_can_be_cancelled() -> None:
    slow = pdf_of_streams([zlib.compress(b"BT (x) Tj ET\n" * 3_000_000)], "/FlateDecode")
    extraction = TextExtractor()
    tasks = [asyncio.create_task(extraction.text(slow, 100)) for _ in range(4)]
    await eventually(is_reading)
    for task in tasks:
        task.cancel()
    async with asyncio.timeout(5):
        assert all(
            isinstance(end, asyncio.CancelledError)
            for end in await asyncio.gather(*tasks, return_exceptions=True)
        )
