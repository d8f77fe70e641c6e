"""A small file in which a running bot says how it is, for `ovbot health` and container health checks."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.errors import OvbotError

PATH = Path("data", "health.json")
# The bot writes this often, and is taken for dead after having missed three times.
WRITE_SECONDS = 15.0
MAX_AGE_SECONDS = 3 * WRITE_SECONDS


@dataclass(frozen=True, slots=True)
class Health:
    """connected: whether the bot is on the gateway and its model is loaded. state: the same in words,
    for people. at: when it was so, in seconds since 1970, by the clock on the wall."""

    connected: bool
    state: str
    at: float


class UnhealthyError(OvbotError):
    """The bot is not running, or not connected."""


def write(connected: bool, state: str, path: Path = PATH) -> None:
    """Write how the bot is now; a reader sees the old file or the new one. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(json.dumps(asdict(Health(connected, state, time.time()))), encoding="utf-8")
    os.replace(fresh, path)


def read(path: Path = PATH) -> Health:
    """What the bot wrote last. Raises UnhealthyError where there is no such thing."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Health(bool(found["connected"]), str(found["state"]), float(found["at"]))
    except FileNotFoundError:
        raise UnhealthyError(f"No bot has run here: there is no {path}.") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise UnhealthyError(f"{path} is not what a running bot writes.") from None


def check(path: Path = PATH, max_age: float = MAX_AGE_SECONDS) -> Health:
    """The health of a bot that runs and is connected, written at most `max_age` seconds ago.

    Raises: UnhealthyError with one line that says what is wrong.
    """
    health = read(path)
    age = time.time() - health.at
    if age > max_age:
        raise UnhealthyError(
            f"The bot was last heard of {age:.0f} s ago ({health.state}): it hangs or has ended."
        )
    if not health.connected:
        raise UnhealthyError(f"The bot runs, but is not connected: {health.state}.")
    return health


def remove(path: Path = PATH) -> None:
    """Take the file away when the bot ends. Raises OSError."""
    path.unlink(missing_ok=True)
