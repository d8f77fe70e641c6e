"""Registered application commands."""

from bot.sandbox.world import World


class Commands:
    """The commands of the application."""

    def __init__(self, world: World) -> None:
        self._world = world
