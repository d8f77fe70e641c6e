"""The old name of `bot.chat.throughput`, for rooms that still import it."""

from bot.chat.throughput import Throughput as Measured

__all__ = ["Measured"]
