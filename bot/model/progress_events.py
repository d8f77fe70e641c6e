"""How an export or a download says how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done, and how much of it.

    total: None while it is not known. unit: "B" for bytes, "%" for a percentage.
    """

    what: str
    done: float = 0
    total: float | None = None
    unit: str = "%"


Report = Callable[[Progress], None]
