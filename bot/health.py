"""The file to which a running bot writes its health, for `ovbot health` and container health checks."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.errors import OvbotError

PATH = Path("data", "health.json")
# How often the bot writes; when it has missed that three times, it counts as dead.
WRITE_SECONDS = 15.0
MAX_AGE_SECONDS = 3 * WRITE_SECONDS


@dataclass(frozen=True, slots=True)
class Health:
    """connected: whether the bot is connected to the gateway and its model is loaded. state: the same in
    words, for people. at: when it was written, in seconds since 1970."""

    connected: bool
    state: str
    at: float


class UnhealthyError(OvbotError):
    """The bot is not running, or not ready."""


def write(connected: bool, state: str, path: Path = PATH) -> None:
    """Write the bot's health; a reader sees the old file or the new one.

    Raises: OSError where it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(json.dumps(asdict(Health(connected, state, time.time()))), encoding="utf-8")
    os.replace(fresh, path)


def read(path: Path = PATH) -> Health:
    """What the bot wrote last.

    Raises: UnhealthyError where there is no such file, or it holds something else.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Health(bool(found["connected"]), str(found["state"]), float(found["at"]))
    except FileNotFoundError:
        raise UnhealthyError(
            f"No bot is running in {path.absolute().parents[1]}: there is no {path}. Start it with "
            "`ovbot run`, or run this in the folder where it was started."
        ) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise UnhealthyError(
            f"{path.absolute()} was not written by a running bot: delete it, and restart the bot."
        ) from None


def check(path: Path = PATH, max_age: float = MAX_AGE_SECONDS) -> Health:
    """The health of a bot that is ready, written at most `max_age` seconds ago.

    Raises: UnhealthyError with one line that says what is wrong.
    """
    health = read(path)
    age = time.time() - health.at
    if age > max_age:
        raise UnhealthyError(
            f"The bot last reported {age:.0f} s ago ({health.state}): it hangs, or was killed. Restart it."
        )
    if not health.connected:
        raise UnhealthyError(f"The bot is running, but not ready: {health.state}.")
    return health


def remove(path: Path = PATH) -> None:
    """Remove the file when the bot ends.

    Raises: OSError where it cannot be removed.
    """
    path.unlink(missing_ok=True)
