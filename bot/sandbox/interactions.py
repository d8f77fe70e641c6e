"""Interactions."""

from bot.sandbox.world import World


class Interactions:
    """The open interactions."""

    def __init__(self, world: World) -> None:
        self._world = world
