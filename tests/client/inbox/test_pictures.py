"""Pictures that people show, whoever made them and with whatever intent."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from bot.chat.turns import IMAGE_SIDE
from bot.client import words
from bot.client.inbox import attachments
from bot.client.inbox.attachments import (
    AttachmentReader,
    Downloader,
    DownloadError,
    PictureKind,
    PictureShrinker,
    TextExtractor,
)
from bot.engine.scripted import ScriptedEngine
from bot.sandbox import Sandbox
from tests.client.conftest import Bot, Start
from tests.client.inbox.test_extraction import unblocked
from tests.client.watching import by_bot, eventually, shown_like, stored
from tests.pictures import encoded, picture


def bomb(side: int) -> bytes:
    """A PNG of side × side black pixels, in a thousandth of their size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer, rows = zlib.compressobj(9), b"\0" * (side // 8 + 1)
    packed = b"".join(packer.compress(rows) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


async def shrunk(data: bytes) -> Image.Image:
    kind, made = await unblocked(PictureShrinker().shrink(data))
    assert kind is PictureKind.PICTURE
    with Image.open(io.BytesIO(made)) as opened:
        assert (opened.format, opened.mode) == ("JPEG", "RGB")
        opened.load()
        return opened.copy()


async def kind_of(data: bytes) -> PictureKind:
    kind, made = await unblocked(PictureShrinker().shrink(data))
    assert made == b""
    return kind


def near(image: Image.Image, place: tuple[int, int], color: tuple[int, int, int]) -> bool:
    pixel = image.getpixel(place)
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 30 for a, b in zip(pixel, color, strict=True))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
async def test_pictures_are_shrunk_whatever_their_format(kind: str) -> None:
    small = await shrunk(encoded(picture("red", (3000, 1500)), kind))
    assert small.size == (IMAGE_SIDE, IMAGE_SIDE // 2)
    assert near(small, (20, 20), (255, 255, 255))
    assert near(small, (600, 300), (255, 0, 0))


async def test_small_pictures_keep_their_size() -> None:
    assert (await shrunk(encoded(picture("red", (40, 30)), "PNG"))).size == (40, 30)


async def test_a_picture_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90°
    turned = await shrunk(encoded(picture("red", (100, 60)), "JPEG", exif=exif))
    assert turned.size == (60, 100)
    assert near(turned, (55, 5), (255, 255, 255))


async def test_transparency_becomes_white() -> None:
    clear = Image.new("RGBA", (50, 50), (0, 0, 0, 0))
    assert near(await shrunk(encoded(clear, "PNG")), (25, 25), (255, 255, 255))


async def test_of_an_animation_the_first_frame_is_seen() -> None:
    rest = [picture(color, (50, 50)) for color in ("blue", "green")]
    file = encoded(picture("red", (50, 50)), "GIF", save_all=True, append_images=rest)
    assert near(await shrunk(file), (40, 40), (255, 0, 0))


async def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    assert await kind_of(bomb(30_000)) is PictureKind.BOMB


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", PictureKind.UNKNOWN),
        (b"no picture", PictureKind.UNKNOWN),
        (encoded(picture(), "BMP"), PictureKind.UNKNOWN),
        (encoded(picture("red", (900, 900)), "PNG")[:500], PictureKind.BROKEN),
    ],
)
async def test_what_cannot_be_seen_is_told(data: bytes, kind: PictureKind) -> None:
    assert await kind_of(data) is kind


async def test_one_that_takes_too_long_is_given_up() -> None:
    assert await PictureShrinker(0.0).shrink(encoded(picture())) == (PictureKind.BROKEN, b"")


SEES: dict[str, Any] = {"services": {"sees": lambda: True}}


def seeing() -> ScriptedEngine:
    return ScriptedEngine(lambda text: ["I see."], context_length=100_000, image_tokens=100)


def prompt(bot: Bot) -> str:
    return bot.engine.tokenizer.decode(bot.engine.prompts[-1])


