"""How gateway messages are compressed."""

import importlib
import importlib.util
import json
import zlib
from typing import Any, Protocol

from bot.sandbox.model import Json


class Encoder(Protocol):
    """Packs messages for one connection."""

    def encode(self, message: Json) -> str | bytes:
        """The content of one websocket message: text, or bytes where it is compressed."""
        ...


def _dump(message: Json) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


class PlainEncoder:
    """JSON without compression."""

    def encode(self, message: Json) -> str:
        """The JSON."""
        return _dump(message)


class ZlibStreamEncoder:
    """One zlib stream for the whole connection; every message ends with a sync flush."""

    def __init__(self) -> None:
        self._context = zlib.compressobj()

    def encode(self, message: Json) -> bytes:
        """The compressed JSON."""
        return self._context.compress(_dump(message).encode()) + self._context.flush(zlib.Z_SYNC_FLUSH)


class ZstdStreamEncoder:
    """One zstd frame for the whole connection, never ended; every message is flushed."""

    def __init__(self) -> None:
        self._module: Any = importlib.import_module("zstandard")
        self._context: Any = self._module.ZstdCompressor().compressobj()

    def encode(self, message: Json) -> bytes:
        """The compressed JSON."""
        packed: bytes = self._context.compress(_dump(message).encode())
        flushed: bytes = self._context.flush(self._module.COMPRESSOBJ_FLUSH_BLOCK)
        return packed + flushed


def encoder_for(compress: str | None) -> Encoder | None:
    """The encoder for the `compress` of a connection's query; None where that is unknown.

    discord.py asks for zstd-stream only where the package zstandard is installed.
    """
    if compress is None:
        return PlainEncoder()
    if compress == "zlib-stream":
        return ZlibStreamEncoder()
    if compress == "zstd-stream" and importlib.util.find_spec("zstandard") is not None:
        return ZstdStreamEncoder()
    return None
