"""A separate program: reads a file from standard input and writes its text, or a small picture of it, to
standard output.

    python extract.py text CHARACTERS PAGES < file
    python extract.py picture SIDE PIXELS < file

The first line of the output says what the file is. Of text: `text`, `pdf`, `locked` (a PDF that needs a
password) or `binary`; its text follows in UTF-8, page by page. Of pictures: `picture`, `bomb` (more than
PIXELS pixels), `unknown` (a format that is not read, or no picture) or `broken`; a JPEG file follows, turned
upright, on white, with sides of up to SIDE pixels, and of an animation the first frame. Files come from
strangers, and the libraries that read them may loop or fill the memory: whoever runs this may kill it at any
time, and then has what was written so far. It imports nothing of the bot.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import suppress

# Seconds of processor time, and bytes of memory; Python with pypdf takes some 60 MiB by itself.
_CPU_SECONDS = 30
_MEMORY = 768 * 1024 * 1024

# Encodings that people's text files are in; the fewer there are, the better they are told apart.
_ENCODINGS = [
    "utf_8", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be",
    "cp932", "euc_jp", "iso2022_jp", "gb18030", "big5", "cp949", "cp1251", "cp1252", "koi8_r",
]  # fmt: skip
_PICTURES = ("PNG", "JPEG", "WEBP", "GIF")
_QUALITY = 90
# A file with a larger share of control characters is not text, however it can be decoded.
_NO_TEXT = 0.01


def main() -> None:
    """Read the file, write what it is and what is wanted of it."""
    _limit_resources()
    wanted, *numbers = sys.argv[1:]
    first, second = map(int, numbers)
    data = sys.stdin.buffer.read()
    if wanted == "picture":
        _write_picture(data, first, second)
    else:
        _write_text(data, first, second)


def _write_text(data: bytes, characters: int, pages: int) -> None:
    kind, text = _pdf(data, pages) if is_pdf(data) else _plain(data)
    _write(kind + "\n")
    for piece in text:
        _write(piece[:characters])
        characters -= len(piece)
        if characters <= 0:
            return


def is_pdf(data: bytes) -> bool:
    """Whether a file is a PDF; in some the mark does not come first."""
    return b"%PDF-" in data[:1024]


def _limit_resources() -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
        os.nice(10)


def _write(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def _plain(data: bytes) -> tuple[str, Iterator[str]]:
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=_ENCODINGS).best() or from_bytes(data).best()
    text = str(best) if best is not None else ""
    control = sum(text.count(chr(code)) for code in {*range(0x20), 0x7F} - {*b"\t\n\v\f\r\x1b"})
    return ("binary", iter([])) if control > _NO_TEXT * len(text) or best is None else ("text", iter([text]))


def _pdf(data: bytes, pages: int) -> tuple[str, Iterator[str]]:
    import logging

    from pypdf import PasswordType, PdfReader
    from pypdf.errors import DependencyError

    logging.disable()  # it reports every flaw
    reader = PdfReader(io.BytesIO(data))
    try:
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            return "locked", iter([])
    except DependencyError:  # its cipher needs another library
        return "locked", iter([])
    return "pdf", (f"{page.extract_text().strip()}\n" for page in reader.pages[:pages])


def _write_picture(data: bytes, side: int, pixels: int) -> None:
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # looked at before anything is decoded
    try:
        kind, file = _shrink(data, side, pixels)
    except UnidentifiedImageError:
        kind, file = "unknown", b""
    except Exception:  # noqa: BLE001  Pillow raises whatever its decoders do
        kind, file = "broken", b""
    sys.stdout.buffer.write(kind.encode() + b"\n" + file)


def _shrink(data: bytes, side: int, pixels: int) -> tuple[str, bytes]:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=_PICTURES) as opened:
        if opened.width * opened.height > pixels:
            return "bomb", b""
        opened.draft("RGB", (side, side))  # a large JPEG is decoded at a fraction of its size
        image = ImageOps.exif_transpose(opened)
        if image.has_transparency_data:
            image = image.convert("RGBA")
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
        image = image.convert("RGB")
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=_QUALITY, subsampling=0)
    return "picture", file.getvalue()


if __name__ == "__main__":
    main()
