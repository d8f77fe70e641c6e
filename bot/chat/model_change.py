"""The models that may answer, and a change from one to another."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from enum import Enum, auto


@dataclass(frozen=True, slots=True)
class AvailableModel:
    """A model on this machine. size: of its weights, in bytes. fits: whether the memory of this machine is
    enough for it. answers: whether it is the one that answers now.
    """

    name: str
    size: int
    fits: bool
    answers: bool


class ChangePhase(Enum):
    """What a change of the model is waiting for."""

    LOADING = auto()  # the new model
    REPLIES = auto()  # the replies that are being generated
    RESTORING = auto()  # the old model, which is loaded again because the new one cannot be


class ModelChange:
    """A change of the model that is under way. name, earlier: the names of the new one and the old one.

    phase: what it is waiting for. restored: False once the old one could not be loaded again, so that none is
    there. ended: set at the end, to an error where the new one does not answer; cancelled with the bot.
    """

    def __init__(self, name: str, earlier: str) -> None:
        self.name = name
        self.earlier = earlier
        self.phase = ChangePhase.LOADING
        self.restored = True
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self._began