async def test_an_attached_picture_is_shown_to_the_model_and_again_with_the_next_question(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    async with start(engine=seeing(), **SEES) as bot:
        ana.say(
            sandbox.general,
            f"{sandbox.bot.mention} what is it?",
            files=[("cat.png", encoded(picture(), "PNG"))],
        )
        await stored(bot.store, sandbox.general)
        assert prompt(bot).count("[picture]") == 1
        assert 'The picture "cat.png", attached by Ana, is shown.' in prompt(bot)
        ana.say(sandbox.general, f"{sandbox.bot.mention} and its colour?")
        await stored(bot.store, sandbox.general, count=2)
        assert prompt(bot).count("[picture]") == 1
        ana.say(
            sandbox.general, f"{sandbox.bot.mention}", files=[("dog.png", encoded(picture("blue"), "PNG"))]
        )
        await stored(bot.store, sandbox.general, count=3)
        assert prompt(bot).count("[picture]") == 2


async def test_a_picture_of_the_message_replied_to_is_shown_until_its_owner_is_forgotten(
    sandbox: Sandbox, start: Start
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start(engine=seeing(), **SEES) as bot:
        said = ben.say(sandbox.general, "my cat", files=[("cat.png", encoded(picture(), "PNG"))])
        ana.say(sandbox.general, f"{sandbox.bot.mention} what is it?", reply_to=said)
        await stored(bot.store, sandbox.general)
        assert 'The picture "cat.png", attached by Ben, is shown.' in prompt(bot)
        assert prompt(bot).count("[picture]") == 1
        # It was Ben's, whoever asked about it.
        await bot.store.forget_person(ben.user.id)
        ana.say(sandbox.general, f"{sandbox.bot.mention} and now?")
        await stored(bot.store, sandbox.general, count=2)
        assert "[picture]" not in prompt(bot)


async def test_a_picture_in_a_forwarded_message_is_shown(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(engine=seeing(), **SEES) as bot:
        said = ana.say(sandbox.general, "my cat", files=[("cat.png", encoded(picture(), "PNG"))])
        direct = ana.open_dm()
        ana.forward(said, direct)
        await stored(bot.store, direct)
    assert 'The picture "cat.png", attached by somebody, is shown.' in prompt(bot)
    assert prompt(bot).count("[picture]") == 1


async def test_an_edited_message_is_answered_with_its_picture(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(engine=seeing(), **SEES) as bot:
        said = ana.say(
            sandbox.general, f"{sandbox.bot.mention} hi", files=[("cat.png", encoded(picture(), "PNG"))]
        )
        await stored(bot.store, sandbox.general)
        ana.edit(said, f"{sandbox.bot.mention} what is that?")

        async def asked_again() -> bool:
            return "what is that?" in prompt(bot)

        await eventually(asked_again)
        await stored(bot.store, sandbox.general)
    assert prompt(bot).count("[picture]") == 1


async def test_why_a_picture_is_not_seen_is_said(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    files = [("bomb.png", bomb(30_000)), ("a.png", b"none"), ("b.png", encoded(picture(), "PNG")[:60])]
    async with start(engine=seeing(), **SEES) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} what is it?", files=files)
        await shown_like(sandbox, sandbox.general, "bomb.png")
        await stored(bot.store, sandbox.general)
        said = "\n".join(by_bot(sandbox, sandbox.general))
        assert "**bomb.png** has too many pixels for me" in said
        assert "I can't look at **a.png**: I see PNG, JPEG, WebP and GIF pictures." in said
        assert "I couldn't look at **b.png**" in said
        assert "[picture]" not in prompt(bot)


async def test_pictures_beyond_the_fourth_are_skipped(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    files = [(f"{number}.png", encoded(picture(), "PNG")) for number in range(5)]
    async with start(engine=seeing(), **SEES) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} what is it?", files=[*files, ("notes.txt", b"tea")])
        await shown_like(sandbox, sandbox.general, "4.png")
        await stored(bot.store, sandbox.general)
        assert prompt(bot).count("[picture]") == 4
        assert "tea" in prompt(bot)


async def test_too_large_a_picture_is_not_downloaded(
    sandbox: Sandbox, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "PICTURE_BYTES", 100)
    ana = sandbox.person("Ana")
    async with start(engine=seeing(), **SEES) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hi", files=[("cat.png", encoded(picture(), "PNG"))])
        await shown_like(sandbox, sandbox.general, "**cat.png** is too large")
        await stored(bot.store, sandbox.general)
        assert "[picture]" not in prompt(bot)


async def test_a_model_that_sees_nothing_says_so_and_answers_the_text(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start("It is tea.") as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hi", files=[("cat.png", encoded(picture(), "PNG"))])
        await shown_like(sandbox, sandbox.general, words.inbox.PICTURE.format(name="**cat.png**"))
        await stored(bot.store, sandbox.general)
        assert "which cannot be seen here" in prompt(bot)
        assert "[picture]" not in prompt(bot)


class Copies(Downloader):
    """Discord's copies of pictures elsewhere, by their addresses."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__()
        self.files = files
        self.asked: list[str] = []

    async def get(self, url: str, limit: int) -> bytes:
        self.asked.append(url)
        if url not in self.files:
            raise DownloadError("HTTP 404")
        return self.files[url]


@pytest.mark.parametrize(
    ("url", "is_seen"),
    [
        ("https://images-ext-1.discordapp.net/external/x/https/cats.example/cat.png", True),
        ("https://cdn.discordapp.com/attachments/1/2/cat.png", True),
        ("https://media.discordapp.net/gone.png", False),
        ("http://media.discordapp.net/cat.png", False),
        ("https://cats.example/cat.png", False),
        ("https://evildiscordapp.net/cat.png", False),
        ("https://media.discordapp.net@10.0.0.1/cat.png", False),
        ("http://169.254.169.254/latest/meta-data", False),
        ("https://[::1/", False),
        ("https://10.0.0.1\\@media.discordapp.net/cat.png", False),
    ],
)
async def test_pictures_of_embeds_come_from_discords_copies_alone(url: str, is_seen: bool) -> None:
    copies = Copies({url: encoded(picture(), "PNG")} if "gone" not in url else {})
    reader = AttachmentReader(copies, TextExtractor(), 1000, 1000, PictureShrinker(), lambda: True)
    assert bool(await reader.look(url)) == is_seen
    assert copies.asked == ([url] if is_seen or "gone" in url else [])


async def test_a_picture_that_an_embed_shows_is_shown(
    sandbox: Sandbox, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "https://media.discordapp.net/cat.png"
    copies = Copies({address: encoded(picture(), "PNG")})
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    embeds = [{"title": "My cat", "image": {"url": "https://cats.example/cat.png", "proxy_url": address}}]
    async with start(engine=seeing(), **SEES) as bot:
        monkeypatch.setattr(bot.client._reader._files, "_downloader", copies)
        said = ben.say(sandbox.general, "look", embeds=embeds)
        ana.say(sandbox.general, f"{sandbox.bot.mention} what is it?", reply_to=said)
        await stored(bot.store, sandbox.general)
    assert copies.asked == [address]
    assert "A picture that a link of Ben leads to is shown." in prompt(bot)
    assert prompt(bot).count("[picture]") == 1
