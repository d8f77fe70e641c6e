"""How gateway messages are packed for the connection."""

import importlib
import importlib.util
import json
import zlib
from typing import Any, Protocol

from bot.sandbox.model import Json


class Encoder(Protocol):
    """Packs one message; made anew for every connection."""

    def encode(self, message: Json) -> str | bytes:
        """Return what goes into one websocket message: text, or bytes for a compressed one."""
        ...


def _dump(message: Json) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


class PlainEncoder:
    """No compression."""

    def encode(self, message: Json) -> str:
        """Return the JSON."""
        return _dump(message)


class ZlibStreamEncoder:
    """One zlib context for the whole connection; every message ends with a sync flush."""

    def __init__(self) -> None:
        self._context = zlib.compressobj()

    def encode(self, message: Json) -> bytes:
        """Return the compressed JSON."""
        return self._context.compress(_dump(message).encode()) + self._context.flush(zlib.Z_SYNC_FLUSH)


class ZstdStreamEncoder:
    """One zstd frame, never ended, for the whole connection; every message is flushed."""

    def __init__(self) -> None:
        self._module: Any = importlib.import_module("zstandard")
        self._context: Any = self._module.ZstdCompressor().compressobj()

    def encode(self, message: Json) -> bytes:
        """Return the compressed JSON."""
        packed: bytes = self._context.compress(_dump(message).encode())
        flushed: bytes = self._context.flush(self._module.COMPRESSOBJ_FLUSH_BLOCK)
        return packed + flushed


def encoder_for(compress: str | None) -> Encoder | None:
    """Return the encoder for the `compress` of the connection's query, or None for one that is not known
    here.

    discord.py asks for zstd-stream exactly where the package zstandard is installed.
    """
    if compress is None:
        return PlainEncoder()
    if compress == "zlib-stream":
        return ZlibStreamEncoder()
    if compress == "zstd-stream" and importlib.util.find_spec("zstandard") is not None:
        return ZstdStreamEncoder()
    return None
