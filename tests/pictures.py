"""Pictures for tests."""

from __future__ import annotations

import io

from PIL import Image


def picture(color: str | tuple[int, int, int] = "red", size: tuple[int, int] = (96, 64)) -> Image.Image:
    """A picture in one colour, with a white corner."""
    made = Image.new("RGB", size, color)
    made.paste((255, 255, 255), (0, 0, size[0] // 4, size[1] // 4))
    return made


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """A picture as a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
