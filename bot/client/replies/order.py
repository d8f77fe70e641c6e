"""The order in which a channel's replies are shown: that of the messages they answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class Place:
    """A reply's place among those of its channel: behind `before`, if there is one."""

    channel_id: int
    before: Place | None
    visible: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def may_be_told(self) -> None:
        """Wait until those who are before and wait as well have been told so."""
        if self.before is not None:
            await self.before.visible.wait()

    async def reached(self) -> None:
        """Wait until nothing more will be shown of what is before."""
        if self.before is not None:
            await self.before.left.wait()
            self.before = None  # or it would keep all that ever were before it


class ChannelOrder:
    """Hands out places; only the last one of each channel is kept."""

    def __init__(self) -> None:
        self._last: dict[int, Place] = {}

    def line_up(self, channel_id: int) -> Place:
        """A place behind all others of the channel."""
        place = Place(channel_id, self._last.get(channel_id))
        self._last[channel_id] = place
        return place

    def leave(self, place: Place) -> None:
        """Let the next one go ahead; harmless when repeated."""
        place.visible.set()
        place.left.set()
        if self._last.get(place.channel_id) is place:
            del self._last[place.channel_id]
