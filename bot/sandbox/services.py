"""What the REST handlers work with besides the world."""

from dataclasses import dataclass

from bot.sandbox.commands import Commands
from bot.sandbox.interactions import Interactions
from bot.sandbox.world import World


@dataclass(frozen=True)
class Services:
    """The state, the registered commands and the open interactions."""

    world: World
    commands: Commands
    interactions: Interactions
